package province

import (
	"context"
	"strconv"

	"thidua/cmd/hissim/figure"
)

// healthRecords writes the records that were created, one object a line and a file
// for each commune.
func (w *feeder) healthRecords(ctx context.Context) error {
	f := w.open("health_record", feed{
		folder: FeedHealthRecords, ext: ".ndjson",
		faults: []feedFault{
			{kind: "no_key", end: "the record is quarantined", row: w.brokenRecord(func(int) string { return "" })},
			{kind: "scientific_number", end: "the record is quarantined", row: w.brokenRecord(func(int) string { return "1.9054E+12" })},
			truncated(),
			{kind: "file_broken_line", end: "the file is refused whole", file: func(c *spoilt) { c.tail, c.refused = "{\"MA_NHANKHAU\": \n", true }},
		},
	})
	for c := range w.people.communes {
		first, beyond := w.people.members(c)
		if first == beyond {
			continue
		}
		p := parcel{unit: "xa_" + w.people.communes[c].code, day: w.profile.To.AddDate(0, 0, -1), size: beyond - first}
		p.rows = func(s *sheet) { w.communeRecords(f, s, c) }
		if err := w.send(ctx, f, p); err != nil {
			return err
		}
	}
	w.settle(f)
	return nil
}

func (w *feeder) communeRecords(f *feed, s *sheet, c int) {
	code := w.people.communes[c].code
	first, beyond := w.people.members(c)
	home, households := w.figures.Commune(code), 0
	for i := first; i < beyond; i++ {
		r := w.people.resident(w.dice, i)
		if s.take() {
			w.healthRecord(s, &r)
		}
		if s.counts {
			households += one(r.place == 0)
			made := w.someDay(r.household)
			f.truth.group("by_month", monthOf(made), 1)
			w.figures.Happen(figure.RecordedPerson, home, figure.DayOf(made))
			if r.place == 0 {
				w.figures.Happen(figure.RecordedHousehold, home, figure.DayOf(made))
			}
		}
	}
	if s.counts {
		f.truth.Rows += beyond - first
		f.truth.count("households", households)
		f.truth.group("by_commune", code, beyond-first)
		f.truth.group("households_by_commune", code, households)
	}
}

// healthRecord writes one person. The record of a household is created on one day.
// Sent again, the ethnic group is another one.
func (w *feeder) healthRecord(s *sheet, r *resident) {
	w.plant.person(&r.person)
	w.plant.value("resident", r.residentKey())
	w.plant.value("household", r.householdKey())
	relation, ethnic := "Chủ hộ", r.ethnic
	if r.place > 0 {
		relation = "Thành viên"
	}
	if s.amended {
		ethnic = "02"
	}
	b := s.buf
	b = appendMember(b, `{"MA_NHANKHAU":"`, r.residentKey())
	b = appendMember(b, `","MAHO_GIADINH":"`, r.householdKey())
	b = appendMember(b, `","MADINHDANH":"`, r.idNumber)
	b = append(b, `","MATHE":"`...)
	if r.insured {
		b = append(b, r.card...)
	}
	b = appendMember(b, `","HOTEN":"`, r.name)
	b = append(append(b, `","GIOITINH":`...), byte('0'+r.sex))
	b = append(b, `,"NGAYSINH":"`...)
	b = appendCompact(b, r.born)
	b = appendMember(b, `","QUANHE_CHUHO":"`, relation)
	b = appendMember(b, `","MADANTOC":"`, ethnic)
	b = appendMember(b, `","MATINH_THUONGTRU":"`, w.profile.Province)
	b = appendMember(b, `","MAHUYEN_THUONGTRU":"`, r.homeDistrict)
	b = appendMember(b, `","MAXA_THUONGTRU":"`, r.home)
	b = append(b, `","NGAY_KHOITAO":"`...)
	b = appendISO(b, w.someDay(r.household))
	s.buf = append(b, "\"}\n"...)
	s.let()
}

// appendMember writes what stands before a text and the text, which has nothing to
// escape.
func appendMember(to []byte, before, text string) []byte {
	return append(append(to, before...), text...)
}

// brokenRecord writes a person who is no inhabitant.
func (w *feeder) brokenRecord(key func(n int) string) func(*sheet, int) {
	return func(s *sheet, n int) {
		name := familyNames[n%len(familyNames)] + " THỊ SAI"
		w.plant.value("name", name)
		w.plant.value("household", "HGDSAI"+strconv.Itoa(n))
		s.buf = append(s.buf, `{"MA_NHANKHAU":"`+key(n)+`","MAHO_GIADINH":"HGDSAI`+strconv.Itoa(n)+`","HOTEN":"`+name+"\",\"GIOITINH\":2,\"NGAYSINH\":\"19700101\"}\n"...)
	}
}
