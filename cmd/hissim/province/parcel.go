package province

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// feed is one folder that a kind of file is sent to, with its habits and faults.
type feed struct {
	// folder lies below the inbox.
	folder, ext string
	gz          bool
	header      []string
	faults      []feedFault
	// whole says that a file that is sent again with changes has all its rows, as
	// documents and registers have.
	whole bool

	truth   *FeedTruth
	parcels int
	// dirty counts the faults thrown, turns those of each kind.
	dirty   int
	turns   []int
	counts  map[string]int
	outputs map[string]*output
}

// feedFault is one way in which a feed is dirty. None of them changes what stands.
type feedFault struct {
	kind, end string
	// row appends a broken row to a file, the nth of its feed. Able says whether the
	// file has what it takes; nil means that each one has.
	row  func(s *sheet, n int)
	able func() bool
	// file spoils a copy of a file that has come before.
	file func(c *spoilt)
}

// spoilt is what can be done to a copy: its habit, bytes lost at its end, text
// behind its rows. Refused says that a reader must refuse it whole.
type spoilt struct {
	habit   tableHabit
	cut     bool
	tail    string
	refused bool
}

// plain makes the copy a table without a frame, in UTF-8.
func (c *spoilt) plain() {
	delimiter := c.habit.delimiter
	if delimiter != ';' {
		delimiter = ','
	}
	c.habit = tableHabit{delimiter: delimiter}
}

func (f feedFault) level() string {
	if f.row != nil {
		return "row"
	}
	return "delivery"
}

// parcel is what one sender has for one day: rows that can be written more than
// once. Rows writes those that the sheet takes, and counts them if the sheet asks.
type parcel struct {
	// unit is the folder of the sender, size how many rows there are.
	unit string
	// tag tells parcels of one unit and day apart.
	tag   string
	day   time.Time
	habit tableHabit
	size  int
	rows  func(s *sheet)
}

// destiny is what becomes of a parcel.
type destiny struct {
	arrivesOn, again time.Time
	copied           bool
	fault            *feedFault
	suffix           string
}

// throw decides about a parcel. The first parcels of a feed have all that is asked
// for, so that a small province has it too.
func (w *feeder) throw(f *feed, p parcel) destiny {
	d := w.dice
	d.start(w.seed, streamParcel, hash(f.folder+p.unit+p.tag+p.day.Format("20060102")))
	n, shares := f.parcels, w.settings.Shares
	f.parcels++
	to := destiny{arrivesOn: p.day}
	resend, copied, late, dirty := d.chance(shares.Resend), d.chance(shares.Duplicate), d.chance(shares.Late), d.chance(shares.Dirt)
	later, again := d.between(1, 14), d.between(1, 9)
	if late || n == 6 && shares.Late > 0 {
		if to.arrivesOn = w.atMost(p.day.AddDate(0, 0, later)); to.arrivesOn.After(p.day) {
			to.suffix = "_late"
		}
	}
	if resend || n == 2 && shares.Resend > 0 {
		to.again = w.atMost(to.arrivesOn.AddDate(0, 0, again))
	}
	to.copied = copied || n == 4 && shares.Duplicate > 0
	early := n%2 == 1 && shares.Dirt > 0 && slices.Contains(f.turns, 0) && f.dirty < 4*len(f.turns)
	if to.fault = f.next(dirty || early); to.fault != nil {
		// A reader may count what it sets aside once or twice where the same bytes
		// come twice.
		to.copied = to.copied && to.fault.row == nil
	}
	return to
}

// next is the fault whose turn it is, of those that the file is able to have; nil
// where none is wanted.
func (f *feed) next(wanted bool) *feedFault {
	which := -1
	for i := range f.faults {
		if able := f.faults[i].able; (able == nil || able()) && (which < 0 || f.turns[i] < f.turns[which]) {
			which = i
		}
	}
	if !wanted || which < 0 {
		return nil
	}
	f.turns[which]++
	f.dirty++
	return &f.faults[which]
}

// atMost keeps a day within the period.
func (w *feeder) atMost(day time.Time) time.Time {
	if day.After(w.profile.To) {
		return w.profile.To
	}
	return day
}

// send writes a parcel and all that comes of it: once as it is, perhaps with a
// broken row, then a copy, what is sent again, and a spoilt copy.
func (w *feeder) send(ctx context.Context, f *feed, p parcel) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	to := w.throw(f, p)
	plan := filePlan{facility: p.unit, tag: p.tag, day: p.day, arrivesOn: to.arrivesOn, number: 1, suffix: to.suffix}
	first := writing{plan: plan, habit: p.habit, at: plan.changedAt(), every: 1, counts: w.settings.arrived(to.arrivesOn)}
	if to.fault != nil && to.fault.row != nil {
		first.row = to.fault
	}
	if err := w.write(f, p, first); err != nil {
		return err
	}
	if to.copied {
		plan.number = 2
		if err := w.write(f, p, writing{plan: plan, habit: p.habit, at: plan.changedAt(), every: 1}); err != nil {
			return err
		}
	}
	if !to.again.IsZero() {
		if err := w.write(f, p, w.amended(f, p, plan, to.again)); err != nil {
			return err
		}
	}
	if to.fault != nil && to.fault.file != nil {
		c := spoilt{habit: p.habit}
		to.fault.file(&c)
		plan.number = 4
		return w.write(f, p, writing{plan: plan, habit: c.habit, at: plan.changedAt(), every: 1, spoilt: &c, fault: to.fault})
	}
	return nil
}

