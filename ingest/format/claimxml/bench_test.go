package claimxml_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/claimxml"
	"thidua/ingest/format/xmlscan"
	"thidua/transform/record"
)

// counter is a visitor that only counts.
type counter struct{ dossiers, records, values, faults int }

func (c *counter) BeginDossier(int32) (bool, error) { c.dossiers++; return true, nil }

func (c *counter) Record(r *record.Record) error {
	c.records++
	for _, v := range r.Fields {
		if v != nil {
			c.values++
		}
	}
	return nil
}

func (c *counter) Fault(format.Fault) error { c.faults++; return nil }
func (c *counter) EndDossier() error        { return nil }
func (c *counter) Note(format.Note)         {}

// BenchmarkInspect reads the frame of an envelope.
func BenchmarkInspect(b *testing.B) {
	f := claimxml.New()
	content := []byte(month(f, 400))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Inspect(context.Background(), bytes.NewReader(content), record.Layout{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode takes whole envelopes apart: of a month, and of one visit.
func BenchmarkDecode(b *testing.B) {
	f := claimxml.New()
	layout := everything(f)
	for name, visits := range map[string]int{"month": 400, "visit": 1} {
		content := []byte(month(f, visits))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				var c counter
				if err := f.Decode(context.Background(), bytes.NewReader(content), format.Frame{}, layout, &c); err != nil || c.records != 7*visits {
					b.Fatal(err, c)
				}
			}
		})
	}
}

// BenchmarkScan scans one document and binds its fields, without base64 around it.
// It does more than BenchmarkEncodingXML, which it is compared with.
func BenchmarkScan(b *testing.B) {
	f := claimxml.New()
	content := inlineDocument(f)
	layout := everything(f)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		var c counter
		if err := f.Decode(context.Background(), bytes.NewReader(content), format.Frame{}, layout, &c); err != nil || c.records != 2000 {
			b.Fatal(err, c)
		}
	}
}

// inlineDocument is an envelope whose only part is drug lines as XML elements.
func inlineDocument(f *claimxml.Format) []byte {
	_, document, _ := bytes.Cut(drugDocument(f, 2000), []byte("?>"))
	return []byte(envelope("1", part("XML2", string(document))))
}

// BenchmarkTokens walks the same document without binding anything.
func BenchmarkTokens(b *testing.B) {
	content := inlineDocument(claimxml.New())
	b.SetBytes(int64(len(content)))
	var s xmlscan.Scanner
	for b.Loop() {
		s.Reset(bytes.NewReader(content))
		for {
			token, err := s.Next()
			if err != nil {
				b.Fatal(err)
			}
			if token == xmlscan.EOF {
				break
			}
		}
	}
}

// BenchmarkEncodingXML walks the same document with the standard library.
func BenchmarkEncodingXML(b *testing.B) {
	content := inlineDocument(claimxml.New())
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		d := xml.NewDecoder(bytes.NewReader(content))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
