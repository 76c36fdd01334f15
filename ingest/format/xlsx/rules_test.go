package xlsx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"thidua/ingest/format"
	"thidua/ingest/format/xlsx"
	"thidua/transform/record"
)

// changedHeader returns an archive whose directory and local headers have been
// changed for the last member of that name.
func changedHeader(content []byte, name string, change func(local bool, header []byte)) []byte {
	out := bytes.Clone(content)
	for _, kind := range []struct {
		signature string
		nameAt    int
	}{{"PK\x03\x04", 30}, {"PK\x01\x02", 46}} {
		for at := 0; ; at++ {
			n := bytes.Index(out[at:], []byte(kind.signature))
			if n < 0 {
				break
			}
			at += n
			if bytes.HasPrefix(out[at+kind.nameAt:], []byte(name)) {
				change(kind.nameAt == 30, out[at:])
			}
		}
	}
	return out
}

// encrypted sets the flag of encryption.
func encrypted(local bool, header []byte) {
	if local {
		header[6] |= 1
		return
	}
	header[8] |= 1
}

// method sets another way of compression.
func method(local bool, header []byte) {
	at := 10
	if local {
		at = 8
	}
	binary.LittleEndian.PutUint16(header[at:], 12)
}

// checksum makes the checksum in the directory a wrong one.
func checksum(local bool, header []byte) {
	if !local {
		header[16] ^= 0xFF
	}
}

// damaged overwrites a byte of the packed sheet.
func damaged(local bool, header []byte) {
	if local {
		header[30+len(sheetPart)+3] ^= 0xFF
	}
}

const sheetPart = "xl/worksheets/sheet1.xml"

