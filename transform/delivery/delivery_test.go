package delivery_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"thidua/transform/delivery"
)

// ranks makes ranks that often agree in some of their parts.
func ranks(n int) []delivery.Rank {
	r := rand.New(rand.NewPCG(1, 1))
	list := make([]delivery.Rank, n)
	for i := range list {
		list[i] = delivery.Rank{
			NewestBy: r.Int64N(3) - 1, SourceAt: r.Int64N(3), Receipt: r.Int64N(3), Position: r.Int32N(2), Revision: r.Int32N(2),
		}
	}
	return list
}

// A rank orders versions totally: otherwise the state would depend on the order
// of arrival.
func TestRankIsATotalOrder(t *testing.T) {
	list := ranks(60)
	for _, a := range list {
		for _, b := range list {
			if a.Compare(b) != -b.Compare(a) {
				t.Fatalf("%+v and %+v: %d one way, %d the other", a, b, a.Compare(b), b.Compare(a))
			}
			if (a.Compare(b) == 0) != (a == b) {
				t.Fatalf("%+v and %+v compare as %d", a, b, a.Compare(b))
			}
			for _, c := range list {
				if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
					t.Fatalf("%+v, %+v, %+v go round in a circle", a, b, c)
				}
			}
		}
	}
}

// Each part counts only where all before it are equal.
func TestRankGoesByItsPartsInOrder(t *testing.T) {
	ascending := []delivery.Rank{
		{},
		{Revision: 1},
		{Position: 1},
		{Position: 1, Revision: 1},
		{Receipt: 1},
		{Receipt: 1, Position: 1, Revision: 9},
		{SourceAt: 1},
		{SourceAt: 1, Receipt: 9, Position: 9, Revision: 9},
		{NewestBy: 1},
		{NewestBy: 1, SourceAt: 9},
		{NewestBy: 2},
	}
	if !slices.IsSortedFunc(ascending, delivery.Rank.Compare) {
		t.Error("the parts do not count in their order")
	}
	for i, a := range ascending[1:] {
		if ascending[i].Compare(a) != -1 || a.Compare(ascending[i]) != 1 {
			t.Errorf("%+v is not older than %+v", ascending[i], a)
		}
	}
}

func TestRankTies(t *testing.T) {
	for _, a := range ranks(40) {
		for _, b := range ranks(40) {
			if a.Ties(b) != (a.NewestBy == b.NewestBy && a.SourceAt == b.SourceAt) || a.Ties(b) != b.Ties(a) {
				t.Fatalf("%+v and %+v tie: %v", a, b, a.Ties(b))
			}
		}
	}
}

// What was replaced, removed, warned of or tied stands beside the sum; everything
// else is part of it.
func TestCountsClose(t *testing.T) {
	full := delivery.Counts{Read: 15, Loaded: 1, Unchanged: 2, Superseded: 3, Skipped: 4, Quarantined: 5, Replaced: 6, Removed: 7, Warned: 8, Ties: 9}
	if !full.Closed() || !(delivery.Counts{}).Closed() {
		t.Errorf("%+v does not close", full)
	}
	beside := map[string]bool{"Replaced": true, "Removed": true, "Warned": true, "Ties": true}
	fields := reflect.TypeFor[delivery.Counts]()
	for i := range fields.NumField() {
		changed := full
		field := reflect.ValueOf(&changed).Elem().Field(i)
		field.SetInt(field.Int() + 1)
		if name := fields.Field(i).Name; changed.Closed() != beside[name] {
			t.Errorf("one more in %s: closed is %v", name, changed.Closed())
		}
	}
}

func TestCountsAddEachField(t *testing.T) {
	var one, sum delivery.Counts
	v := reflect.ValueOf(&one).Elem()
	for i := range v.NumField() {
		v.Field(i).SetInt(int64(i + 1))
	}
	sum.Add(one)
	sum.Add(one)
	got := reflect.ValueOf(sum)
	for i := range v.NumField() {
		if n := got.Field(i).Int(); n != 2*int64(i+1) {
			t.Errorf("%s is %d, want %d", got.Type().Field(i).Name, n, 2*(i+1))
		}
	}
}

func TestTextIsVietnameseUnlessEnglishIsAsked(t *testing.T) {
	text := delivery.Text{Vi: "hồ sơ", En: "dossier"}
	for language, want := range map[string]string{"en": "dossier", "vi": "hồ sơ", "": "hồ sơ", "fr": "hồ sơ"} {
		if got := text.In(language); got != want {
			t.Errorf("in %q: %s", language, got)
		}
	}
}
