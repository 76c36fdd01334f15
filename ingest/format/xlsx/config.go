package xlsx

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
	"golang.org/x/text/unicode/norm"

	"thidua/ingest/format/tabular"
	"thidua/transform/declaration"
)

// Config is the format block of a job that reads workbooks. The zero value of each
// field stands for its default.
type Config struct {
	tabular.Config `yaml:",inline"`
	// Sheet names the sheet to read, or several names that it may have, the first
	// that the workbook has counting.
	Sheet Names `yaml:"sheet,omitempty" jsonschema_description:"name of the sheet, or names that it may have; marks, case and blanks do not count; default: the first visible sheet that has the header"`
	// Merged says what the cells below the first of a vertical merge hold.
	Merged string `yaml:"merged,omitempty" jsonschema:"enum=blank,enum=fill" jsonschema_description:"blank (the default) leaves the lower cells of a vertical merge blank; fill gives them the text of the uppermost"`
	Limits Limits `yaml:"limits,omitempty" jsonschema_description:"bounds of what a workbook may unpack to"`
}

// Limits bound what a workbook may unpack to, against files made to exhaust the
// machine. Unpacked bytes are counted; what a file declares is not trusted.
type Limits struct {
	MemberBytes declaration.Size `yaml:"member_bytes,omitempty" jsonschema_description:"greatest size of one unpacked part, such as a sheet; default 4GB"`
	// Ratio bounds unpacked bytes by packed ones, beyond the first 16 MiB.
	Ratio int `yaml:"ratio,omitempty" jsonschema:"minimum=0" jsonschema_description:"greatest ratio of unpacked to packed size of a part; default 200"`
	// StringsMemory is how much of the shared strings stays in memory.
	StringsMemory declaration.Size `yaml:"strings_memory,omitempty" jsonschema_description:"memory for shared strings, beyond which they go to an encrypted spill file; default 32MB"`
}

const (
	mergedBlank = "blank"
	mergedFill  = "fill"

	defaultMemberBytes   = 4e9
	defaultRatio         = 200
	defaultStringsMemory = 32e6
)

// check returns the problems of c.
func (c Config) check() error {
	var p declaration.Problems
	c.Config.Check(&p)
	for i, name := range c.Sheet {
		if fold(name) == "" {
			p.Add(fmt.Sprintf("$.sheet[%d]", i), "a blank name", "write the name of the sheet as the workbook shows it")
		}
	}
	if !slices.Contains([]string{"", mergedBlank, mergedFill}, c.Merged) {
		p.Add("$.merged", "neither blank nor fill", "write fill to repeat what merged cells hold")
	}
	if c.Limits.Ratio < 0 {
		p.Add("$.limits.ratio", "less than zero", "leave it out for the default")
	}
	return p.Err()
}

func (l Limits) withDefaults() Limits {
	if l.MemberBytes == 0 {
		l.MemberBytes = defaultMemberBytes
	}
	if l.Ratio == 0 {
		l.Ratio = defaultRatio
	}
	if l.StringsMemory == 0 {
		l.StringsMemory = defaultStringsMemory
	}
	return l
}

// Names is a list of names that a declaration may also write as a single one.
type Names []string

// UnmarshalYAML reads a text or a list of texts. Its error carries the line and
// column.
func (n *Names) UnmarshalYAML(node ast.Node) error {
	switch node := node.(type) {
	case *ast.StringNode:
		*n = Names{node.Value}
		return nil
	case *ast.SequenceNode:
		for _, value := range node.Values {
			text, ok := value.(*ast.StringNode)
			if !ok {
				return &yaml.SyntaxError{Message: "a text has to stand here", Token: value.GetToken()}
			}
			*n = append(*n, text.Value)
		}
		return nil
	}
	return &yaml.SyntaxError{Message: "a text or a list of texts has to stand here", Token: node.GetToken()}
}

// JSONSchema describes the two forms for editors.
func (Names) JSONSchema() *jsonschema.Schema {
	text := &jsonschema.Schema{Type: "string"}
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{text, {Type: "array", Items: text}}}
}

// fold makes the names of sheets alike that people take for the same: case, marks
// and numbers of blanks do not count.
func fold(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
			return -1
		case r == 'đ', r == 'Đ':
			return 'd'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
	return strings.Join(strings.Fields(name), " ")
}
