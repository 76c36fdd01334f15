package portal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"thidua/cmd/hissim/province"
)

// zone is the local time that is meant in records and queries.
var zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

const (
	// usualRows and mostRows are how many records a page holds if nothing is asked
	// for, and at most.
	usualRows = 200
	mostRows  = 1000
)

// list answers a page of the prescriptions whose last update lies in a window:
// tu ≤ update < den.
func list(c call) answer {
	if !c.bearer() {
		return unauthorised("Token đã hết hạn")
	}
	query := c.request.URL.Query()
	from, err := time.Parse(time.DateTime, query.Get("tu"))
	if err != nil {
		return unreadable("tu")
	}
	to, err := time.Parse(time.DateTime, query.Get("den"))
	if err != nil || to.Before(from) {
		return unreadable("den")
	}
	number, rows := c.number("trang", 1), c.number("so_dong", usualRows)
	if number < 1 {
		return unreadable("trang")
	}
	if rows < 1 || rows > mostRows {
		return unreadable("so_dong")
	}
	p, err := c.portal.page(from, to, c.at, number, rows)
	if err != nil {
		return refuse(http.StatusInternalServerError, "Lỗi hệ thống")
	}
	return answerJSON(http.StatusOK, p)
}

// page collects page number of the window, of so many rows, and counts all.
func (p *Portal) page(from, to, at time.Time, number, rows int) (page, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	found := page{Records: []json.RawMessage{}, Page: number}
	// Records are told to the second and with both ends.
	for prescription := range p.config.Records.PrescriptionsAsOf(from, to.Add(-time.Second), wallClock(at)) {
		if found.Total/rows == number-1 {
			text, err := json.Marshal(gathered(prescription))
			if err != nil {
				return page{}, fmt.Errorf("write a prescription: %w", err)
			}
			found.Records = append(found.Records, text)
		}
		found.Total++
	}
	found.Pages = (found.Total + rows - 1) / rows
	return found, nil
}

// wallClock is the local time of an instant, kept as UTC as records keep theirs.
func wallClock(at time.Time) time.Time {
	local := at.In(zone)
	_, offset := local.Zone()
	return local.Add(time.Duration(offset) * time.Second).UTC()
}

// transfers answers the transfers behind a cursor. The cursor is how many lie
// before it; a client has no business to know that.
func transfers(c call) answer {
	if !c.bearer() {
		return unauthorised("Token đã hết hạn")
	}
	after, rows := c.number("sau", 0), c.number("so_dong", usualRows)
	if after < 0 {
		return unreadable("sau")
	}
	if rows < 1 || rows > mostRows {
		return unreadable("so_dong")
	}
	// One more than is asked for tells whether anything is left.
	found := c.portal.transfers(after, rows+1)
	s := stretch{Records: []json.RawMessage{}}
	if len(found) > rows {
		found = found[:rows]
		next := strconv.Itoa(after + rows)
		s.Next = &next
	}
	for _, t := range found {
		text, err := json.Marshal(transferred(t))
		if err != nil {
			return refuse(http.StatusInternalServerError, "Lỗi hệ thống")
		}
		s.Records = append(s.Records, text)
	}
	return answerJSON(http.StatusOK, s)
}

func (p *Portal) transfers(after, limit int) []province.Transfer {
	p.reading.Lock()
	defer p.reading.Unlock()
	return p.config.Records.Transfers(after, limit)
}
