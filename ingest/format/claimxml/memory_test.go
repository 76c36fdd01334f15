package claimxml_test

import (
	"context"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"thidua/ingest/format"
	"thidua/ingest/format/claimxml"
	"thidua/transform/record"
)

const megabyte = 1 << 20

// gauge is a visitor that watches what is live on the heap.
type gauge struct {
	counter
	highest uint64
}

func (g *gauge) Record(r *record.Record) error {
	if g.records%500 == 0 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		g.highest = max(g.highest, m.HeapInuse)
	}
	return g.counter.Record(r)
}

// soak asks for the long form of a test.
func soak() bool { return os.Getenv("THIDUA_SOAK") == "1" }

// TestMemory reads a dossier whose one part weighs far more than is held of it, in
// each form.
func TestMemory(t *testing.T) {
	f := claimxml.New()
	record := "<CHI_TIET_THUOC><STT>1</STT><LIEU_DUNG>" + strings.Repeat("2 lan/ngay 08h-20h ", 1000) + "</LIEU_DUNG></CHI_TIET_THUOC>\n"
	size, limit := 40*megabyte, 8*megabyte
	if soak() {
		size, limit = 200*megabyte, 64*megabyte
	}
	times := size/len(record) + 1
	for name, encode := range map[string]func(string) string{"base64": padded, "elements": func(s string) string { return s }} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var g gauge
			layout := only("XML2", f.Fields("XML2")...)
			if err := f.Decode(context.Background(), vast(record, times, encode), format.Frame{}, layout, &g); err != nil {
				t.Fatal(err)
			}
			if g.records != times || g.faults != 0 {
				t.Errorf("%d records and %d faults, want %d and none", g.records, g.faults, times)
			}
			if g.highest == 0 || g.highest > uint64(limit) {
				t.Errorf("heap in use reached %d bytes", g.highest)
			}
		})
	}
}

// faultList is a visitor that keeps the rules of faults.
type faultList struct {
	counter
	rules []string
}

func (f *faultList) Fault(fault format.Fault) error {
	f.rules = append(f.rules, fault.Part+" "+fault.Rule)
	return nil
}

// TestTooLarge holds that a record above the limit is a fault, and that the file
// goes on behind it.
func TestTooLarge(t *testing.T) {
	head, tail, _ := strings.Cut(envelope("1", part("XML2", "<CHI_TIET_THUOC><TEN_THUOC>@</TEN_THUOC></CHI_TIET_THUOC>")+
		encoded("XML1", "<TONG_HOP/>")), "@")
	var list faultList
	r := io.MultiReader(strings.NewReader(head), &repeated{text: strings.Repeat("0123456789abcdef", 1<<12), times: 65 * 16}, strings.NewReader(tail))
	if err := claimxml.New().Decode(context.Background(), r, format.Frame{}, everything(claimxml.New()), &list); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(list.rules, ","); got != "XML2 too_large" || list.records != 1 {
		t.Errorf("faults %s and %d records, want one too_large and the head", got, list.records)
	}
	r = io.MultiReader(strings.NewReader("<GIAMDINHHS a='"), &repeated{text: strings.Repeat("0123456789abcdef", 1<<12), times: 65 * 16}, strings.NewReader("'/>"))
	if got := inspected(t, r); !strings.HasPrefix(got, "refused too_large after 0") {
		t.Errorf("a tag too large: %s", got)
	}
}
