package csv_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format"
	"thidua/ingest/format/csv"
	"thidua/transform/delivery"
	"thidua/transform/record"
)

// brief makes a transcript short: a dossier a line, its values separated by |.
func brief(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "dossiers "), strings.HasPrefix(line, "dossier "), line == "  end":
			if strings.HasPrefix(line, "dossier ") {
				out = append(out, "")
			}
		case strings.HasPrefix(line, "  fault"):
			out[len(out)-1] = strings.TrimSuffix(strings.Fields(line)[6], ":")
		case strings.HasPrefix(line, "  "):
			_, value, _ := strings.Cut(line[2:], " ")
			out[len(out)-1] += value
		default:
			out = append(out, line)
		}
	}
	return strings.Join(out, "; ")
}

func TestRows(t *testing.T) {
	tests := []struct{ name, block, text, want string }{
		{"line feeds", "{}", "a,b\n1,2\n3,4\n", `"1""2"; "3""4"`},
		{"carriage returns and line feeds", "{}", "a,b\r\n1,2\r\n3,4\r\n", `"1""2"; "3""4"`},
		{"carriage returns", "{}", "a,b\r1,2\r3,4\r", `"1""2"; "3""4"`},
		{"mixed, the last row open", "{}", "a,b\r1,2\n3,4\r\n5,6", `"1""2"; "3""4"; "5""6"`},
		{"blank rows", "{}", "\n\na,b\n\n1,2\n,\n ,\t\n3,4\n\n", `"1""2"; "3""4"`},
		{"fewer cells", "{}", "a,b\n1\n", `"1"`},
		{"surplus blank cells", "{}", "a,b\n1,2,,  ,\n", `"1""2"`},
		{"surplus cells", "{}", "a,b\n1,2,,3\n4,5\n", `row_too_long; "4""5"`},
		{"surplus cells joined", "{surplus: join}", "a,b\n1,2, x,,y,\n4,5\n", `"1""2, x,,y"; "4""5"`},
		{"surplus cells joined, quoted", "{surplus: join}", "a,b\n\"1\",\"2,\"\"\",x\n", `"1""2,\",x"`},
		{"a delimiter at the end of each row", "{}", "a,b,\n1,2,\n", `"1""2"`},
		{"quoted", "{}", "a,b\n\"1\",\"2, 3\"\n", `"1""2, 3"`},
		{"quoted line breaks", "{}", "a,b\n\"1\n\r\n\",2\n3,\"\r\"\n4,5\n", `"1\n\r\n""2"; "3"; "4""5"`},
		{"quoted quotation marks", "{}", "a,b\n\"1\"\"\",\"\"\"2\"\"\"\n\"\"\"\",3\n", `"1\"""\"2\""; "\"""3"`},
		{"blanks around quotation marks", "{}", "a,b\n \"1\" ,\t\"2\"\t\n", `"1""2"`},
		{"blanks that are not quoted", "{}", "a,b\n 1 ,2\n", `" 1 ""2"`},
		{"quotation marks inside", "{}", "a,b\n5\"x,2\n\"Trạm \"Mẫu\", x\",2\n", `note quote_inside 1; "5\"x""2"; row_too_long`},
		{"quotation marks inside of quoted", "{}", "a,b\n\"Trạm \"Mẫu\" x\",2\n", `note quote_inside 2; "Trạm \"Mẫu\" x""2"`},
		{"empty and quoted", "{}", "a,b\n\"\",\"\"\n\"\",2\n", `"2"`},
		{"formula that guards digits", "{}", "a,b\n=\"079085000011\",\"=\"\"01\"\"\"\n", `"079085000011""=\"01\""`},
		{"another quotation mark", "{quote: \"'\"}", "a,b\n'1,2',\"3\n", `"1,2""\"3"`},
		{"no quotation mark", "{quote: none}", "a,b\n\"1,2\n", `"\"1""2"`},
		{"semicolon", "{}", "a;b\n1,5;2\n", `"1,5""2"`},
		{"tab", "{}", "a\tb\n1\t2\n\"1\"\t \"2\"\n", `"1""2"; "1""2"`},
		{"bar", "{}", "x|a|b\n0|1|2\n", `"1""2"`},
		{"declared delimiter", "{delimiter: \";\"}", "a;b\n1;2\n", `"1""2"`},
		{"delimiter for Excel", "{}", "sep=|\na|b\n1|2\n", `"1""2"`},
		{"delimiter in a title", "{}", "Sở Y tế, báo cáo; tháng 6, 7, 8, 9\na;b\n1;2\n", `"1""2"`},
		{"one of several alike", "{optional: [b]}", "a\n1\n", `"1"`},
		{"title and totals", "{}", "DANH SÁCH,,\n,,\nSTT,a,b\n1,x,y\nTổng cộng,2,\n", `note total_row 1; "x""y"`},
		{"header once more", "{}", "a,b\n1,2\na,b\n3,4\n", `note header_repeated 1; "1""2"; "3""4"`},
		{"same name twice", "{}", "a,b,a\n1,2,3\n", `note column_twice 1 a; "1""2"`},
		{"byte order mark", "{}", "\ufeffa,b\n1,2\n", `"1""2"`},
		{"composition in a late row", "{}", "a,b\n1,2\ne\u0302\u0301,ế\n", `"1""2"; "ế""ế"`},
		{"declared encoding", "{encoding: tcvn3}", "a,b\n\xd4,\xb5\n", `"ễ""à"`},
		{"header without rows", "{}", "a,b\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFormat(t, tt.block)
			for name, wrap := range map[string]func(io.Reader) io.Reader{
				"whole": func(r io.Reader) io.Reader { return r }, "one byte": iotest.OneByteReader,
			} {
				got := passes(t, f, func() io.Reader { return wrap(strings.NewReader(tt.text)) }, []string{"a", "b"})
				if diff := cmp.Diff(tt.want, brief(got)); diff != "" {
					t.Errorf("read %s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	large := "a,b\n1,2\n\"" + strings.Repeat("0123456789abcdef", 1<<20) + "\",2\n"
	tests := []struct{ name, block, text, want string }{
		{"nothing", "{}", "", "refused empty after 0"},
		{"a mark alone", "{}", "\ufeff", "refused empty after 0"},
		{"blanks", "{}", "\n ,,\r\n\n", "refused empty after 0"},
		{"zero bytes", "{}", "a,b\n1,\x00\n", "refused not_text after 0"},
		{"zero bytes late", "{}", "a,b\n" + strings.Repeat("1,2\n", 1<<17) + "\x00\n", "refused not_text after 0"},
		{"zero bytes in a title", "{}", "x\x00yz\na,b\n1,2\n", "refused not_text after 0"},
		{"no header", "{}", "a,c\n1,2\n", "refused header_not_found after 0: Không tìm thấy dòng tiêu đề; thiếu cột: b. / No header was found; columns missing: b."},
		{"no header in the first rows", "{}", strings.Repeat("x,y\n", 60) + "a,b\n", "refused header_not_found after 0: Không tìm thấy dòng tiêu đề; thiếu cột: a, b. / No header was found; columns missing: a, b."},
		{"open quotation mark", "{}", "a,b\n\n1,2\n3,\"4\n5,6\n", "refused quote_open_at_end after 1: Dòng 4"},
		{"open quotation mark in the header", "{}", "\"a,b\n1,2\n", "refused quote_open_at_end after 0: Dòng 1"},
		{"large row", "{}", large, "refused row_too_large after 1: Dòng 3"},
		{"unknown encoding", "{}", "a,b\nM\xfcller,\xd8rsted\n", "refused encoding_unknown after 0"},
		{"unknown encoding late", "{}", "a,b\n" + strings.Repeat("1,2\n", 1<<18) + "M\xfcller,\xd8rsted\n", "refused encoding_unknown after 2"},
		{"workbook", "{}", "PK\x03\x04\x14\x00", "refused spreadsheet_instead_of_csv after 0"},
		{"old workbook", "{}", "\xD0\xCF\x11\xE0\xA1\xB1", "refused spreadsheet_instead_of_csv after 0"},
		{"workbook of XML", "{}", "<?xml version=\"1.0\"?><Workbook>", "refused spreadsheet_instead_of_csv after 0"},
		{"page", "{}", "\ufeff\n<!DOCTYPE html><html>", "refused html_instead_of_csv after 0"},
		{"table of a page", "{}", "<TABLE><tr><td>a", "refused html_instead_of_csv after 0"},
		{"another angle", "{}", "<a>,b\n", "refused header_not_found after 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := strings.NewReader(tt.text)
			_, got := inspected(t, newFormat(t, tt.block), r, []string{"a", "b"})
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if r.Len() > 0 {
				t.Errorf("%d bytes were not read", r.Len())
			}
			if strings.Contains(got, "ller") || strings.Contains(got, "0123") {
				t.Error("a value is told")
			}
		})
	}
}

func TestFaultNamesThePlace(t *testing.T) {
	got := passes(t, newFormat(t, "{}"), func() io.Reader { return strings.NewReader("a,b\n\n1,2,3\n") }, []string{"a", "b"})
	want := "dossiers 1, utf-8, ,\ndossier 1\n  fault row kind 0 line 3 row_too_long: Dòng 3 có 3 ô nhưng tiêu đề chỉ có 2; các cột có thể bị lệch. / Row 3 has 3 cells, the header 2; its columns may be shifted.\n  end\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A dossier that is not wanted is left out and counted.
func TestVisitorDecides(t *testing.T) {
	f := newFormat(t, "{}")
	decode := func(v *transcript) error {
		return f.Decode(context.Background(), strings.NewReader("a\n1\n2\n3\n"), format.Frame{}, layoutOf(v.fields), v)
	}
	v := &transcript{fields: []string{"a"}, skip: 2}
	if err := decode(v); err != nil || brief(v.text.String()) != `"1"; ; "3"` || strings.Count(v.text.String(), "end") != 2 {
		t.Errorf("%s: %v", v.text.String(), err)
	}
	stop := errors.New("stop")
	if err := decode(&transcript{fields: []string{"a"}, fail: stop}); !errors.Is(err, stop) {
		t.Errorf("an error of Record: %v", err)
	}
	if err := decode(&transcript{fields: []string{"a"}, failEnd: stop}); !errors.Is(err, stop) {
		t.Errorf("an error of EndDossier: %v", err)
	}
}

// A payload whose bytes are no longer those that were inspected is refused.
func TestDecodeOfOtherBytes(t *testing.T) {
	f := newFormat(t, "{}")
	frame, _ := inspected(t, f, strings.NewReader("a\n1\n"), []string{"a"})
	for _, text := range []string{"", "b\n1\n", "a\n\"1\n"} {
		err := f.Decode(context.Background(), strings.NewReader(text), frame, layoutOf([]string{"a"}), &transcript{fields: []string{"a"}})
		var refusal *format.Refusal
		if !errors.As(err, &refusal) || refusal.Reason == (delivery.Text{}) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReadErrorsPass(t *testing.T) {
	f := newFormat(t, "{}")
	broken := errors.New("broken")
	for _, before := range []string{"", "a,b", "a,b\n1", "a,b\n1,\"2", "a,b\n\xd4n,"} {
		r := io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken))
		if _, err := f.Inspect(context.Background(), r, layoutOf([]string{"a"})); !errors.Is(err, broken) {
			t.Errorf("inspect %q: %v", before, err)
		}
		r = io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken))
		frame := format.Frame{Envelope: map[string]string{csv.EncodingField: "utf-8", csv.DelimiterField: ","}}
		if err := f.Decode(context.Background(), r, frame, layoutOf([]string{"a"}), &counter{}); !errors.Is(err, broken) {
			t.Errorf("decode %q: %v", before, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Inspect(ctx, strings.NewReader("a\n"), record.Layout{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// Without a kind in the layout the dossiers are counted and nothing is read.
func TestLayoutWithoutTheKind(t *testing.T) {
	f := newFormat(t, "{}")
	var c counter
	if err := f.Decode(context.Background(), strings.NewReader("a\n1\n2\n"), format.Frame{}, record.Layout{}, &c); err != nil || c.records != 0 {
		t.Errorf("%d records: %v", c.records, err)
	}
	if frame, err := f.Inspect(context.Background(), strings.NewReader("a\n1\n2\n"), record.Layout{}); err != nil || frame.Dossiers != 2 {
		t.Errorf("%d dossiers: %v", frame.Dossiers, err)
	}
}
