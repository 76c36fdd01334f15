package portal

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"thidua/cmd/hissim/province"
)

// body is a prescription as it is sent to the national system. Fields that the
// programs of facilities write differently have no type of their own.
type body struct {
	Kind        string  `json:"loai_don_thuoc"`
	Code        string  `json:"ma_don_thuoc"`
	Patient     string  `json:"ho_ten_benh_nhan"`
	Born        string  `json:"ngay_sinh_benh_nhan"`
	Sex         int     `json:"gioi_tinh"`
	Address     string  `json:"dia_chi"`
	CitizenID   string  `json:"ma_dinh_danh_cong_dan"`
	Card        string  `json:"ma_so_the_bao_hiem_y_te"`
	Weight      *weight `json:"can_nang"`
	Diagnoses   any     `json:"chan_doan"`
	Caution     string  `json:"luu_y"`
	Treatment   int     `json:"hinh_thuc_dieu_tri"`
	Courses     any     `json:"dot_dung_thuoc"`
	Drugs       []any   `json:"thong_tin_don_thuoc"`
	Advice      string  `json:"loi_dan"`
	Phone       string  `json:"so_dien_thoai_nguoi_kham_benh"`
	RevisitDays int     `json:"ngay_tai_kham"`
	WrittenAt   string  `json:"ngay_gio_ke_don"`
	Signature   string  `json:"signature"`
	Guardian    string  `json:"thong_tin_nguoi_giam_ho,omitempty"`
}

// looked is the answer of the look-up. The name of the facility stands under one
// of two keys.
type looked struct {
	body
	Doctor       string `json:"ten_bac_si"`
	Facility     string `json:"ten_co_so_kham_chua_benh,omitempty"`
	FacilityOld  string `json:"ten_co_so_kham,omitempty"`
	FacilityLine string `json:"so_dien_thoai_co_so_kham_chua_benh"`
}

// entry is a prescription in the list of the gateway, with what became of it.
type entry struct {
	body
	Facility   string   `json:"ma_cskcb"`
	Status     string   `json:"trang_thai"`
	ReceivedAt string   `json:"thoi_diem_tiep_nhan"`
	UpdatedAt  string   `json:"thoi_diem_cap_nhat"`
	Errors     []string `json:"danh_sach_cac_loi"`
}

// transfer is a transfer to the health record in the stream of the gateway.
type transfer struct {
	Code     string `json:"ma_giao_dich"`
	Facility string `json:"ma_cskcb"`
	Visit    string `json:"ma_lk"`
	At       string `json:"thoi_diem"`
	Result   string `json:"ket_qua"`
	Error    string `json:"ma_loi"`
}

type diagnosis struct {
	Code       string `json:"ma_chan_doan"`
	Name       string `json:"ten_chan_doan"`
	Conclusion string `json:"ket_luan"`
}

type course struct {
	Number  int    `json:"dot"`
	From    string `json:"tu_ngay"`
	To      string `json:"den_ngay"`
	Packets int    `json:"so_thang_thuoc"`
}

// drug and drugOld are a line as newer and older programs write it.
type drug struct {
	Code     string `json:"ma_thuoc"`
	Brand    string `json:"biet_duoc"`
	Name     string `json:"ten_thuoc"`
	Unit     string `json:"don_vi_tinh"`
	Quantity int    `json:"so_luong"`
	Use      string `json:"cach_dung"`
}

type drugOld struct {
	Code     string `json:"ma_thuoc"`
	Brand    string `json:"biet_duoc"`
	Name     string `json:"ten_thuoc"`
	Unit     string `json:"don_vi"`
	Quantity string `json:"so_luong"`
	Evening  string `json:"so_luong_to"`
	Use      string `json:"cach_dung"`
}

// weight is in tenths of a kilogram.
type weight int

// MarshalJSON writes kilograms.
func (w weight) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(w)/10, 'f', -1, 64), nil
}

// manner is how the program of a facility writes what is left to it.
type manner struct {
	oldKeys, diagnosisText, courseList, upperSuffix bool
}

