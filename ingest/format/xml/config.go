package xml

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"thidua/ingest/path"
	"thidua/transform/declaration"
)

// Config is the format block of a job that reads XML documents. Its zero value
// reads each document as one dossier, whatever its root is called.
type Config struct {
	// Root names the elements that a document may begin with. Prefixes do not
	// count, nor does case.
	Root Names `yaml:"root,omitempty" jsonschema_description:"name of the root element, or a list of names it may have; default: any"`
	// Records leads from the root to the elements that are dossiers. Each element at
	// the path is one, wherever its name differs in case alone.
	Records string `yaml:"records,omitempty" jsonschema_description:"path of elements from the root, which it does not name, to the dossiers, such as BODY.HOSOSUCKHOE; default: the root itself is the one dossier"`
	// Lines names the kinds of lines and where they stand below their dossier. The
	// first path that leads to any element is followed, and each element at it is a
	// line.
	Lines map[string][]string `yaml:"lines,omitempty" jsonschema_description:"kind of line to the paths of elements below the dossier that may hold it; the first that is there counts"`
	// RecordBytes bounds what is held of one dossier, see the package comment.
	RecordBytes declaration.Size `yaml:"record_bytes,omitempty" jsonschema_description:"greatest size of what is read of one dossier; default 32MB, at most 1GB"`
}

// Names is one name, or a list of names.
type Names []string

const (
	// recordKind is the kind of the dossiers themselves.
	recordKind = "record"
	// lineField is the field that holds the number of a record.
	lineField = "@line"

	defaultRecordBytes = 32e6
	maxRecordBytes     = 1e9
)

// UnmarshalYAML reads a scalar or a sequence of scalars. Its error carries the
// place of what is neither.
func (n *Names) UnmarshalYAML(node ast.Node) error {
	if anchor, ok := node.(*ast.AnchorNode); ok {
		node = anchor.Value
	}
	items := []ast.Node{node}
	if list, ok := node.(*ast.SequenceNode); ok {
		items = list.Values
	}
	*n = nil
	for _, item := range items {
		text, ok := item.(*ast.StringNode)
		if !ok {
			return &yaml.SyntaxError{Message: "expected a name or a list of names", Token: item.GetToken()}
		}
		*n = append(*n, text.Value)
	}
	return nil
}

// JSONSchema describes the two forms for editors.
func (Names) JSONSchema() *jsonschema.Schema {
	name := &jsonschema.Schema{Type: "string"}
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{name, {Type: "array", Items: name}}}
}

// check returns the problems of c.
func (c Config) check() error {
	var p declaration.Problems
	for i, name := range c.Root {
		if err := checkName(name); err != nil {
			p.Add(fmt.Sprintf("$.root[%d]", i), err.Error(), "write the name of an element, such as GIAYBAOTU")
		}
	}
	if c.Records != "" {
		if _, err := elements(c.Records); err != nil {
			p.Add("$.records", err.Error(), "write the names of elements from the root downwards, such as BODY.HOSOSUCKHOE")
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Lines)) {
		checkLines(&p, kind, c.Lines[kind])
	}
	if c.RecordBytes > maxRecordBytes {
		p.Add("$.record_bytes", "more than 1GB", "a dossier is held in memory: leave it out for 32MB")
	}
	return p.Err()
}

// checkLines adds the problems of one kind of lines.
func checkLines(p *declaration.Problems, kind string, paths []string) {
	at := "$.lines." + kind
	switch {
	case kind == recordKind:
		p.Add(at, "the kind record is the dossier itself", "give the lines another name")
	case kind == "" || strings.HasPrefix(kind, "@"):
		p.Add(at, "a kind of lines has no such name", "write a name such as item")
	case len(paths) == 0:
		p.Add(at, "no path is given", "write the names of elements below the dossier, such as TIEMCHUNG.THONGTINMUITIEM")
	}
	for i, text := range paths {
		if _, err := elements(text); err != nil {
			p.Add(fmt.Sprintf("%s[%d]", at, i), err.Error(), "write the names of elements below the dossier, such as TIEMCHUNG.THONGTINMUITIEM")
		}
	}
}

// elements reads a path that leads to whole elements, each of which counts.
func elements(text string) ([]string, error) {
	p, err := path.Parse(text)
	if err != nil {
		return nil, err
	}
	if p.Up > 0 || len(p.Steps) == 0 {
		return nil, errors.New("the path does not lead downwards")
	}
	names := make([]string, len(p.Steps))
	for i, step := range p.Steps {
		if step.All {
			return nil, errors.New("[*] goes without saying here: every element at the path counts")
		}
		if err := checkName(step.Name); err != nil {
			return nil, err
		}
		names[i] = step.Name
	}
	return names, nil
}

// checkName says why an element cannot have that name, nil where it can.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("a name is missing")
	case strings.Contains(name, ":"):
		return errors.New("an element is named without its prefix")
	case strings.ContainsAny(name, "@<>&/='\" \t\r\n"):
		return errors.New("no element can have this name")
	}
	return nil
}

// mustElements is elements for a path that check has accepted.
func mustElements(text string) []string {
	names, _ := elements(text)
	return names
}
