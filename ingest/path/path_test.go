package path_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/path"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]path.Path{
		"@":           {},
		"^@":          {Up: 1},
		"ma":          {Steps: []path.Step{{Name: "ma"}}},
		"a.b":         {Steps: []path.Step{{Name: "a"}, {Name: "b"}}},
		"a[*].b":      {Steps: []path.Step{{Name: "a", All: true}, {Name: "b"}}},
		"^^ho ten":    {Up: 2, Steps: []path.Step{{Name: "ho ten"}}},
		`"a.b[*]"[*]`: {Steps: []path.Step{{Name: "a.b[*]", All: true}}},
	} {
		got, err := path.Parse(text)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", ".", "a.", ".a", "a..b", "a[0]", "a[*", "a[*]b", "^", `"a`, `""`, "a^b"} {
		if _, err := path.Parse(text); !errors.Is(err, path.ErrPath) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func ExampleParse() {
	p, err := path.Parse("^chan_doan[*].ma")
	fmt.Println(p, err)
	// Output: {1 [{chan_doan true} {ma false}]} <nil>
}