// mannerOf spreads the manners over the facilities; each keeps its own.
func mannerOf(facility string) manner {
	h := fnv.New32a()
	_, _ = h.Write([]byte(facility)) // a hash takes everything
	n := h.Sum32() >> 8
	return manner{oldKeys: n%2 == 0, diagnosisText: n/2%3 == 0, courseList: n/6%2 == 0, upperSuffix: n/12%3 == 0}
}

// written is a prescription as the program of its facility sends it.
func written(p province.Prescription) body {
	m := mannerOf(p.Facility.Code)
	b := body{
		Kind: p.Kind, Code: p.Code, Patient: p.Patient.Name, Born: slashed(p.Patient.BornOn), Sex: p.Patient.Sex,
		Address: p.Patient.Address, CitizenID: p.Patient.CitizenID, Card: p.Patient.Card, Guardian: p.Patient.Guardian,
		Phone: p.Patient.Phone, Diagnoses: m.diagnoses(p.Diagnoses), Courses: m.courses(p.Courses), Drugs: m.drugs(p.Drugs),
		Caution: p.Caution, Treatment: p.Treatment, Advice: p.Advice, RevisitDays: p.RevisitDays,
		WrittenAt: p.PrescribedAt.Format(time.DateTime),
	}
	if w := weight(p.Patient.WeightHectograms); w > 0 {
		b.Weight = &w
	}
	if stem, ok := strings.CutSuffix(p.Code, "-"+p.Kind); ok && m.upperSuffix {
		b.Code = stem + "-" + strings.ToUpper(p.Kind)
	}
	return b
}

// gathered is a prescription as the gateway lists it.
func gathered(p province.Prescription) entry {
	e := entry{
		body: written(p), Facility: p.Facility.Code, Status: p.State.Status,
		ReceivedAt: p.State.ReceivedAt.Format(time.DateTime), UpdatedAt: p.State.UpdatedAt.Format(time.DateTime),
		Errors: p.State.Errors,
	}
	if e.Errors == nil {
		e.Errors = []string{}
	}
	return e
}

// lookedUp is a prescription as the look-up shows it.
func lookedUp(p province.Prescription) looked {
	l := looked{body: written(p), Doctor: p.Facility.Doctor, Facility: p.Facility.Name, FacilityLine: p.Facility.Phone}
	if mannerOf(p.Facility.Code).oldKeys {
		l.Facility, l.FacilityOld = "", l.Facility
	}
	return l
}

// transferred is a transfer as the gateway lists it.
func transferred(t province.Transfer) transfer {
	result := "0"
	if t.Accepted {
		result = "1"
	}
	return transfer{
		Code: t.Code, Facility: t.Facility, Visit: t.Visit, At: t.At.Format(time.DateTime), Result: result, Error: t.ErrorCode,
	}
}

// diagnoses are a list, or one text with the names alone.
func (m manner) diagnoses(all []province.Diagnosis) any {
	if m.diagnosisText {
		var names []string
		for _, d := range all {
			names = append(names, d.Name)
		}
		return strings.Join(names, "; ")
	}
	list := []diagnosis{}
	for _, d := range all {
		list = append(list, diagnosis{Code: d.ICD, Name: d.Name, Conclusion: d.Conclusion})
	}
	return list
}

// courses are nothing, a list, or the only one as it is.
func (m manner) courses(all []province.MedicationCourse) any {
	var list []course
	for _, c := range all {
		list = append(list, course{Number: c.Number, From: slashed(c.From), To: slashed(c.To), Packets: c.Batches})
	}
	switch {
	case len(list) == 0:
		return nil
	case len(list) == 1 && !m.courseList:
		return list[0]
	}
	return list
}

func (m manner) drugs(all []province.PrescribedDrug) []any {
	list := []any{}
	for _, d := range all {
		if m.oldKeys {
			list = append(list, drugOld{
				Code: d.Code, Brand: d.Brand, Name: d.Name, Unit: d.Unit, Quantity: strconv.Itoa(d.Quantity), Evening: "0", Use: d.Usage,
			})
			continue
		}
		list = append(list, drug{Code: d.Code, Brand: d.Brand, Name: d.Name, Unit: d.Unit, Quantity: d.Quantity, Use: d.Usage})
	}
	return list
}

// slashed writes a day as the national system does.
func slashed(day time.Time) string { return day.Format("02/01/2006") }
