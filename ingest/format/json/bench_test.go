package json_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/json"
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

// benchFields are the members of a row, in their order.
var benchFields = []string{
	"id", "facility", "patient", "name", "born_on", "sex", "area", "started_at", "ended_at", "diagnosis",
	"further", "amount", "paid", "covered", "chip", "kind", "doctor", "room", "note", "sent_at",
}

// rows writes NDJSON of the given size, some 440 bytes a row.
func rows(size int) (content []byte, count int) {
	var b bytes.Buffer
	for ; b.Len() < size; count++ {
		fmt.Fprintf(&b, `{"id":%d,"facility":"%05d","patient":"%012d","name":"TRẦN VĂN MẪU %d","born_on":"1985-03-07","sex":%d,"area":"26734","started_at":"2026-10-05 11:10:00","ended_at":"2026-10-05 11:40:00","diagnosis":"I10",`+
			`"further":null,"amount":%d.5,"paid":0,"covered":%d,"chip":true,"kind":"outpatient","doctor":"BS%06d","room":"P.%d","note":"Tái khám khi cần, uống thuốc đều","sent_at":"2026-10-05T11:45:00+07:00"}`+"\n",
			count, count%300, count, count%1000, count%2, count*7%1000000, count*7%1000000, count%500, count%40)
	}
	return b.Bytes(), count
}

// spaced writes a blank behind each comma and colon between tokens, as many
// libraries do.
func spaced(content []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(content, []byte(`,"`), []byte(`, "`)), []byte(`":`), []byte(`": `))
}

// BenchmarkInspect judges 20 MB of NDJSON.
func BenchmarkInspect(b *testing.B) {
	lines, count := rows(20e6)
	for name, content := range map[string][]byte{"ndjson": lines, "spaced": spaced(lines)} {
		b.Run(name, func(b *testing.B) {
			f := made(b, json.Config{})
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				frame, err := f.Inspect(context.Background(), bytes.NewReader(content), head(benchFields...))
				if err != nil || frame.Dossiers != count {
					b.Fatal(err, frame.Dossiers)
				}
			}
		})
	}
}

// BenchmarkDecode takes all fields, or three of them, out of 20 MB: of NDJSON, and
// of one document that holds the same rows as a list.
func BenchmarkDecode(b *testing.B) {
	lines, count := rows(20e6)
	list := []byte(`{"data":[` + string(bytes.ReplaceAll(bytes.TrimSpace(lines), []byte("\n"), []byte(","))) + `]}`)
	for _, c := range []struct {
		name    string
		config  json.Config
		content []byte
		fields  []string
	}{
		{"ndjson", json.Config{}, lines, benchFields},
		{"spaced", json.Config{}, spaced(lines), benchFields},
		{"three fields", json.Config{}, lines, []string{"id", "diagnosis", "sent_at"}},
		{"list", json.Config{Records: "data"}, list, benchFields},
	} {
		b.Run(c.name, func(b *testing.B) {
			f, layout := made(b, c.config), head(c.fields...)
			b.SetBytes(int64(len(c.content)))
			b.ReportAllocs()
			for b.Loop() {
				var v counter
				if err := f.Decode(context.Background(), bytes.NewReader(c.content), format.Frame{}, layout, &v); err != nil || v.records != count {
					b.Fatal(err, v)
				}
			}
		})
	}
}
