package portal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"thidua/cmd/hissim/portal"
	"thidua/cmd/hissim/province"
)

// password is that of the accounts of the tests.
const password = "not-a-secret"

// clock is what the portals of the tests show: eight in the morning there.
func clock() time.Time { return time.Date(2022, 6, 15, 1, 0, 0, 0, time.UTC) }

// shelf is a world of few records.
type shelf struct {
	prescriptions []province.Prescription
	transfers     []province.Transfer
}

func (s shelf) PrescriptionsAsOf(from, to, now time.Time) iter.Seq[province.Prescription] {
	return func(yield func(province.Prescription) bool) {
		for _, p := range s.prescriptions {
			at := p.State.UpdatedAt
			if at.Before(from) || at.After(to) || at.After(now) {
				continue
			}
			if !yield(p) {
				return
			}
		}
	}
}

func (s shelf) Prescription(code string, now time.Time) (province.Prescription, bool) {
	for _, p := range s.prescriptions {
		if strings.EqualFold(p.Code, code) && !p.State.UpdatedAt.After(now) {
			return p, true
		}
	}
	return province.Prescription{}, false
}

func (s shelf) Transfers(after, limit int) []province.Transfer {
	rest := s.transfers[min(after, len(s.transfers)):]
	return rest[:min(limit, len(rest))]
}

// stocked is a world of seven prescriptions, one an hour from the midnight that
// begins 1 June 2022, and five transfers.
func stocked() shelf {
	var s shelf
	for i := range 7 {
		s.prescriptions = append(s.prescriptions, prescribed(fmt.Sprintf("1910%d", i), province.KindBasic, i))
	}
	for i := range 5 {
		at := time.Date(2022, 6, 1, 8, i, 0, 0, time.UTC)
		s.transfers = append(s.transfers, province.Transfer{
			Number: i, Code: fmt.Sprintf("T%d", i), Facility: "19101", Visit: fmt.Sprintf("V%d", i), At: at, Accepted: i != 3,
		})
	}
	s.transfers[3].ErrorCode = "E401"
	return s
}

// prescribed is one prescription of a facility, updated hours after the first.
func prescribed(facility, kind string, hours int) province.Prescription {
	at := time.Date(2022, 6, 1, hours, 0, 0, 0, time.UTC)
	day := time.Date(2022, 6, 1, 0, 0, 0, 0, time.UTC)
	p := province.Prescription{
		Code: facility + "0000000-" + kind, Kind: kind,
		Facility: province.Prescriber{Code: facility, Name: "Bệnh viện Mẫu", Phone: "02080000000", Doctor: "LÊ VĂN BÁC SĨ"},
		Patient: province.Patient{
			Name: "TRẦN VĂN MẪU", Address: "Đồi Mẫu", Phone: "0900000011", BornOn: time.Date(1985, 3, 7, 0, 0, 0, 0, time.UTC),
			Sex: 2, CitizenID: "019085000011", Card: "HT3191900000011", WeightHectograms: 655,
		},
		Diagnoses:    []province.Diagnosis{{ICD: "I10", Name: "Tăng huyết áp", Conclusion: "Tăng huyết áp"}},
		Drugs:        []province.PrescribedDrug{{Code: "DQG00000001", Brand: "Paracetamol Mẫu", Name: "Paracetamol 500mg", Unit: "Viên", Quantity: 10, Usage: "Uống"}},
		Advice:       "Tái khám khi cần",
		Treatment:    1,
		RevisitDays:  30,
		PrescribedAt: at.Add(-time.Minute),
		State:        province.State{Status: province.StatusReceived, ReceivedAt: at, UpdatedAt: at},
	}
	switch kind {
	case province.KindNarcotic, province.KindTraditional:
		p.Courses = []province.MedicationCourse{{Number: 1, From: day, To: day.AddDate(0, 0, 9)}}
	case province.KindPsychotropic:
		p.Courses = []province.MedicationCourse{
			{Number: 1, From: day, To: day.AddDate(0, 0, 9)}, {Number: 2, From: day.AddDate(0, 0, 10), To: day.AddDate(0, 0, 19)},
		}
	}
	return p
}

