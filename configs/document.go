package configs

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"thidua/transform/declaration"
)

// document is one file of the configuration: its text, and where each thing in
// it stands.
type document struct {
	file    string
	builtIn bool
	lines   []string
	root    ast.Node
}

// parse reads the file as one YAML document whose parts are all written out.
// What is wrong is added to found, and false returned.
func parse(f file, found *Errors) (*document, bool) {
	// Some editors begin a file with a byte order mark, which means nothing.
	text := bytes.TrimPrefix(f.text, []byte("\ufeff"))
	d := &document{file: f.name, builtIn: f.builtIn, lines: strings.Split(string(text), "\n")}
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		d.addYAML(found, err)
		return d, false
	}
	switch bodies := bodies(tree); len(bodies) {
	case 0:
		found.add(d, nil, "the file is empty", "")
		return d, false
	case 1:
		d.root = bodies[0]
	default:
		found.add(d, start(bodies[1]), "a file holds one document", "put the second one into a file of its own")
		return d, false
	}
	before := len(*found)
	ast.Walk(&plain{d, found}, d.root)
	return d, len(*found) == before
}

// bodies returns the documents that are more than comments.
func bodies(tree *ast.File) []ast.Node {
	var found []ast.Node
	for _, doc := range tree.Docs {
		switch doc.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.NullNode:
		default:
			found = append(found, doc.Body)
		}
	}
	return found
}

// plain refuses what makes a file hard to read and easy to get wrong: references
// within it, types of its own, and secrets.
type plain struct {
	doc   *document
	found *Errors
}

// Visit implements ast.Visitor.
func (p *plain) Visit(node ast.Node) ast.Visitor {
	switch n := node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		p.found.add(p.doc, node.GetToken(), "anchors, aliases and tags are not used here", "write the value out")
		return nil
	case *ast.MappingValueNode:
		p.secret(n)
	}
	return p
}

var (
	secretKey   = regexp.MustCompile(`(?i)(password|passwd|passphrase|secret|token|credential|api_?key|access_?key|private_?key)s?$`)
	secretValue = regexp.MustCompile(`AGE-SECRET-KEY-|thidua-key-v\d|-----BEGIN `)
)

// secret refuses the value of a secret. The name of a variable or file that
// holds it is fine, under a key that says so.
func (p *plain) secret(n *ast.MappingValueNode) {
	text, isText := textOf(n.Value)
	_, isNumber := n.Value.(*ast.IntegerNode)
	key, _ := textOf(n.Key)
	switch {
	case secretKey.MatchString(key) && (isText || isNumber):
		p.found.add(p.doc, n.Key.GetToken(), "a secret is not written into a configuration",
			"name the variable ("+key+"_env) or the file ("+key+"_file) that holds it")
	case secretValue.MatchString(text):
		p.found.add(p.doc, n.Key.GetToken(), "the value is a key, which is a secret", "name the file that holds it")
	}
}

// textOf returns the text of a scalar that is text.
func textOf(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

// addYAML adds an error of the YAML library with its place, in words of ours
// where its own need a reader of the library.
func (d *document) addYAML(found *Errors, err error) {
	var place yaml.Error
	if !errors.As(err, &place) {
		found.add(d, nil, err.Error(), "")
		return
	}
	message, hint := place.GetMessage(), ""
	switch {
	case strings.Contains(message, "'\t'"):
		message, hint = "a tab cannot indent", "use spaces"
	case duplicateKey.MatchString(message):
		m := duplicateKey.FindStringSubmatch(message)
		message = "key " + strconv.Quote(m[1]) + " is given twice"
		hint = "the first is on line " + m[2]
	}
	found.add(d, place.GetToken(), message, hint)
}

var duplicateKey = regexp.MustCompile(`mapping key "(.*)" already defined at \[(\d+):\d+\]`)

// addProblems adds the problems of a declaration, whose paths are relative to
// the document.
func (d *document) addProblems(found *Errors, problems declaration.Problems) {
	for _, p := range problems {
		found.add(d, d.at(p.Path), p.Message, p.Hint)
	}
}

var step = regexp.MustCompile(`\.([^.\[]+)|\[(\d+)\]`)

// at finds the token that a path such as $.columns[3].type leads to: a scalar
// itself, the key of anything larger. Of a path that ends too early, as at a
// missing key, it is the last thing found.
func (d *document) at(path string) *token.Token {
	node, found := d.root, start(d.root)
	for _, part := range step.FindAllStringSubmatch(path, -1) {
		next, key := child(node, part[1], part[2])
		if next == nil {
			break
		}
		node, found = next, start(next)
		if _, scalar := next.(ast.ScalarNode); !scalar && key != nil {
			found = key
		}
	}
	return found
}

func child(node ast.Node, name, index string) (ast.Node, *token.Token) {
	if items, ok := node.(*ast.SequenceNode); ok && index != "" {
		if i, err := strconv.Atoi(index); err == nil && i < len(items.Values) {
			return items.Values[i], nil
		}
		return nil, nil
	}
	for _, entry := range entries(node) {
		if key, _ := textOf(entry.Key); key == name {
			return entry.Value, entry.Key.GetToken()
		}
	}
	return nil, nil
}

// entries returns what a mapping holds, nil where node is none.
func entries(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// start returns the first token of a node: of a mapping in lines, its first key.
func start(node ast.Node) *token.Token {
	if all := entries(node); len(all) > 0 {
		if m, ok := node.(*ast.MappingNode); !ok || !m.IsFlowStyle {
			return all[0].Key.GetToken()
		}
	}
	return node.GetToken()
}
