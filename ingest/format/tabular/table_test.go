package tabular_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format/tabular"
	"thidua/transform/record"
)

// sheet offers rows, whose cells are separated by |, and writes down what comes of
// them: the header's row, then the fields of each record.
func sheet(t *testing.T, c tabular.Config, fields string, rows ...string) ([]string, *tabular.Table) {
	t.Helper()
	table := tabular.New(c, record.Kind{Name: "row", Fields: strings.Split(fields, "|")})
	var out []string
	var r record.Record
	found := false
	for _, row := range rows {
		cells := cut(row)
		switch {
		case found:
			if table.Record(cells, &r) {
				out = append(out, shown(r))
			}
		case table.Header(cells):
			found = true
		case !table.Seeking():
			return append(out, "missing "+strings.Join(table.Missing(), "|")), table
		}
	}
	if !found {
		out = append(out, "missing "+strings.Join(table.Missing(), "|"))
	}
	return out, table
}

func cut(row string) [][]byte {
	var cells [][]byte
	for cell := range strings.SplitSeq(row, "|") {
		cells = append(cells, []byte(cell))
	}
	return cells
}

func shown(r record.Record) string {
	var out []string
	for _, f := range r.Fields {
		if f == nil {
			out = append(out, "-")
			continue
		}
		out = append(out, string(f))
	}
	return strings.Join(out, "|")
}

func TestHeader(t *testing.T) {
	aliases := func(list ...string) tabular.Config {
		return tabular.Config{Columns: map[string][]string{list[0]: list[1:]}}
	}
	tests := []struct {
		name   string
		config tabular.Config
		fields string
		rows   string
		want   string
	}{
		{"own names", tabular.Config{}, "a|b", "a|b / 1|2", "1|2"},
		{"another order, columns that nobody asks for", tabular.Config{}, "b|a", "x|a|y|b / 0|1|0|2", "2|1"},
		{"below a title", tabular.Config{}, "a|b", "DANH SÁCH / | / a|b / 1|2", "1|2"},
		{"case and marks", tabular.Config{}, "Số định danh|Đơn vị", "SO DINH DANH|don vi / 1|2", "1|2"},
		{"another composition", tabular.Config{}, "Ngày tiêm", "Nga\u0300y tie\u0302m / 1", "1"},
		{"look-alike letter", tabular.Config{}, "Đơn vị", "Ðơn vị / 1", "1"},
		{"blanks, line breaks, star and colon", tabular.Config{}, "Họ và tên|Mã|Số", " Họ \n và\u00a0tên (*) |Mã * :|Số: / 1|2|3", "1|2|3"},
		{"blanks around a stroke", tabular.Config{}, "Tỉnh/TP", "Tỉnh / TP / 1", "1"},
		{"an alias", aliases("id", "Số CCCD", "CMND"), "id", "cmnd / 1", "1"},
		{"the earlier alias", aliases("id", "Số CCCD", "CMND"), "id", "CMND|Số CCCD / 1|2", "2"},
		{"an exact name before a folded one", tabular.Config{}, "Tỉnh", "TINH|Tỉnh / 1|2", "2"},
		{"the same name twice", tabular.Config{}, "a", "a|a / 1|2", "1"},
		{"one column for two fields", aliases("b", "a"), "a|b", "a / 1", "1|1"},
		{"the row number", tabular.Config{}, "@row|a|@sheet", "x / a / 1 / | / 2", "3|1|-; 5|2|-"},
		{"a column that may be missing", tabular.Config{Optional: []string{"b"}}, "a|b", "a / 1", "1|-"},
		{"only columns that may be missing", tabular.Config{Optional: []string{"a", "b"}}, "a|b", "title / b / 1", "-|1"},
		{"nothing asked for", tabular.Config{}, "@row", "| / x|y / 1|2", "3"},
		{"not there", tabular.Config{}, "a|b|c", "x|b / 1|2", "missing a|c"},
		{"the best row is told", tabular.Config{}, "a|b|c", "a / b|c / c", "missing a"},
		{"declared row", tabular.Config{Header: 2}, "a", "a / a|b / 1|2", "1"},
		{"declared row without the names", tabular.Config{Header: 1}, "a", "b / a / 1", "missing a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := sheet(t, tt.config, tt.fields, split(tt.rows)...)
			if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// split cuts a sheet into its rows. A stroke without blanks belongs to a cell.
func split(rows string) []string {
	rows = strings.ReplaceAll(rows, "Tỉnh / TP", "Tỉnh \x00 TP")
	list := strings.Split(rows, " / ")
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], "\x00", "/")
	}
	return list
}

