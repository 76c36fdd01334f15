package province

import (
	"strconv"
	"time"
)

// object appends the members of a JSON object.
type object struct {
	buf   []byte
	first bool
}

func (o *object) open() { o.buf, o.first = append(o.buf, '{'), true }

func (o *object) shut() { o.buf, o.first = append(o.buf, '}'), false }

func (o *object) name(name string) {
	if !o.first {
		o.buf = append(o.buf, ',')
	}
	o.first = false
	o.buf = append(append(append(o.buf, '"'), name...), '"', ':')
}

// text writes a text; none of ours has anything to escape but quotes.
func (o *object) text(name, text string) {
	o.name(name)
	o.buf = append(o.buf, '"')
	for i := range len(text) {
		if text[i] == '"' || text[i] == '\\' {
			o.buf = append(o.buf, '\\')
		}
		o.buf = append(o.buf, text[i])
	}
	o.buf = append(o.buf, '"')
}

func (o *object) number(name string, n int) {
	o.name(name)
	o.buf = strconv.AppendInt(o.buf, int64(n), 10)
}

func (o *object) null(name string) {
	o.name(name)
	o.buf = append(o.buf, "null"...)
}

func (o *object) day(name string, day time.Time) { o.text(name, string(appendDay(nil, day))) }

// list writes count objects.
func (o *object) list(name string, count int, item func(i int)) {
	o.name(name)
	o.buf = append(o.buf, '[')
	for i := range count {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.open()
		item(i)
		o.shut()
	}
	o.buf = append(o.buf, ']')
}

// appendLookUp writes the answer of the national look-up. Half of the facilities
// answer in the words of an older version. Again, the advice is another one.
func appendLookUp(to []byte, p *Prescription, again bool) []byte {
	old := hash(p.Facility.Code)%2 == 0
	o := object{buf: to}
	o.open()
	o.text("loai_don_thuoc", p.Kind)
	o.text("ma_don_thuoc", p.Code)
	o.text("ho_ten_benh_nhan", p.Patient.Name)
	o.day("ngay_sinh_benh_nhan", p.Patient.BornOn)
	o.number("gioi_tinh", p.Patient.Sex)
	o.text("dia_chi", p.Patient.Address)
	o.text("ma_dinh_danh_cong_dan", p.Patient.CitizenID)
	o.text("ma_so_the_bao_hiem_y_te", p.Patient.Card)
	if p.Patient.WeightHectograms > 0 {
		o.name("can_nang")
		o.buf = appendFixed(o.buf, int64(p.Patient.WeightHectograms), 1)
	} else {
		o.null("can_nang")
	}
	if old {
		o.text("chan_doan", p.Diagnoses[0].Name)
	} else {
		o.list("chan_doan", len(p.Diagnoses), func(i int) {
			o.text("ma_chan_doan", p.Diagnoses[i].ICD)
			o.text("ten_chan_doan", p.Diagnoses[i].Name)
			o.text("ket_luan", p.Diagnoses[i].Conclusion)
		})
	}
	o.text("luu_y", p.Caution)
	o.number("hinh_thuc_dieu_tri", p.Treatment)
	o.courses(p.Courses)
	o.list("thong_tin_don_thuoc", len(p.Drugs), func(i int) { o.drug(&p.Drugs[i], old) })
	o.text("loi_dan", p.Advice+[]string{"", " sớm"}[one(again)])
	o.text("so_dien_thoai_nguoi_kham_benh", p.Patient.Phone)
	o.number("ngay_tai_kham", p.RevisitDays)
	o.text("ngay_gio_ke_don", string(appendSecond(nil, p.PrescribedAt)))
	o.text("signature", "")
	o.text("ten_bac_si", p.Facility.Doctor)
	o.text([]string{"ten_co_so_kham_chua_benh", "ten_co_so_kham"}[one(old)], p.Facility.Name)
	o.text("so_dien_thoai_co_so_kham_chua_benh", p.Facility.Phone)
	if p.Patient.Guardian != "" {
		o.text("thong_tin_nguoi_giam_ho", p.Patient.Guardian)
	}
	o.shut()
	return append(o.buf, '\n')
}

// courses writes none as null, one as an object and more as a list.
func (o *object) courses(all []MedicationCourse) {
	member := func(i int) {
		o.number("dot", all[i].Number)
		o.day("tu_ngay", all[i].From)
		o.day("den_ngay", all[i].To)
		o.number("so_thang_thuoc", all[i].Batches)
	}
	switch len(all) {
	case 0:
		o.null("dot_dung_thuoc")
	case 1:
		o.name("dot_dung_thuoc")
		o.open()
		member(0)
		o.shut()
	default:
		o.list("dot_dung_thuoc", len(all), member)
	}
}

// drug writes a line; the older version names the unit otherwise and quotes the
// quantity.
func (o *object) drug(d *PrescribedDrug, old bool) {
	o.text("ma_thuoc", d.Code)
	o.text("biet_duoc", d.Brand)
	o.text("ten_thuoc", d.Name)
	if old {
		o.text("don_vi", d.Unit)
		o.text("so_luong", strconv.Itoa(d.Quantity))
		o.text("so_luong_to", "0")
	} else {
		o.text("don_vi_tinh", d.Unit)
		o.number("so_luong", d.Quantity)
	}
	o.text("cach_dung", d.Usage)
}

// appendReport writes what a pharmacy reports of a sale. Of two parts the first is
// half of each line, rounded up.
func appendReport(to []byte, p *Prescription, pharmacy string, r report) []byte {
	o := object{buf: to}
	o.open()
	o.text("ma_don_thuoc", p.Code)
	o.list("thong_tin_thuoc", len(p.Drugs), func(i int) {
		d := &p.Drugs[i]
		sold := d.Quantity
		if r.parts == 2 {
			if sold = (d.Quantity + 1) / 2; r.part == 2 {
				sold = d.Quantity / 2
			}
		}
		o.text("ma_thuoc_da_ke_don", d.Code)
		o.text("ma_thuoc", d.Code)
		o.text("biet_duoc", d.Brand)
		o.text("ten_thuoc", d.Name)
		o.text("don_vi_tinh", d.Unit)
		o.number("so_luong", d.Quantity)
		o.number("so_luong_ban", sold)
		o.text("cach_dung", d.Usage)
	})
	o.text("ma_dinh_danh_co_so_cung_ung_thuoc", pharmacy)
	o.text("ten_co_so_cung_ung_thuoc", "Nhà thuốc Mẫu "+pharmacy[4:])
	o.text("so_dien_thoai_co_so_cung_ung_thuoc", "0208"+pharmacy[3:])
	o.text("dia_chi_co_so_cung_ung_thuoc", "Số 2 đường Mẫu")
	o.text("ma_hoa_don", r.invoice)
	o.shut()
	return o.buf
}
