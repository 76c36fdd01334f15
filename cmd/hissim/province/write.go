package province

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"
)

// ErrNoFacility is returned where no facility of the province is open.
var ErrNoFacility = errors.New("no facility of the province is open")

// Places say where things go. CheckIns may be empty where the settings ask for
// none. Plant may be nil.
type Places struct {
	Claims   string
	CheckIns string
	Plant    io.Writer
}

// Write writes the province and returns the truth about it. It goes through the
// days in order and holds one dossier in memory at a time; of the visits to be
// sent again it remembers the numbers.
func Write(ctx context.Context, s Settings, facilities []Facility, to Places) (Truth, error) {
	if err := s.Check(); err != nil {
		return Truth{}, err
	}
	plant := newPlanter(to.Plant)
	truth, err := writeClaims(ctx, s, facilities, to, witnesses{plant: plant})
	if err != nil {
		return Truth{}, err
	}
	return truth, plant.finish()
}

// witnesses are those whom claims are made for, or nil where patients are numbered
// by themselves, and who is told of them beside the truth.
type witnesses struct {
	people *population
	plant  *planter
	visits *visitBook
}

// writeClaims writes claims and check-ins.
func writeClaims(ctx context.Context, s Settings, facilities []Facility, to Places, who witnesses) (Truth, error) {
	w := &writer{
		settings: s, maker: newMaker(s), ledger: newLedger(s), plant: who.plant, visits: who.visits,
		claims: newOutput(to.Claims, ".xml", s.Shape.Compress), checkIns: newOutput(to.CheckIns, ".xml", s.Shape.Compress),
		again: map[time.Time]map[string][]sending{},
	}
	w.maker.people = who.people
	for i := range s.Days {
		day := s.From.AddDate(0, 0, i)
		w.net = newNetwork(facilities, s.Province, day)
		if len(w.net.facilities) == 0 {
			return Truth{}, fmt.Errorf("%s: %w", day.Format(time.DateOnly), ErrNoFacility)
		}
		if err := w.day(ctx, i, day); err != nil {
			return Truth{}, err
		}
	}
	truth := w.ledger.finish()
	truth.Written.Files = w.claims.written.Files + w.checkIns.written.Files
	truth.Written.Bytes = w.claims.written.Bytes + w.checkIns.written.Bytes
	return truth, nil
}

// writer holds what the days share.
type writer struct {
	settings Settings
	maker    *maker
	net      network
	ledger   *ledger
	plant    *planter
	visits   *visitBook
	claims   *output
	checkIns *output
	envelope envelope
	// again lists by day and facility what is sent for the second time.
	again map[time.Time]map[string][]sending
}

// sending is one visit in one of its versions, on its way into a file. Day and
// net are those of the visit, needed to make it again.
type sending struct {
	number   int
	day      time.Time
	facility Facility
	net      network
	again    bool
}

