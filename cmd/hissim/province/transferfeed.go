package province

import (
	"context"
	"time"

	"thidua/cmd/hissim/figure"
)

// transfers writes the messages to the health record platform: a compressed table
// for each facility and month.
func (w *feeder) transfers(ctx context.Context) error {
	f := w.open("health_record_transfer", feed{
		folder: FeedTransfers, ext: ".csv", gz: true,
		header: []string{"ma_giao_dich", "ma_cskcb", "ma_lk", "thoi_diem", "ket_qua", "ma_loi"},
		faults: []feedFault{
			{kind: "no_key", end: "the row is quarantined", row: w.brokenTransfer("", "2022-03-01 08:00:00")},
			{kind: "scientific_number", end: "the row is quarantined", row: w.brokenTransfer("1.9101E+14", "2022-03-01 08:00:00")},
			{kind: "impossible_date", end: "the row is quarantined", row: w.brokenTransfer("SAI0000001", "2022-02-31 08:00:00")},
			truncated(),
		},
	})
	for place, share := range w.dealt.shares {
		for j := 0; j < share; {
			month := w.transfer(place, j).At
			first, beyond := j, j+1
			for beyond < share && monthOf(w.transferDay(place, beyond)) == monthOf(month) {
				beyond++
			}
			if err := w.send(ctx, f, w.transferParcel(f, place, first, beyond)); err != nil {
				return err
			}
			j = beyond
		}
	}
	w.settle(f)
	return nil
}

// transferParcel holds transfers first up to beyond of a facility, all of a month.
func (w *feeder) transferParcel(f *feed, place, first, beyond int) parcel {
	code := w.net.facilities[place].Code
	month := w.transferDay(place, first)
	p := parcel{unit: code, day: w.fileDay(month), habit: tableHabit{delimiter: ','}, size: beyond - first}
	at := w.figures.Facility(code)
	p.rows = func(s *sheet) {
		rejected := 0
		for j := first; j < beyond; j++ {
			t := w.transfer(place, j)
			rejected += one(!t.Accepted)
			if s.counts && t.Accepted {
				w.figures.Happen(figure.AcceptedTransfer, at, figure.DayOf(t.At))
			}
			if s.take() {
				w.transferRow(s, t)
			}
		}
		if s.counts {
			f.truth.stand(code, monthOf(month), beyond-first)
			f.truth.count("accepted", beyond-first-rejected)
			f.truth.count("rejected", rejected)
			f.truth.Figures["facilities"] = len(f.truth.Groups["by_facility"])
		}
	}
	return p
}

// transferRow writes one message. Sent again, it is told an hour later.
func (w *feeder) transferRow(s *sheet, t Transfer) {
	w.plant.value("transfer", t.Code)
	w.plant.value("visit_key", t.Visit)
	if s.amended {
		t.At = t.At.Add(time.Hour)
	}
	s.texts(t.Code, t.Facility, t.Visit)
	s.stamp(t.At, appendSecond)
	s.number(one(t.Accepted))
	s.text(t.ErrorCode)
	s.endRow()
}

func (w *feeder) brokenTransfer(code, at string) func(*sheet, int) {
	return func(s *sheet, n int) {
		facility := w.net.facilities[0].Code
		visit := facility + "_SAI" + digits(n, 5)
		w.plant.value("transfer", code)
		w.plant.value("visit_key", visit)
		s.texts(code, facility, visit, at, "1", "")
		s.endRow()
	}
}
