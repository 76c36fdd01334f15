package xlsx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format"
	"thidua/ingest/format/xlsx"
)

// stored returns a workbook whose sheet has a header of three columns above rows.
func stored(t testing.TB, rows string) []byte {
	return archived(t, zip.Store, parts(row("a", "b", "c")+rows))
}

// simple is a sheet as the standard library reads it.
type simple struct {
	Rows []struct {
		Cells []struct {
			Type   string `xml:"t,attr"`
			Value  string `xml:"v"`
			Inline string `xml:"is>t"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
}

// reference returns the rows of a sheet whose cells are plain: texts without
// references, one behind the other. It returns false for others.
func reference(rows string) ([][]string, bool) {
	// What tells a plain sheet is that it is written with nothing else.
	left := strings.NewReplacer("<row>", "", "</row>", "", `<c t="str">`, "", `<c t="inlineStr">`, "", "</c>", "", "<v>", "", "</v>", "", "<is>", "", "</is>", "", "<t>", "", "</t>", "").Replace(rows)
	if strings.ContainsAny(left, "<>&_\r]") || strings.Contains(rows, "</v><") && !strings.Contains(rows, "</v></c>") {
		return nil, false
	}
	var s simple
	if err := xml.Unmarshal([]byte(sheet(rows)), &s); err != nil {
		return nil, false
	}
	var all [][]string
	for _, r := range s.Rows {
		cells := []string{"-", "-", "-"}
		blank := true
		for i, c := range r.Cells {
			text := c.Value
			if text != "" && c.Inline != "" || i > 2 {
				return nil, false
			}
			if text == "" {
				text = c.Inline
			}
			if strings.TrimSpace(text) != "" {
				cells[i], blank = text, false
			}
		}
		if !blank {
			all = append(all, cells)
		}
	}
	return all, true
}

// FuzzRows holds the rows of a sheet to the contract, whatever stands in it: what
// Inspect accepts Decode reads to its end with as many dossiers, whatever the size
// of the blocks; and a plain sheet is what encoding/xml makes of it.
func FuzzRows(f *testing.F) {
	for _, rows := range []string{
		row("1", "2", "3"), `<row><c t="str"><v>x</v></c></row><row/>`, `<row r="9" hidden="1"><c r="C9" s="1"><v>46239.5</v></c><c r="A9" t="s"><v>1</v></c></row>`,
		`<row><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2026-01-01</v></c></row>`, `<row><c><f>1</f><v>7.9E+15</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A9"/></mergeCells><sheetData>`,
		`<row r="5"/><row r="2"><c r="XFD2"/></row>`, `<row><c t="inlineStr"><is><r><t>_x000D_</t></r><rPh><t/></rPh></is></c></row>`, `<row><c><v>&#49;<![CDATA[2]]></v></c></row>`,
		`<row><c s="5"><v>1.5E0</v></c><c s="4"><v>0.99999999</v></c></row>`, `<row`, `</sheetData>`, `<row><c r="A1"></row>`,
	} {
		f.Add(rows)
	}
	formats := make([]*xlsx.Format, 2)
	for i, merged := range []string{"blank", "fill"} {
		formats[i] = newFormat(f, xlsx.Config{Merged: merged})
	}
	layout := fields("a", "b", "c")
	f.Fuzz(func(t *testing.T, rows string) {
		content := stored(t, rows)
		for _, f := range formats {
			frame, err := f.Inspect(context.Background(), bytes.NewReader(content), layout)
			var refusal *format.Refusal
			if err != nil && !errors.As(err, &refusal) {
				t.Fatalf("inspect: %v", err)
			}
			whole, small := new(table), new(table)
			failed := f.Decode(context.Background(), bytes.NewReader(content), frame, layout, whole)
			again := f.Decode(context.Background(), pieces{bytes.NewReader(content), 61}, frame, layout, small)
			if (failed == nil) != (err == nil) || (again == nil) != (err == nil) {
				t.Fatalf("inspect: %v, decode: %v, in pieces: %v", err, failed, again)
			}
			if !cmp.Equal(whole.rows, small.rows) || err == nil && len(whole.rows) != frame.Dossiers {
				t.Fatalf("counted %d, read %v, in pieces %v", frame.Dossiers, whole.rows, small.rows)
			}
			want, plain := reference(rows)
			if err == nil && plain && len(whole.notes) == 0 && !cmp.Equal(want, whole.rows) {
				t.Fatalf("encoding/xml %q, rows %q", want, whole.rows)
			}
		}
	})
}

// FuzzPayload holds whole payloads to the contract.
func FuzzPayload(f *testing.F) {
	content, err := os.ReadFile("testdata/niis_export_date_serials.xlsx")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add(stored(f, row("1")))
	f.Add(packed(f, member{"_rels/.rels", packageRels}, member{"xl/workbook.xml", mainPart}, member{"xl/_rels/workbook.xml.rels", workbookRels}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	workbooks, layout := newFormat(f, xlsx.Config{}), fields("Ngày tiêm")
	f.Fuzz(func(t *testing.T, content []byte) {
		read := func(r io.Reader) (format.Frame, error) { return workbooks.Inspect(context.Background(), r, layout) }
		frame, err := read(bytes.NewReader(content))
		again, failed := read(pieces{bytes.NewReader(content), 3})
		var refusal *format.Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Fatalf("inspect: %v", err)
		}
		if diff := cmp.Diff(frame, again); diff != "" || (err == nil) != (failed == nil) {
			t.Fatalf("%v, in pieces %v (-whole +so):\n%s", err, failed, diff)
		}
		v := new(table)
		if err == nil && (workbooks.Decode(context.Background(), bytes.NewReader(content), frame, layout, v) != nil || len(v.rows) != frame.Dossiers) {
			t.Fatalf("counted %d, decoded %d", frame.Dossiers, len(v.rows))
		}
	})
}
