package xlsx_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format"
	"thidua/ingest/format/tabular"
	"thidua/ingest/format/xlsx"
)

// sheets returns a workbook of three sheets with these names, of which the second
// is hidden, and a sheet of a chart. Each has a header and a row with its number.
func sheets(t *testing.T, names [3]string, headers [3]string) []byte {
	t.Helper()
	var list, rels strings.Builder
	var parts []member
	for i, name := range names {
		id, state := string(rune('1'+i)), ""
		if i == 1 {
			state = ` state="hidden"`
		}
		list.WriteString(`<sheet name="` + name + `"` + state + ` sheetId="` + id + `" r:id="s` + id + `"/>`)
		rels.WriteString(`<Relationship Target="worksheets/sheet` + id + `.xml" Type="` + relations + `worksheet" Id="s` + id + `"/>`)
		parts = append(parts, member{"xl/worksheets/sheet" + id + ".xml", sheet(row(headers[i], "x") + row(id, "x"))})
	}
	list.WriteString(`<sheet name="Biểu đồ" sheetId="9" r:id="s9"/>`)
	rels.WriteString(`<Relationship Target="chartsheets/sheet1.xml" Type="` + relations + `chartsheet" Id="s9"/>`)
	return book(t, "", append(parts,
		member{"xl/workbook.xml", `<workbook ` + mainNamespace + `><sheets>` + list.String() + `</sheets></workbook>`},
		member{"xl/_rels/workbook.xml.rels", `<Relationships>` + rels.String() + `</Relationships>`})...)
}

// TestSheetChoice holds the choice of the sheet: by its name, or by its header.
func TestSheetChoice(t *testing.T) {
	same := [3]string{"Mã", "Mã", "Mã"}
	for name, c := range map[string]struct {
		names   [3]string
		headers [3]string
		sheet   xlsx.Names
		want    string
	}{
		"the first":                   {[3]string{"A", "B", "C"}, same, nil, `dossiers 1 sheet "A"`},
		"the first with the header":   {[3]string{"A", "B", "C"}, [3]string{"Bìa", "Mã", "MÃ "}, nil, `dossiers 1 sheet "C"`},
		"the first visible":           {[3]string{"A", "B", "C"}, [3]string{"Bìa", "Mã", "Bìa"}, nil, "refused header_not_found after 0: Không tìm thấy dòng tiêu đề; thiếu cột: Mã. / The header was not found; columns missing: Mã.\n"},
		"by name":                     {[3]string{"A", "B", "C"}, same, xlsx.Names{"C"}, `dossiers 1 sheet "C"`},
		"by name, though hidden":      {[3]string{"A", "B", "C"}, same, xlsx.Names{"B"}, `dossiers 1 sheet "B"`},
		"marks, case and blanks":      {[3]string{"A", "B", "  DANH  SÁCH\u00a0Đối tượng"}, same, xlsx.Names{"danh sach doi tuong"}, `dossiers 1 sheet "  DANH  SÁCH`},
		"first name first":            {[3]string{"A", "B", "C"}, same, xlsx.Names{"X", "C", "A"}, `dossiers 1 sheet "C"`},
		"first name with the header":  {[3]string{"A", "B", "C"}, [3]string{"Mã", "Mã", "Bìa"}, xlsx.Names{"C", "A"}, `dossiers 1 sheet "A"`},
		"names alike but for marks":   {[3]string{"Tiêm", "B", "Tiếm"}, [3]string{"Bìa", "Mã", "Mã"}, xlsx.Names{"tiêm"}, `dossiers 1 sheet "Tiếm"`},
		"no such name":                {[3]string{"A", "B", "C"}, same, xlsx.Names{"X", "Y"}, "refused sheet_not_found after 0: Sổ tính không có trang tính: X, Y. / The workbook has no sheet named: X, Y.\n"},
		"a chart is no sheet of rows": {[3]string{"A", "B", "C"}, same, xlsx.Names{"Biểu đồ"}, "refused sheet_not_found after 0"},
		"escaped name":                {[3]string{"A", "B", "C &amp; D"}, same, xlsx.Names{"c & d"}, `dossiers 1 sheet "C & D"`},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFormat(t, xlsx.Config{Sheet: c.sheet})
			layout, content := fields("Mã"), sheets(t, c.names, c.headers)
			got, frame := inspected(t, f, layout, bytes.NewReader(content))
			if !strings.HasPrefix(got, c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			if strings.HasPrefix(got, "refused") {
				return
			}
			v := new(table)
			if err := f.Decode(context.Background(), bytes.NewReader(content), frame, layout, v); err != nil {
				t.Fatal(err)
			}
			for i, name := range c.names {
				if strings.ReplaceAll(name, "&amp;", "&") == frame.Envelope["@sheet"] && v.rows[0][0] != string(rune('1'+i)) {
					t.Errorf("decoded the row of sheet %s", v.rows[0][0])
				}
			}
		})
	}
}

