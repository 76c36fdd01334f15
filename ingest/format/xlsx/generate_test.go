package xlsx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

// The documents of a workbook that has nothing remarkable but its sheet.
const (
	prolog        = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNamespace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relations     = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	packageRels   = prolog + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relations + `officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbookRels  = prolog + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relations + `worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + relations + `styles" Target="/xl/styles.xml"/><Relationship Id="rId3" Type="` + relations + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	mainPart   = prolog + `<workbook ` + mainNamespace + `><sheets><sheet name="Danh sách" sheetId="1" r:id="rId1"/></sheets></workbook>`
	stylesPart = prolog + `<styleSheet ` + mainNamespace + `><numFmts count="3"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\ hh:mm"/><numFmt numFmtId="165" formatCode="&quot;ngày&quot;\ #,##0\ [Red]_d"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>` +
		`<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="21"/><xf numFmtId="166"/><xf numFmtId="4"/></cellXfs></styleSheet>`
	textsPart = prolog + `<sst ` + mainNamespace + ` count="3" uniqueCount="3"><si><t>một</t></si><si><r><rPr><b/></rPr><t>ha</t></r><r><t xml:space="preserve">i </t></r><rPh sb="0" eb="1"><t>x</t></rPh></si><si><t>a_x000D_&amp;_x005F_x000D_</t></si></sst>`
)

// The styles of stylesPart by their index.
const (
	styleDate = 1 + iota
	styleMoment
	styleMoney
	styleTime
	styleSpan
	styleThousands
)

// member is a part of a workbook.
type member struct{ name, text string }

// sheet wraps rows into a sheet.
func sheet(rows string) string {
	return prolog + `<worksheet ` + mainNamespace + `><dimension ref="A1"/><sheetData>` + rows + `</sheetData><pageMargins left="0.7"/></worksheet>`
}

// book returns a workbook around rows, with the members given in the place of the
// usual ones of the same name. One without text is left out.
func book(t testing.TB, rows string, changed ...member) []byte {
	t.Helper()
	return packed(t, parts(rows, changed...)...)
}

// parts returns the members of the workbook that book packs.
func parts(rows string, changed ...member) []member {
	members := []member{
		{"[Content_Types].xml", prolog + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", packageRels},
		{"xl/workbook.xml", mainPart},
		{"xl/_rels/workbook.xml.rels", workbookRels},
		{"xl/styles.xml", stylesPart},
		{"xl/sharedStrings.xml", textsPart},
		{"xl/worksheets/sheet1.xml", sheet(rows)},
	}
	for _, c := range changed {
		found := false
		for i := range members {
			if members[i].name == c.name {
				members[i], found = c, true
			}
		}
		if !found {
			members = append(members, c)
		}
	}
	return members
}

// packed writes members into an archive.
func packed(t testing.TB, members ...member) []byte {
	t.Helper()
	return archived(t, zip.Deflate, members)
}

// archived writes members into an archive by a method of compression.
func archived(t testing.TB, method uint16, members []member) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range members {
		if m.text == "" {
			continue
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: method})
		if err == nil {
			_, err = io.WriteString(w, m.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// row writes a row without references, with text in the cells.
func row(cells ...string) string {
	var b strings.Builder
	b.WriteString("<row>")
	for _, cell := range cells {
		fmt.Fprintf(&b, `<c t="inlineStr"><is><t>%s</t></is></c>`, cell)
	}
	b.WriteString("</row>")
	return b.String()
}
