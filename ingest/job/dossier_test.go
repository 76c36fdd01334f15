package job_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/transform/delivery"
)

// A dossier stands whole, stands without what could not be read, or is set aside
// whole. The counts are read, loaded, skipped and quarantined of dossiers, visits,
// lines and papers.
func TestDossiers(t *testing.T) {
	const head = "H place=15001|id=A\n"
	tests := []struct {
		name  string
		text  string
		rules []string
		want  [4][4]int64
	}{
		{
			"whole", head + "L number=1|name=x\n", nil,
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0}},
		},
		{
			"lines before the head", "L number=1|name=x\nL number=2|name=y\n" + head, nil,
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {2, 2, 0, 0}, {1, 1, 0, 0}},
		},
		{
			"no head", "L name=x\nL name=y\n",
			[]string{"dossier head_missing"},
			[4][4]int64{{1, 0, 0, 1}, {0, 0, 0, 0}, {2, 0, 0, 2}, {0, 0, 0, 0}},
		},
		{
			"unreadable head", "fault H\nL name=x\n",
			[]string{"dossier part_unreadable"},
			[4][4]int64{{1, 0, 0, 1}, {0, 0, 0, 0}, {1, 0, 0, 1}, {0, 0, 0, 0}},
		},
		{
			"rejected head", "L name=early\nH id=A|paper=p\nL name=late\n",
			[]string{"dossier required_missing"},
			[4][4]int64{{1, 0, 0, 1}, {1, 0, 0, 1}, {2, 0, 0, 2}, {1, 0, 0, 1}},
		},
		{
			"head without a key", "H place=15001\nL name=x\n",
			[]string{"dossier key_missing"},
			[4][4]int64{{1, 0, 0, 1}, {1, 0, 0, 1}, {1, 0, 0, 1}, {1, 0, 0, 1}},
		},
		{
			"two heads", head + "L name=x\n" + head,
			[]string{"row head_twice"},
			[4][4]int64{{1, 1, 0, 0}, {2, 1, 0, 1}, {1, 1, 0, 0}, {1, 1, 0, 0}},
		},
		{
			"unreadable part", head + "L name=x\nfault L\n",
			[]string{"part part_unreadable"},
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0}, {1, 1, 0, 0}},
		},
		{
			"line of another dossier", head + "L id=B|name=x\nL id=A|name=y\n",
			[]string{"row other_dossier"},
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {2, 1, 0, 1}, {1, 1, 0, 0}},
		},
		{
			"rejected line", head + "L number=1\n",
			[]string{"row required_missing"},
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {1, 0, 0, 1}, {1, 1, 0, 0}},
		},
		{
			"line sent twice", head + "L number=1|name=x\nL number=1|name=x\n", nil,
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {2, 1, 1, 0}, {1, 1, 0, 0}},
		},
		{
			"equal lines without numbers", head + "L name=x\nL name=x\n", nil,
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {2, 2, 0, 0}, {1, 1, 0, 0}},
		},
		{
			"one number, two lines", head + "L number=1|name=x\nL number=1|name=y\n", nil,
			[4][4]int64{{1, 1, 0, 0}, {1, 1, 0, 0}, {2, 2, 0, 0}, {1, 1, 0, 0}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// The same dossier between two others: nothing of it is left for them.
			text := "begin\n" + test.text + "end\n"
			w := newWorld(t, &payload{name: "a", text: one("F") + text + one("G")})
			w.mustRun()
			if diff := cmp.Diff(test.rules, w.rules()); diff != "" {
				t.Error(diff)
			}
			got := [4]delivery.Counts{w.loader.heads, w.loader.counts[visits], w.loader.counts[linesOf], w.loader.counts[papers]}
			others := [4]int64{2, 2, 4, 2}
			for i, c := range got {
				counts := [4]int64{c.Read - others[i], c.Loaded - others[i], c.Skipped, c.Quarantined}
				if counts != test.want[i] {
					t.Errorf("count %d: read, loaded, skipped, quarantined %v, want %v", i, counts, test.want[i])
				}
			}
		})
	}
}

