package files

import (
	"fmt"
	"path"
	"strings"

	"thidua/transform/declaration"
)

// patterns match a slash path against any of several patterns, each as its
// segments. Within a segment the syntax is that of path.Match; the segment ** stands
// for any number of folders, none included.
type patterns struct {
	list [][]string
	// all is true where a pattern matches everything.
	all bool
}

// compile checks texts, which stand at place in the declaration.
func compile(texts []string, place string) (patterns, error) {
	var p declaration.Problems
	var out patterns
	for i, text := range texts {
		segments := strings.Split(fold(text), "/")
		for _, s := range segments {
			_, err := path.Match(s, "")
			if s == "" || s == "." || s == ".." || err != nil {
				p.Add(fmt.Sprintf("%s[%d]", place, i), "not a pattern of a path below the folder",
					"write it like **/*.xml, with / between folders and none in front")
				break
			}
		}
		out.list = append(out.list, segments)
		out.all = out.all || text == "**"
	}
	return out, p.Err()
}

// match reports whether one of the patterns matches name.
func (p patterns) match(name string) bool {
	if p.all {
		return true
	}
	name = fold(name)
	for _, segments := range p.list {
		if matchSegments(segments, name) {
			return true
		}
	}
	return false
}

// matchSegments matches name, going back to the last ** where a segment fails: a
// longer reach of an earlier one could match nothing that the last cannot.
func matchSegments(segments []string, name string) bool {
	i, rest, more := 0, name, true
	back, backRest, backMore := -1, "", false
	for more {
		if i < len(segments) && segments[i] == "**" {
			back, backRest, backMore = i, rest, more
			i++
			continue
		}
		if i < len(segments) {
			segment, after, next := strings.Cut(rest, "/")
			if ok, _ := path.Match(segments[i], segment); ok {
				i, rest, more = i+1, after, next
				continue
			}
		}
		if back < 0 || !backMore {
			return false
		}
		_, backRest, backMore = strings.Cut(backRest, "/")
		i, rest, more = back+1, backRest, backMore
	}
	for i < len(segments) && segments[i] == "**" {
		i++
	}
	return i == len(segments)
}

// fold puts the ending of a name into small letters: what was written as .XML on
// one system is .xml on another.
func fold(name string) string {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || strings.IndexByte(name[dot:], '/') >= 0 {
		return name
	}
	ending := strings.ToLower(name[dot:])
	if ending == name[dot:] {
		return name
	}
	return name[:dot] + ending
}

// Quote returns a pattern that matches the file of this name, and no other.
func Quote(name string) string {
	for _, suffix := range []string{".gz", ".zst"} {
		if len(name) > len(suffix) && strings.EqualFold(name[len(name)-len(suffix):], suffix) {
			name = name[:len(name)-len(suffix)]
		}
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}