func TestHeaderOfTwoStoreys(t *testing.T) {
	rows := []string{
		"BÁO CÁO THÁNG|||||",
		"||||",
		"STT|Đơn vị|Kế hoạch||Thực hiện|",
		"||Nam|Nữ|Nam|Nữ",
		"1|A|10|20|30|40",
	}
	tests := []struct {
		name, fields, want string
		header             int
	}{
		{"upper and lower", "Đơn vị|Kế hoạch / Nữ|Thực hiện/Nam", "A|20|30", 0},
		{"upper alone", "Đơn vị|STT", "A|1", 0},
		{"lower alone", "Đơn vị|Nữ", "A|20", 0},
		{"lower alone in a declared row", "Nữ", "20", 3},
		{"an upper cell over two columns is no name", "Kế hoạch", "missing Kế hoạch", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := sheet(t, tabular.Config{HeaderRows: 2, Header: tt.header}, tt.fields, rows...)
			if diff := cmp.Diff(tt.want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeaderIsLookedForInTheFirstRows(t *testing.T) {
	rows := func(above int) []string { return append(make([]string, above), "a", "1") }
	if got, _ := sheet(t, tabular.Config{}, "a", rows(49)...); cmp.Diff([]string{"1"}, got) != "" {
		t.Errorf("below 49 rows: %q", got)
	}
	if got, _ := sheet(t, tabular.Config{}, "a", rows(50)...); cmp.Diff([]string{"missing a"}, got) != "" {
		t.Errorf("below 50 rows: %q", got)
	}
}

func TestRecord(t *testing.T) {
	tests := []struct {
		name   string
		totals []string
		rows   []string
		want   []string
	}{
		{"blank and empty cells are nil, whatever other columns hold", nil, []string{"1| ", "|\u00a0|x", "2"}, []string{"1|-", "-|-", "2|-"}},
		{"no name, but something", nil, []string{"|2"}, []string{"-|2"}},
		{"blank rows", nil, []string{"", "|", " |\t", "\u3000|\u00a0"}, nil},
		{"the header once more", nil, []string{"1|2", "Họ|b", " Họ | b", "Họ|c"}, []string{"1|2", "Họ|c"}},
		{"totals", nil, []string{"Tổng|9", "TỔNG CỘNG: |9", "tong so|9", "|Cộng", "Tổng 12 hồ sơ|", "Tổng  số ca|4", "Tổng\u00a0cộng|", "To\u0302\u0309ng (A)|"}, nil},
		{"names that begin like totals", nil, []string{"Tống|1", "Tống Thị Mẫu|2", "Công Mẫu|3", "Tong Mau|4", "Cộng đồng|5", "Tổng công ty Mẫu|6", "TỐNG|7", "Tổngx|8"}, []string{
			"Tống|1", "Tống Thị Mẫu|2", "Công Mẫu|3", "Tong Mau|4", "Cộng đồng|5", "Tổng công ty Mẫu|6", "TỐNG|7", "Tổngx|8",
		}},
		{"totals of its own", []string{"Người lập"}, []string{"Người lập biểu|x", "Tổng|9"}, []string{"Tổng|9"}},
		{"no totals", []string{}, []string{"Tổng|9"}, []string{"Tổng|9"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := sheet(t, tabular.Config{Totals: tt.totals}, "Họ|b", append([]string{"Họ|b"}, tt.rows...)...)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNotesCountWhatIsLeftOut(t *testing.T) {
	_, table := sheet(t, tabular.Config{Columns: map[string][]string{"id": {"Mã"}}}, "id|b", "MÃ|b|mã", "1|2", "Tổng|", "MÃ|b|mã", "Cộng|", "3")
	var got []string
	for _, n := range table.Notes() {
		if n.Reason.Vi == "" || n.Reason.En == "" {
			t.Errorf("%s has no reason", n.Rule)
		}
		got = append(got, strings.TrimSpace(n.Rule+" "+n.Name), string(rune('0'+n.Count)))
	}
	if diff := cmp.Diff([]string{"column_twice id", "1", "total_row", "2", "header_repeated", "1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if table.Width() != 3 || table.Row() != 6 {
		t.Errorf("%d columns, row %d", table.Width(), table.Row())
	}
}

// A sheet that leaves rows out says so, and the number is that of the sheet.
func TestRowsLeftOut(t *testing.T) {
	table := tabular.New(tabular.Config{}, record.Kind{Fields: []string{"@row", "a"}})
	var r record.Record
	table.At(4)
	if !table.Header(cut("a")) {
		t.Fatal("no header")
	}
	table.At(9)
	if !table.Record(cut("1"), &r) || shown(r) != "9|1" || table.Row() != 9 {
		t.Errorf("%s in row %d", shown(r), table.Row())
	}
}