// TestRefused holds workbooks that are refused whole to their rules.
func TestRefused(t *testing.T) {
	good := row("a") + row("1")
	of := func(text string) []byte { return book(t, "", member{sheetPart, text}) }
	whole := book(t, good)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":                   {nil, "refused empty after 0"},
		"text":                    {[]byte("a;b\n1;2\n"), "refused not_a_workbook after 0"},
		"short":                   {[]byte("P"), "refused not_a_workbook after 0"},
		"old or with a password":  {append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...), "refused encrypted_or_old_workbook after 0"},
		"cut":                     {whole[:len(whole)-30], "refused truncated after 0"},
		"cut short":               {[]byte("PK"), "refused truncated after 0"},
		"another archive":         {packed(t, member{"a.txt", "x"}), "refused not_a_workbook after 0"},
		"no members":              {packed(t), "refused not_a_workbook after 0"},
		"a document of text":      {packed(t, member{"_rels/.rels", strings.Replace(packageRels, "xl/workbook.xml", "word/document.xml", 1)}, member{"word/document.xml", "<document/>"}), "refused not_a_workbook after 0"},
		"a binary workbook":       {packed(t, member{"_rels/.rels", strings.Replace(packageRels, "workbook.xml", "workbook.bin", 1)}, member{"xl/workbook.bin", "\x83\x01\x00"}), "refused not_a_workbook after 0"},
		"part encrypted":          {changedHeader(whole, sheetPart, encrypted), "refused encrypted_or_old_workbook after 0"},
		"part packed otherwise":   {changedHeader(whole, sheetPart, method), "refused workbook_broken after 0"},
		"wrong checksum":          {changedHeader(whole, sheetPart, checksum), "refused workbook_broken after 1"},
		"packed bytes damaged":    {changedHeader(whole, sheetPart, damaged), "refused workbook_broken after"},
		"two parts of one name":   {book(t, good, member{strings.ToUpper(sheetPart), sheet(good)}), "refused workbook_broken after 0"},
		"sheet missing":           {of(""), "refused workbook_broken after 0"},
		"styles missing":          {book(t, good, member{"xl/styles.xml", ""}), "refused workbook_broken after 0"},
		"no sheets":               {book(t, good, member{"xl/workbook.xml", "<workbook/>"}), "refused sheet_not_found after 0: Sổ tính không có trang tính nào hiển thị."},
		"no references":           {book(t, good, member{"xl/_rels/workbook.xml.rels", ""}), "refused sheet_not_found after 0"},
		"another root":            {of("<chartsheet/>"), "refused not_a_workbook after 0"},
		"no header":               {of(sheet(row("b") + row("1"))), "refused header_not_found after 0: Không tìm thấy dòng tiêu đề; thiếu cột: a."},
		"no rows":                 {of(prolog + "<worksheet/>"), "refused header_not_found after 0"},
		"malformed":               {of("<worksheet>\n<sheetData></row></sheetData></worksheet>"), "refused malformed after 0: Trang tính không đúng cú pháp XML (dòng 2:12). / The sheet is not well-formed XML (line 2:12: an end tag closes another element).\n"},
		"malformed behind rows":   {of(sheet(good) + "x"), "refused malformed after 1"},
		"sheet cut":               {of(sheet(good)[:len(sheet(good))-4]), "refused malformed after 1"},
		"sheet cut in a row":      {of(prolog + "<worksheet><sheetData>" + good + "<row><c"), "refused malformed after 1"},
		"empty sheet part":        {of(" "), "refused malformed after 0"},
		"document type":           {of(`<!DOCTYPE x [<!ENTITY e "x">]>` + sheet(good)), "refused dtd_refused after 0: Trang tính có khai báo DOCTYPE"},
		"document type elsewhere": {book(t, good, member{"xl/styles.xml", "<!DOCTYPE x><styleSheet/>"}), "refused dtd_refused after 0: Bảng định dạng có khai báo DOCTYPE"},
		"not UTF-8":               {of(sheet(row("a") + row("\xE9"))), "refused not_utf8 after 1"},
		"strings not UTF-8":       {book(t, good, member{"xl/sharedStrings.xml", "<sst><si><t>\xE9</t></si></sst>"}), "refused not_utf8 after 0"},
		"beyond the last column":  {of(sheet(row("a") + `<row><c r="XFE2"><v>1</v></c></row>`)), "refused column_beyond_end after 0"},
		"far beyond it":           {of(sheet(row("a") + `<row><c r="AAAAAAAAAAAAAAAAAAAA2"><v>1</v></c></row>`)), "refused column_beyond_end after 0"},
		"pushed beyond it":        {of(sheet(row("a") + `<row><c r="XFD2"><v>1</v></c><c/></row>`)), "refused column_beyond_end after 0"},
		"no such string":          {of(sheet(row("a") + `<row><c t="s"><v>3</v></c></row>`)), "refused shared_string_missing after 0"},
		"string by no number":     {of(sheet(row("a") + `<row><c t="s"><v>-1</v></c></row>`)), "refused shared_string_missing after 0"},
		"cell too large":          {of(sheet(row("a") + row(strings.Repeat("x", 300<<10)))), "refused too_large after 0"},
		"value too large":         {of(sheet(row("a") + `<row><c t="str"><v x="">` + strings.Repeat("x", 300<<10) + `</v></c></row>`)), "refused too_large after 0"},
		"string too large":        {book(t, good, member{"xl/sharedStrings.xml", "<sst><si><r><t>" + strings.Repeat("x</t></r><r><t>y", 300<<10) + "</t></r></si></sst>"}), "refused too_large after 0"},
		"row too large":           {book(t, row("a")+"<row>"+strings.Repeat(`<c t="s"><v>0</v></c>`, 120)+"</row>", member{"xl/sharedStrings.xml", "<sst><si><t>" + strings.Repeat("xyz", 50<<10) + "</t></si></sst>"}), "refused too_large after 0"},
	} {
		t.Run(name, func(t *testing.T) {
			f, layout := newFormat(t, xlsx.Config{}), fields("a")
			if got, _ := inspected(t, f, layout, bytes.NewReader(c.content)); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			var refusal *format.Refusal
			if err := f.Decode(context.Background(), bytes.NewReader(c.content), format.Frame{}, layout, new(table)); !errors.As(err, &refusal) {
				t.Errorf("decode: %v", err)
			}
		})
	}
}