// day sends the visits that ended on the day, then what is sent again on it.
func (w *writer) day(ctx context.Context, index int, day time.Time) error {
	byFacility := map[string][]sending{}
	first := index * w.settings.Visits / w.settings.Days
	beyond := (index + 1) * w.settings.Visits / w.settings.Days
	for number := first; number < beyond; number++ {
		f := w.maker.facilityOf(number, w.net)
		byFacility[f.Code] = append(byFacility[f.Code], sending{number: number, day: day, facility: f, net: w.net})
	}
	codes := make([]string, 0, len(byFacility))
	for code := range byFacility {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	numbers := map[string]*int{}
	var stray []sending
	for _, code := range codes {
		if err := ctx.Err(); err != nil {
			return err
		}
		numbers[code] = new(int)
		astray, err := w.facilityDay(code, day, byFacility[code], numbers[code])
		if err != nil {
			return err
		}
		stray = append(stray, astray...)
	}
	if len(stray) > 0 {
		w.again[day] = withStray(w.again[day], stray)
	}
	return w.sendAgain(day, numbers)
}

// withStray adds the visits that go out under the code of no facility to what
// is sent behind the files of the day.
func withStray(again map[string][]sending, stray []sending) map[string][]sending {
	if again == nil {
		again = map[string][]sending{}
	}
	again[strayCode] = stray
	return again
}

// facilityDay sends what a facility has on a day, and returns the visits that go
// out under the code of no facility.
func (w *writer) facilityDay(code string, day time.Time, visits []sending, number *int) (stray []sending, err error) {
	style := w.style(code)
	size := len(visits)
	if w.settings.Shape.FilesPer == "visit" {
		size = 1
	}
	var checkedIn []sending
	for chunk := range slices.Chunk(visits, size) {
		*number++
		plan := w.plan(code, day, *number)
		sent, astray := w.account(chunk, &plan)
		stray = append(stray, astray...)
		checkedIn = append(checkedIn, w.checkedIn(sent)...)
		if err := w.send(plan, sent, style); err != nil {
			return nil, err
		}
		if plan.copied {
			*number++
			if err := w.send(plan.copy(*number), sent, style); err != nil {
				return nil, err
			}
		}
	}
	if err := w.sendCheckIns(code, day, checkedIn, style); err != nil {
		return nil, err
	}
	return stray, w.sendJunk(code, day, number)
}

// sendAgain writes the files of second sendings, one for each facility.
func (w *writer) sendAgain(day time.Time, numbers map[string]*int) error {
	again := w.again[day]
	delete(w.again, day)
	codes := make([]string, 0, len(again))
	for code := range again {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		if numbers[code] == nil {
			numbers[code] = new(int)
		}
		*numbers[code]++
		plan := filePlan{facility: code, day: day, arrivesOn: day, number: *numbers[code]}
		if w.settings.arrived(day) {
			w.ledger.truth.Sent.Files++
			w.ledger.truth.Sent.Dossiers += len(again[code])
		}
		if err := w.send(plan, again[code], w.style(code)); err != nil {
			return err
		}
	}
	return nil
}

// style is the habit of a facility: the same on all days.
func (w *writer) style(code string) style {
	if w.settings.Shape.Plain {
		return style{}
	}
	w.maker.dice.start(w.settings.Seed, streamStyle, hash(code))
	return pick(w.maker.dice, habits)
}

// send writes one file, if this call is to write it.
func (w *writer) send(plan filePlan, sent []sending, s style) error {
	if !w.settings.wanted(plan.arrivesOn) || len(sent) == 0 {
		return nil
	}
	f, err := w.claims.create(plan.facility, plan.name(), plan.changedAt())
	if err != nil {
		return err
	}
	declared := len(sent)
	if plan.fault == faultShort {
		declared++
	}
	f.write(w.envelope.head(plan.facility, plan.day, declared))
	for i, what := range sent {
		v, _ := w.maker.version(what)
		w.plant.visit(v)
		dossier := w.envelope.dossier(v, s)
		if plan.fault == faultTruncated && i == len(sent)-1 {
			f.write(dossier[:len(dossier)/2])
			return f.finish()
		}
		f.write(dossier)
	}
	f.write([]byte(envelopeEnd))
	return f.finish()
}

// filePlan is what is decided about a file before it is written.
type filePlan struct {
	facility       string
	day, arrivesOn time.Time
	number         int
	fault          faultKind
	copied         bool
	// tag stands before the number in the name, suffix behind it.
	tag, suffix string
}

// plan throws whether a file is late, broken or copied. What is late was made on
// its day and comes later: its name, NGAYLAP and time are old.
func (w *writer) plan(code string, day time.Time, number int) filePlan {
	p := filePlan{facility: code, day: day, arrivesOn: day, number: number}
	d := w.maker.dice
	d.start(w.settings.Seed, streamFile, hash(code+day.Format("20060102"))+uint64(number))
	shares := w.settings.Shares
	late, broken, copied := d.chance(shares.Late), d.chance(shares.Dirt), d.chance(shares.Duplicate)
	arrival := day.AddDate(0, 0, d.between(1, 14))
	if arrival.After(w.settings.last()) {
		arrival = w.settings.last()
	}
	if late && arrival.After(day) {
		p.arrivesOn, p.suffix = arrival, "_late"
	}
	if broken {
		p.fault = faultTruncated + faultKind(d.IntN(2))
	}
	p.copied = copied && !broken
	return p
}

// copy is the plan of the same bytes under another name.
func (p filePlan) copy(number int) filePlan {
	p.number, p.copied = number, false
	return p
}

func (p filePlan) name() string {
	tag := "_"
	if p.tag != "" {
		tag += p.tag + "_"
	}
	return p.day.Format("20060102") + tag + strconv.Itoa(p.number) + p.suffix
}

// changedAt is the evening of the day, a minute later for each file.
func (p filePlan) changedAt() time.Time {
	return p.day.Add(18*time.Hour + time.Duration(p.number)*time.Minute)
}
