package declaration

import (
	"errors"
	"math/big"
	"regexp"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// ErrNumber says that a text is not a number.
var ErrNumber = errors.New("not a number: write it as 86.1, with a point and without separators")

const numberPattern = `^-?[0-9]+(\.[0-9]+)?$`

// Number is an exact decimal number as a declaration writes it: 86.1 is 86.1, and
// no binary fraction near it. The zero Number is zero.
type Number struct {
	text string
	rat  *big.Rat
}

// ParseNumber reads text, or returns ErrNumber.
func ParseNumber(text string) (Number, error) {
	if !regexp.MustCompile(numberPattern).MatchString(text) {
		return Number{}, ErrNumber
	}
	rat, ok := new(big.Rat).SetString(text)
	if !ok {
		return Number{}, ErrNumber
	}
	return Number{text, rat}, nil
}

// Rat returns the number itself. The caller may change what it returns.
func (n Number) Rat() *big.Rat {
	if n.rat == nil {
		return new(big.Rat)
	}
	return new(big.Rat).Set(n.rat)
}

// Float returns the nearest binary fraction.
func (n Number) Float() float64 {
	f, _ := n.Rat().Float64()
	return f
}

// String returns the number as it was written.
func (n Number) String() string {
	if n.text == "" {
		return "0"
	}
	return n.text
}

// UnmarshalYAML reads a scalar of a document. Its error carries the line and column
// of the scalar.
func (n *Number) UnmarshalYAML(node ast.Node) error {
	if f, ok := node.(*ast.FloatNode); ok {
		parsed, err := ParseNumber(f.Token.Value)
		if err != nil {
			return &yaml.SyntaxError{Message: err.Error(), Token: node.GetToken()}
		}
		*n = parsed
		return nil
	}
	return decodeScalar(node, n, ParseNumber)
}

// JSONSchema describes the number for editors.
func (Number) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "number", Description: "an exact decimal number, such as 86.1"}
}
