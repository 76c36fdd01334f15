package declaration_test

import (
	"errors"
	"testing"

	"github.com/goccy/go-yaml"

	"thidua/transform/declaration"
)

func TestParseNumber(t *testing.T) {
	tests := []struct {
		name, text string
		want       string
		err        error
	}{
		{"whole", "930", "930/1", nil},
		{"decimals", "86.1", "861/10", nil},
		{"negative", "-0.5", "-1/2", nil},
		{"zeros behind", "90.0", "90/1", nil},
		{"zeros before", "05", "5/1", nil},
		{"many digits", "0.1000000000000000000001", "1000000000000000000001/10000000000000000000000", nil},
		{"nothing", "", "0/1", declaration.ErrNumber},
		{"comma", "86,1", "0/1", declaration.ErrNumber},
		{"thousands", "1,234.5", "0/1", declaration.ErrNumber},
		{"exponent", "1e3", "0/1", declaration.ErrNumber},
		{"hexadecimal", "0x10", "0/1", declaration.ErrNumber},
		{"fraction", "1/3", "0/1", declaration.ErrNumber},
		{"no digit before the point", ".5", "0/1", declaration.ErrNumber},
		{"no digit behind it", "5.", "0/1", declaration.ErrNumber},
		{"plus", "+5", "0/1", declaration.ErrNumber},
		{"word", "none", "0/1", declaration.ErrNumber},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, err := declaration.ParseNumber(tt.text)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if got := n.Rat().String(); got != tt.want {
				t.Errorf("number %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNumberIsExact(t *testing.T) {
	n, err := declaration.ParseNumber("86.1")
	if err != nil {
		t.Fatal(err)
	}
	if n.Float() != 86.1 || n.String() != "86.1" {
		t.Errorf("number %v, written %s", n.Float(), n)
	}
	n.Rat().SetInt64(0)
	if n.Rat().String() != "861/10" {
		t.Error("what a caller changes has changed the number")
	}
	if zero := (declaration.Number{}); zero.String() != "0" || zero.Rat().Sign() != 0 {
		t.Errorf("the zero number is %s", zero)
	}
}

func TestNumberInYAML(t *testing.T) {
	type document struct {
		Number *declaration.Number `yaml:"number"`
	}
	for text, want := range map[string]string{
		"number: 86.1": "86.1", "number: 90.0": "90.0", "number: 100": "100", "number: -2": "-2", `number: "7.50"`: "7.50",
	} {
		t.Run(text, func(t *testing.T) {
			var d document
			if err := yaml.Unmarshal([]byte(text), &d); err != nil {
				t.Fatal(err)
			}
			if d.Number.String() != want {
				t.Errorf("number %s, want %s", d.Number, want)
			}
		})
	}
	for _, text := range []string{"number: 86,1", "number: 1e3", "number: .5", "number: .inf", "number: true", "number: {a: 1}", "number: 1_000"} {
		t.Run(text, func(t *testing.T) {
			var d document
			var wrong *yaml.SyntaxError
			if err := yaml.Unmarshal([]byte(text), &d); !errors.As(err, &wrong) || wrong.Token.Position.Line != 1 {
				t.Errorf("error %v, want one with its line", err)
			}
		})
	}
}
