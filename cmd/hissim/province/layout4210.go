package province

import "strconv"

// The documents of QĐ 4210/QĐ-BYT (2017), in use for visits that ended before
// 01/07/2024. They carry no citizen ID, one amount per line, and codes of care
// with one digit. List documents have no wrapper.

// oldHead writes XML1.
func oldHead(d *document, v *visit) {
	d.open("TONG_HOP")
	d.code("MA_LK", v.key)
	d.number("STT", 1)
	d.code("MA_BN", v.person.patientNo)
	d.text("HO_TEN", v.person.name)
	d.code("NGAY_SINH", v.writtenBirth())
	d.number("GIOI_TINH", v.writtenSex())
	v.writeAddress(d)
	d.code("MA_THE", v.person.card)
	d.code("MA_DKBD", v.registeredAt)
	d.day("GT_THE_TU", v.cards.from)
	d.day("GT_THE_DEN", v.cards.to)
	d.blank("MIEN_CUNG_CT")
	d.text("TEN_BENH", v.disease.name)
	d.code("MA_BENH", v.disease.icd)
	d.code("MA_BENHKHAC", v.others)
	d.code("MA_LYDO_VVIEN", v.arrival[:1])
	d.blank("MA_NOI_CHUYEN", "MA_TAI_NAN")
	d.minute("NGAY_VAO", v.arrived)
	d.minute("NGAY_RA", v.writtenLeft())
	d.number("SO_NGAY_DTRI", v.days)
	d.number("KET_QUA_DTRI", v.outcome)
	d.number("TINH_TRANG_RV", v.discharge)
	d.minute("NGAY_TTOAN", v.paid)
	oldTotals(d, v)
	d.close("TONG_HOP")
}

// oldTotals writes the sums: only what the insurance looks at is in T_TONGCHI.
func oldTotals(d *document, v *visit) {
	d.amount("T_THUOC", v.total.drugs)
	d.amount("T_VTYT", v.total.supplies)
	d.amount("T_TONGCHI", v.total.covered)
	d.amount("T_BNTT", v.total.selfPaid)
	d.amount("T_BNCCT", v.total.shared)
	d.amount("T_BHTT", v.total.fund)
	d.amount("T_NGUONKHAC", v.total.other)
	d.number("T_NGOAIDS", 0)
	d.number("NAM_QT", v.left.Year())
	d.code("THANG_QT", digits(int(v.left.Month()), 2))
	d.code("MA_LOAI_KCB", v.care[1:])
	d.code("MA_KHOA", v.disease.department)
	d.code("MA_CSKCB", v.facility.Code)
	d.blank("MA_KHUVUC", "MA_PTTT_QT")
	d.fixed("CAN_NANG", int64(v.weight), 2)
}

// oldDrugs writes XML2.
func oldDrugs(d *document, v *visit) {
	d.open("DSACH_CHI_TIET_THUOC")
	for i := range v.drugs {
		l := &v.drugs[i]
		d.open("CHI_TIET_THUOC")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		d.code("MA_THUOC", l.code)
		d.number("MA_NHOM", 4)
		d.text("TEN_THUOC", l.name)
		d.text("DON_VI_TINH", l.unit)
		d.text("HAM_LUONG", l.strength)
		d.code("DUONG_DUNG", l.route)
		d.text("LIEU_DUNG", "2 viên/ngày")
		d.code("SO_DANG_KY", l.registration)
		d.text("TT_THAU", "57/QĐ-TTMS;G1;N1;2024")
		d.number("PHAM_VI", 1)
		d.number("TYLE_TT", l.insuranceRatio)
		v.writeQuantity(d, i, l.quantity)
		d.price("DON_GIA", l.insurancePrice)
		oldPayers(d, l.tariff, l.bill)
		d.code("MA_KHOA", v.disease.department)
		d.code("MA_BAC_SI", doctor)
		d.code("MA_BENH", v.disease.icd)
		d.minute("NGAY_YL", l.orderedAt)
		d.number("MA_PTTT", v.paymentMethod())
		d.close("CHI_TIET_THUOC")
	}
	d.close("DSACH_CHI_TIET_THUOC")
}

func oldPayers(d *document, t tariff, b bill) {
	d.amount("THANH_TIEN", b.covered)
	d.number("MUC_HUONG", t.benefitLevel)
	d.amount("T_NGUONKHAC", b.other)
	d.amount("T_BNTT", b.selfPaid)
	d.amount("T_BHTT", b.fund)
	d.amount("T_BNCCT", b.shared)
	d.number("T_NGOAIDS", 0)
}

// oldServices writes XML3.
func oldServices(d *document, v *visit) {
	d.open("DSACH_CHI_TIET_DVKT")
	for i := range v.services {
		l := &v.services[i]
		d.open("CHI_TIET_DVKT")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		if l.supply {
			d.blank("MA_DICH_VU")
			d.code("MA_VAT_TU", l.code)
		} else {
			d.code("MA_DICH_VU", l.code)
			d.blank("MA_VAT_TU")
		}
		d.number("MA_NHOM", l.group)
		d.text("TEN_DICH_VU", l.name)
		d.text("DON_VI_TINH", l.unit)
		d.number("PHAM_VI", 1)
		d.quantity("SO_LUONG", l.quantity)
		d.price("DON_GIA", l.insurancePrice)
		d.number("TYLE_TT", l.serviceRatio*l.insuranceRatio/100)
		oldPayers(d, l.tariff, l.bill)
		d.code("MA_KHOA", v.disease.department)
		d.code("MA_GIUONG", l.bed())
		d.code("MA_BAC_SI", doctor)
		d.code("MA_BENH", v.disease.icd)
		d.minute("NGAY_YL", l.orderedAt)
		d.minute("NGAY_KQ", l.resultAt)
		d.number("MA_PTTT", v.paymentMethod())
		d.close("CHI_TIET_DVKT")
	}
	d.close("DSACH_CHI_TIET_DVKT")
}

// oldResults writes XML4, oldCourses XML5.
func oldResults(d *document, v *visit) {
	d.open("DSACH_CHI_TIET_CLS")
	for i, r := range v.results {
		d.open("CHI_TIET_CLS")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		d.code("MA_DICH_VU", r.service)
		d.code("MA_CHI_SO", r.code)
		d.text("TEN_CHI_SO", r.name)
		d.text("GIA_TRI", r.value)
		d.blank("MA_MAY", "MO_TA", "KET_LUAN")
		d.minute("NGAY_KQ", r.resultAt)
		d.close("CHI_TIET_CLS")
	}
	d.close("DSACH_CHI_TIET_CLS")
}

func oldCourses(d *document, v *visit) {
	d.open("DSACH_CHI_TIET_DIEN_BIEN_BENH")
	for i, c := range v.courses {
		d.open("CHI_TIET_DIEN_BIEN_BENH")
		d.code("MA_LK", v.key)
		d.code("STT", strconv.Itoa(i+1))
		d.text("DIEN_BIEN", c.text)
		d.blank("HOI_CHAN", "PHAU_THUAT")
		d.minute("NGAY_YL", c.at)
		d.close("CHI_TIET_DIEN_BIEN_BENH")
	}
	d.close("DSACH_CHI_TIET_DIEN_BIEN_BENH")
}
