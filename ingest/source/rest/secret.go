package rest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"thidua/transform/delivery"
)

// Secret says where a secret lies: in an environment variable, or in a file, whose
// blanks at both ends do not count. It is never the secret itself.
type Secret struct {
	Env  string `yaml:"env,omitempty" jsonschema_description:"environment variable that holds the secret"`
	File string `yaml:"file,omitempty" jsonschema_description:"file that holds the secret"`
}

// unset reports whether no place is named.
func (s Secret) unset() bool { return s == Secret{} }

// place names where the secret lies, for a person who has to put it there.
func (s Secret) place() delivery.Text {
	if s.Env != "" {
		return variable(s.Env)
	}
	return text("tệp "+s.File, "file "+s.File)
}

// variable names an environment variable.
func variable(name string) delivery.Text {
	return text("biến môi trường "+name, "environment variable "+name)
}

// read returns the secret. It is looked up for each pull, so that a new one is
// taken without a restart.
func (e Environment) read(s Secret) (string, error) {
	text := ""
	switch {
	case s.Env != "":
		text, _ = e.Getenv(s.Env)
	case s.File != "":
		content, err := e.ReadFile(s.File)
		if err != nil {
			return "", settingMissing(s.place())
		}
		text = strings.TrimSpace(string(content))
	}
	if text == "" || strings.ContainsAny(text, "\r\n\x00") {
		return "", settingMissing(s.place())
	}
	return text, nil
}

// Value is a text, or a secret.
type Value struct {
	Text   string
	Secret Secret
}

// UnmarshalYAML reads a text, or the place of a secret. Its error carries the line
// and column.
func (v *Value) UnmarshalYAML(node ast.Node) error {
	switch n := node.(type) {
	case *ast.StringNode:
		v.Text = n.Value
		return nil
	case *ast.MappingNode, *ast.MappingValueNode:
		if err := yaml.NodeToValue(node, &v.Secret, yaml.Strict()); err != nil {
			return err
		}
		if v.Secret.unset() {
			return &yaml.SyntaxError{Message: "a secret names its place: {env: …} or {file: …}", Token: node.GetToken()}
		}
		return nil
	}
	return &yaml.SyntaxError{Message: "a text in quotes, {env: …} or {file: …} has to stand here", Token: node.GetToken()}
}

// text returns the value.
func (e Environment) text(v Value) (string, error) {
	if v.Secret.unset() {
		return v.Text, nil
	}
	return e.read(v.Secret)
}

// Template is a JSON object as YAML writes it.
type Template map[string]any

// UnmarshalYAML reads a mapping. Its error carries the line and column.
func (t *Template) UnmarshalYAML(node ast.Node) error {
	var object map[string]any
	if err := yaml.NodeToValue(node, &object); err != nil {
		var place yaml.Error
		if errors.As(err, &place) {
			return err
		}
		return &yaml.SyntaxError{Message: fmt.Sprintf("keys with values have to stand here, found %s", node.Type()), Token: node.GetToken()}
	}
	*t = object
	return nil
}