func TestDossierIsDescribed(t *testing.T) {
	texts := map[string]string{
		"plain":    "begin\nH place=15001|id=A\nL number=1|name=x\nL number=2|name=y\nend\n",
		"turned":   "begin\nL number=2|name=y\nL number=1|name=x\nH place=15001|id=A\nend\n",
		"repeated": "begin\nH place=15001|id=A\nL number=1|name=x\nL number=2|name=y\nL number=1|name=x\nend\n",
		"other":    "begin\nH place=15001|id=A\nL number=1|name=x\nL number=2|name=z\nend\n",
		"partial":  "begin\nH place=15001|id=A\nL number=1|name=x\nL number=2|name=y\nfault L\nend\n",
		"else":     "begin\nH place=15001|id=B\nL number=1|name=x\nL number=2|name=y\nend\n",
	}
	described := map[string]delivery.Dossier{}
	for name, text := range texts {
		w := newWorld(t, &payload{name: "a", text: "envelope made=20250102\n" + text})
		w.mustRun()
		d := w.loader.dossiers[0]
		if d.Number != 1 || d.Delivery != 1 || d.Rank.Receipt != 1 || d.Rank.Position != 1 || d.Rank.Revision != 1 ||
			d.Rank.NewestBy != 1735776000_000000 || d.Rank.SourceAt != startOfTime.UnixMicro() {
			t.Errorf("%s: %+v", name, d)
		}
		if diff := cmp.Diff([]int32{1, 2, 1}, d.Rows); diff != "" {
			t.Errorf("%s: rows %s", name, diff)
		}
		described[name] = d
	}
	plain := described["plain"]
	for name, d := range described {
		if (d.Content == plain.Content) != (name != "other" && name != "else") {
			t.Errorf("%s: content %x, plain %x", name, d.Content, plain.Content)
		}
		if (d.Key == plain.Key) != (name != "else") || d.Key == (delivery.Key{}) {
			t.Errorf("%s: key %v, plain %v", name, d.Key, plain.Key)
		}
		if d.Whole != (name != "partial") {
			t.Errorf("%s: whole is %v", name, d.Whole)
		}
	}
}

func TestRejectionsSayWhereAndOfWhom(t *testing.T) {
	w := newWorld(t, &payload{name: "a", text: one("F") + "begin\nH place=15001|id=A|count=many\nL name=x\nL number=2\nend\n" +
		"begin\nH id=A\nend\nbegin\nH place=15001\nend\n"})
	w.mustRun()
	keyed := w.loader.dossiers[1].Key
	type place struct {
		Level           delivery.Level
		Place           delivery.Place
		Dataset, Column string
		Rule            string
		Keyed           bool
	}
	var got []place
	for _, r := range w.loader.rejections {
		got = append(got, place{r.Level, r.Place, r.Dataset, r.Column, r.Rule, r.Dossier == keyed})
	}
	want := []place{
		{"row", delivery.Place{Dossier: 2, Part: "L", Line: 2}, "line", "name", "required_missing", true},
		{"dossier", delivery.Place{Dossier: 3, Part: "H", Line: 1}, "visit", "place", "required_missing", false},
		{"dossier", delivery.Place{Dossier: 4, Part: "H", Line: 1}, "visit", "", "key_missing", false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// The findings of a row that is rejected are no warnings.
	wanted := map[delivery.Warning]int64{{Delivery: 1, Number: 2, Dataset: "visit", Column: "count", Rule: "number_malformed"}: 1}
	if diff := cmp.Diff(wanted, w.loader.warnings); diff != "" {
		t.Error(diff)
	}
}

// A rejected head that can be keyed says which dossier it is.
func TestRejectedHeadKeepsItsKey(t *testing.T) {
	w := newWorld(t, &payload{name: "a", text: "begin\nH place=15001|id=A\nend\nbegin\nH place=15001|id=A|count=5000\nend\n"})
	w.mustRun()
	if diff := cmp.Diff([]string{"dossier count_small"}, w.rules()); diff != "" {
		t.Fatal(diff)
	}
	if w.loader.rejections[0].Dossier != w.loader.dossiers[0].Key {
		t.Errorf("dossier %v, rejected %v", w.loader.dossiers[0].Key, w.loader.rejections[0].Dossier)
	}
}

func TestNotesAreAddedUp(t *testing.T) {
	var payloads []*payload
	for i := range 3 {
		payloads = append(payloads, &payload{name: fmt.Sprint(i), text: "note b\nnote a\nnote b\n" + strings.Repeat("\n", i)})
	}
	w := newWorld(t, payloads...)
	result := w.mustRun()
	var got []string
	for _, n := range result.Notes {
		got = append(got, fmt.Sprint(n.Rule, n.Count))
	}
	if diff := cmp.Diff([]string{"a3", "b6"}, got); diff != "" {
		t.Error(diff)
	}
	if s := w.runtime.Progress.Snapshot(); s.Payloads != 3 || s.DoneBytes != s.OfferedBytes {
		t.Errorf("progress %+v", s)
	}
}
