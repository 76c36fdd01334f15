package portal_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/portal"
)

// Faults that leave the transport whole: what the second request for a page is
// answered with. The first and the third are as they should be.
func TestTroubles(t *testing.T) {
	tests := []struct {
		fault  string
		status int
		header map[string]string
		// body is the beginning of the answer, or "whole" for that without the fault.
		body string
	}{
		{"token-expiry", 401, nil, `{"error":["Token đã hết hạn"]}`},
		{"429-seconds", 429, map[string]string{"Retry-After": "2"}, `{"danh_sach_cac_loi":[`},
		{"429-seconds,seconds=90", 429, map[string]string{"Retry-After": "90"}, `{"danh_sach_cac_loi":[`},
		{"429-date,seconds=90", 429, map[string]string{"Retry-After": "Wed, 15 Jun 2022 01:01:30 GMT"}, `{"danh_sach_cac_loi":[`},
		{"429-bare", 429, map[string]string{"Retry-After": ""}, `{"danh_sach_cac_loi":[`},
		{"500", 500, nil, `{"danh_sach_cac_loi":["Lỗi hệ thống"]}`},
		{"503", 503, map[string]string{"Retry-After": ""}, `{"danh_sach_cac_loi":[`},
		{"503,seconds=7", 503, map[string]string{"Retry-After": "7"}, `{"danh_sach_cac_loi":[`},
		{"html-page", 200, map[string]string{"Content-Type": "text/html; charset=utf-8"}, "<!DOCTYPE html>"},
		{"clock-skew,times=1", 200, map[string]string{"Date": "Wed, 15 Jun 2022 02:00:00 GMT"}, "whole"},
		{"clock-skew,times=1,seconds=-600", 200, map[string]string{"Date": "Wed, 15 Jun 2022 00:50:00 GMT"}, "whole"},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			s := opened(t, portal.Config{Faults: []portal.Fault{second(t, tt.fault)}})
			whole := s.list(1, 3)
			got := s.list(1, 3)
			if got.status != tt.status || got.err != nil {
				t.Errorf("answered with %d (%v), want %d", got.status, got.err, tt.status)
			}
			for name, want := range tt.header {
				if got.header.Get(name) != want {
					t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
				}
			}
			if tt.body == "whole" {
				tt.body = string(whole.body)
			}
			if !strings.HasPrefix(string(got.body), tt.body) {
				t.Errorf("the body does not begin with %s", tt.body)
			}
			if got.status == http.StatusUnauthorized {
				s.token = s.login().token(t)
			}
			if diff := cmp.Diff(string(whole.body), string(s.list(1, 3).body)); diff != "" {
				t.Errorf("after the fault (-before +after):\n%s", diff)
			}
			name, _, _ := strings.Cut(tt.fault, ",")
			wantSeen(t, s.portal, portal.EndpointList, name, tt.status)
		})
	}
}

// second makes a fault strike the second request that it can strike.
func second(t *testing.T, text string) portal.Fault {
	t.Helper()
	f, err := portal.ParseFault(text)
	if err != nil {
		t.Fatal(err)
	}
	f.From = 2
	return f
}

// wantSeen wants exactly one request to the endpoint to be remembered with a
// fault, and this status.
func wantSeen(t *testing.T, p *portal.Portal, endpoint, fault string, status int) {
	t.Helper()
	struck := 0
	for _, s := range p.Requests() {
		if s.Fault == "" {
			continue
		}
		if struck++; s.Fault != fault || s.Status != status || s.Endpoint != endpoint {
			t.Errorf("remembered as %s on %s with status %d, want %s on %s with %d", s.Fault, s.Endpoint, s.Status, fault, endpoint, status)
		}
	}
	if struck != 1 {
		t.Errorf("%d requests are remembered with a fault, want 1", struck)
	}
}

func TestTransportTroubles(t *testing.T) {
	tests := []struct {
		fault  string
		status int
		// meets is what the client meets, nil for a transport that says all is well.
		meets error
		// share is how much of the body comes.
		share float64
	}{
		{"truncated-body", 200, nil, 0.5},
		{"wrong-length", 200, io.ErrUnexpectedEOF, 0.5},
		{"reset", 0, syscall.ECONNRESET, 0},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			// A log-in is not repeated by the client of its own accord.
			f := second(t, tt.fault)
			f.On = portal.EndpointLogin
			s := open(t, portal.Config{Faults: []portal.Fault{f}})
			whole, got := s.login(), s.login()
			if !errors.Is(got.err, tt.meets) {
				t.Errorf("the client meets %v, want %v", got.err, tt.meets)
			}
			if want := int(tt.share * float64(len(whole.body))); len(got.body) != want || json.Valid(got.body) {
				t.Errorf("%d bytes came, want %d of %d", len(got.body), want, len(whole.body))
			}
			if after := s.login(); after.status != http.StatusOK || after.err != nil {
				t.Errorf("after the fault: status %d, %v", after.status, after.err)
			}
			wantSeen(t, s.portal, portal.EndpointLogin, tt.fault, tt.status)
		})
	}
}

