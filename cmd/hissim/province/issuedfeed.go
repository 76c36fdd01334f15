package province

import (
	"context"
	"slices"
	"strings"
	"time"

	"thidua/cmd/hissim/figure"
)

// issuedRow is a prescription as the hospital system remembers it: by its number,
// with the place of the facility and the state it came into.
type issuedRow struct {
	number int
	unit   string
	month  string
	at     time.Time
	state  State
}

// issuedRows lists all prescriptions by sender and month. Unit names the sender.
func (w *feeder) issuedRows(wanted func(*Prescription) (unit string, ok bool)) []issuedRow {
	var all []issuedRow
	for n := range w.profile.Papers.Issued {
		p := w.prescription(n)
		p.State = w.lastState(n, p.PrescribedAt)
		if unit, ok := wanted(&p); ok {
			all = append(all, issuedRow{n, unit, monthOf(p.PrescribedAt), p.PrescribedAt, p.State})
		}
	}
	slices.SortStableFunc(all, func(a, b issuedRow) int { return strings.Compare(a.unit+a.month, b.unit+b.month) })
	return all
}

// lastState is the state of a prescription at the end of the period; it is empty
// where it was not uploaded.
func (o *Outside) lastState(n int, prescribedAt time.Time) (last State) {
	if o.uploaded(n) {
		for _, s := range o.history(n, prescribedAt) {
			last = s
		}
	}
	return last
}

// sendRows sends the rows of each unit and month as a parcel.
func (w *feeder) sendRows(ctx context.Context, f *feed, all []issuedRow, h tableHabit, rows func(s *sheet, part []issuedRow)) error {
	for first := 0; first < len(all); {
		beyond := first + 1
		for beyond < len(all) && all[beyond].unit == all[first].unit && all[beyond].month == all[first].month {
			beyond++
		}
		part := all[first:beyond]
		p := parcel{unit: part[0].unit, day: w.fileDay(part[0].at), habit: h, size: len(part), rows: func(s *sheet) { rows(s, part) }}
		if err := w.send(ctx, f, p); err != nil {
			return err
		}
		first = beyond
	}
	w.settle(f)
	return nil
}

// issued writes what hospital systems export of the prescriptions they issued.
func (w *feeder) issued(ctx context.Context) error {
	f := w.open("issued_prescription", feed{
		folder: FeedIssued, ext: ".csv",
		header: []string{
			"ma_don_thuoc", "loai_don_thuoc", "ngay_gio_ke_don", "ma_cskcb", "ma_dinh_danh_cong_dan", "ho_ten_benh_nhan",
			"gui_thanh_cong", "trang_thai_lay_thuoc",
		},
		faults: []feedFault{
			{kind: "no_key", end: "the row is quarantined", row: w.brokenIssued("", "2022-03-01 08:00:00")},
			{kind: "impossible_date", end: "the row is quarantined", row: w.brokenIssued("00000sai0000-c", "2022-02-30 08:00:00")},
			openQuote(),
		},
	})
	all := w.issuedRows(func(p *Prescription) (string, bool) { return p.Facility.Code, true })
	return w.sendRows(ctx, f, all, tableHabit{delimiter: ',', bom: true}, func(s *sheet, part []issuedRow) {
		for _, row := range part {
			p := w.prescription(row.number)
			if s.take() {
				w.issuedRow(s, &p, row.state)
			}
			if s.counts {
				f.truth.count("sent_ok", one(accepted(row.state)))
				f.truth.group("sent_ok_by_facility", row.unit, one(accepted(row.state)))
				f.truth.group("by_kind", p.Kind, 1)
				at, day := w.figures.Facility(row.unit), figure.DayOf(row.at)
				w.figures.Happen(figure.IssuedPrescription, at, day)
				if accepted(row.state) && row.state.Status != StatusCancelled {
					w.figures.Happen(figure.ReceivedPrescription, at, day)
				}
			}
		}
		if s.counts {
			f.truth.stand(part[0].unit, part[0].month, len(part))
		}
	})
}

// accepted reports whether the national system took the prescription.
func accepted(s State) bool { return s.Status != "" && s.Status != StatusError }

// issuedRow writes one row. Sent again, the citizen ID is missing.
func (w *feeder) issuedRow(s *sheet, p *Prescription, state State) {
	w.plant.value("name", p.Patient.Name)
	w.plant.value("citizen_id", p.Patient.CitizenID)
	dispensing, id := "", p.Patient.CitizenID
	if state.Status == StatusDispensed || state.Status == StatusPartly {
		dispensing = state.Status
	}
	if s.amended {
		id = ""
	}
	s.texts(p.Code, p.Kind)
	s.stamp(p.PrescribedAt, appendSecond)
	s.texts(p.Facility.Code, id, p.Patient.Name)
	s.number(one(accepted(state)))
	s.text(dispensing)
	s.endRow()
}

