package csv_test

import (
	"bytes"
	"context"
	stdcsv "encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/csv"
	"thidua/transform/record"
)

// counter is a visitor that only counts.
type counter struct{ records, values int }

func (c *counter) BeginDossier(int32) (bool, error) { return true, nil }

func (c *counter) Record(r *record.Record) error {
	c.records++
	for _, v := range r.Fields {
		if v != nil {
			c.values++
		}
	}
	return nil
}

func (c *counter) Fault(f format.Fault) error { return fmt.Errorf("fault %s", f.Rule) }
func (c *counter) EndDossier() error          { return nil }
func (c *counter) Note(format.Note)           {}

// columns is the number of columns of a month.
const columns = 20

// month makes some 20 MB of rows with columns of a length that health records have.
func month(quoted bool) []byte {
	const size = 20 << 20
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"15101", "Nguyễn Thị Mẫu", "07/03/1985", "Nam", "", "Đã tiêm", "2026-10-05 11:10:00", "079085000011", "A97.0", "0", "DPT-VGB-Hib", "HT3797900000011", "c", "Phường Mẫu"}
	var b bytes.Buffer
	b.Grow(size + 1<<10)
	b.WriteString(strings.Join(names(), ",") + "\r\n")
	for b.Len() < size {
		for i := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			word := words[r.IntN(len(words))]
			if quoted && i%5 == 2 {
				word = `"` + word + `, ""x"""`
			}
			b.WriteString(word)
		}
		b.WriteString("\r\n")
	}
	return b.Bytes()
}

func names() []string {
	list := make([]string, columns)
	for i := range list {
		list[i] = fmt.Sprintf("cot_%02d", i)
	}
	return list
}

// BenchmarkDecode takes 20 MB of 20 columns apart: all of them wanted, six of them,
// and with every fifth cell quoted.
func BenchmarkDecode(b *testing.B) {
	for _, bench := range []struct {
		name   string
		quoted bool
		wanted int
	}{{"plain", false, columns}, {"six", false, 6}, {"quoted", true, columns}} {
		content := month(bench.quoted)
		b.Run(bench.name, func(b *testing.B) {
			f := newFormat(b, "{}")
			layout := layoutOf(names()[:bench.wanted])
			frame := format.Frame{Envelope: map[string]string{csv.EncodingField: "utf-8", csv.DelimiterField: ","}}
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				var c counter
				if err := f.Decode(context.Background(), bytes.NewReader(content), frame, layout, &c); err != nil || c.records < 1000 {
					b.Fatal(err, c)
				}
			}
		})
	}
}

// BenchmarkInspect reads the same for its frame.
func BenchmarkInspect(b *testing.B) {
	content := month(false)
	f := newFormat(b, "{}")
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Inspect(context.Background(), bytes.NewReader(content), layoutOf(names())); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodingCSV reads the same with the standard library, which makes strings
// of the cells and asks for no more.
func BenchmarkEncodingCSV(b *testing.B) {
	for name, quoted := range map[string]bool{"plain": false, "quoted": true} {
		content := month(quoted)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				r := stdcsv.NewReader(bytes.NewReader(content))
				r.ReuseRecord = true
				for {
					_, err := r.Read()
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
