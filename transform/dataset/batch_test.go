package dataset_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"thidua/transform/dataset"
	"thidua/transform/value"
)

// everyType is a dataset with a column of each type.
func everyType(tb testing.TB) *dataset.Dataset {
	d := dataset.Declaration{Dataset: "every", Title: titled("every"), Counts: "things"}
	for i, kind := range []string{"text", "code", "key", "integer", "decimal(18,2)", "boolean", "date", "timestamp"} {
		c := dataset.ColumnDeclaration{Name: fmt.Sprintf("c%d", i), Title: titled(kind), Type: kind}
		if kind == "key" {
			c.Identifier = "visit"
		}
		d.Columns = append(d.Columns, c)
	}
	compiled, err := dataset.Compile(d)
	if err != nil {
		tb.Fatal(err)
	}
	return compiled
}

// random makes a row with a NULL in every fourth place, and its lineage.
func random(r *rand.Rand, d *dataset.Dataset) ([]value.Value, dataset.Lineage) {
	row := make([]value.Value, len(d.Columns))
	for i, c := range d.Columns {
		if r.IntN(4) == 0 {
			continue
		}
		switch c.Type.Kind {
		case value.Text, value.Key:
			row[i] = value.OfText(bytes.Repeat([]byte("ă"), r.IntN(5)))
		case value.Boolean:
			row[i] = value.OfBool(r.IntN(2) == 0)
		case value.Date:
			row[i] = value.OfInt(int64(r.Int32()) - math.MaxInt32/2)
		default:
			row[i] = value.OfInt([]int64{r.Int64N(1e18), -r.Int64N(1e18), 0, -1, 1e18 - 1, 1 - 1e18}[r.IntN(6)])
		}
	}
	return row, dataset.Lineage{Dossier: -r.Int64(), Delivery: r.Int64(), PlaceDossier: r.Int32(), PlaceLine: r.Int32(), Content: r.Uint64()}
}

// expected writes a row as Arrow shows it.
func expected(d *dataset.Dataset, row []value.Value, l dataset.Lineage) []string {
	var list []string
	for i, v := range row {
		switch {
		case !v.Valid:
			list = append(list, "NULL")
		case d.Columns[i].Type.Kind == value.Text || d.Columns[i].Type.Kind == value.Key:
			list = append(list, string(v.Text))
		default:
			list = append(list, fmt.Sprint(v.Int))
		}
	}
	for _, n := range []int64{l.Dossier, l.Delivery, int64(l.PlaceDossier), int64(l.PlaceLine), int64(l.Content)} {
		list = append(list, fmt.Sprint(n))
	}
	return list
}

// read reads row i back through Arrow's own arrays.
func read(tb testing.TB, record arrow.RecordBatch, i int) []string {
	list := make([]string, record.NumCols())
	for n, column := range record.Columns() {
		if column.IsNull(i) {
			list[n] = "NULL"
			continue
		}
		switch a := column.(type) {
		case *array.String:
			list[n] = a.Value(i)
		case *array.Int64:
			list[n] = fmt.Sprint(a.Value(i))
		case *array.Decimal128:
			list[n] = a.Value(i).BigInt().String()
		case *array.Boolean:
			list[n] = map[bool]string{true: "1", false: "0"}[a.Value(i)]
		case *array.Date32:
			list[n] = fmt.Sprint(int32(a.Value(i)))
		case *array.Timestamp:
			list[n] = fmt.Sprint(int64(a.Value(i)))
		default:
			tb.Fatalf("column %d is %T", n, column)
		}
	}
	return list
}