func (w *feeder) brokenIssued(code, at string) func(*sheet, int) {
	return func(s *sheet, _ int) {
		w.plant.value("name", "TRẦN VĂN SAI")
		s.texts(code, "c", at, w.net.facilities[0].Code, "", "TRẦN VĂN SAI", "1", "")
		s.endRow()
	}
}

// lookUps writes answers of the national look-up, a document each: one of twenty
// prescriptions that the national system knows.
func (w *feeder) lookUps(ctx context.Context) error {
	f := w.open("prescription", feed{folder: FeedLookUps, ext: ".json", whole: true, faults: []feedFault{truncated()}})
	all := w.issuedRows(func(p *Prescription) (string, bool) {
		return p.Facility.Code, accepted(p.State) && hash(p.Code)%20 == 0
	})
	for _, row := range all {
		p := w.prescription(row.number)
		rows := func(s *sheet) {
			w.plantPatient(&p)
			s.buf = appendLookUp(s.buf, &p, s.amended)
			if s.counts {
				f.truth.Rows++
				f.truth.count("items", len(p.Drugs))
				f.truth.count("courses", len(p.Courses))
			}
		}
		if err := w.send(ctx, f, parcel{unit: row.unit, tag: digits(row.number, 6), day: w.fileDay(row.at), size: 1, rows: rows}); err != nil {
			return err
		}
	}
	w.settle(f)
	return nil
}

func (w *feeder) plantPatient(p *Prescription) {
	for _, v := range [...][2]string{
		{"name", p.Patient.Name},
		{"address", p.Patient.Address},
		{"phone", p.Patient.Phone},
		{"citizen_id", p.Patient.CitizenID},
		{"card", p.Patient.Card},
		{"name", p.Patient.Guardian},
	} {
		w.plant.value(v[0], v[1])
	}
}

// dispenses writes what pharmacies reported, a list for each pharmacy and month.
func (w *feeder) dispenses(ctx context.Context) error {
	f := w.open("prescription_dispense", feed{
		folder: FeedDispenses, ext: ".json", whole: true,
		faults: []feedFault{
			truncated(),
			{kind: "file_no_json", end: "the file is refused whole", file: func(c *spoilt) { c.tail, c.refused = "<html>502 Bad Gateway</html>", true }},
		},
	})
	all := w.issuedRows(func(p *Prescription) (string, bool) {
		return w.pharmacy(p), p.State.Status == StatusDispensed || p.State.Status == StatusPartly
	})
	return w.sendRows(ctx, f, all, tableHabit{}, func(s *sheet, part []issuedRow) {
		s.buf = append(s.buf, '[')
		for i, row := range part {
			p := w.prescription(row.number)
			reports := w.reports(row.number, &p)
			for j, r := range reports {
				if i+j > 0 {
					s.buf = append(s.buf, ',', '\n')
				}
				s.buf = appendReport(s.buf, &p, row.unit, r)
			}
			if s.counts {
				f.truth.count("prescriptions", 1)
				f.truth.count("items", len(reports)*len(p.Drugs))
				f.truth.Rows += len(reports)
				f.truth.group("by_month", row.month, len(reports))
				f.truth.group("by_pharmacy", row.unit, len(reports))
			}
			s.let()
		}
		s.buf = append(s.buf, "]\n"...)
	})
}

// pharmacy is who dispenses a prescription: one of three near the facility.
func (w *feeder) pharmacy(p *Prescription) string {
	return "NT" + w.profile.Province + digits(int(hash(p.Facility.Code)%17)*3+int(hash(p.Code)%3), 6)
}

// report is one sale: the invoice, and which part of two it is.
type report struct {
	invoice     string
	part, parts int
}

// reports lists the sales of a prescription: one, or one for each part. A part that
// stays the only one is the first of two.
func (w *feeder) reports(number int, p *Prescription) (all []report) {
	invoice := func(part int) string { return "HD" + digits(number, 7) + digits(part, 1) }
	partly := false
	for _, s := range w.history(number, p.PrescribedAt) {
		switch s.Status {
		case StatusPartly:
			partly = true
			all = append(all, report{invoice(1), 1, 2})
		case StatusDispensed:
			if partly {
				all = append(all, report{invoice(2), 2, 2})
			} else {
				all = append(all, report{invoice(1), 1, 1})
			}
		}
	}
	return all
}
