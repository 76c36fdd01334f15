package declaration_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"thidua/transform/declaration"
)

func TestParseDuration(t *testing.T) {
	tests := []struct {
		name string
		text string
		want time.Duration
		err  error
	}{
		{"seconds", "10s", 10 * time.Second, nil},
		{"several units", "1h30m", 90 * time.Minute, nil},
		{"days", "14d", 14 * 24 * time.Hour, nil},
		{"days and hours", "1d12h", 36 * time.Hour, nil},
		{"zero", "0s", 0, nil},
		{"milliseconds", "250ms", 250 * time.Millisecond, nil},
		{"empty", "", 0, declaration.ErrDuration},
		{"no unit", "10", 0, declaration.ErrDuration},
		{"negative", "-10s", 0, declaration.ErrDuration},
		{"units out of order", "10s1h", 0, declaration.ErrDuration},
		{"too many days", "99999d", 0, declaration.ErrDuration},
		{"too many hours", "99999999999h", 0, declaration.ErrDuration},
		{"sum too large", "36500d2500000h", 0, declaration.ErrDuration},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := declaration.ParseDuration(tt.text)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error = %v, want %v", err, tt.err)
			}
			if got.Std() != tt.want {
				t.Errorf("duration = %s, want %s", got, tt.want)
			}
		})
	}
}

type document struct {
	Every *declaration.Duration `yaml:"every"`
	Limit declaration.Size      `yaml:"limit"`
	Other declaration.Size      `yaml:"other"`
}

func TestUnmarshalYAML(t *testing.T) {
	tests := []struct {
		name  string
		text  string
		every time.Duration
		limit int64
	}{
		{"plain", "every: 10s\nlimit: 4GB\n", 10 * time.Second, 4e9},
		{"quoted", "every: \"10s\"\nlimit: '4096'\n", 10 * time.Second, 4096},
		{"number and comment", "every: 1d # a day\nlimit: 4096 # bytes\n", 24 * time.Hour, 4096},
		{"anchor and alias", "every: &e 10s\nother: &l 1KB\nlimit: *l\n", 10 * time.Second, 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d document
			if err := yaml.UnmarshalWithOptions([]byte(tt.text), &d, yaml.Strict()); err != nil {
				t.Fatal(err)
			}
			if d.Every.Std() != tt.every || d.Limit.Bytes() != tt.limit {
				t.Errorf("got %s and %s", d.Every, d.Limit)
			}
		})
	}
}

func TestUnmarshalYAMLSaysWhere(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"duration", "limit: 4GB\nevery: soon\n", "[2:8] not a duration"},
		{"size", "limit: much\n", "[1:8] not a size"},
		{"list", "limit: [1, 2]\n", "[1:8] a single value has to stand here"},
		{"fraction", "limit: 1.5\n", "[1:8] a single value has to stand here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d document
			err := yaml.UnmarshalWithOptions([]byte(tt.text), &d, yaml.Strict())
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error = %v, want %s", err, tt.want)
			}
		})
	}
}

func TestJSONSchema(t *testing.T) {
	r := jsonschema.Reflector{DoNotReference: true, Anonymous: true}
	got, err := json.Marshal(r.Reflect(document{}).Properties)
	if err != nil {
		t.Fatal(err)
	}
	var properties map[string]struct {
		Type  string
		OneOf []struct{ Type string }
	}
	if err := json.Unmarshal(got, &properties); err != nil {
		t.Fatal(err)
	}
	types := []string{properties["Every"].Type, properties["Limit"].OneOf[0].Type, properties["Limit"].OneOf[1].Type}
	if diff := cmp.Diff([]string{"string", "string", "integer"}, types); diff != "" {
		t.Error(diff)
	}
}
