package portal

import (
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"time"
)

// answer is what a request is answered with, before it is sent: a value, so that
// faults can change it.
type answer struct {
	status      int
	contentType string
	header      map[string]string
	body        []byte
	// declared is the Content-Length to send where it is not that of the body.
	declared int
	// skew is by how much the Date of the answer is off.
	skew time.Duration
	// reset ends the connection in place of an answer.
	reset bool
}

// page is a page of the prescriptions.
type page struct {
	Records []json.RawMessage `json:"du_lieu"`
	// Total counts the records of all pages, Pages the pages.
	Total int `json:"tong_so"`
	Page  int `json:"trang"`
	Pages int `json:"so_trang"`
}

// stretch is a page of the transfers. Next is nil on the last one.
type stretch struct {
	Records []json.RawMessage `json:"data"`
	Next    *string           `json:"next"`
}

// with returns the answer with one header more.
func (a answer) with(name, value string) answer {
	header := map[string]string{name: value}
	for k, v := range a.header {
		header[k] = v
	}
	a.header = header
	return a
}

// page reads the body back; empty where it is none.
func (a answer) page() page { return read[page](a.body) }

// stretch reads the body back; empty where it is none.
func (a answer) stretch() stretch { return read[stretch](a.body) }

func read[T any](body []byte) T {
	var value T
	if err := json.Unmarshal(body, &value); err != nil {
		return *new(T)
	}
	return value
}

// behind returns the answer as it takes the place of one that a fault has changed
// already: a clock that is off stays off, a connection that ends is not mended.
func (a answer) behind(earlier answer) answer {
	if a.skew == 0 {
		a.skew = earlier.skew
	}
	a.reset = a.reset || earlier.reset
	return a
}

// answerJSON answers with a value of ours as JSON.
func answerJSON(status int, value any) answer {
	body, err := json.Marshal(value)
	if err != nil {
		return refuse(http.StatusInternalServerError, "Lỗi hệ thống")
	}
	return answer{status: status, contentType: "application/json; charset=utf-8", body: body}
}

// refuse answers in the shape of the national system: a list of errors. A token
// that is missing or has ended is told in a shape of its own, see unauthorised.
func refuse(status int, errors ...string) answer {
	return answerJSON(status, map[string]any{"danh_sach_cac_loi": errors})
}

func unauthorised(why string) answer {
	return answerJSON(http.StatusUnauthorized, map[string]any{"error": []string{why}})
}

// unreadable tells of a parameter that cannot be read, in the third shape of the
// system: messages by field.
func unreadable(field string) answer {
	return answerJSON(http.StatusUnprocessableEntity, map[string]any{
		"error": map[string][]string{field: {"Giá trị không đúng định dạng"}},
	})
}

// send writes the answer, with the Date of the portal's clock.
func (a answer) send(w http.ResponseWriter, at time.Time) {
	if a.reset {
		hangUp(w)
		return
	}
	h := w.Header()
	for name, value := range a.header {
		h.Set(name, value)
	}
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(max(a.declared, len(a.body))))
	h.Set("Date", at.Add(a.skew).UTC().Format(http.TimeFormat))
	w.WriteHeader(a.status)
	// A client that has gone away is not told so. Where fewer bytes come than were
	// declared the server ends the connection.
	_, _ = w.Write(a.body)
}

// hangUp ends the connection with a reset: what is not sent yet is thrown away.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// shown is the status that the client sees, 0 for none.
func (a answer) shown() int {
	if a.reset {
		return 0
	}
	return a.status
}
