package dataset_test

import (
	"testing"

	"thidua/transform/dataset"
	"thidua/transform/value"
)

// lines is a dataset with as many columns of each kind as a claim's drug lines,
// and one of its rows.
func lines(tb testing.TB) (*dataset.Dataset, []value.Value) {
	d := dataset.Declaration{Dataset: "line", Title: titled("line"), Counts: "things"}
	var row []value.Value
	add := func(kind string, n int, v value.Value) {
		for range n {
			name := "c" + string(rune('a'+len(row)/26)) + string(rune('a'+len(row)%26))
			c := dataset.ColumnDeclaration{Name: name, Title: titled(name), Type: kind}
			if kind == "key" {
				c.Identifier = "visit"
			}
			d.Columns, row = append(d.Columns, c), append(row, v)
		}
	}
	add("key", 1, value.OfText([]byte("abcdefghijklmnopqrstuvwxyz")))
	add("code", 9, value.OfText([]byte("VD-12345-20")))
	add("code", 3, value.Value{})
	add("text", 4, value.OfText([]byte("Bột pha hỗn dịch uống")))
	add("integer", 2, value.OfInt(4))
	add("decimal(18,2)", 10, value.OfInt(1750000))
	add("timestamp", 2, value.OfInt(1_735_806_600_000_000))
	compiled, err := dataset.Compile(d)
	if err != nil {
		tb.Fatal(err)
	}
	return compiled, row
}

// BenchmarkAppend adds rows to a batch that has its memory already, as the
// batches of a long run have.
func BenchmarkAppend(b *testing.B) {
	d, row := lines(b)
	batch := dataset.NewBatch(d)
	const full = 16384
	for range full {
		batch.Append(row, dataset.Lineage{})
	}
	b.ReportAllocs()
	for b.Loop() {
		if batch.Rows() == full {
			batch.Reset()
		}
		batch.Append(row, dataset.Lineage{Dossier: 1, Delivery: 2, PlaceDossier: 3, PlaceLine: 4, Content: 5})
	}
}

// BenchmarkContent digests a row.
func BenchmarkContent(b *testing.B) {
	d, row := lines(b)
	var h dataset.Hasher
	b.ReportAllocs()
	for b.Loop() {
		h.Content(d, row)
	}
}
