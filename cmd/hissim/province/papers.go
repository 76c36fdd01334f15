package province

// The smaller documents of the 130 family: results, courses and the papers that
// a patient takes home.

// modernResults writes XML4.
func modernResults(d *document, v *visit) {
	d.open("CHITIEU_CHITIET_DICHVUCANLAMSANG")
	d.open("DSACH_CHI_TIET_CLS")
	for i, r := range v.results {
		d.open("CHI_TIET_CLS")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		d.code("MA_DICH_VU", r.service)
		d.code("MA_CHI_SO", r.code)
		d.text("TEN_CHI_SO", r.name)
		d.text("GIA_TRI", r.value)
		d.text("DON_VI_DO", r.unit)
		d.blank("MO_TA", "KET_LUAN")
		d.minute("NGAY_KQ", r.resultAt)
		d.code("MA_BS_DOC_KQ", technician)
		d.blank("DU_PHONG")
		d.close("CHI_TIET_CLS")
	}
	d.close("DSACH_CHI_TIET_CLS")
	d.close("CHITIEU_CHITIET_DICHVUCANLAMSANG")
}

// modernCourses writes XML5.
func modernCourses(d *document, v *visit) {
	d.open("CHITIEU_CHITIET_DIENBIENLAMSANG")
	d.open("DSACH_CHI_TIET_DIEN_BIEN_BENH")
	for i, c := range v.courses {
		d.open("CHI_TIET_DIEN_BIEN_BENH")
		d.code("MA_LK", v.key)
		d.number("STT", i+1)
		d.text("DIEN_BIEN_LS", c.text)
		d.blank("GIAI_DOAN_BENH", "HOI_CHAN", "PHAU_THUAT")
		d.minute("THOI_DIEM_DBLS", c.at)
		d.code("NGUOI_THUC_HIEN", doctor)
		d.blank("DU_PHONG")
		d.close("CHI_TIET_DIEN_BIEN_BENH")
	}
	d.close("DSACH_CHI_TIET_DIEN_BIEN_BENH")
	d.close("CHITIEU_CHITIET_DIENBIENLAMSANG")
}

// dischargePaper writes XML7, giấy ra viện.
func dischargePaper(d *document, v *visit) {
	d.open("CHI_TIEU_DU_LIEU_GIAY_RA_VIEN")
	d.code("MA_LK", v.key)
	d.code("SO_LUU_TRU", "HS"+v.person.patientNo)
	d.code("MA_YTE", v.person.patientNo)
	d.code("MA_KHOA_RV", v.disease.department)
	d.minute("NGAY_VAO", v.arrived)
	d.minute("NGAY_RA", v.writtenLeft())
	d.number("MA_DINH_CHI_THAI", 0)
	d.blank("NGUYENNHAN_DINHCHI", "THOIGIAN_DINHCHI", "TUOI_THAI")
	d.text("CHAN_DOAN_RV", v.disease.name)
	d.text("PP_DIEUTRI", "Điều trị nội khoa")
	d.text("GHI_CHU", "Tái khám khi có dấu hiệu bất thường")
	d.code("MA_TTDV", headOfFacility)
	d.code("MA_BS", "1500000098")
	d.text("TEN_BS", doctorName)
	d.day("NGAY_CT", v.left)
	d.blank("MA_CHA", "MA_ME", "MA_THE_TAM", "HO_TEN_CHA", "HO_TEN_ME", "SO_NGAY_NGHI", "NGOAITRU_TUNGAY", "NGOAITRU_DENNGAY", "DU_PHONG")
	d.close("CHI_TIEU_DU_LIEU_GIAY_RA_VIEN")
}

// Names of invented staff.
const (
	doctorName  = "LÊ VĂN BÁC SĨ"
	midwifeName = "PHẠM THỊ HỘ SINH"
	escortName  = "TRẦN THỊ ĐIỀU DƯỠNG"
)

