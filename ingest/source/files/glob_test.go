package files_test

import (
	"path"
	"strings"
	"testing"

	"thidua/ingest/source/files"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern string
		name    string
		want    bool
	}{
		{"**", "a", true},
		{"**", "a/b/c", true},
		{"*", "a", true},
		{"*", "a/b", false},
		{"*.xml", "a.xml", true},
		{"*.xml", "a.XML", true},
		{"*.XML", "a.xml", true},
		{"*.xml", "A.Xml", true},
		{"a*.xml", "A.xml", false},
		{"*.xml", "a/b.xml", false},
		{"**/*.xml", "a.xml", true},
		{"**/*.xml", "a/b/c.xml", true},
		{"**/*.xml", "a/b/c.txt", false},
		{"a/**", "a/b/c", true},
		{"a/**", "a", true},
		{"a/**", "b/a/c", false},
		{"a/**/z", "a/z", true},
		{"a/**/z", "a/b/c/z", true},
		{"a/**/z", "a/z/b", false},
		{"**/b/**/c", "a/b/x/b/y/c", true},
		{"**/b/**/c", "a/b/x/d", false},
		{"**/a/b", "a/a/b", true},
		{"a/*/c", "a/b/c", true},
		{"a/*/c", "a/b/b/c", false},
		{"**/**", "a", true},
		{"[ab]?.xml", "b1.xml", true},
		{"v1.2/file", "v1.2/file", true},
		{"V1.2X/file", "v1.2x/file", false},
	}
	for _, tt := range tests {
		t.Run(tt.pattern+" on "+tt.name, func(t *testing.T) {
			got, err := files.Match(tt.pattern, tt.name)
			if err != nil || got != tt.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestMatchTakesNoTime(t *testing.T) {
	// A matcher that tries all ways would not end within the life of the sun.
	pattern := strings.Repeat("**/a/", 30) + "b"
	if got, err := files.Match(pattern, strings.Repeat("a/", 200)+"c"); got || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

// FuzzMatch compares with path.Match where both know the pattern, and with a
// plain search of all ways where there are few.
func FuzzMatch(f *testing.F) {
	f.Add("a/*.xml", "a/b.xml")
	f.Add("**/a/**/b", "a/a/c/b")
	f.Add("**", "")
	f.Add("[a", "a")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		got, err := files.Match(pattern, name)
		if err != nil || strings.ToLower(pattern) != pattern || strings.ToLower(name) != name {
			return
		}
		segments := strings.Split(pattern, "/")
		if len(segments) > 8 || strings.Count(name, "/") > 8 {
			return
		}
		if want := search(segments, strings.Split(name, "/")); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func search(pattern, name []string) bool {
	if len(pattern) == 0 {
		return len(name) == 0
	}
	if pattern[0] == "**" {
		return search(pattern[1:], name) || len(name) > 0 && search(pattern, name[1:])
	}
	if len(name) == 0 {
		return false
	}
	ok, _ := path.Match(pattern[0], name[0])
	return ok && search(pattern[1:], name[1:])
}
