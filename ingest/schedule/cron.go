package schedule

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"thidua/transform/calendar"
)

// Cron is a schedule: the slots at which a job runs. The zero value has none.
type Cron struct {
	text  string
	slots cron.Schedule
}

// Parse reads a schedule of five fields: minute, hour, day of the month, month, day
// of the week. Where both days are restricted either suffices, as in every cron.
func Parse(text string) (Cron, error) {
	fields := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	slots, err := fields.Parse(text)
	if err != nil {
		return Cron{}, fmt.Errorf("read a schedule: %w", err)
	}
	return Cron{text, slots}, nil
}

// Next returns the first slot after the instant, the zero time where five years hold
// none, as with 30 February.
func (c Cron) Next(after time.Time) time.Time {
	if c.slots == nil {
		return time.Time{}
	}
	return c.slots.Next(after.In(calendar.Zone()))
}

// farthest is how far back a slot is looked for at most: 29 February comes every four
// years.
const farthest = 10 * 366 * 24 * time.Hour

// Latest returns the last slot that is not after the instant, the zero time where
// the years before it hold none.
func (c Cron) Latest(at time.Time) time.Time {
	for span := time.Minute; span < farthest; span *= 2 {
		slot := c.Next(at.Add(-span))
		if slot.IsZero() || slot.After(at) {
			continue
		}
		// Half the span holds no slot: there are few in the other half.
		for next := c.Next(slot); !next.IsZero() && !next.After(at); next = c.Next(slot) {
			slot = next
		}
		return slot
	}
	return time.Time{}
}

// lateAfter is how long after its second unused slot a job counts as late: a round
// that is at work may take its time.
const lateAfter = 15 * time.Minute

// late reports whether two slots have passed unused since the instant, the second of
// them some time ago.
func (c Cron) late(since, now time.Time) bool {
	second := c.Next(c.Next(since))
	return !second.IsZero() && now.Sub(second) > lateAfter
}