// birthCertificates writes XML9, giấy chứng sinh, a record for each child.
func birthCertificates(d *document, v *visit) {
	d.open("CHI_TIEU_DU_LIEU_GIAY_CHUNG_SINH")
	d.open("DSACH_GIAYCHUNGSINH")
	for i := range v.children {
		d.open("DU_LIEU_GIAY_CHUNG_SINH")
		mother(d, v)
		newborn(d, v, &v.children[i])
		d.close("DU_LIEU_GIAY_CHUNG_SINH")
	}
	d.close("DSACH_GIAYCHUNGSINH")
	d.close("CHI_TIEU_DU_LIEU_GIAY_CHUNG_SINH")
}

func mother(d *document, v *visit) {
	p := &v.person
	d.code("MA_LK", v.key)
	if p.insured {
		d.code("MA_BHXH_NND", p.card[5:])
		d.code("MA_THE_NND", p.card)
	} else {
		d.blank("MA_BHXH_NND", "MA_THE_NND")
	}
	d.text("HO_TEN_NND", p.name)
	d.day("NGAYSINH_NND", p.born)
	d.code("MA_DANTOC_NND", p.ethnic)
	d.code("SO_CCCD_NND", p.idNumber)
	d.code("NGAYCAP_CCCD_NND", "20220110")
	d.text("NOICAP_CCCD_NND", "Cục CSQLHC về TTXH")
	d.text("NOI_CU_TRU_NND", p.address)
	d.code("MA_QUOCTICH", "000")
	v.writeResidence(d)
}

func newborn(d *document, v *visit, c *child) {
	d.text("HO_TEN_CHA", c.father)
	d.code("MA_THE_TAM", "TE1"+v.facility.Province+digits(c.certificate, 10))
	d.text("HO_TEN_CON", c.name)
	d.number("GIOI_TINH_CON", c.sex)
	d.number("SO_CON", len(v.children))
	d.number("LAN_SINH", 1)
	d.number("SO_CON_SONG", len(v.children))
	d.number("CAN_NANG_CON", c.grams)
	d.minute("NGAY_SINH_CON", c.bornAt)
	d.text("NOI_SINH_CON", "Cơ sở khám bệnh, chữa bệnh "+v.facility.Code)
	d.text("TINH_TRANG_CON", "Khỏe mạnh")
	surgery, note := 0, "Sinh thường"
	if c.caesarean {
		surgery, note = 1, "Mổ lấy thai"
	}
	d.number("SINHCON_PHAUTHUAT", surgery)
	d.number("SINHCON_DUOI32TUAN", 0)
	d.text("GHI_CHU", note)
	d.text("NGUOI_DO_DE", midwifeName)
	d.text("NGUOI_GHI_PHIEU", midwifeName)
	d.day("NGAY_CT", v.left)
	d.code("SO", digits(c.certificate, 7))
	d.code("QUYEN_SO", "01/"+v.left.Format("2006"))
	d.code("MA_TTDV", headOfFacility)
	d.blank("DU_PHONG")
}