func TestPageTroubles(t *testing.T) {
	first := listing{[]string{"19100", "19101", "19102"}, 7, 1, 3}
	middle := listing{[]string{"19103", "19104", "19105"}, 7, 2, 3}
	last := listing{[]string{"19106"}, 7, 3, 3}
	tests := []struct {
		fault string
		// want are the pages 1, 2, 3, and 2 again.
		want [4]listing
	}{
		{"duplicate-page", [4]listing{first, first, last, middle}},
		{"duplicate-page=2", [4]listing{first, middle, middle, middle}},
		{"missing-page=2", [4]listing{first, {nil, 7, 2, 3}, last, middle}},
		{"half-page=2", [4]listing{first, {[]string{"19103", "19105"}, 7, 2, 3}, last, middle}},
		{"half-page=3", [4]listing{first, middle, {nil, 7, 3, 3}, middle}},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			f, err := portal.ParseFault(tt.fault)
			if err != nil {
				t.Fatal(err)
			}
			s := opened(t, portal.Config{Faults: []portal.Fault{f}})
			// A window without records has no page that could be struck.
			s.window("2022-05-01 00:00:00", "2022-05-02 00:00:00", 1, 3)
			var got [4]listing
			for i, page := range []int{1, 2, 3, 2} {
				got[i] = s.list(page, 3).listing(t)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
			wantSeen(t, s.portal, portal.EndpointList, f.Name, http.StatusOK)
		})
	}
}

func TestCursorTroubles(t *testing.T) {
	t.Run("endless-cursor", func(t *testing.T) {
		s := opened(t, portal.Config{Faults: []portal.Fault{{Name: "endless-cursor"}}})
		cursor, known := "", map[string]bool{}
		var codes []string
		for range 20 {
			got := s.stream(cursor, 2).stretch(t)
			if got.Next == "null" || known[got.Next] {
				t.Fatalf("cursor %s leads to %s", cursor, got.Next)
			}
			cursor, known[got.Next] = got.Next, true
			codes = append(codes, got.Codes...)
		}
		if diff := cmp.Diff([]string{"T0", "T1", "T2", "T3", "T4"}, codes); diff != "" {
			t.Errorf("transfers (-want +got):\n%s", diff)
		}
	})
	t.Run("repeated-cursor", func(t *testing.T) {
		s := opened(t, portal.Config{Faults: []portal.Fault{{Name: "repeated-cursor"}}})
		want := stretch{[]string{"T4"}, "4"}
		for range 3 {
			if diff := cmp.Diff(want, s.stream("4", 2).stretch(t)); diff != "" {
				t.Errorf("last page (-want +got):\n%s", diff)
			}
		}
		want = stretch{[]string{"T0", "T1", "T2", "T3", "T4"}, "0"}
		if diff := cmp.Diff(want, s.stream("", 5).stretch(t)); diff != "" {
			t.Errorf("only page (-want +got):\n%s", diff)
		}
	})
}

func TestSlow(t *testing.T) {
	var w waits
	s := opened(t, portal.Config{Sleep: w.sleep, Faults: []portal.Fault{{Name: "slow", Seconds: 90, From: 2}}})
	for range 3 {
		if got := s.list(1, 3); got.status != http.StatusOK || got.err != nil {
			t.Errorf("answered with %d, %v", got.status, got.err)
		}
	}
	if diff := cmp.Diff([]time.Duration{90 * time.Second}, w.asked); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

// A client that gives up ends the wait.
func TestSlowEndsWithItsClient(t *testing.T) {
	s := opened(t, portal.Config{Faults: []portal.Fault{{Name: "slow", Seconds: 3600}}})
	s.client.Timeout = 50 * time.Millisecond
	if got := s.list(1, 3); got.err == nil {
		t.Error("an answer came before an hour was over")
	}
	if got := s.list(1, 3); got.status != http.StatusOK {
		t.Errorf("the next request is answered with %d, %v", got.status, got.err)
	}
}

func TestScript(t *testing.T) {
	tests := []struct {
		name   string
		faults []portal.Fault
		want   []int
	}{
		{"none", nil, []int{200, 200, 200, 200, 200, 200, 200}},
		{"once", []portal.Fault{{Name: "500"}}, []int{500, 200, 200, 200, 200, 200, 200}},
		{"the third", []portal.Fault{{Name: "500", From: 3}}, []int{200, 200, 500, 200, 200, 200, 200}},
		{"the third and fourth", []portal.Fault{{Name: "500", From: 3, Times: 2}}, []int{200, 200, 500, 500, 200, 200, 200}},
		{"each second", []portal.Fault{{Name: "500", From: 2, Every: 2, Times: 2}}, []int{200, 500, 200, 500, 200, 200, 200}},
		{"for ever", []portal.Fault{{Name: "503", From: 5, Times: portal.Forever}}, []int{200, 200, 200, 200, 503, 503, 503}},
		{"two", []portal.Fault{{Name: "500", From: 2}, {Name: "503", From: 4}}, []int{200, 500, 200, 503, 200, 200, 200}},
		{"elsewhere", []portal.Fault{{Name: "500", On: portal.EndpointTransfers}}, []int{200, 200, 200, 200, 200, 200, 200}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := opened(t, portal.Config{Faults: tt.faults})
			var got []int
			for range tt.want {
				got = append(got, s.list(1, 3).status)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("statuses (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTwoFaultsStrikeTogether(t *testing.T) {
	s := opened(t, portal.Config{Faults: []portal.Fault{{Name: "clock-skew"}, {Name: "half-page"}}})
	got := s.list(1, 3)
	if diff := cmp.Diff([]string{"19100", "19102"}, got.listing(t).Facilities); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if got.header.Get("Date") != "Wed, 15 Jun 2022 02:00:00 GMT" {
		t.Errorf("Date is %s", got.header.Get("Date"))
	}
	wantSeen(t, s.portal, portal.EndpointList, "clock-skew+half-page", http.StatusOK)
}

func TestNewRefusesFaults(t *testing.T) {
	_, err := portal.New(portal.Config{Now: clock, Faults: []portal.Fault{{Name: "500", On: "everywhere"}}})
	if !errors.Is(err, portal.ErrFault) {
		t.Errorf("New returns %v, want an ErrFault", err)
	}
}
