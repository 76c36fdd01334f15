package csv_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The samples, with the format block and the fields that a job would declare.
var samples = []struct{ file, block, fields string }{
	{"export_tcvn3.csv", "{surplus: join}", "MA_BN|HO_TEN"},
	{"export_vni.csv", "{surplus: join}", "MA_BN|HO_TEN"},
	{"export_cp1258.csv", "{surplus: join}", "MA_BN|HO_TEN"},
	{"export_nfd.csv", "{surplus: join}", "MA_BN|HO_TEN"},
	{"export_mojibake.csv", "{surplus: join}", "MA_BN|HO_TEN"},
	{"export_utf16_tab.txt", "{}", "MA_BN|HO_TEN"},
	{"export_excel_ids.csv", "{}", "@row|SO_CCCD|NGAY_SINH|MA_LOAI_KCB|MA_DOITUONG_KCB|SO_LUONG|MA_THE"},
	{"prescriptions_export.csv", "{}", "ma_don_thuoc|loai_don_thuoc|ngay_gio_ke_don|ma_cskcb|gui_thanh_cong|trang_thai_lay_thuoc"},
	{"niis_export.csv", "{columns: {person: [Số định danh], subject: [Mã đối tượng]}}", "person|subject|Ngày sinh|Giới tính|Vắc xin|Kháng nguyên|Mũi thứ|Ngày tiêm|Số lô|Cơ sở tiêm|Trạng thái|Loại hình|Phản ứng sau tiêm|Xác thực|Ký số"},
	{"emr_status.csv", "{delimiter: \",\"}", "ma_cskcb|trang_thai|ngay_cong_bo|so_van_ban|muc_do|nguon"},
	{"case_line_list.csv", "{}", "ma_ca_benh|ngay_sinh|gioi_tinh|ma_xa|benh|icd10|ngay_khoi_phat|tinh_trang|noi_bao_cao|tuan|thang|nam"},
	{"hcmc_dengue_import.csv", "{}", "bv|icd|shs|phai|tuoi|px|ng_nv|hinh_thuc_dieu_tri|lat|lng"},
}

// phrase is what the samples of the encodings say.
const phrase = "Nguyễn Thị Mẫu, Phường Mẫu, tăng huyết áp"

// TestGolden holds each sample to the frame and records beside it, however the
// bytes come in.
func TestGolden(t *testing.T) {
	for _, sample := range samples {
		t.Run(strings.TrimSuffix(sample.file, filepath.Ext(sample.file)), func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("testdata", sample.file))
			if err != nil {
				t.Fatal(err)
			}
			f, fields := newFormat(t, sample.block), strings.Split(sample.fields, "|")
			got := passes(t, f, func() io.Reader { return bytes.NewReader(content) }, fields)
			golden := filepath.Join("testdata", strings.TrimSuffix(sample.file, filepath.Ext(sample.file))+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("unlike %s (-want +got):\n%s", golden, diff)
			}
			if sample.fields == "MA_BN|HO_TEN" && !strings.Contains(got, phrase) {
				t.Error("the phrase did not come out composed")
			}
			for name, wrap := range map[string]func(io.Reader) io.Reader{
				"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "end with data": iotest.DataErrReader,
			} {
				if diff := cmp.Diff(got, passes(t, f, func() io.Reader { return wrap(bytes.NewReader(content)) }, fields)); diff != "" {
					t.Errorf("read by %s (-whole +so):\n%s", name, diff)
				}
			}
		})
	}
}
