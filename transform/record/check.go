package record

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"thidua/transform/declaration"
)

// Check finds what is wrong with the declarations of a job, without the reference
// tables and keys that a plan needs. Paths are relative to the job.
func Check(c Config) declaration.Problems {
	b := builder{config: c, plan: &Plan{}}
	b.build()
	return b.problems
}

// CheckFields holds the field names of a job against those that its format
// knows. Names that begin with @ are of the format's own making; a nil list
// means that any name may occur.
func CheckFields(into map[string]Declaration, kinds []string, fields func(kind string) []string) declaration.Problems {
	var problems declaration.Problems
	for _, name := range slices.Sorted(maps.Keys(into)) {
		d, path := into[name], "$.into."+name
		if !slices.Contains(kinds, d.From) {
			problems.Add(path+".from", fmt.Sprintf("the format has no kind %q", d.From), suggestion(d.From, kinds))
			continue
		}
		known := fields(d.From)
		for _, column := range slices.Sorted(maps.Keys(d.Columns)) {
			checkNames(&problems, path+".columns."+column, d.Columns[column], known)
		}
		if d.Match != "" {
			checkName(&problems, path+".match", d.Match, known)
		}
	}
	return problems
}

func checkNames(problems *declaration.Problems, path string, f Field, known []string) {
	if f.Field != "" {
		checkName(problems, path+".field", f.Field, known)
	}
	for i, name := range f.FirstOf {
		checkName(problems, fmt.Sprintf("%s.first_of[%d]", path, i), name, known)
	}
	for i, name := range f.Join {
		checkName(problems, fmt.Sprintf("%s.join[%d]", path, i), name, known)
	}
}

func checkName(problems *declaration.Problems, path, name string, known []string) {
	if known == nil || strings.HasPrefix(name, "@") || slices.Contains(known, name) {
		return
	}
	problems.Add(path, fmt.Sprintf("the format has no field %q", name), suggestion(name, known))
}
