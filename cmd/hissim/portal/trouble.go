package portal

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// trouble is what a kind of fault does to an answer.
type trouble struct {
	name, says string
	// on are the endpoints that it can strike, the usual one first.
	on []string
	// times and seconds stand for zero in a fault.
	times, seconds int
	// able says whether the request can be struck, given the answer that it would
	// have without the fault; nil: each one.
	able func(c call, a answer) bool
	// change returns what is answered instead.
	change func(c call, f Fault, a answer) answer
}

// Endpoints, by the groups that troubles strike.
var (
	everywhere = []string{EndpointList, EndpointTransfers, EndpointLookup, EndpointLogin}
	guarded    = []string{EndpointList, EndpointTransfers}
	listed     = []string{EndpointList}
	streamed   = []string{EndpointTransfers}
)

// The troubles of the outside world, each as a client meets it.
var troubles = []trouble{
	{name: "token-expiry", says: "the tokens that were given out end at once: 401", on: guarded, change: expireTokens},
	{name: "429-seconds", says: "too many requests, Retry-After in seconds", on: everywhere, seconds: 2, change: tooManySeconds},
	{name: "429-date", says: "too many requests, Retry-After as a date by the server's clock", on: everywhere, seconds: 2, change: tooManyDate},
	{name: "429-bare", says: "too many requests, no Retry-After", on: everywhere, change: tooMany},
	{name: "500", says: "an internal error", on: everywhere, change: broken(http.StatusInternalServerError)},
	{name: "503", says: "unavailable; Retry-After where seconds are set", on: everywhere, change: unavailable},
	{name: "truncated-body", says: "the body ends in the middle, and the head says that this is all", on: everywhere, able: hasBody, change: truncate},
	{name: "wrong-length", says: "the head declares more bytes than come, then the connection ends", on: everywhere, able: hasBody, change: shorten},
	{name: "duplicate-page", says: "the page before is answered once more", on: listed, able: hasPageBefore, change: repeatPage},
	{name: "missing-page", says: "a page comes empty while the total stands", on: listed, able: hasRecords, change: emptyPage},
	{name: "half-page", says: "a page lacks one of its records while the total stands", on: listed, able: hasRecords, change: dropRecord},
	{name: "endless-cursor", says: "behind the last page come empty ones, each with a new cursor", on: streamed, times: Forever, able: isLast, change: endless},
	{name: "repeated-cursor", says: "the last page names its own cursor as the next", on: streamed, times: Forever, able: isLast, change: circle},
	{name: "html-page", says: "a page for people in place of JSON, with status 200", on: everywhere, change: htmlPage},
	{name: "slow", says: "the answer comes late by the seconds set", on: everywhere, seconds: 5, change: slow},
	{name: "clock-skew", says: "the server's clock is off by the seconds set", on: everywhere, times: Forever, seconds: 3600, change: skew},
	{name: "reset", says: "the connection is reset without an answer", on: everywhere, change: reset},
}

func hasBody(_ call, a answer) bool { return len(a.body) > 1 }

func expireTokens(c call, _ Fault, _ answer) answer {
	c.portal.tokens.drop()
	return c.endpoint.serve(c)
}

func tooMany(call, Fault, answer) answer {
	return refuse(http.StatusTooManyRequests, "Vượt quá số lượt gọi cho phép")
}

func tooManySeconds(c call, f Fault, a answer) answer {
	return tooMany(c, f, a).with("Retry-After", strconv.Itoa(f.Seconds))
}

func tooManyDate(c call, f Fault, a answer) answer {
	until := c.at.Add(time.Duration(f.Seconds) * time.Second)
	return tooMany(c, f, a).with("Retry-After", until.UTC().Format(http.TimeFormat))
}

func broken(status int) func(call, Fault, answer) answer {
	return func(call, Fault, answer) answer { return refuse(status, "Lỗi hệ thống") }
}

func unavailable(_ call, f Fault, _ answer) answer {
	a := refuse(http.StatusServiceUnavailable, "Hệ thống đang bảo trì")
	if f.Seconds > 0 {
		a = a.with("Retry-After", strconv.Itoa(f.Seconds))
	}
	return a
}

func truncate(_ call, _ Fault, a answer) answer {
	a.body = a.body[:len(a.body)/2]
	return a
}

func shorten(_ call, _ Fault, a answer) answer {
	a.declared = len(a.body)
	a.body = a.body[:len(a.body)/2]
	return a
}

func hasPageBefore(c call, a answer) bool {
	return a.status == http.StatusOK && c.number("trang", 1) > 1
}

// repeatPage answers like a cache that mixes up its pages: the page number in
// the body is that of the page before, too.
func repeatPage(c call, _ Fault, _ answer) answer {
	query := c.request.URL.Query()
	query.Set("trang", strconv.Itoa(c.number("trang", 1)-1))
	c.request = c.request.Clone(c.request.Context())
	c.request.URL.RawQuery = query.Encode()
	return c.endpoint.serve(c)
}

func hasRecords(_ call, a answer) bool {
	return a.status == http.StatusOK && len(a.page().Records) > 0
}

func emptyPage(_ call, _ Fault, a answer) answer {
	p := a.page()
	p.Records = []json.RawMessage{}
	return answerJSON(http.StatusOK, p)
}

func dropRecord(_ call, _ Fault, a answer) answer {
	p := a.page()
	half := len(p.Records) / 2
	p.Records = append(p.Records[:half:half], p.Records[half+1:]...)
	return answerJSON(http.StatusOK, p)
}

func isLast(_ call, a answer) bool {
	return a.status == http.StatusOK && a.stretch().Next == nil
}

// endless makes up a cursor that the server takes for the end and has not given
// before: zeros before the number do not change it.
func endless(c call, _ Fault, a answer) answer {
	s := a.stretch()
	next := strconv.Itoa(c.number("sau", 0) + len(s.Records))
	if len(s.Records) == 0 {
		next = "0" + c.request.URL.Query().Get("sau")
	}
	s.Next = &next
	return answerJSON(http.StatusOK, s)
}

func circle(c call, _ Fault, a answer) answer {
	s := a.stretch()
	own := strconv.Itoa(c.number("sau", 0))
	s.Next = &own
	return answerJSON(http.StatusOK, s)
}

func htmlPage(call, Fault, answer) answer {
	return answer{status: http.StatusOK, contentType: "text/html; charset=utf-8", body: []byte(signInPage)}
}

func slow(c call, f Fault, a answer) answer {
	if err := c.portal.config.Sleep(c.request.Context(), time.Duration(f.Seconds)*time.Second); err != nil {
		a.reset = true
	}
	return a
}

func skew(c call, f Fault, a answer) answer {
	a.skew = time.Duration(f.Seconds) * time.Second
	return a
}

func reset(_ call, _ Fault, a answer) answer {
	a.reset = true
	return a
}
