package province

import "strconv"

// The documents of QĐ 130/QĐ-BYT as amended by QĐ 4750 (2023) and 3176 (2024),
// in the order of elements of the official wire sample (CV 1245/BHXH-CNTT). The
// two differ in the referral letter only.

// modernHead writes XML1.
func modernHead(d *document, v *visit) {
	d.open("TONG_HOP")
	d.code("MA_LK", v.key)
	d.number("STT", 1)
	modernPerson(d, v)
	modernStay(d, v)
	modernTotals(d, v)
	d.close("TONG_HOP")
}

func modernPerson(d *document, v *visit) {
	p := &v.person
	d.code("MA_BN", p.patientNo)
	d.text("HO_TEN", p.name)
	d.code("SO_CCCD", v.writtenID())
	d.code("NGAY_SINH", v.writtenBirth())
	d.number("GIOI_TINH", v.writtenSex())
	d.code("NHOM_MAU", "O+")
	d.code("MA_QUOCTICH", "000")
	d.code("MA_DANTOC", p.ethnic)
	d.code("MA_NGHE_NGHIEP", "00000")
	v.writeAddress(d)
	v.writeResidence(d)
	d.code("DIEN_THOAI", p.phone)
	modernCard(d, v)
	d.blank("NGAY_MIEN_CCT")
}

