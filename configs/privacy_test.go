package configs_test

import (
	"slices"
	"strings"
	"testing"

	"thidua/configs"
	"thidua/transform/record"
)

// unread lists fields that would name a person or hold free text, by the last name of
// their path: those of claims, of e-prescriptions, of registers of vaccination, of
// health records and of certificates.
var unread = []string{
	"HO_TEN", "DIA_CHI", "DIEN_THOAI", "LY_DO_VV", "LY_DO_VNT", "CHAN_DOAN_VAO", "CHAN_DOAN_RV", "TEN_BENH",
	"PP_DIEU_TRI", "PP_DIEUTRI", "GHI_CHU", "MA_TTDV", "MA_BAC_SI", "NGUOI_THUC_HIEN", "MA_BS_DOC_KQ", "MA_BS",
	"TEN_BS", "DIEN_BIEN_LS", "DIEN_BIEN", "HOI_CHAN", "PHAU_THUAT", "MO_TA", "KET_LUAN", "HO_TEN_NND",
	"HO_TEN_CHA", "HO_TEN_ME", "HO_TEN_CON", "NOI_CU_TRU_NND", "NGUOI_DO_DE", "NGUOI_GHI_PHIEU", "QT_BENHLY",
	"TOMTAT_KQ", "DAU_HIEU_LS", "HUONG_DIEU_TRI", "HOTEN_NGUOI_HT", "DU_PHONG", "LIEU_DUNG", "CACH_DUNG", "MA_HSBA",

	"ho_ten_benh_nhan", "dia_chi", "so_dien_thoai_nguoi_kham_benh", "thong_tin_nguoi_giam_ho", "can_nang", "chan_doan",
	"ten_chan_doan", "ket_luan", "luu_y", "loi_dan", "cach_dung", "signature", "ten_bac_si", "danh_sach_cac_loi",
	"so_dien_thoai_co_so_cung_ung_thuoc", "dia_chi_co_so_cung_ung_thuoc",

	"Họ và tên", "Họ tên mẹ", "Điện thoại", "fullname", "personalPhoneNumber", "ward", "district", "ten", "quoc_tich",

	"HOTEN", "DIACHI_THUONGTRU", "DIACHI_HIENTAI", "DIENTHOAI_CD", "DIENTHOAI_DD", "EMAIL", "BENHTAT", "TENBENH", "data",

	"HOTEN_NND", "TEN_CON", "DCHI_THUONGTRU", "DCHI_HIENTAI", "NGUYENNHAN_TV", "BENH_ICD10_TEN", "NGUOI_THANTHICH",
	"NGUOI_GHIGIAY", "TTRUONG_DVI", "DIACHITHUONGTRU", "NONGDOCON", "MATUY", "BACSYKETLUAN", "LYDO", "TINHTRANGBENH",
}

// pseudonymous are the fields that identify a person or a person's paper: they may
// become keys, the two letters of a card, or the kind of an identifier. Of a
// certificate's number the five characters of the facility may be kept as well.
var pseudonymous = []string{
	"SO_CCCD", "MA_THE_BHYT", "MA_THE", "MA_BN", "MA_LK", "SO_CCCD_NND", "MA_THE_NND", "MA_THE_TAM",
	"Mã số BHXH", "Mã thẻ BHYT", "Số CCCD", "ma_lk", "so_cccd", "ma_the_bhyt",
	"ma_dinh_danh_cong_dan", "ma_so_the_bao_hiem_y_te",
	"Số định danh", "Mã đối tượng", "doi_tuong_id", "qrCode", "ma_chung_nhan",
	"MA_NHANKHAU", "MAHO_GIADINH", "MADINHDANH", "SOCMND", "MABHXH", "MATHE", "ma_giao_dich", "msg_id",
	"MA_GCS", "MA_GBT", "SO", "MA_BHXH", "MA_BHXH_NND", "SO_GIAYTO", "SOCMND_PASSPORT",
}

func TestNoPersonIsMapped(t *testing.T) {
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	for _, job := range set.Jobs {
		for name, into := range job.Into {
			for column, from := range into.Columns {
				fields := fieldsOf(from)
				for _, f := range fields {
					if slices.Contains(unread, f) {
						t.Errorf("job %s, %s.%s reads %s", job.Job, name, column, f)
					}
				}
				i, _ := set.Datasets[name].Index(column)
				isKey := set.Datasets[name].Columns[i].Identifier != ""
				ofNumber := from.As == "facility" && from.Slice != nil && *from.Slice == record.Slice{From: 1, Length: 5}
				safe := isKey || from.As == "citizen_id_kind" || from.As == "card_group" || ofNumber
				if !safe && slices.ContainsFunc(fields, identifies) {
					t.Errorf("job %s, %s.%s keeps an identifier as it is", job.Job, name, column)
				}
				if isKey && len(fields) > 0 && !slices.ContainsFunc(fields, identifies) {
					t.Errorf("job %s, %s.%s makes a key of what is no identifier", job.Job, name, column)
				}
			}
		}
	}
}

// TestWordsAreOfThings lists the columns of free length: names of things, and none
// of persons.
func TestWordsAreOfThings(t *testing.T) {
	things := []string{
		"analyte_name", "antigen", "brand_name", "dosage_form", "drug_name", "service_name", "site_name", "strength",
		"supply_name", "unit", "vaccine_name",
	}
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	for name, ds := range set.Datasets {
		for _, c := range ds.Columns {
			if !c.Code && c.Type.String() == "text" && !slices.Contains(things, c.Name) {
				t.Errorf("%s.%s holds words", name, c.Name)
			}
		}
	}
}

func identifies(field string) bool { return slices.Contains(pseudonymous, field) }

// fieldsOf lists the fields a column is made from, by the last name of their paths.
func fieldsOf(f record.Field) []string {
	fields := slices.Concat(f.FirstOf, f.Join)
	if f.Field != "" {
		fields = append(fields, f.Field)
	}
	for i, name := range fields {
		name = strings.TrimLeft(name, "^")
		fields[i] = name[strings.LastIndexByte(name, '.')+1:]
	}
	return fields
}
