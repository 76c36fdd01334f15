package declaration

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// ErrDuration says that a text is not a duration.
var ErrDuration = errors.New("not a duration: write a number and a unit, such as 10s, 90m, 36h or 14d")

const durationPattern = `^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$`

// Duration is a span of time as a declaration writes it, such as 10s, 1h30m or
// 14d. A day is 24 hours. It is never negative.
type Duration time.Duration

// ParseDuration reads text, or returns ErrDuration.
func ParseDuration(text string) (Duration, error) {
	if text == "" || !regexp.MustCompile(durationPattern).MatchString(text) {
		return 0, ErrDuration
	}
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "0", text
	}
	n, err := strconv.ParseInt(days, 10, 32)
	if err != nil || n > 36500 {
		return 0, fmt.Errorf("%w: more than 36500 days", ErrDuration)
	}
	if rest == "" {
		rest = "0s"
	}
	d, err := time.ParseDuration(rest)
	total := time.Duration(n)*24*time.Hour + d
	if err != nil || total < d {
		return 0, ErrDuration
	}
	return Duration(total), nil
}

// Std returns d as the standard library counts it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String returns d as the standard library writes it.
func (d Duration) String() string { return time.Duration(d).String() }

// UnmarshalYAML reads a scalar of a document. Its error carries the line and
// column of the scalar.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	return decodeScalar(node, d, ParseDuration)
}

// JSONSchema describes the text for editors.
func (Duration) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:        "string",
		Pattern:     durationPattern,
		Description: "duration, such as 10s, 90m, 36h or 14d",
	}
}

// decodeScalar parses the text of a scalar node into dst. The whole node is at
// hand, rather than its bytes, because only the node knows where it stands.
func decodeScalar[T any](node ast.Node, dst *T, parse func(string) (T, error)) error {
	inner := node
	if anchor, ok := inner.(*ast.AnchorNode); ok {
		inner = anchor.Value
	}
	text := ""
	switch n := inner.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.IntegerNode:
		text = n.Token.Value
	default:
		return &yaml.SyntaxError{Message: "a single value has to stand here", Token: node.GetToken()}
	}
	v, err := parse(text)
	if err != nil {
		return &yaml.SyntaxError{Message: err.Error(), Token: node.GetToken()}
	}
	*dst = v
	return nil
}
