package xlsx_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/xlsx"
)

// values reads a sheet that has one column, under the header "v", and returns its
// values. Each cell is what stands in a row of its own.
func values(t *testing.T, cells []string, changed ...member) []string {
	t.Helper()
	var rows strings.Builder
	rows.WriteString(row("v", "n"))
	for i, cell := range cells {
		fmt.Fprintf(&rows, `<row>%s<c r="B1"><v>%d</v></c></row>`, cell, i)
	}
	got := make([]string, len(cells))
	for i, r := range read(t, newFormat(t, xlsx.Config{}), fields("v", "n"), book(t, rows.String(), changed...)).rows {
		if r[1] != fmt.Sprint(i) {
			t.Fatalf("row %d holds number %s", i, r[1])
		}
		got[i] = r[0]
	}
	return got
}

// TestCells holds each form of a cell to its text; "-" is none.
func TestCells(t *testing.T) {
	cases := []struct{ name, cell, want string }{
		{"nothing", ``, "-"},
		{"empty", `<c r="A2"/>`, "-"},
		{"empty value", `<c r="A2"><v/></c>`, "-"},
		{"styled blank", `<c r="A2" s="1"></c>`, "-"},
		{"blank text", `<c t="inlineStr"><is><t xml:space="preserve"> &#xA0; </t></is></c>`, "-"},
		{"number", `<c r="A2"><v>15</v></c>`, "15"},
		{"number in spaces", "<c r='A2' >\n <v> 15\n</v> </c>", "15"},
		{"declared number", `<c t="n"><v>15</v></c>`, "15"},
		{"shared", `<c t="s"><v>0</v></c>`, "một"},
		{"shared in runs, without pronunciation", `<c t="s"><v>1</v></c>`, "hai "},
		{"shared with escapes", `<c t="s"><v>2</v></c>`, "a\r&_x000D_"},
		{"inline", `<c t="inlineStr"><is><t>một &lt; hai</t></is></c>`, "một < hai"},
		{"inline in runs", `<c t="inlineStr"><is><r><t>m</t></r><r><rPr><t/></rPr><t>ột</t></r><rPh sb="0" eb="1"><t>x</t></rPh><phoneticPr/></is></c>`, "một"},
		{"inline in a section", `<c t="inlineStr"><is><t><![CDATA[<một>]]></t></is></c>`, "<một>"},
		{"inline kept spaces", `<c t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>`, " a "},
		{"escaped pair", `<c t="inlineStr"><is><t>_xD83D__xde00_</t></is></c>`, "😀"},
		{"escaped half a pair", `<c t="inlineStr"><is><t>_xD83D_x</t></is></c>`, "\uFFFDx"},
		{"no escape", `<c t="inlineStr"><is><t>_x12_ _xfeed _x00g0_</t></is></c>`, "_x12_ _xfeed _x00g0_"},
		{"text of a formula", `<c t="str"><f>A1&amp;"x"</f><v>một</v></c>`, "một"},
		{"number of a formula", `<c><f t="shared" ref="A1:A2" si="0">1+1</f><v>2</v></c>`, "2"},
		{"text as a number", `<c t="str"><v>007.0</v></c>`, "007.0"},
		{"true", `<c t="b"><v>1</v></c>`, "1"},
		{"false", `<c t="b"><v>0</v></c>`, "0"},
		{"true in letters", `<c t="b"><v>true</v></c>`, "1"},
		{"false in letters", `<c t="b"><v>false</v></c>`, "0"},
		{"error", `<c t="e"><v>#N/A</v></c>`, "-"},
		{"ISO date", `<c t="d"><v>2026-08-05T00:00:00</v></c>`, "2026-08-05T00:00:00"},
		{"unknown type", `<c t="x"><v>1.0</v></c>`, "1.0"},
		{"no number", `<c><v>mười</v></c>`, "mười"},
		{"unknown style", `<c s="99"><v>46239</v></c>`, "46239"},
		{"unknown element", `<c><extLst><ext><v>1</v></ext></extLst><v>2</v></c>`, "2"},
		{"two values", `<c><v>1</v><v>2</v></c>`, "1"},
		{"two cells", `<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>`, "1"},
		{"two cells, the first blank", `<c r="A1" t="str"><v> </v></c><c r="A1"><v>2</v></c>`, "2"},
		{"prefixed", `<x:c xmlns:x="u"><x:v>1</x:v></x:c>`, "1"},
		{"reference in capitals and small", `<c r="a2"><v>1</v></c>`, "1"},
		{"reference without column", `<c r="7"><v>1</v></c>`, "1"},
		{"comment inside", `<c><v>1<!-- x -->2</v></c>`, "12"},
	}
	cells := make([]string, len(cases))
	for i, c := range cases {
		cells[i] = c.cell
	}
	got := values(t, cells)
	for i, c := range cases {
		if got[i] != c.want {
			t.Errorf("%s: %q, want %q", c.name, got[i], c.want)
		}
	}
}

