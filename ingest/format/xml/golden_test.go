package xml_test

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

	"thidua/ingest/format/xml"
	"thidua/transform/record"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// pieces hands out at most size bytes per read.
type pieces struct {
	r    io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.size)]) }

// sample is how a file of testdata is read.
type sample struct {
	config xml.Config
	layout record.Layout
}

// deathFields are what is read of a death certificate.
var deathFields = []string{
	"MA_GBT", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "MAHUYEN_THUONGTRU", "SO_GIAYTO", "NGAY_CAP", "NGAY_TV", "NGUYENNHAN_TV", "GHI_CHU", "DIACHI", "@", "@line",
}

func samples() map[string]sample {
	death := sample{xml.Config{Root: xml.Names{"GIAYBAOTU"}}, layoutOf(deathFields, "", nil)}
	record831 := xml.Config{
		Root: xml.Names{"DATA"}, Records: "BODY.HOSOSUCKHOE",
		Lines: map[string][]string{
			"vaccination": {"TIEMCHUNG.THONGTINMUITIEM", "MUITIEM"},
			"diagnosis":   {"DANHSACHHOSOKHAMCHUABENH.HOSOKHAMCHUABENH.CHANDOANKETLUAN.CHANDOANBENH"},
		},
	}
	fields := []string{
		"THONGTINCHUNG.MADINHDANH", "THONGTINCHUNG.HOTEN", "THONGTINCHUNG.MA_NHANKHAU", "THONGTINCHUNG.MAHUYEN_THUONGTRU", "^^HEADER.SENDER_CODE",
		"^^HEADER.LOI.MA", "^^HEADER.LOI.MA[*]", "^^NGAY", "^DOT", "^DOT[*]", "TIEMCHUNG.THONGTINMUITIEM[*].TENVACXIN", "TIEMCHUNG[*].THONGTINMUITIEM[*].TENVACXIN", "TIEMCHUNG.NGUON",
	}
	layout := layoutOf(fields, "vaccination", []string{"@line", "TENVACXIN", "LO", "NGAYTIEM", "^NGUON", "^^THONGTINCHUNG.MA_NHANKHAU", "^^^^HEADER.SENDER_CODE"})
	layout.Kinds = append(layout.Kinds, record.Kind{Name: "diagnosis", Fields: []string{"MABENH", "^^MA_LK", "^^^^THONGTINCHUNG.MADINHDANH"}})
	return map[string]sample{
		"giay_bao_tu":           death,
		"certificate_dirty":     death,
		"certificate_malformed": death,
		"giay_chung_sinh": {xml.Config{Root: xml.Names{"GIAYBAOTU", "GIAYCHUNGSINH"}}, layoutOf([]string{
			"MA_GCS", "MA_BHXH_NND", "TEN_CON", "NGAY_SINH_CON", "MAHUYEN_CU_TRU", "khong_co",
		}, "", nil)},
		"qd831_record": {record831, layout},
		"qd831_many":   {record831, layout},
	}
}

// TestGolden holds each sample to the frame and records beside it, however the
// bytes come in.
func TestGolden(t *testing.T) {
	for name, s := range samples() {
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("testdata", name+".xml"))
			if err != nil {
				t.Fatal(err)
			}
			f := made(t, s.config)
			read := func(wrap func(io.Reader) io.Reader) string {
				return inspected(t, f, s.layout, wrap(bytes.NewReader(content))) + decoded(t, f, s.layout, wrap(bytes.NewReader(content)))
			}
			got := read(func(r io.Reader) io.Reader { return r })
			golden := filepath.Join("testdata", name+".golden")
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
			for way, wrap := range map[string]func(io.Reader) io.Reader{
				"one byte":      iotest.OneByteReader,
				"seven bytes":   func(r io.Reader) io.Reader { return pieces{r, 7} },
				"end with data": iotest.DataErrReader,
			} {
				if diff := cmp.Diff(got, read(wrap)); diff != "" {
					t.Errorf("read by %s (-whole +so):\n%s", way, diff)
				}
			}
		})
	}
}

// TestGoldenIsComplete holds that no file of testdata is left unread.
func TestGoldenIsComplete(t *testing.T) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	known := samples()
	for _, file := range files {
		if _, ok := known[strings.TrimSuffix(filepath.Base(file), ".xml")]; !ok {
			t.Errorf("%s is read by no test", file)
		}
	}
}
