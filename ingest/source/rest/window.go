package rest

import (
	"iter"
	"strconv"
	"time"
)

// vietnam is the local time of all declarations. It has no summer time.
func vietnam() *time.Location { return time.FixedZone("+07", 7*60*60) }

// span is a stretch of time, its end excluded. The zero span has no bounds.
type span struct {
	from, to time.Time
}

func (s span) whole() bool { return s.from.IsZero() }

// name is the span as item names say it: both ends, so that a later division of
// time cannot take one of its windows for another.
func (s span) name() string {
	if s.whole() {
		return everyWhole
	}
	return stamp(s.from) + "/" + stamp(s.to)
}

// stamp writes a local instant, the midnights as days.
func stamp(t time.Time) string {
	if t.Equal(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05")
}

// spans lists the windows that have begun by now, oldest first. The last one may
// not be over.
func (w Window) spans(from, now time.Time) iter.Seq[span] {
	return func(yield func(span) bool) {
		if w.Every == everyWhole {
			yield(span{})
			return
		}
		for start := from; start.Before(now); {
			end := w.next(start)
			if !yield(span{start, end}) {
				return
			}
			start = end
		}
	}
}

// next returns the first boundary after t.
func (w Window) next(t time.Time) time.Time {
	day := func(months, days int) time.Time {
		return time.Date(t.Year(), t.Month()+time.Month(months), t.Day()+days, 0, 0, 0, 0, t.Location())
	}
	switch w.Every {
	case everyHour:
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour()+1, 0, 0, 0, t.Location())
	case everyWeek:
		sinceMonday := (int(t.Weekday()) + 6) % 7
		return day(0, 7-sinceMonday)
	case everyMonth:
		return day(1, 1-t.Day())
	default:
		return day(0, 1)
	}
}

// final reports whether the window will not be asked for again once it was had at
// the instant.
func (w Window) final(s span, at time.Time) bool {
	return !s.whole() && !s.to.Add(w.LookBack.Std()+w.Lag.Std()).After(at)
}

// start reads where the first window begins.
func (w Window) start() (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, w.From, vietnam()); err == nil {
			return t.In(vietnam()), true
		}
	}
	return time.Time{}, false
}

// layouts are the named ways to write an instant. Those that count from 1970 are
// not among them.
var layouts = map[string]string{
	"date":      time.DateOnly,
	"date_time": time.RFC3339,
	"vn_date":   "02/01/2006",
}

const (
	epochSeconds = "epoch_s"
	epochMillis  = "epoch_ms"
)

// written returns an instant as the server reads it: a number where it counts from
// 1970, else a text.
func (w Window) written(t time.Time) any {
	switch w.Format {
	case epochSeconds:
		return t.Unix()
	case epochMillis:
		return t.UnixMilli()
	}
	layout, named := layouts[w.Format]
	if !named {
		layout = w.Format
	}
	return t.Format(layout)
}

// tells reports whether the format tells two instants apart.
func (w Window) tells(a, b time.Time) bool { return w.written(a) != w.written(b) }

// parameters returns the bounds of a window as parameters.
func (w Window) parameters(s span) []parameter {
	if s.whole() {
		return nil
	}
	to := s.to
	switch {
	case w.ToInclusive && w.Format == epochMillis:
		to = to.Add(-time.Millisecond)
	case w.ToInclusive:
		to = to.Add(-time.Second)
	}
	return []parameter{{w.FromParameter, w.written(s.from)}, {w.ToParameter, w.written(to)}}
}

// ask is one window for one value of the parameter that is asked for in turn.
type ask struct {
	span
	value string
}

// name is the same in every pull.
func (a ask) name() string {
	if a.value == "" {
		return a.span.name()
	}
	return a.span.name() + " " + a.value
}

// asOf is the name of what a pull found in a window that may still change.
func (a ask) asOf(at time.Time) string {
	return a.name() + " as of " + at.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// asks lists what a pull has to ask for, the oldest window first.
func (s *Source) asks(now time.Time) iter.Seq[ask] {
	values := s.config.Each.Values
	if len(values) == 0 {
		values = []string{""}
	}
	return func(yield func(ask) bool) {
		for w := range s.config.Window.spans(s.from, now) {
			for _, v := range values {
				if !yield(ask{w, v}) {
					return
				}
			}
		}
	}
}

// preface is the line that stands before the pages: what was asked for, so that
// records can be told by it and so that two windows without records are not taken
// for one payload. It is empty where there is nothing to tell.
func (s *Source) preface(a ask) []byte {
	var line []byte
	add := func(name, value string) {
		if line == nil {
			line = append(line, `{"@request":{`...)
		} else {
			line = append(line, ',')
		}
		line = append(append(appendJSON(line, name), ':'), appendJSON(nil, value)...)
	}
	if !a.whole() {
		add("window_from", a.from.Format(time.RFC3339))
		add("window_to", a.to.Format(time.RFC3339))
	}
	if a.value != "" {
		add(s.config.Each.Parameter, a.value)
	}
	if line == nil {
		return nil
	}
	return append(line, "}}\n"...)
}

// decimal writes a parameter for a query.
func decimal(value any) string {
	switch v := value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	}
	return ""
}