// modernCard writes the card fields, blank for who is not insured.
func modernCard(d *document, v *visit) {
	if !v.person.insured {
		d.blank("MA_THE_BHYT", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN")
		return
	}
	d.code("MA_THE_BHYT", v.person.card)
	d.code("MA_DKBD", v.registeredAt)
	d.day("GT_THE_TU", v.cards.from)
	d.day("GT_THE_DEN", v.cards.to)
}

// writeResidence writes where the person lives.
func (v *visit) writeResidence(d *document) {
	d.code("MATINH_CU_TRU", v.facility.Province)
	if v.person.home != "" {
		d.code("MAHUYEN_CU_TRU", v.person.homeDistrict)
		d.code("MAXA_CU_TRU", v.person.home)
		return
	}
	d.code("MAHUYEN_CU_TRU", areaOf(v.facility, 3))
	d.code("MAXA_CU_TRU", areaOf(v.facility, 5))
}

// areaOf is the area code of the facility where it has the width of a district
// (3) or a commune (5).
func areaOf(f Facility, width int) string {
	if len(f.AreaCode) == width {
		return f.AreaCode
	}
	return ""
}

func modernStay(d *document, v *visit) {
	d.text("LY_DO_VV", v.disease.complaint)
	if v.admitted.IsZero() {
		d.blank("LY_DO_VNT")
	} else {
		d.text("LY_DO_VNT", v.disease.complaint)
	}
	d.blank("MA_LY_DO_VNT")
	d.text("CHAN_DOAN_VAO", "Theo dõi "+v.disease.name)
	d.text("CHAN_DOAN_RV", v.disease.name)
	d.code("MA_BENH_CHINH", v.disease.icd)
	d.code("MA_BENH_KT", v.others)
	d.blank("MA_BENH_YHCT", "MA_PTTT_QT")
	d.code("MA_DOITUONG_KCB", v.arrival)
	d.blank("MA_NOI_DI")
	d.code("MA_NOI_DEN", v.referredTo)
	d.blank("MA_TAI_NAN")
	d.minute("NGAY_VAO", v.arrived)
	d.minute("NGAY_VAO_NOI_TRU", v.admitted)
	d.minute("NGAY_RA", v.writtenLeft())
	d.blank("GIAY_CHUYEN_TUYEN")
	d.number("SO_NGAY_DTRI", v.days)
	d.text("PP_DIEU_TRI", "Điều trị nội khoa")
	d.number("KET_QUA_DTRI", v.outcome)
	d.number("MA_LOAI_RV", v.discharge)
	d.blank("GHI_CHU")
	d.minute("NGAY_TTOAN", v.paid)
}

func modernTotals(d *document, v *visit) {
	d.amount("T_THUOC", v.total.drugs)
	d.amount("T_VTYT", v.total.supplies)
	d.amount("T_TONGCHI_BV", v.total.hospital)
	d.amount("T_TONGCHI_BH", v.total.covered)
	d.amount("T_BNTT", v.total.selfPaid)
	d.amount("T_BNCCT", v.total.shared)
	d.amount("T_BHTT", v.total.fund)
	d.amount("T_NGUONKHAC", v.total.other)
	d.amount("T_BHTT_GDV", v.total.feeForService)
	d.number("NAM_QT", v.left.Year())
	d.code("THANG_QT", digits(int(v.left.Month()), 2))
	d.code("MA_LOAI_KCB", v.care)
	d.code("MA_KHOA", v.disease.department)
	d.code("MA_CSKCB", v.facility.Code)
	d.blank("MA_KHUVUC")
	d.fixed("CAN_NANG", int64(v.weight), 2)
	weights := ""
	for i, c := range v.children {
		if i > 0 {
			weights += ";"
		}
		weights += strconv.Itoa(c.grams)
	}
	d.code("CAN_NANG_CON", weights)
	d.blank("NAM_NAM_LIEN_TUC")
	if v.revisit {
		d.day("NGAY_TAI_KHAM", v.revisitAt())
	} else {
		d.blank("NGAY_TAI_KHAM")
	}
	d.code("MA_HSBA", "HS"+v.person.patientNo)
	d.code("MA_TTDV", headOfFacility)
	d.blank("DU_PHONG")
}

// headOfFacility and the practice certificates are invented staff.
const (
	headOfFacility = "1500000099"
	doctor         = "000001/SYN-CCHN"
	technician     = "000002/SYN-CCHN"
)

// modernDrugs writes XML2.
func modernDrugs(d *document, v *visit) {
	d.open("CHITIEU_CHITIET_THUOC")
	d.open("DSACH_CHI_TIET_THUOC")
	for i := range v.drugs {
		l := &v.drugs[i]
		d.open("CHI_TIET_THUOC")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		modernDrugName(d, l)
		v.writeQuantity(d, i, l.quantity)
		d.price("DON_GIA", l.hospitalPrice)
		d.amount("THANH_TIEN_BV", l.hospital)
		d.amount("THANH_TIEN_BH", l.covered)
		otherSources(d, l.bill.other)
		d.number("MUC_HUONG", l.benefitLevel)
		payers(d, l.bill)
		d.code("MA_KHOA", v.disease.department)
		d.code("MA_BAC_SI", doctor)
		d.blank("MA_DICH_VU")
		d.minute("NGAY_YL", l.orderedAt)
		d.minute("NGAY_TH_YL", l.orderedAt)
		d.number("MA_PTTT", v.paymentMethod())
		d.number("NGUON_CTRA", 1)
		d.blank("VET_THUONG_TP", "DU_PHONG")
		d.close("CHI_TIET_THUOC")
	}
	d.close("DSACH_CHI_TIET_THUOC")
	d.close("CHITIEU_CHITIET_THUOC")
}

func modernDrugName(d *document, l *drugLine) {
	d.code("MA_THUOC", l.code)
	d.blank("MA_PP_CHEBIEN", "MA_CSKCB_THUOC")
	d.number("MA_NHOM", 4)
	d.text("TEN_THUOC", l.name)
	d.text("DON_VI_TINH", l.unit)
	d.text("HAM_LUONG", l.strength)
	d.code("DUONG_DUNG", l.route)
	d.text("DANG_BAO_CHE", l.form)
	d.text("LIEU_DUNG", "1 viên/lần * 2 lần/ngày * 5 ngày [2 viên/ngày]")
	d.text("CACH_DUNG", "Dùng sau ăn")
	d.code("SO_DANG_KY", l.registration)
	d.text("TT_THAU", "57/QĐ-TTMS;G1;N1;2024")
	d.number("PHAM_VI", 1)
	d.number("TYLE_TT_BH", l.insuranceRatio)
}

// otherSources writes the four other payers and their sum; the rest pays all.
func otherSources(d *document, other amount) {
	d.amount("T_NGUONKHAC_NSNN", 0)
	d.amount("T_NGUONKHAC_VTNN", 0)
	d.amount("T_NGUONKHAC_VTTN", 0)
	d.amount("T_NGUONKHAC_CL", other)
	d.amount("T_NGUONKHAC", other)
}

func payers(d *document, b bill) {
	d.amount("T_BNTT", b.selfPaid)
	d.amount("T_BNCCT", b.shared)
	d.amount("T_BHTT", b.fund)
}

// modernServices writes XML3.
func modernServices(d *document, v *visit) {
	d.open("CHITIEU_CHITIET_DVKT_VTYT")
	d.open("DSACH_CHI_TIET_DVKT")
	for i := range v.services {
		l := &v.services[i]
		d.open("CHI_TIET_DVKT")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		modernServicePrice(d, l)
		otherSources(d, l.bill.other)
		payers(d, l.bill)
		d.code("MA_KHOA", v.disease.department)
		d.code("MA_GIUONG", l.bed())
		d.code("MA_BAC_SI", doctor)
		d.code("NGUOI_THUC_HIEN", technician)
		d.code("MA_BENH", v.disease.icd)
		d.blank("MA_BENH_YHCT")
		d.minute("NGAY_YL", l.orderedAt)
		d.minute("NGAY_TH_YL", l.orderedAt)
		d.minute("NGAY_KQ", l.resultAt)
		d.number("MA_PTTT", v.paymentMethod())
		d.blank("VET_THUONG_TP", "PP_VO_CAM", "VI_TRI_TH_DVKT")
		d.code("MA_MAY", l.device(v.facility.Code))
		d.blank("MA_HIEU_SP", "TAI_SU_DUNG", "DU_PHONG")
		d.close("CHI_TIET_DVKT")
	}
	d.close("DSACH_CHI_TIET_DVKT")
	d.close("CHITIEU_CHITIET_DVKT_VTYT")
}

func modernServicePrice(d *document, l *serviceLine) {
	if l.supply {
		d.blank("MA_DICH_VU", "MA_PTTT_QT")
		d.code("MA_VAT_TU", l.code)
	} else {
		d.code("MA_DICH_VU", l.code)
		d.blank("MA_PTTT_QT", "MA_VAT_TU")
	}
	d.number("MA_NHOM", l.group)
	d.blank("GOI_VTYT")
	if l.supply {
		d.text("TEN_VAT_TU", l.name)
		d.blank("TEN_DICH_VU")
	} else {
		d.blank("TEN_VAT_TU")
		d.text("TEN_DICH_VU", l.name)
	}
	d.blank("MA_XANG_DAU")
	d.text("DON_VI_TINH", l.unit)
	d.number("PHAM_VI", 1)
	d.quantity("SO_LUONG", l.quantity)
	d.price("DON_GIA_BV", l.hospitalPrice)
	d.price("DON_GIA_BH", l.insurancePrice)
	d.blank("TT_THAU")
	d.number("TYLE_TT_DV", l.serviceRatio)
	d.number("TYLE_TT_BH", l.insuranceRatio)
	d.amount("THANH_TIEN_BV", l.hospital)
	d.amount("THANH_TIEN_BH", l.covered)
	d.blank("T_TRANTT")
	d.number("MUC_HUONG", l.benefitLevel)
}

// bed is the code of the bed of a bed day.
func (l *serviceLine) bed() string {
	if l.group == 15 {
		return "H012"
	}
	return ""
}

// device is the code of the machine: its group, budget funded, whose, serial.
func (l *serviceLine) device(facility string) string {
	if l.machine == "" {
		return ""
	}
	return l.machine + ".1." + facility + ".SN0002"
}
