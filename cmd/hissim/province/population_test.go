package province_test

import (
	"slices"
	"strconv"
	"testing"

	"thidua/cmd/hissim/province"
)

func TestApportion(t *testing.T) {
	tests := map[string]struct {
		total, least  int
		weights, want []int
	}{
		"even":                  {9, 0, []int{1, 1, 1}, []int{3, 3, 3}},
		"largest remainder":     {10, 0, []int{5, 3, 3}, []int{4, 3, 3}},
		"first of equals":       {4, 0, []int{1, 1, 1}, []int{2, 1, 1}},
		"at least one":          {5, 1, []int{1000, 1, 1}, []int{3, 1, 1}},
		"none without a weight": {5, 1, []int{1, 0, 1}, []int{3, 0, 2}},
		"less than places":      {2, 1, []int{1, 1, 1}, []int{1, 1, 0}},
		"nothing":               {0, 1, []int{1, 1}, []int{0, 0}},
		"no weight":             {7, 0, []int{0, 0}, []int{0, 0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := province.Apportion(test.total, test.least, test.weights); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if got := province.Fill(10, 1, []int{9, 1, 1}, []int{4, 5, 9}); !slices.Equal(got, []int{4, 5, 1}) {
		t.Errorf("filled %v", got)
	}
}

func TestPermutationsAreOneToOne(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 97, 1000, 2608, 65536} {
		for key := range uint64(5) {
			at, whence := province.Permute(n, key)
			seen := make([]bool, n)
			for i := range n {
				x := at(i)
				if seen[x] || whence(x) != i {
					t.Fatalf("of %d by %d: %d maps to %d, seen %t, and back to %d", n, key, i, x, seen[x], whence(x))
				}
				seen[x] = true
			}
		}
	}
}

// TestOldLetters holds our TCVN3 against its bytes, shown as Latin-1.
func TestOldLetters(t *testing.T) {
	got := ""
	for _, b := range province.TCVN3("Nguyễn Thị Mẫu, Phường Mẫu, tăng huyết áp, Điện, Ố à") {
		got += string(rune(b))
	}
	if want := "NguyÔn ThÞ MÉu, Ph\u00adêng MÉu, t¨ng huyÕt ¸p, §iÖn, è µ"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPeopleLiveInHouseholds(t *testing.T) {
	for _, name := range province.ProfileNames() {
		o := outside(t, name, 0.01)
		households, communes := o.Households()
		sizes, sum := map[int]int{}, 0
		for _, members := range households {
			sizes[len(members)]++
			sum += len(members)
			for place, member := range members {
				if place != member {
					t.Fatalf("%s: member %d of a household says it is %d", name, place, member)
				}
			}
		}
		if r := o.Profile().Register; len(households) != r.Households || sum != r.Persons || sizes[0] > 0 || len(sizes) < 4 {
			t.Errorf("%s: %d households of %d persons with sizes %v, want %+v", name, len(households), sum, sizes, r)
		}
		if len(communes) < 160 {
			t.Errorf("%s: %d communes", name, len(communes))
		}
	}
}

// TestPersonsAreTheirOwn looks at the full province, and at its end most of all:
// there the numbers of six digits have come round.
func TestPersonsAreTheirOwn(t *testing.T) {
	o := outside(t, "thai-nguyen-2022h1", 1)
	ids, cards := map[string]bool{}, map[string]bool{}
	for i := 0; i < o.Profile().Register.Persons; i++ {
		if i >= 20_000 && i < 1_000_000-5_000 || i >= 1_020_000 {
			i += 6 // every seventh elsewhere
		}
		id, card, born, sex := o.Person(min(i, o.Profile().Register.Persons-1))
		number := card[5:]
		if ids[id] || cards[number] {
			t.Fatalf("person %d has the number of another", i)
		}
		ids[id], cards[number] = true, true
		century, _ := strconv.Atoi(id[3:4])
		year, _ := strconv.Atoi(id[4:6])
		if len(id) != 12 || century != (born.Year()-1900)/100*2+sex-1 || year != born.Year()%100 {
			t.Fatalf("the citizen ID of person %d contradicts birth or sex", i)
		}
	}
}