// TestAccepted holds workbooks that were written in unusual ways.
func TestAccepted(t *testing.T) {
	good := row("a") + `<row><c t="s"><v>0</v></c></row>`
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.Replace(sheet(good), "UTF-8", "UTF-16", 1))
	if err != nil {
		t.Fatal(err)
	}
	plain := []member{
		{"_rels/.rels", packageRels},
		{"xl/workbook.xml", mainPart},
		{"xl/_rels/workbook.xml.rels", workbookRels},
		{"xl/styles.xml", stylesPart},
		{"xl/sharedStrings.xml", textsPart},
		{sheetPart, sheet(good)},
	}
	respelled := func(spell func(string) string) []byte {
		var members []member
		for _, m := range plain {
			members = append(members, member{spell(m.name), m.text})
		}
		return packed(t, members...)
	}
	strict := strings.NewReplacer("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
	for name, content := range map[string][]byte{
		"no list of types":       packed(t, plain...),
		"names in capitals":      respelled(strings.ToUpper),
		"names with backslashes": respelled(func(s string) string { return strings.ReplaceAll(s, "/", `\`) }),
		"names from the root":    respelled(func(s string) string { return "/" + s }),
		"byte order mark":        book(t, "", member{sheetPart, "\xEF\xBB\xBF" + sheet(good)}),
		"UTF-16":                 book(t, "", member{sheetPart, utf16}),
		"strict": book(t, good, member{"_rels/.rels", strict.Replace(packageRels)}, member{"xl/workbook.xml", strict.Replace(mainPart)},
			member{"xl/_rels/workbook.xml.rels", strict.Replace(workbookRels)}),
		"prefixed": book(t, "", member{sheetPart, strings.NewReplacer("<?", "<?", "</", "</x:", "<", "<x:").Replace(sheet(good))},
			member{"xl/workbook.xml", `<w:workbook xmlns:w="u" xmlns:d="v"><w:sheets><w:sheet name="A" d:id="rId1"/></w:sheets></w:workbook>`}),
		"behind other bytes": append([]byte("PK prefix"), packed(t, plain...)...),
		"no styles": book(t, good, member{"xl/styles.xml", ""},
			member{"xl/_rels/workbook.xml.rels", strings.Replace(workbookRels, "/styles", "/unknown", 1)}),
	} {
		t.Run(name, func(t *testing.T) {
			v := read(t, newFormat(t, xlsx.Config{}), fields("a"), content)
			if diff := cmp.Diff([][]string{{"một"}}, v.rows); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBombs holds that what unpacks to too much is refused, and what is merely
// dull is not.
func TestBombs(t *testing.T) {
	zeros := func(rows int) []byte {
		blank := `<row spans="1:1000" ht="15" customHeight="1">` + strings.Repeat(" ", 500) + `</row>`
		return book(t, "", member{sheetPart, sheet(row("a") + row(strings.Repeat("0", 1000)) + strings.Repeat(blank, rows))})
	}
	content, vast := zeros(4<<10), zeros(40<<10)
	for name, c := range map[string]struct {
		content []byte
		limits  xlsx.Limits
		want    string
	}{
		"beyond the ratio":        {vast, xlsx.Limits{}, "refused archive_bomb after 1"},
		"beyond the size":         {content, xlsx.Limits{MemberBytes: 1 << 20, Ratio: 1 << 20}, "refused archive_bomb after 0"},
		"within generous limits":  {content, xlsx.Limits{Ratio: 1 << 20}, "dossiers 1"},
		"a part within its limit": {content, xlsx.Limits{MemberBytes: 64 << 20, Ratio: 1 << 20}, "dossiers 1"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFormat(t, xlsx.Config{Limits: c.limits})
			if got, _ := inspected(t, f, fields("a"), bytes.NewReader(c.content)); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	directory := make([]member, 200)
	for i := range directory {
		directory[i] = member{fmt.Sprintf("%050000d", i), "x"}
	}
	if got, _ := inspected(t, newFormat(t, xlsx.Config{}), fields("a"), bytes.NewReader(packed(t, directory...))); !strings.HasPrefix(got, "refused archive_bomb") {
		t.Errorf("vast directory: %q", got)
	}
}

// TestSpilledStrings holds shared strings to be the same whether they lie in
// memory, in the spill file or in both.
func TestSpilledStrings(t *testing.T) {
	const count = 10_000
	var texts, rows strings.Builder
	want := make([][]string, 0, count)
	text := func(i int) string { return strings.Repeat(fmt.Sprintf("chuỗi %d ", i), 1+i%7+i%3000/2999*2000) }
	rows.WriteString(row("a", "b"))
	for i := range count {
		texts.WriteString("<si><t>" + text(i) + "</t></si>")
		j := i * 7919 % count
		fmt.Fprintf(&rows, `<row><c t="s"><v>%d</v></c><c t="s"><v>%d</v></c></row>`, i, j)
		want = append(want, []string{text(i), text(j)})
	}
	content := book(t, rows.String(), member{"xl/sharedStrings.xml", "<sst>" + texts.String() + "</sst>"})
	for name, limits := range map[string]xlsx.Limits{"memory": {}, "both": {StringsMemory: 300e3}, "spill file": {StringsMemory: 1}} {
		v := read(t, newFormat(t, xlsx.Config{Limits: limits}), fields("a", "b"), content)
		if !cmp.Equal(want, v.rows) {
			t.Errorf("%s: other strings", name)
		}
	}
}

// TestSpill holds a payload that does not fit memory to be read from a spill file,
// which leaves nothing behind, and a folder that is missing to be an error of the
// world.
func TestSpill(t *testing.T) {
	var stored bytes.Buffer
	z := zip.NewWriter(&stored)
	padding, err := z.CreateHeader(&zip.FileHeader{Name: "xl/media/image1.png", Method: zip.Store})
	if err == nil {
		_, err = padding.Write(make([]byte, 9<<20))
	}
	if err != nil {
		t.Fatal(err)
	}
	small, err := zip.NewReader(bytes.NewReader(book(t, row("a")+row("1"))), int64(len(book(t, row("a")+row("1")))))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range small.File {
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	f, err := xlsx.New(xlsx.Config{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if v := read(t, f, fields("a"), stored.Bytes()); len(v.rows) != 1 || v.rows[0][0] != "1" {
		t.Errorf("rows %v", v.rows)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if f, err = xlsx.New(xlsx.Config{}, filepath.Join(dir, "missing")); err != nil {
		t.Fatal(err)
	}
	var refusal *format.Refusal
	_, err = f.Inspect(context.Background(), io.Reader(&stored), fields("a"))
	if !errors.Is(err, os.ErrNotExist) || errors.As(err, &refusal) {
		t.Errorf("missing folder: %v", err)
	}
}

// TestOtherLayouts holds a layout without rows to count them all the same.
func TestOtherLayouts(t *testing.T) {
	content := book(t, row("a")+row("1"))
	f := newFormat(t, xlsx.Config{})
	v := new(table)
	err := f.Decode(context.Background(), bytes.NewReader(content), format.Frame{}, record.Layout{}, v)
	got, _ := inspected(t, f, record.Layout{}, bytes.NewReader(content))
	if err != nil || len(v.rows) > 0 || !strings.HasPrefix(got, "dossiers 1 ") {
		t.Errorf("%d rows, %v, %s", len(v.rows), err, got)
	}
}