// referralLetter writes XML13, giấy chuyển tuyến. Layout 3176 renames the two
// facilities, adds the state of the patient and drops drugs and services.
func referralLetter(d *document, v *visit) {
	from, to := "MA_NOI_DI", "MA_NOI_DEN"
	if v.layout == Layout3176 {
		from, to = "MA_CSKCB_DI", "MA_CSKCB_DEN"
	}
	d.open("CHI_TIEU_GIAYCHUYENTUYEN")
	d.code("MA_LK", v.key)
	d.code("SO_HOSO", "HS"+digits(v.number, 7))
	d.code("SO_CHUYENTUYEN", "CT"+digits(v.number, 7))
	d.code("GIAY_CHUYEN_TUYEN", "GCT"+digits(v.number, 7))
	d.code("MA_CSKCB", v.facility.Code)
	d.blank(from)
	d.code(to, v.referredTo)
	letterPerson(d, v)
	d.text("DAU_HIEU_LS", v.disease.complaint)
	d.text("CHAN_DOAN_RV", v.disease.name)
	d.text("QT_BENHLY", "Khởi phát trước vào viện")
	d.text("TOMTAT_KQ", "Đã làm xét nghiệm cơ bản")
	d.text("PP_DIEUTRI", "Điều trị nội khoa")
	d.code("MA_BENH_CHINH", v.disease.icd)
	d.code("MA_BENH_KT", v.others)
	d.blank("MA_BENH_YHCT")
	if v.layout == Layout3176 {
		d.text("TINH_TRANG_CT", "Tỉnh, mạch và huyết áp ổn định")
	} else {
		d.text("TEN_DICH_VU", examination.name)
		d.blank("TEN_THUOC")
		d.text("PP_DIEU_TRI", "Điều trị nội khoa")
	}
	d.number("MA_LOAI_RV", v.discharge)
	d.number("MA_LYDO_CT", 1+v.discharge/5*2)
	d.text("HUONG_DIEU_TRI", "Chuyển tuyến trên")
	d.text("PHUONGTIEN_VC", "Xe cứu thương")
	d.text("HOTEN_NGUOI_HT", escortName)
	d.text("CHUCDANH_NGUOI_HT", "Điều dưỡng")
	d.code("MA_BAC_SI", doctor)
	d.code("MA_TTDV", headOfFacility)
	d.blank("DU_PHONG")
	d.close("CHI_TIEU_GIAYCHUYENTUYEN")
}

func letterPerson(d *document, v *visit) {
	d.text("HO_TEN", v.person.name)
	d.code("NGAY_SINH", v.writtenBirth())
	d.number("GIOI_TINH", v.writtenSex())
	d.code("MA_QUOCTICH", "000")
	d.code("MA_DANTOC", v.person.ethnic)
	d.code("MA_NGHE_NGHIEP", "00000")
	d.text("DIA_CHI", v.person.address)
	letterCard(d, v)
	d.minute("NGAY_VAO", v.arrived)
	d.minute("NGAY_VAO_NOI_TRU", v.admitted)
	d.minute("NGAY_RA", v.writtenLeft())
}

func letterCard(d *document, v *visit) {
	if !v.person.insured {
		d.blank("MA_THE_BHYT", "GT_THE_DEN")
		return
	}
	d.code("MA_THE_BHYT", v.person.card)
	d.day("GT_THE_DEN", v.cards.to)
}

// revisitLetter writes XML14, giấy hẹn khám lại.
func revisitLetter(d *document, v *visit) {
	d.open("CHI_TIEU_GIAYHEN_KHAMLAI")
	d.code("MA_LK", v.key)
	d.code("SO_GIAYHEN_KL", "GH"+digits(v.number, 7))
	d.code("MA_CSKCB", v.facility.Code)
	d.text("HO_TEN", v.person.name)
	d.code("NGAY_SINH", v.writtenBirth())
	d.number("GIOI_TINH", v.writtenSex())
	d.text("DIA_CHI", v.person.address)
	letterCard(d, v)
	d.minute("NGAY_VAO", v.arrived)
	d.minute("NGAY_VAO_NOI_TRU", v.admitted)
	d.minute("NGAY_RA", v.writtenLeft())
	d.minute("NGAY_HEN_KL", v.revisitAt())
	d.text("CHAN_DOAN_RV", v.disease.name)
	d.code("MA_BENH_CHINH", v.disease.icd)
	d.code("MA_BENH_KT", v.others)
	d.blank("MA_BENH_YHCT")
	d.code("MA_DOITUONG_KCB", v.arrival)
	d.code("MA_BAC_SI", doctor)
	d.code("MA_TTDV", headOfFacility)
	d.day("NGAY_CT", v.left)
	d.blank("DU_PHONG")
	d.close("CHI_TIEU_GIAYHEN_KHAMLAI")
}
