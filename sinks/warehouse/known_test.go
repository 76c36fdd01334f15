package warehouse_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
)

// file is a payload as a source meets it.
type file struct {
	name    string
	bytes   byte
	touched int64
}

func (f file) delivery(now time.Time) delivery.Delivery {
	return delivery.Delivery{
		Job: jobName, Name: f.name, SizeBytes: 10, ModifiedAt: time.Unix(1_700_000_000+f.touched, 0), Inode: uint64(f.touched),
		ReceivedAt: now, SHA256: [32]byte{f.bytes, 1},
	}
}

// look is what a run does with the files it meets: it reads those that it does not
// know by name, and loads those that it does not know by their bytes.
func look(t *testing.T, w *warehouse.Warehouse, c warehouse.Config, files ...file) (read, loaded int) {
	t.Helper()
	r := begin(t, w, c)
	chunk := newShipment(t, 1).chunk()
	for _, f := range files {
		d := f.delivery(c.Now())
		if r.Known(d) {
			continue
		}
		read++
		d.ID = r.NextDelivery()
		if r.KnownBytes(d) {
			continue
		}
		loaded++
		chunk.Progress = append(chunk.Progress, delivery.Progress{Delivery: d, State: delivery.StateLoaded})
	}
	if loaded > 0 {
		load(t, r, chunk)
	}
	if err := r.SaveMoves(t.Context()); err != nil {
		t.Fatal(err)
	}
	end(t, r)
	return read, loaded
}

// TestKnownIsKnown shows an inbox to three runs: the first loads it, the second meets
// it changed, the third meets what the second met and reads nothing.
func TestKnownIsKnown(t *testing.T) {
	t.Parallel()
	a, b := file{"a", 1, 1}, file{"b", 2, 2}
	cases := []struct {
		name          string
		first, second []file
		read, loaded  int
	}{
		{"nothing changes", []file{a, b}, []file{a, b}, 0, 0},
		{"a file is renamed", []file{a, b}, []file{{"c", 1, 1}, b}, 1, 0},
		{"a file is touched", []file{a, b}, []file{{"a", 1, 9}, b}, 1, 0},
		{"a file is copied", []file{a, b}, []file{a, b, {"c", 1, 3}}, 1, 0},
		{"a file is copied twice", []file{a}, []file{a, {"c", 1, 3}, {"d", 1, 4}}, 2, 0},
		{"a file is copied and its first name is gone", []file{a}, []file{{"c", 1, 3}, {"d", 1, 4}}, 2, 0},
		{"two names are exchanged", []file{a, b}, []file{{"a", 2, 2}, {"b", 1, 1}}, 2, 0},
		{"a file takes the bytes of another", []file{a, b}, []file{{"a", 2, 5}, b}, 1, 0},
		{"two files with the same bytes", []file{a, {"c", 1, 3}}, []file{a, {"c", 1, 3}}, 0, 0},
		{"two files with the same bytes are renamed", []file{a, {"c", 1, 3}}, []file{{"d", 1, 1}, {"e", 1, 3}}, 2, 0},
		{"new bytes under an old name", []file{a}, []file{{"a", 3, 5}}, 1, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			settings := config(t, t.TempDir())
			w := open(t, settings)
			if read, loaded := look(t, w, settings, c.first...); read != len(c.first) || loaded != len(c.first) {
				t.Errorf("first run: %d read and %d loaded of %d", read, loaded, len(c.first))
			}
			if read, loaded := look(t, w, settings, c.second...); read != c.read || loaded != c.loaded {
				t.Errorf("second run: %d read and %d loaded, not %d and %d", read, loaded, c.read, c.loaded)
			}
			if read, _ := look(t, w, settings, c.second...); read != 0 {
				t.Errorf("third run: %d read again", read)
			}
		})
	}
}

// TestOldBytesComeBack gives a name new bytes and then the old ones again. The ledger
// settles on what was met last.
func TestOldBytesComeBack(t *testing.T) {
	t.Parallel()
	c := config(t, t.TempDir())
	w := open(t, c)
	steps := []struct {
		files        []file
		read, loaded int
	}{
		{[]file{{"a", 1, 1}}, 1, 1},
		{[]file{{"a", 2, 2}}, 1, 1},
		{[]file{{"a", 1, 3}}, 1, 0},
		{[]file{{"a", 1, 3}}, 0, 0},
		{[]file{{"a", 2, 4}, {"b", 1, 5}}, 2, 0},
		{[]file{{"a", 2, 4}, {"b", 1, 5}}, 0, 0},
		{[]file{{"b", 2, 4}, {"a", 1, 5}, {"c", 1, 6}}, 3, 0},
		{[]file{{"b", 2, 4}, {"a", 1, 5}, {"c", 1, 6}}, 0, 0},
		{[]file{{"c", 2, 7}, {"a", 1, 5}}, 1, 0},
		{[]file{{"c", 2, 7}, {"a", 1, 5}}, 0, 0},
	}
	for n, s := range steps {
		if read, loaded := look(t, w, c, s.files...); read != s.read || loaded != s.loaded {
			t.Errorf("run %d: %d read and %d loaded, not %d and %d", n+1, read, loaded, s.read, s.loaded)
		}
	}
}

// TestManyKnownDeliveries bounds the time that the ledger of a large inbox takes. It
// runs alone, and the bound leaves room for the race detector and a busy machine.
func TestManyKnownDeliveries(t *testing.T) {
	const many = 100_000
	c := config(t, t.TempDir())
	w := open(t, c)
	r := begin(t, w, c)
	chunk := newShipment(t, 1).chunk()
	for id := range int64(many) {
		chunk.Progress = append(chunk.Progress, progress(id+1, fmt.Sprint("file ", id), delivery.StateLoaded))
	}
	load(t, r, chunk)
	end(t, r)
	started := time.Now()
	r = begin(t, w, c)
	known := 0
	for _, p := range chunk.Progress {
		if r.Known(p.Delivery) {
			known++
		}
	}
	took := time.Since(started)
	t.Logf("%d known deliveries in %s", known, took)
	if known != many || took > 5*time.Second {
		t.Errorf("%d of %d are known after %s", known, many, took)
	}
}

// TestIdleOpeningsDoNotGrowTheFiles opens and closes a warehouse again and again.
func TestIdleOpeningsDoNotGrowTheFiles(t *testing.T) {
	t.Parallel()
	c := config(t, base(t))
	c.References = []warehouse.Reference{facilities(t, [][]string{{"15001", "one", "7"}})}
	sizes := func() (list []int64) {
		for _, name := range []string{warehouse.RecordsFile, warehouse.InternalFile} {
			stat, err := os.Stat(c.Dir + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, stat.Size())
		}
		return list
	}
	var second []int64
	for n := range 6 {
		w := open(t, c)
		if read, _ := look(t, w, c); read != 0 {
			t.Fatal("an empty inbox has nothing to read")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			second = sizes()
		}
	}
	if diff := cmp.Diff(second, sizes()); diff != "" {
		t.Errorf("the files grow over idle openings: %s", diff)
	}
}