// A batch is held against a plain list of rows through any sequence of appending,
// truncating and resetting.
func TestBatchHoldsItsRows(t *testing.T) {
	d := everyType(t)
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 0))
		batch := dataset.NewBatch(d)
		var want [][]string
		for range 300 {
			switch r.IntN(60) {
			case 0:
				batch.Reset()
				want = nil
			case 1, 2, 3:
				n := r.IntN(len(want) + 2)
				batch.Truncate(n)
				want = want[:min(n, len(want))]
			default:
				row, l := random(r, d)
				batch.Append(row, l)
				want = append(want, expected(d, row, l))
			}
			if batch.Rows() != len(want) {
				t.Fatalf("seed %d: %d rows, want %d", seed, batch.Rows(), len(want))
			}
		}
		record := batch.Record()
		var got [][]string
		nulls := make([]int, record.NumCols())
		for i := range int(record.NumRows()) {
			got = append(got, read(t, record, i))
			for n, s := range got[i] {
				if s == "NULL" {
					nulls[n]++
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		for n, column := range record.Columns() {
			if column.NullN() != nulls[n] {
				t.Errorf("seed %d: column %d counts %d NULLs of %d", seed, n, column.NullN(), nulls[n])
			}
		}
		record.Release()
	}
}

func TestEmptyBatch(t *testing.T) {
	d := everyType(t)
	batch := dataset.NewBatch(d)
	record := batch.Record()
	defer record.Release()
	if record.NumRows() != 0 || int(record.NumCols()) != len(d.Columns)+5 {
		t.Errorf("%d rows, %d columns", record.NumRows(), record.NumCols())
	}
	want := []string{
		"c0: type=utf8, nullable", "c1: type=utf8, nullable", "c2: type=utf8, nullable", "c3: type=int64, nullable",
		"c4: type=decimal(18, 2), nullable", "c5: type=bool, nullable", "c6: type=date32, nullable", "c7: type=timestamp[us], nullable",
		"dossier: type=int64", "delivery: type=int64", "place_dossier: type=int64", "place_line: type=int64", "content: type=int64",
	}
	var got []string
	for _, f := range record.Schema().Fields() {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSizeIsWhatTheRowsTake(t *testing.T) {
	d := everyType(t)
	batch := dataset.NewBatch(d)
	empty := batch.SizeBytes()
	row := make([]value.Value, len(d.Columns))
	row[0] = value.OfText(bytes.Repeat([]byte("x"), 1000))
	for range 800 {
		batch.Append(row, dataset.Lineage{})
	}
	// A thousand bytes of text, 12 of offsets, 8 + 16 + 1/8 + 4 + 8 of numbers, 40 of
	// lineage, and a bit for each of 13 columns.
	if got, want := batch.SizeBytes()-empty, 800*(1000+12+36+40)+100*14; got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
	batch.Truncate(400)
	if got, want := batch.SizeBytes()-empty, 400*(1000+12+36+40)+50*14; got != want {
		t.Errorf("truncated: %d bytes, want %d", got, want)
	}
	batch.Reset()
	if got := batch.SizeBytes(); got != empty {
		t.Errorf("reset: %d bytes, want %d", got, empty)
	}
}

func TestContentTellsRowsApart(t *testing.T) {
	d := everyType(t)
	text := func(s string) value.Value { return value.OfText([]byte(s)) }
	row := func(change ...any) []value.Value {
		r := []value.Value{text("a"), text("b"), text("c"), value.OfInt(1), value.OfInt(2), value.OfInt(1), value.OfInt(4), value.OfInt(5)}
		for i := 0; i < len(change); i += 2 {
			r[change[i].(int)] = change[i+1].(value.Value)
		}
		return r
	}
	null := value.Value{}
	rows := map[string][]value.Value{
		"plain": row(), "empty": row(0, text("")), "NULL": row(0, null), "other": row(0, text("x")), "swapped": row(0, text("b"), 1, text("a")),
		"shifted": row(0, text("ab"), 1, text("")), "moved": row(0, text(""), 1, text("ab")), "NULL number": row(3, null), "zero": row(3, value.OfInt(0)),
		"negative": row(3, value.OfInt(-1)), "false": row(5, value.OfBool(false)), "NULL boolean": row(5, null), "nothing": make([]value.Value, 8),
	}
	var h, other dataset.Hasher
	seen := map[uint64]string{}
	for name, r := range rows {
		content := h.Content(d, r)
		if twin, twice := seen[content]; twice {
			t.Errorf("%s has the content of %s", name, twin)
		}
		seen[content] = name
		// What a NULL holds beside does not matter, nor who digests.
		again := append([]value.Value(nil), r...)
		for i := range again {
			if again[i].Text = bytes.Clone(again[i].Text); !again[i].Valid {
				again[i] = value.Value{Text: []byte("left over"), Int: 7}
			}
		}
		if other.Content(d, again) != content {
			t.Errorf("%s: equal rows differ", name)
		}
	}
	renamed := *d
	renamed.Name = "other"
	if h.Content(&renamed, row()) == h.Content(d, row()) {
		t.Error("rows of two datasets have one content")
	}
}
