package rest

import (
	"net/http"
	"time"

	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// clockSkew is how far two clocks may be apart before a person is told.
const clockSkew = 2 * time.Minute

// skew is how far the server's clock is from ours, as the Date of its answers says.
type skew struct {
	// known says that an answer had a Date; ahead is how far the server was ahead
	// then, negative where it was behind. A Date has whole seconds.
	known bool
	ahead time.Duration
	// apart counts the answers whose Date was too far from our clock.
	apart int
}

// observe looks at the Date of an answer.
func (s *skew) observe(r *http.Response, now time.Time) {
	at, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		return
	}
	s.known, s.ahead = true, at.Sub(now)
	if s.ahead.Abs() > clockSkew {
		s.apart++
	}
}

// earlier returns the instant as the clock says that is behind: a window is over
// when it is over for both.
func (s *skew) earlier(t time.Time) time.Time {
	if s.known && s.ahead < 0 {
		return t.Add(s.ahead)
	}
	return t
}

// notes returns what a person should know of the clocks.
func (s *skew) notes() []source.Note {
	if s.apart == 0 {
		return nil
	}
	return []source.Note{{Rule: "clock_skew", Count: s.apart, Reason: delivery.Text{
		Vi: "đồng hồ máy chủ lệch quá 2 phút so với máy này; kiểm tra đồng bộ thời gian ở cả hai bên",
		En: "the server's clock is more than 2 minutes away from ours; check both against a time server",
	}}}
}
