package xlsx_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/tabular"
	"thidua/ingest/format/xlsx"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// pieces hands out at most size bytes per read.
type pieces struct {
	r    io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.size)]) }

// TestGolden holds the sample, an export whose dates are serial days and whose
// identifiers have partly lost their digits, to the records beside it.
func TestGolden(t *testing.T) {
	const file, golden = "testdata/niis_export_date_serials.xlsx", "testdata/niis_export_date_serials.golden"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f := newFormat(t, xlsx.Config{Config: tabular.Config{Columns: map[string][]string{"nơi tiêm": {"Cơ sở tiêm"}}}})
	layout := fields("Mã đối tượng", "Số định danh", "Họ và tên", "Ngày sinh", "Giới tính", "Kháng nguyên", "Mũi thứ", "Ngày tiêm",
		"Số lô", "nơi tiêm", "Trạng thái", "Loại hình", "Xác thực", "Ký số", "@row")
	decoded := func(r func() io.Reader) string {
		head, frame := inspected(t, f, layout, r())
		v := &transcript{fields: layout.Kinds[0].Fields}
		if err := f.Decode(context.Background(), r(), frame, layout, v); err != nil {
			t.Fatal(err)
		}
		return head + v.text.String()
	}
	got := decoded(func() io.Reader { return bytes.NewReader(content) })
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
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one byte":      iotest.OneByteReader,
		"seven bytes":   func(r io.Reader) io.Reader { return pieces{r, 7} },
		"end with data": iotest.DataErrReader,
	} {
		if diff := cmp.Diff(got, decoded(func() io.Reader { return wrap(bytes.NewReader(content)) })); diff != "" {
			t.Errorf("read by %s (-whole +so):\n%s", name, diff)
		}
	}
}
