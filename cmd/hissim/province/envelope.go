package province

import (
	"strconv"
	"time"
)

// part is one document of a dossier: its label, whether a visit has one, and
// how it is written.
type part struct {
	label string
	sent  func(*visit) bool
	write func(*document, *visit)
}

func always(*visit) bool      { return true }
func hasDrugs(v *visit) bool  { return len(v.drugs) > 0 }
func hasWork(v *visit) bool   { return len(v.services) > 0 }
func hasResult(v *visit) bool { return len(v.results) > 0 }
func hasCourse(v *visit) bool { return len(v.courses) > 0 }
func hasChild(v *visit) bool  { return len(v.children) > 0 }

var oldParts = []part{
	{"XML1", always, oldHead},
	{"XML2", hasDrugs, oldDrugs},
	{"XML3", hasWork, oldServices},
	{"XML4", hasResult, oldResults},
	{"XML5", hasCourse, oldCourses},
}

var modernParts = []part{
	{"XML1", always, modernHead},
	{"XML2", hasDrugs, modernDrugs},
	{"XML3", hasWork, modernServices},
	{"XML4", hasResult, modernResults},
	{"XML5", hasCourse, modernCourses},
	{"XML7", func(v *visit) bool { return v.dischargePaper }, dischargePaper},
	{"XML9", hasChild, birthCertificates},
	{"XML13", func(v *visit) bool { return v.referral }, referralLetter},
	{"XML14", func(v *visit) bool { return v.revisit }, revisitLetter},
}

// envelope writes GIAMDINHHS, the frame around the dossiers of a file. Its
// buffer holds one dossier at a time.
type envelope struct {
	buf []byte
	doc document
}

// head starts the file: who sends, made on which day, how many dossiers.
func (e *envelope) head(facility string, madeOn time.Time, dossiers int) []byte {
	e.buf = append(e.buf[:0], `<?xml version="1.0" encoding="utf-8"?>
<GIAMDINHHS xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <THONGTINDONVI>
    <MACSKCB>`...)
	e.buf = append(e.buf, facility...)
	e.buf = append(e.buf, `</MACSKCB>
  </THONGTINDONVI>
  <THONGTINHOSO>
    <NGAYLAP>`...)
	e.buf = madeOn.AppendFormat(e.buf, "20060102")
	e.buf = append(e.buf, "</NGAYLAP>\n    <SOLUONGHOSO>"...)
	e.buf = strconv.AppendInt(e.buf, int64(dossiers), 10)
	return append(e.buf, "</SOLUONGHOSO>\n    <DANHSACHHOSO>\n"...)
}

const envelopeEnd = "    </DANHSACHHOSO>\n  </THONGTINHOSO>\n  <CHUKYDONVI/>\n</GIAMDINHHS>\n"

// dossier writes one HOSO. The bytes are valid until the next call.
func (e *envelope) dossier(v *visit, s style) []byte {
	parts := modernParts
	if v.layout == Layout4210 {
		parts = oldParts
	}
	e.buf = append(e.buf[:0], "      <HOSO>\n"...)
	for i := range parts {
		if s.headLast {
			i = (i + 1) % len(parts)
		}
		if parts[i].sent(v) {
			e.part(parts[i], v, s)
		}
	}
	if v.fault == faultUnknownPart {
		e.part(part{"XML17", always, func(d *document, v *visit) {
			d.open("CHI_TIEU_MOI")
			d.code("MA_LK", v.key)
			d.close("CHI_TIEU_MOI")
		}}, v, s)
	}
	return append(e.buf, "      </HOSO>\n"...)
}

// part writes one FILEHOSO.
func (e *envelope) part(p part, v *visit, s style) {
	label, corrupt := p.label, false
	if p.label == "XML2" {
		corrupt = v.fault == faultPartBase64 || v.fault == faultPartBase64Resent
		if v.fault == faultLabel {
			label = "xml2 "
		}
	}
	if corrupt {
		s.inline = false
	}
	e.doc.begin(s)
	p.write(&e.doc, v)
	e.buf = append(e.buf, "        <FILEHOSO>\n          <LOAIHOSO>"...)
	e.buf = append(e.buf, label...)
	e.buf = append(e.buf, "</LOAIHOSO>\n          <NOIDUNGFILE>"...)
	switch {
	case corrupt:
		// Damage at the very beginning leaves no line readable, so that the
		// number of lines that stand does not depend on how far a reader gets.
		e.buf = append(e.buf, "#!#!"...)
		e.buf = appendBase64(e.buf, e.doc.buf, s.wrapped)
	case s.inline:
		e.buf = append(e.buf, e.doc.buf...)
	default:
		e.buf = appendBase64(e.buf, e.doc.buf, s.wrapped)
	}
	e.buf = append(e.buf, "</NOIDUNGFILE>\n        </FILEHOSO>\n"...)
}
