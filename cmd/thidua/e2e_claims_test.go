package main

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

// claimFile is a claim file taken apart, to be changed and put together again.
type claimFile struct {
	facility, made string
	dossiers       []*claimDossier
}

type claimDossier struct{ parts []*claimPart }

type claimPart struct {
	label string
	text  []byte
	// spoilt breaks the base64 of the part.
	spoilt bool
}

// readClaims takes apart a file of testdata, whose writing is regular.
func readClaims(t *testing.T, text []byte) *claimFile {
	t.Helper()
	f := &claimFile{facility: between(string(text), "<MACSKCB>", "</MACSKCB>"), made: between(string(text), "<NGAYLAP>", "</NGAYLAP>")}
	for _, dossier := range strings.Split(string(text), "<HOSO>")[1:] {
		d := &claimDossier{}
		for _, file := range strings.Split(dossier, "<FILEHOSO>")[1:] {
			content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(between(file, "<NOIDUNGFILE>", "</NOIDUNGFILE>")))
			if err != nil {
				t.Fatal(err)
			}
			d.parts = append(d.parts, &claimPart{label: between(file, "<LOAIHOSO>", "</LOAIHOSO>"), text: content})
		}
		f.dossiers = append(f.dossiers, d)
	}
	return f
}

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	found, _, _ := strings.Cut(rest, to)
	return found
}

// part returns the part with the label, nil where there is none.
func (d *claimDossier) part(label string) *claimPart {
	for _, p := range d.parts {
		if p.label == label {
			return p
		}
	}
	return nil
}

// clone copies a dossier, with every old text, unless it is empty, replaced by the
// new one.
func (d *claimDossier) clone(old, fresh string) *claimDossier {
	c := &claimDossier{}
	for _, p := range d.parts {
		part := *p
		if old != "" {
			part.text = bytes.ReplaceAll(p.text, []byte(old), []byte(fresh))
		}
		c.parts = append(c.parts, &part)
	}
	return c
}

// bytes puts the file together.
func (f *claimFile) bytes() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><GIAMDINHHS><THONGTINDONVI><MACSKCB>` + f.facility + `</MACSKCB></THONGTINDONVI><THONGTINHOSO>`)
	b.WriteString("<NGAYLAP>" + f.made + "</NGAYLAP><SOLUONGHOSO>" + show(len(f.dossiers)) + "</SOLUONGHOSO><DANHSACHHOSO>")
	for _, d := range f.dossiers {
		b.WriteString("<HOSO>")
		for _, p := range d.parts {
			content := base64.StdEncoding.EncodeToString(p.text)
			if p.spoilt {
				content = content[:len(content)/2] + "*" + content[len(content)/2:]
			}
			b.WriteString("<FILEHOSO><LOAIHOSO>" + p.label + "</LOAIHOSO><NOIDUNGFILE>" + content + "</NOIDUNGFILE></FILEHOSO>")
		}
		b.WriteString("</HOSO>")
	}
	b.WriteString("</DANHSACHHOSO></THONGTINHOSO><CHUKYDONVI/></GIAMDINHHS>")
	return b.Bytes()
}