// TestRows holds the rows of sheets that were written in odd ways.
func TestRows(t *testing.T) {
	cell := func(ref, text string) string { return `<c r="` + ref + `" t="str"><v>` + text + `</v></c>` }
	header := `<row r="1">` + cell("A1", "a") + cell("B1", "b") + cell("C1", "c") + `</row>`
	for name, c := range map[string]struct {
		rows  string
		want  [][]string
		notes []string
	}{
		"no rows below":   {header, nil, nil},
		"gap in columns":  {header + `<row r="2">` + cell("A2", "1") + cell("C2", "3") + `</row>`, [][]string{{"1", "-", "3", "2"}}, nil},
		"gap in rows":     {header + `<row r="7">` + cell("A7", "1") + `</row>`, [][]string{{"1", "-", "-", "7"}}, nil},
		"no references":   {row("a", "b", "c") + row("1", "2", "3"), [][]string{{"1", "2", "3", "2"}}, nil},
		"some references": {header + `<row>` + cell("B2", "2") + `<c><v>3</v></c></row>`, [][]string{{"-", "2", "3", "2"}}, nil},
		"columns out of order": {
			header + `<row r="2">` + cell("C2", "3") + cell("A2", "1") + `</row>`,
			[][]string{{"1", "-", "3", "2"}},
			nil,
		},
		"rows out of order": {
			header + `<row r="5">` + cell("A5", "5") + `</row><row r="4">` + cell("A4", "4") + `</row><row>` + cell("A5", "x") + `</row>`,
			[][]string{{"5", "-", "-", "5"}, {"4", "-", "-", "4"}, {"x", "-", "-", "5"}},
			[]string{"rows_out_of_order ×1"},
		},
		"hidden and collapsed rows": {header + `<row r="2" hidden="1">` + cell("A2", "1") + `</row>`, [][]string{{"1", "-", "-", "2"}}, nil},
		"blank rows":                {header + `<row r="2"/><row r="3"><c s="1"/></row><row r="4">` + cell("A4", "1") + `</row>`, [][]string{{"1", "-", "-", "4"}}, nil},
		"title above":               {row("DANH SÁCH") + row("") + row("a", "b", "c") + row("1"), [][]string{{"1", "-", "-", "4"}}, nil},
		"totals and the header again": {
			header + row("1") + row("a", "b", "c") + row("Tổng cộng", "1"),
			[][]string{{"1", "-", "-", "2"}},
			[]string{"total_row ×1", "header_repeated ×1"},
		},
		"errors and doubles": {
			header + `<row><c t="e"><v>#N/A</v></c>` + cell("B2", "2") + cell("B2", "3") + `</row><row><c t="e"><v>#REF!</v></c><c t="e"><v>#N/A</v></c><c><v>1</v></c></row>`,
			[][]string{{"-", "2", "-", "2"}, {"-", "-", "1", "3"}},
			[]string{"cell_error A ×2", "cell_twice B ×1", "cell_error B ×1"},
		},
		"last column":        {header + `<row r="2">` + cell("A2", "1") + cell("XFD2", "x") + `</row>`, [][]string{{"1", "-", "-", "2"}}, nil},
		"merged, left blank": {header + row("1", "2", "3") + row("", "4", "5"), [][]string{{"1", "2", "3", "2"}, {"-", "4", "5", "3"}}, nil},
		"foreign elements": {
			`<x><row>` + cell("A1", "no") + `</row></x>` + header + `<row r="2"><x>` + cell("A2", "no") + `</x>` + cell("A2", "1") + `</row>`,
			[][]string{{"1", "-", "-", "2"}},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := read(t, newFormat(t, xlsx.Config{}), fields("a", "b", "c", "@row"), book(t, c.rows))
			if diff := cmp.Diff(c.want, v.rows); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.notes, v.notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMerged holds merged: fill to what a person sees. Merges that begin in the
// header stay with it.
func TestMerged(t *testing.T) {
	rows := `<row r="1"><c t="str"><v>xã</v></c><c t="str"><v>tên</v></c><c t="str"><v>số</v></c></row>` +
		`<row r="2"><c t="str"><v>Đông</v></c><c t="str"><v>An</v></c><c><v>1</v></c></row>` +
		`<row r="3"><c r="B3" t="str"><v>Bình</v></c><c><v>2</v></c></row>` +
		`<row r="4"><c r="A4" s="1"/><c r="B4" t="str"><v>Cúc</v></c></row>` +
		`<row r="5"><c r="B5" t="str"><v>Dung</v></c><c><v>4</v></c></row>` +
		`<row r="6"><c t="str"><v>Tây</v></c><c t="str"><v>Em</v></c><c><v>5</v></c></row>` +
		`<row r="8"><c r="B8" t="str"><v>Giang</v></c></row>`
	const merges = `</sheetData><mergeCells count="6"><mergeCell ref="A6:A9"/><mergeCell ref="$A$2:$A$4"/><mergeCell ref="C3:C4"/><mergeCell ref="A1:A5"/><mergeCell ref="B2:C2"/><mergeCell ref="bad"/></mergeCells>`
	content := book(t, "", member{"xl/worksheets/sheet1.xml", strings.Replace(sheet(rows), "</sheetData>", merges, 1)})
	layout := fields("xã", "tên", "số")
	for merged, want := range map[string][][]string{
		"blank": {{"Đông", "An", "1"}, {"-", "Bình", "2"}, {"-", "Cúc", "-"}, {"-", "Dung", "4"}, {"Tây", "Em", "5"}, {"-", "Giang", "-"}},
		"fill":  {{"Đông", "An", "1"}, {"Đông", "Bình", "2"}, {"Đông", "Cúc", "2"}, {"-", "Dung", "4"}, {"Tây", "Em", "5"}, {"Tây", "Giang", "-"}},
	} {
		v := read(t, newFormat(t, xlsx.Config{Merged: merged}), layout, content)
		if diff := cmp.Diff(want, v.rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", merged, diff)
		}
	}
}

// TestTabular holds that the configuration of headers reaches the sheet.
func TestTabular(t *testing.T) {
	content := book(t, row("ma", "ten")+row("", "Họ")+row("Mã", "", "khác")+row("1", "An", "x"))
	f := newFormat(t, xlsx.Config{Config: tabular.Config{
		Columns: map[string][]string{"họ tên": {"Họ"}}, Header: 2, HeaderRows: 2, Optional: []string{"tuổi"},
	}})
	v := read(t, f, fields("Mã", "họ tên", "tuổi"), content)
	if diff := cmp.Diff([][]string{{"1", "An", "-"}}, v.rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestVisitor holds Decode to its visitor: what is not wanted is passed over, and
// errors come back.
func TestVisitor(t *testing.T) {
	f, layout := newFormat(t, xlsx.Config{}), fields("a")
	content := book(t, row("a")+row("1")+row("2"))
	v := &transcript{fields: layout.Kinds[0].Fields, skip: 1}
	if err := f.Decode(context.Background(), bytes.NewReader(content), format.Frame{}, layout, v); err != nil {
		t.Fatal(err)
	}
	want := "dossier 1\ndossier 2\n  kind 0 line 3\n    a \"2\"\n  end\n"
	if diff := cmp.Diff(want, v.text.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stop := errors.New("stop")
	v = &transcript{fields: layout.Kinds[0].Fields, fail: stop}
	if err := f.Decode(context.Background(), bytes.NewReader(content), format.Frame{}, layout, v); !errors.Is(err, stop) || v.dossiers != 1 {
		t.Errorf("error %v after %d dossiers", err, v.dossiers)
	}
}

// TestReaderFails holds that the errors of the payload's reader are no refusals,
// and that a context ends the reading.
func TestReaderFails(t *testing.T) {
	f, layout := newFormat(t, xlsx.Config{}), fields("a")
	content := book(t, row("a")+row("1"))
	broken := errors.New("broken")
	r := io.MultiReader(bytes.NewReader(content[:100]), failing{broken})
	if _, err := f.Inspect(context.Background(), r, layout); !errors.Is(err, broken) {
		t.Errorf("inspect: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var refusal *format.Refusal
	err := f.Decode(ctx, bytes.NewReader(content), format.Frame{}, layout, new(table))
	if !errors.Is(err, context.Canceled) || errors.As(err, &refusal) {
		t.Errorf("decode: %v", err)
	}
}

// failing is a reader that fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
