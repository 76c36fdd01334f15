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

// vast is an envelope whose only HOSO has one part of many records. It is made
// while it is read.
type vast struct {
	pending bytes.Buffer
	record  []byte
	// put writes a piece of the part, encoded or not; finish ends it.
	put    func(*vast, []byte)
	finish func(*vast)
	// left counts the records that are still to come.
	left  int
	done  bool
	carry []byte
}

// newVast returns an envelope with a part of so many copies of a drug line.
func newVast(f *claimxml.Format, record []byte, records int, inline bool) *vast {
	v := &vast{record: record, left: records}
	v.put, v.finish = (*vast).encode, (*vast).flush
	if inline {
		v.put, v.finish = func(v *vast, b []byte) { v.pending.Write(b) }, func(*vast) {}
	}
	head, _, _ := strings.Cut(envelope("1", encoded("XML1", string(summaryDocument(f, 0)))+part("XML2", "@")), "@")
	v.pending.WriteString(head)
	v.put(v, []byte("<CHITIEU_CHITIET_THUOC><DSACH_CHI_TIET_THUOC>\n"))
	return v
}

// encode writes base64, keeping what is no group of three.
func (v *vast) encode(b []byte) {
	v.carry = append(v.carry, b...)
	n := len(v.carry) / 3 * 3
	v.pending.Write(base64.StdEncoding.AppendEncode(v.pending.AvailableBuffer(), v.carry[:n]))
	v.carry = append(v.carry[:0], v.carry[n:]...)
}

func (v *vast) flush() { v.pending.WriteString(base64.StdEncoding.EncodeToString(v.carry)) }

// Read implements io.Reader.
func (v *vast) Read(p []byte) (int, error) {
	for v.pending.Len() == 0 {
		switch {
		case v.done:
			return 0, io.EOF
		case v.left == 0:
			v.put(v, []byte("</DSACH_CHI_TIET_THUOC></CHITIEU_CHITIET_THUOC>"))
			v.finish(v)
			_, tail, _ := strings.Cut(envelope("1", part("", "@")), "@")
			v.pending.WriteString(tail)
			v.done = true
		default:
			v.put(v, v.record)
			v.left--
		}
	}
	return v.pending.Read(p)
}