// TestNumbers holds numbers to what may be made of them: no digit is made up.
func TestNumbers(t *testing.T) {
	cases := [][2]string{
		{"302555856.0", "302555856"},
		{"7926734260000017", "7926734260000017"},
		{"7926734260000017.00", "7926734260000017"},
		{"079325000018", "079325000018"},
		{"-3.0", "-3"},
		{"3.50", "3.50"},
		{"0.30000000000000004", "0.30000000000000004"},
		{"7.92673E+15", "7.92673E+15"},
		{"7.92673426E+15", "7.92673426E+15"},
		{"1.2E+07", "1.2E+07"},
		{"1E+06", "1E+06"},
		{"1E+05", "100000"},
		{"7.9085000011E+10", "79085000011"},
		{"7.926734260000017E+15", "7926734260000017"},
		{"7.926734260000017e15", "7926734260000017"},
		{"7.92673426000002E15", "7926734260000020"},
		{"1.2E7", "12000000"},
		{"1.0E7", "10000000"},
		{"-3.02555856E8", "-302555856"},
		{"12E7", "12E7"},
		{"1.0E21", "1.0E21"},
		{"1.2345E2", "123.45"},
		{"1.25E-3", "0.00125"},
		{"12.5E-1", "1.25"},
		{"1.50E0", "1.5"},
		{"0.5E1", "5"},
		{"0E0", "0"},
		{"1E-300", "1E-300"},
		{"1E+1000", "1E+1000"},
		{"1E", "1E"},
		{"1.", "1."},
		{".5", ".5"},
		{"1e+", "1e+"},
		{"+1.0", "+1"},
		{"0x10", "0x10"},
		{"NaN", "NaN"},
	}
	var cells, want []string
	for _, c := range cases {
		cells = append(cells, "<c><v>"+c[0]+"</v></c>")
		want = append(want, c[1])
	}
	if diff := cmp.Diff(want, values(t, cells)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDates holds serial days to the dates that a spreadsheet shows.
func TestDates(t *testing.T) {
	cases := []struct {
		style  int
		number string
		want   string
		// want1904 is what the other system of dates makes of it.
		want1904 string
	}{
		{styleDate, "46239", "2026-08-05", "2030-08-06"},
		{styleDate, "46239.0", "2026-08-05", "2030-08-06"},
		{styleDate, "4.6239E4", "2026-08-05", "2030-08-06"},
		{styleDate, "46239.5", "2026-08-05T12:00:00", "2030-08-06T12:00:00"},
		{styleMoment, "46239.333333333336", "2026-08-05T08:00:00", "2030-08-06T08:00:00"},
		{styleMoment, "46239.333333", "2026-08-05T08:00:00", "2030-08-06T08:00:00"},
		{styleMoment, "46239.9999999", "2026-08-06", "2030-08-07"},
		{styleMoment, "46239", "2026-08-05", "2030-08-06"},
		{styleDate, "1", "1900-01-01", "1904-01-02"},
		{styleDate, "59", "1900-02-28", "1904-02-29"},
		{styleDate, "60", "1900-02-29", "1904-03-01"},
		{styleDate, "61", "1900-03-01", "1904-03-02"},
		{styleDate, "0", "0", "1904-01-01"},
		{styleDate, "0.25", "06:00:00", "1904-01-01T06:00:00"},
		{styleDate, "2958465", "9999-12-31", "2958465"},
		{styleDate, "2957003", "9995-12-30", "9999-12-31"},
		{styleDate, "2958466", "2958466", "2958466"},
		{styleDate, "-1", "-1", "-1"},
		{styleDate, "0x10", "0x10", "0x10"},
		{styleDate, "05/08/2026", "05/08/2026", "05/08/2026"},
		{styleTime, "0.25", "06:00:00", "06:00:00"},
		{styleTime, "0", "00:00:00", "00:00:00"},
		{styleTime, "46239.25", "2026-08-05T06:00:00", "2030-08-06T06:00:00"},
		{styleTime, "46239", "2026-08-05T00:00:00", "2030-08-06T00:00:00"},
		{styleSpan, "1.0625", "25:30:00", "25:30:00"},
		{styleSpan, "0.0625", "01:30:00", "01:30:00"},
		{styleMoney, "46239", "46239", "46239"},
		{styleThousands, "46239", "46239", "46239"},
		{0, "46239", "46239", "46239"},
	}
	var cells, want, want1904 []string
	for _, c := range cases {
		cells = append(cells, fmt.Sprintf(`<c s="%d"><v>%s</v></c>`, c.style, c.number))
		want, want1904 = append(want, c.want), append(want1904, c.want1904)
	}
	if diff := cmp.Diff(want, values(t, cells)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, on := range []string{"1", "true"} {
		main := strings.Replace(mainPart, "<sheets>", `<workbookPr date1904="`+on+`"/><sheets>`, 1)
		if diff := cmp.Diff(want1904, values(t, cells, member{"xl/workbook.xml", main})); diff != "" {
			t.Errorf("from 1904 (-want +got):\n%s", diff)
		}
	}
}

// TestDateFormats holds number formats to whether they show a date: the number is
// one and a half days.
func TestDateFormats(t *testing.T) {
	const date, clock, span, number = "1900-01-01T12:00:00", "1900-01-01T12:00:00", "36:00:00", "1.5"
	cases := []struct{ code, want string }{
		{"General", number},
		{"0.00", number},
		{"#,##0\\ \\d", number},
		{`#,##0" đồng"`, number},
		{"[Red]#,##0", number},
		{"[$-409]0", number},
		{"0_d", number},
		{"0*d", number},
		{"0.00E+00", number},
		{`0;"d";d`, number},
		{"", number},
		{"@", number},
		{"[$-vi-VN]dd/mm/yyyy", date},
		{"DD-MM-YYYY", date},
		{"mmm", date},
		{"yyyy", date},
		{"mm/yy;@", date},
		{`"ngày" d`, date},
		{"hh:mm", clock},
		{"mm:ss.0", clock},
		{"h AM/PM", clock},
		{"mmm h", date},
		{"[h]:mm", span},
		{"[mm]:ss", span},
		{"[SS]", span},
		{`"`, number},
		{"[", number},
		{`0\`, number},
	}
	var formats, xfs strings.Builder
	var cells []string
	escape := strings.NewReplacer(`"`, "&quot;", "&", "&amp;")
	for i, c := range cases {
		fmt.Fprintf(&formats, `<numFmt formatCode="%s" numFmtId="%d"/>`, escape.Replace(c.code), 200+i)
		fmt.Fprintf(&xfs, `<xf numFmtId="%d"/>`, 200+i)
		cells = append(cells, fmt.Sprintf(`<c s="%d"><v>1.5</v></c>`, i))
	}
	styles := member{"xl/styles.xml", `<styleSheet><numFmts>` + formats.String() + `</numFmts><cellXfs>` + xfs.String() + `</cellXfs><dxfs><xf numFmtId="14"/></dxfs></styleSheet>`}
	got := values(t, cells, styles)
	for i, c := range cases {
		if got[i] != c.want {
			t.Errorf("%s shows %s, want %s", c.code, got[i], c.want)
		}
	}
}

// TestBuiltinFormats holds the formats that have a number alone to the list that
// the feed relies on.
func TestBuiltinFormats(t *testing.T) {
	var xfs strings.Builder
	var cells []string
	for id := range 60 {
		fmt.Fprintf(&xfs, `<xf numFmtId="%d"/>`, id)
		cells = append(cells, fmt.Sprintf(`<c s="%d"><v>46239</v></c>`, id))
	}
	shown := map[string][]int{}
	for id, text := range values(t, cells, member{"xl/styles.xml", `<styleSheet><cellXfs>` + xfs.String() + `</cellXfs></styleSheet>`}) {
		if text != "46239" {
			shown[text] = append(shown[text], id)
		}
	}
	want := map[string][]int{
		"2026-08-05":          {14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58},
		"2026-08-05T00:00:00": {18, 19, 20, 21, 45, 47},
		"1109736:00:00":       {46},
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