// server is a portal on loopback with its client.
type server struct {
	t      *testing.T
	portal *portal.Portal
	url    string
	token  string
	client *http.Client
}

// open serves a portal whose accounts and clock are those of the tests.
func open(t *testing.T, c portal.Config) *server {
	t.Helper()
	if c.Now == nil {
		c.Now = clock
	}
	c.Password = password
	if c.Records == nil {
		c.Records = stocked()
	}
	p, err := portal.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(p)
	t.Cleanup(s.Close)
	return &server{t: t, portal: p, url: s.URL, client: s.Client()}
}

// opened is a portal that has let the client in.
func opened(t *testing.T, c portal.Config) *server {
	t.Helper()
	s := open(t, c)
	s.token = s.login().token(t)
	return s
}

// reply is what came back. err is what the client met in place of an answer, or
// while it read the body.
type reply struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (s *server) do(method, path, body string, header map[string]string) reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	a, err := s.client.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return reply{status: a.StatusCode, header: a.Header, body: text, err: err}
}

func (s *server) login() reply {
	s.t.Helper()
	return s.do(http.MethodPost, "/api/auth/dang-nhap-co-so-kham-chua-benh",
		`{"ma_lien_thong_co_so_kham_chua_benh":"19101","password":"`+password+`"}`, nil)
}

func (r reply) token(t *testing.T) string {
	t.Helper()
	var got struct{ Token string }
	if err := json.Unmarshal(r.body, &got); err != nil || got.Token == "" {
		t.Fatalf("log-in is answered with status %d and no token", r.status)
	}
	return got.Token
}

// list asks for a page of the first of June.
func (s *server) list(page, rows int) reply {
	s.t.Helper()
	return s.window("2022-06-01 00:00:00", "2022-06-02 00:00:00", page, rows)
}

func (s *server) window(from, to string, page, rows int) reply {
	s.t.Helper()
	query := url.Values{"tu": {from}, "den": {to}, "trang": {fmt.Sprint(page)}, "so_dong": {fmt.Sprint(rows)}}
	return s.get("/gateway/v1/don-thuoc?" + query.Encode())
}

// stream asks for the transfers behind a cursor.
func (s *server) stream(cursor string, rows int) reply {
	s.t.Helper()
	return s.get("/gateway/v1/lien-thong?" + url.Values{"sau": {cursor}, "so_dong": {fmt.Sprint(rows)}}.Encode())
}

func (s *server) get(path string) reply {
	s.t.Helper()
	return s.do(http.MethodGet, path, "", map[string]string{"Authorization": "Bearer " + s.token})
}

// listing is a page of prescriptions in short: the facilities of its records.
type listing struct {
	Facilities         []string
	Total, Page, Pages int
}

func (r reply) listing(t *testing.T) listing {
	t.Helper()
	var got struct {
		Records []struct {
			Facility string `json:"ma_cskcb"`
		} `json:"du_lieu"`
		Total int `json:"tong_so"`
		Page  int `json:"trang"`
		Pages int `json:"so_trang"`
	}
	if err := json.Unmarshal(r.body, &got); err != nil || r.status != http.StatusOK {
		t.Fatalf("status %d: %v", r.status, err)
	}
	l := listing{Total: got.Total, Page: got.Page, Pages: got.Pages}
	for _, p := range got.Records {
		l.Facilities = append(l.Facilities, p.Facility)
	}
	return l
}

// stretch is a page of transfers in short.
type stretch struct {
	Codes []string
	Next  string
}

func (r reply) stretch(t *testing.T) stretch {
	t.Helper()
	var got struct {
		Data []struct {
			Code string `json:"ma_giao_dich"`
		}
		Next *string
	}
	if err := json.Unmarshal(r.body, &got); err != nil || r.status != http.StatusOK {
		t.Fatalf("status %d: %v", r.status, err)
	}
	s := stretch{Next: "null"}
	if got.Next != nil {
		s.Next = *got.Next
	}
	for _, one := range got.Data {
		s.Codes = append(s.Codes, one.Code)
	}
	return s
}

// waits is a sleep that only notes how long it was.
type waits struct{ asked []time.Duration }

func (w *waits) sleep(_ context.Context, d time.Duration) error {
	w.asked = append(w.asked, d)
	return nil
}
