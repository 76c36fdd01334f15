package province

import (
	"strconv"
	"time"
)

// junk is what lies in claim folders and is no claim file.
var junk = []string{
	"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>\n",
	"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
	"ma_lk;ma_cskcb;ngay_ra\n",
	"",
}

// sendJunk drops a file that is no claim file into the folder, as often as files
// are dirty.
func (w *writer) sendJunk(code string, day time.Time, number *int) error {
	d := w.maker.dice
	d.start(w.settings.Seed, streamFile, hash(code+day.Format("20060102"))+1<<40)
	if !d.chance(w.settings.Shares.Dirt) {
		return nil
	}
	*number++
	plan := filePlan{facility: code, day: day, arrivesOn: day, number: *number, fault: faultNotXML}
	content := pick(d, junk)
	w.accountFile(plan, 1)
	if !w.settings.wanted(day) {
		return nil
	}
	f, err := w.claims.create(code, plan.name(), plan.changedAt())
	if err != nil {
		return err
	}
	f.write([]byte(content))
	return f.finish()
}

// checkedIn keeps the visits whose check-in is sent. Layout 4210 has none.
func (w *writer) checkedIn(visits []sending) []sending {
	var kept []sending
	d := w.maker.dice
	for _, s := range visits {
		d.start(w.settings.Seed, streamCheckIn, uint64(s.number))
		if d.chance(w.settings.Shares.CheckIns) && w.settings.layout(s.day) != Layout4210 {
			kept = append(kept, s)
		}
	}
	return kept
}

// sendCheckIns writes the check-in documents (XML0) of a facility and day into
// files of their own: all of them, then every tenth once more, as hospitals do
// that send one for each first drug, service and supply.
func (w *writer) sendCheckIns(code string, day time.Time, visits []sending, s style) error {
	if len(visits) == 0 {
		return nil
	}
	var twice []sending
	for _, v := range visits {
		if v.number%10 == 0 {
			twice = append(twice, v)
		}
	}
	if w.settings.arrived(day) {
		w.ledger.month(code, day).CheckIns += len(visits)
		w.ledger.truth.Sent.CheckIns += len(visits) + len(twice)
		w.ledger.truth.Sent.CheckInFiles += 1 + one(len(twice) > 0)
	}
	if !w.settings.wanted(day) {
		return nil
	}
	for i, batch := range [][]sending{visits, twice} {
		if len(batch) == 0 {
			continue
		}
		name := day.Format("20060102") + "_checkin_" + strconv.Itoa(i+1)
		f, err := w.checkIns.create(code, name, day.Add(17*time.Hour+time.Duration(i)*time.Minute))
		if err != nil {
			return err
		}
		f.write(w.checkInDocument(batch, s, i))
		if err := f.finish(); err != nil {
			return err
		}
	}
	return nil
}

// checkInDocument writes CHI_TIEU_TRANG_THAI_KCB. The first item is the
// examination; sent again it is a drug.
func (w *writer) checkInDocument(batch []sending, s style, round int) []byte {
	d := &w.envelope.doc
	s.inline = false
	d.begin(s)
	d.open("CHI_TIEU_TRANG_THAI_KCB")
	d.open("DSACH_TRANG_THAI_KCB")
	for i, what := range batch {
		v := w.maker.make(what.number, what.day, what.facility, what.net)
		w.plant.visit(v)
		d.open("TRANG_THAI_KCB")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		checkInPerson(d, v)
		checkInItem(d, v, round)
		d.blank("DU_PHONG")
		d.close("TRANG_THAI_KCB")
	}
	d.close("DSACH_TRANG_THAI_KCB")
	d.blank("CHUKYDONVI")
	d.close("CHI_TIEU_TRANG_THAI_KCB")
	return d.buf
}

func checkInPerson(d *document, v *visit) {
	d.code("MA_BN", v.person.patientNo)
	d.text("HO_TEN", v.person.name)
	d.code("SO_CCCD", v.writtenID())
	d.code("NGAY_SINH", v.writtenBirth())
	d.number("GIOI_TINH", v.writtenSex())
	modernCard(d, v)
	d.code("MA_DOITUONG_KCB", v.arrival)
	d.minute("NGAY_VAO", v.arrived)
	d.minute("NGAY_VAO_NOI_TRU", v.admitted)
	if v.admitted.IsZero() {
		d.blank("LY_DO_VNT")
	} else {
		d.text("LY_DO_VNT", v.disease.complaint)
	}
	d.blank("MA_LY_DO_VNT")
	d.code("MA_LOAI_KCB", v.care)
	d.code("MA_CSKCB", v.facility.Code)
}

func checkInItem(d *document, v *visit, round int) {
	if round == 0 && v.care != "07" {
		d.code("MA_DICH_VU", examination.code)
		d.text("TEN_DICH_VU", examination.name)
		d.blank("MA_THUOC", "TEN_THUOC")
	} else {
		d.blank("MA_DICH_VU", "TEN_DICH_VU")
		d.code("MA_THUOC", v.drugs[0].code)
		d.text("TEN_THUOC", v.drugs[0].name)
	}
	d.blank("MA_VAT_TU", "TEN_VAT_TU")
	d.minute("NGAY_YL", v.arrived.Add(v.drugs[0].orderedAt.Sub(v.arrived)*time.Duration(round)))
}
