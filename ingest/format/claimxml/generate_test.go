package claimxml_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"thidua/ingest/format/claimxml"
)

// sampleValues are texts of the lengths and letters that claims hold.
var sampleValues = []string{
	"79999", "1", "202610050805", "Tăng huyết áp vô căn (nguyên phát)", "", "88500.00", "K01", "E78.5;E11.9",
	"Điều trị nội khoa &amp; theo dõi", "2 viên/lần * 2 lần/ngày * 5 ngày [4 viên/ngày]", "000001/SYN-CCHN", "<![CDATA[Viên nén]]>",
}

// element writes one element, with a value that depends on n.
func element(out *bytes.Buffer, name string, n int) {
	value := sampleValues[n%len(sampleValues)]
	if value == "" {
		fmt.Fprintf(out, "      <%s/>\n", name)
		return
	}
	fmt.Fprintf(out, "      <%s>%s</%s>\n", name, value, name)
}

// summaryDocument is an XML1 document.
func summaryDocument(f *claimxml.Format, n int) []byte {
	var out bytes.Buffer
	out.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<TONG_HOP>\n")
	for i, name := range f.Fields("XML1")[:66] {
		element(&out, name, n+i)
	}
	out.WriteString("</TONG_HOP>\n")
	return out.Bytes()
}

// drugDocument is an XML2 document of so many records.
func drugDocument(f *claimxml.Format, records int) []byte {
	var out bytes.Buffer
	out.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CHITIEU_CHITIET_THUOC>\n  <DSACH_CHI_TIET_THUOC>\n")
	for i := range records {
		drugRecord(&out, f, i)
	}
	out.WriteString("  </DSACH_CHI_TIET_THUOC>\n</CHITIEU_CHITIET_THUOC>\n")
	return out.Bytes()
}

func drugRecord(out *bytes.Buffer, f *claimxml.Format, n int) {
	out.WriteString("    <CHI_TIET_THUOC>\n")
	for i, name := range f.Fields("XML2")[:39] {
		element(out, name, n+i)
	}
	out.WriteString("    </CHI_TIET_THUOC>\n")
}

// part puts content into a FILEHOSO.
func part(label, content string) string {
	return "<FILEHOSO><LOAIHOSO>" + label + "</LOAIHOSO><NOIDUNGFILE>" + content + "</NOIDUNGFILE></FILEHOSO>\n"
}

// encoded is part with its content in base64.
func encoded(label, content string) string {
	return part(label, base64.StdEncoding.EncodeToString([]byte(content)))
}

// envelope puts dossiers into a GIAMDINHHS that declares so many.
func envelope(declared string, dossiers ...string) string {
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n<GIAMDINHHS><THONGTINDONVI><MACSKCB>79999</MACSKCB></THONGTINDONVI>" +
		"<THONGTINHOSO><NGAYLAP>20261010</NGAYLAP><SOLUONGHOSO>" + declared + "</SOLUONGHOSO><DANHSACHHOSO>\n")
	for _, d := range dossiers {
		out.WriteString("<HOSO>" + d + "</HOSO>\n")
	}
	out.WriteString("</DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>\n")
	return out.String()
}

// month is an envelope of many visits.
func month(f *claimxml.Format, visits int) string {
	dossiers := make([]string, visits)
	for i := range dossiers {
		dossiers[i] = encoded("XML1", string(summaryDocument(f, i))) + encoded("XML2", string(drugDocument(f, 6)))
	}
	return envelope(fmt.Sprint(visits), dossiers...)
}

// repeated gives a text so many times.
type repeated struct {
	text  string
	times int
	at    int
}

// Read implements io.Reader.
func (r *repeated) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && r.times > 0 {
		k := copy(p[n:], r.text[r.at:])
		n += k
		if r.at += k; r.at == len(r.text) {
			r.at = 0
			r.times--
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// vast is an envelope whose only HOSO has one part that repeats a drug line so
// many times. It is made while it is read.
func vast(record string, times int, encode func(string) string) io.Reader {
	head, tail, _ := strings.Cut(envelope("1", encoded("XML1", "<TONG_HOP/>")+part("XML2", "@")), "@")
	return io.MultiReader(
		strings.NewReader(head+encode("<DSACH_CHI_TIET_THUOC>")),
		&repeated{text: encode(record), times: times},
		strings.NewReader(encode("</DSACH_CHI_TIET_THUOC>")+tail),
	)
}

// padded encodes text in base64 after filling it up with spaces, so that what
// follows can be appended.
func padded(text string) string {
	return base64.StdEncoding.EncodeToString([]byte(text + strings.Repeat(" ", 2-(len(text)+2)%3)))
}
