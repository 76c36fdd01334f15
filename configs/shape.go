package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"thidua/transform/declaration"
)

// shape holds a document against the Go type it is decoded into. The library's
// own strict decoding stops at the first thing wrong; a person who edits a file
// wants all of them, with the key that was probably meant.
type shape struct {
	doc   *document
	found *Errors
}

// decode checks node against the type of v, a pointer, and fills v where nothing
// is wrong. Keys that v does not know are problems.
func (d *document) decode(node ast.Node, v any, found *Errors) bool {
	before := len(*found)
	shape{d, found}.check(node, reflect.TypeOf(v).Elem(), tag{})
	if len(*found) > before {
		return false
	}
	if err := yaml.NodeToValue(node, v, yaml.Strict()); err != nil {
		d.addYAML(found, err)
		return false
	}
	return true
}

// tag is what the jsonschema tag of a field demands beyond its type.
type tag struct {
	required bool
	enum     []string
	minimum  *int64
}

// field is a key of a mapping.
type field struct {
	name string
	typ  reflect.Type
	tag  tag
}

// fieldsOf lists the keys of a struct, those of inlined structs among them.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			fields = append(fields, fieldsOf(f.Type)...)
		case name != "" && name != "-":
			fields = append(fields, field{name, f.Type, parseTag(f.Tag.Get("jsonschema"))})
		}
	}
	return fields
}

func parseTag(text string) tag {
	var t tag
	for part := range strings.SplitSeq(text, ",") {
		name, rest, _ := strings.Cut(part, "=")
		switch name {
		case "required":
			t.required = true
		case "enum":
			t.enum = append(t.enum, rest)
		case "minimum":
			if n, err := strconv.ParseInt(rest, 10, 64); err == nil {
				t.minimum = &n
			}
		}
	}
	return t
}

var (
	nodeUnmarshaler  = reflect.TypeFor[yaml.NodeUnmarshaler]()
	bytesUnmarshaler = reflect.TypeFor[yaml.BytesUnmarshaler]()
)

func (s shape) check(node ast.Node, t reflect.Type, demand tag) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if p := reflect.PointerTo(t); p.Implements(nodeUnmarshaler) || p.Implements(bytesUnmarshaler) {
		if err := yaml.NodeToValue(node, reflect.New(t).Interface(), yaml.Strict()); err != nil {
			s.doc.addYAML(s.found, err)
		}
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		s.structure(node, t)
	case reflect.Map:
		s.mapping(node, t)
	case reflect.Slice:
		s.sequence(node, t)
	default:
		s.scalar(node, t, demand)
	}
}

func (s shape) structure(node ast.Node, t reflect.Type) {
	if !s.isMapping(node) {
		return
	}
	fields := fieldsOf(t)
	names := make([]string, len(fields))
	given := make(map[string]bool, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	for _, entry := range entries(node) {
		key, ok := textOf(entry.Key)
		if !ok {
			key = entry.Key.String()
		}
		i := slices.Index(names, key)
		if i < 0 {
			s.found.add(s.doc, entry.Key.GetToken(), fmt.Sprintf("unknown key %q", key), declaration.Hint(key, names))
			// What was probably meant is not missing as well.
			near, _ := declaration.Nearest(key, names)
			given[near] = true
			continue
		}
		given[key] = true
		s.check(entry.Value, fields[i].typ, fields[i].tag)
	}
	for _, f := range fields {
		if f.tag.required && !given[f.name] {
			s.found.add(s.doc, start(node), fmt.Sprintf("missing key %q", f.name), "")
		}
	}
}

func (s shape) mapping(node ast.Node, t reflect.Type) {
	if !s.isMapping(node) {
		return
	}
	for _, entry := range entries(node) {
		if _, ok := textOf(entry.Key); !ok {
			s.found.add(s.doc, entry.Key.GetToken(), "a key is text, found "+described(entry.Key), "put it in quotes")
		}
		s.check(entry.Value, t.Elem(), tag{})
	}
}

// isMapping reports whether node is a mapping; where it is none that is a
// problem.
func (s shape) isMapping(node ast.Node) bool {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	s.unexpected(node, "keys with values", "")
	return false
}

func (s shape) sequence(node ast.Node, t reflect.Type) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		s.unexpected(node, "a list", "")
		return
	}
	for _, item := range list.Values {
		s.check(item, t.Elem(), tag{})
	}
}

func (s shape) scalar(node ast.Node, t reflect.Type, demand tag) {
	switch t.Kind() {
	case reflect.String:
		s.text(node, demand)
	case reflect.Bool:
		if _, ok := node.(*ast.BoolNode); !ok {
			s.unexpected(node, "true or false", "")
		}
	case reflect.Float64, reflect.Float32:
		if _, ok := node.(*ast.FloatNode); !ok {
			s.number(node, demand)
		}
	default:
		s.number(node, demand)
	}
}

func (s shape) text(node ast.Node, demand tag) {
	text, ok := textOf(node)
	if !ok {
		hint := "put it in quotes"
		if _, scalar := node.(ast.ScalarNode); !scalar || node.Type() == ast.NullType {
			hint = ""
		}
		s.unexpected(node, "text", hint)
		return
	}
	if len(demand.enum) > 0 && !slices.Contains(demand.enum, text) {
		s.found.add(s.doc, node.GetToken(), fmt.Sprintf("unknown value %q", text), declaration.Hint(text, demand.enum))
	}
}

func (s shape) number(node ast.Node, demand tag) {
	n, ok := node.(*ast.IntegerNode)
	if !ok {
		s.unexpected(node, "a number", "")
		return
	}
	if value, small := n.Value.(uint64); demand.minimum != nil && (!small || int64(value) < *demand.minimum) {
		s.found.add(s.doc, node.GetToken(), fmt.Sprintf("the number is less than %d", *demand.minimum), "")
	}
}

func (s shape) unexpected(node ast.Node, expected, hint string) {
	s.found.add(s.doc, start(node), "expected "+expected+", found "+described(node), hint)
}

// described names what a node is, as a person would.
func described(node ast.Node) string {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys with values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.NullNode:
		return "nothing"
	default:
		return "text"
	}
}
