package configs

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"thidua/transform/declaration"
)

// Node is a part of a file that this package does not understand: what a source
// or a format needs is known to its kind alone. It keeps its place, so that the
// kind's findings point into the file.
type Node struct {
	doc  *document
	node ast.Node
	kind string
}

// Kind returns the kind that the node is for.
func (n Node) Kind() string { return n.kind }

// Decode fills v, a pointer to the kind's own struct, from all keys but kind.
// Its error is Errors: unknown keys, wrong types and missing keys, with their
// places.
func (n Node) Decode(v any) error {
	if n.node == nil || n.doc == nil {
		return fmt.Errorf("decode a node: it belongs to no file")
	}
	rest := ast.Mapping(start(n.node), false)
	for _, entry := range entries(n.node) {
		if key, _ := textOf(entry.Key); key != "kind" {
			rest.Values = append(rest.Values, entry)
		}
	}
	var found Errors
	n.doc.decode(rest, v, &found)
	return found.err()
}

// Locate turns the problems that a kind has found in what it decoded from the node
// into Errors with their places in the file.
func (n Node) Locate(err error) error {
	var problems declaration.Problems
	if !errors.As(err, &problems) || n.doc == nil {
		return err
	}
	var found Errors
	part := *n.doc
	part.root = n.node
	part.addProblems(&found, problems)
	return found.err()
}

// Unknown returns the error that says that nobody knows the node's kind, with
// the kinds that are known as a hint.
func (n Node) Unknown(known []string) error {
	value, _ := child(n.node, "kind", "")
	if value == nil || n.doc == nil {
		return fmt.Errorf("unknown kind %q", n.kind)
	}
	var found Errors
	found.add(n.doc, value.GetToken(), fmt.Sprintf("unknown kind %q", n.kind), declaration.Hint(n.kind, known))
	return found.err()
}

// UnmarshalYAML keeps the node. The error carries its place.
func (n *Node) UnmarshalYAML(node ast.Node) error {
	value, _ := child(node, "kind", "")
	if value == nil {
		message := `missing key "kind"`
		if entries(node) == nil {
			message = "expected keys with values, found " + described(node)
		}
		return &yaml.SyntaxError{Message: message, Token: start(node)}
	}
	kind, ok := textOf(value)
	if !ok {
		return &yaml.SyntaxError{Message: "expected text, found " + described(value), Token: start(value)}
	}
	n.node, n.kind = node, kind
	return nil
}

// JSONSchema describes the node for editors: a kind, and whatever it needs.
func (Node) JSONSchema() *jsonschema.Schema {
	properties := jsonschema.NewProperties()
	properties.Set("kind", &jsonschema.Schema{Type: "string", Description: "which source or format; the other keys belong to it"})
	return &jsonschema.Schema{Type: "object", Properties: properties, Required: []string{"kind"}}
}