// amended is the writing of what is sent again: all rows, or one of ten.
func (w *feeder) amended(f *feed, p parcel, plan filePlan, again time.Time) writing {
	plan.number, plan.arrivesOn, plan.suffix = 3, again, ""
	every := 10
	if f.whole {
		every = 1
	}
	at := filePlan{day: again, number: 3}.changedAt()
	return writing{plan: plan, habit: p.habit, at: at, every: every, amended: true}
}

// writing is one file of a parcel.
type writing struct {
	plan            filePlan
	habit           tableHabit
	at              time.Time
	every           int
	amended, counts bool
	row             *feedFault
	spoilt          *spoilt
	fault           *feedFault
}

// write writes one file, if this call is to write it, and counts it if it has
// arrived.
func (w *feeder) write(f *feed, p parcel, what writing) error {
	arrived := w.settings.arrived(what.plan.arrivesOn)
	if arrived {
		w.account(f, what)
	}
	s := &w.sheet
	*s = sheet{
		habit: what.habit, header: f.header, buf: s.buf[:0], coded: s.coded,
		amended: what.amended, counts: what.counts, every: what.every,
	}
	if !w.settings.wanted(what.plan.arrivesOn) {
		if arrived && what.counts {
			s.begin(&file{to: nowhere{}})
			p.rows(s)
			f.breakRow(s, what.row, true)
			s.buf = s.buf[:0]
		}
		return nil
	}
	to, err := w.output(f, what.habit).create(p.unit, what.plan.name(), what.at)
	if err != nil {
		return err
	}
	if what.spoilt != nil {
		to.cut = what.spoilt.cut
	}
	s.begin(to)
	p.rows(s)
	f.breakRow(s, what.row, arrived)
	if what.spoilt != nil {
		s.buf = append(s.buf, what.spoilt.tail...)
	}
	return s.finish(p.size)
}

// breakRow appends the broken row of a fault, if there is one, and counts it.
func (f *feed) breakRow(s *sheet, fault *feedFault, counts bool) {
	if fault == nil {
		return
	}
	if fault.row(s, f.dirty); counts {
		f.counts[fault.kind]++
	}
}

// account counts a file that has arrived.
func (w *feeder) account(f *feed, what writing) {
	f.truth.Files++
	if what.fault != nil {
		f.counts[what.fault.kind]++
		f.truth.RefusedFiles += one(what.spoilt.refused)
	}
}

// nowhere takes what is counted and not written.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// output is where files of a habit go: workbooks and UTF-16 have names of their own.
func (w *feeder) output(f *feed, h tableHabit) *output {
	ext := f.ext
	switch {
	case h.workbook:
		ext = ".xlsx"
	case h.delimiter == '\t':
		ext = ".txt"
	}
	if f.outputs[ext] == nil {
		compress := "none"
		if f.gz {
			compress = "gz"
		}
		f.outputs[ext] = newOutput(filepath.Join(w.dir, filepath.FromSlash(f.folder)), ext, compress)
		f.outputs[ext].buffer = w.buffer
	}
	return f.outputs[ext]
}

// settle ends a feed: its faults and files join the truth.
func (w *feeder) settle(f *feed) {
	f.truth.addDirt(f.counts, f.faults)
	for _, o := range f.outputs {
		w.written.Files += o.written.Files
		w.written.Bytes += o.written.Bytes
	}
}

// openQuote is the fault of a table whose last cell never ends.
func openQuote() feedFault {
	return feedFault{
		kind: "file_open_quote", end: "the file is refused whole",
		file: func(c *spoilt) { c.plain(); c.tail, c.refused = `"chưa đóng`, true },
	}
}

// truncated is the fault of a file that lost its second half, in a format that
// shows it.
func truncated() feedFault {
	return feedFault{
		kind: "file_truncated", end: "the file is refused whole",
		file: func(c *spoilt) { c.cut, c.refused = true, true },
	}
}

// cutRow is the fault of a table that ends in the first cell of a row.
func cutRow(cell string) feedFault {
	return feedFault{
		kind: "file_cut_row", end: "the last row is quarantined, the others stand already",
		file: func(c *spoilt) { c.plain(); c.tail = cell },
	}
}

// oldLetters is the copy of a table in TCVN3.
func oldLetters() feedFault {
	return feedFault{
		kind: "file_tcvn3", end: "the file loads, its rows stand already",
		file: func(c *spoilt) { c.habit = tableHabit{delimiter: ',', encode: appendTCVN3} },
	}
}

// monthOf is how the truth names a month, and fileDay the day on which what
// happened in it is sent: the second of the next month, or the end of the period.
func monthOf(day time.Time) string {
	return strconv.Itoa(day.Year()) + "-" + digits(int(day.Month()), 2)
}

func (w *feeder) fileDay(month time.Time) time.Time {
	return w.atMost(on(month.Year(), month.Month()+1, 2))
}
