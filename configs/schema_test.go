package configs_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"thidua/configs"
)

func TestSchemasAreCurrent(t *testing.T) {
	schemas, err := configs.Schemas()
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas) != 7 {
		t.Errorf("%d schemas, want seven", len(schemas))
	}
	for name, text := range schemas {
		compare(t, filepath.Join("schema", name), string(text))
	}
}

// schemaOf compiles a schema as it lies in the folder.
func schemaOf(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("schema", name))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON reads YAML as the schema sees it.
func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(converted))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestShippedFilesFitTheirSchemas(t *testing.T) {
	tests := []struct{ pattern, schema string }{
		{"datasets/*.yaml", "dataset.schema.json"},
		{"jobs/*.yaml", "job.schema.json"},
		{"reference/*.yaml", "reference.schema.json"},
		{"template/thidua.yaml", "workspace.schema.json"},
		{"indicators/*.yaml", "indicator.schema.json"},
		{"indicators/*.test.yaml", "indicator_test.schema.json"},
		{"campaigns/*.yaml", "campaign.schema.json"},
	}
	for _, tt := range tests {
		schema := schemaOf(t, tt.schema)
		names, err := fs.Glob(os.DirFS("."), tt.pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("no files %s: %v", tt.pattern, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, ".test.yaml") != strings.HasSuffix(tt.pattern, ".test.yaml") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(asJSON(t, text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			modeline := "# yaml-language-server: $schema=../schema/" + tt.schema + "\n"
			if path.Dir(name) != "template" && path.Dir(name) != "reference" && !strings.HasPrefix(string(text), modeline) {
				t.Errorf("%s does not begin with %s", name, modeline)
			}
		}
	}
}

func TestSchemasRefuse(t *testing.T) {
	tests := []struct{ file, schema string }{
		{"dataset-unknown-key", "dataset"},
		{"dataset-unknown-enum", "dataset"},
		{"dataset-missing-keys", "dataset"},
		{"dataset-wrong-type", "dataset"},
		{"job-unknown-key", "job"},
		{"job-no-kind", "job"},
		{"job-unknown-locale", "job"},
		{"indicator-unknown-unit", "indicator"},
		{"indicator-unknown-values", "indicator"},
		{"campaign-missing-keys", "campaign"},
		{"trial-keys", "indicator_test"},
		{"job-expects-keys", "job"},
		{"workspace-suppress-negative", "workspace"},
		{"workspace-unknown-key", "workspace"},
		{"workspace-values", "workspace"},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", tt.file+".bad.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			if err := schemaOf(t, tt.schema+".schema.json").Validate(asJSON(t, text)); err == nil {
				t.Error("the schema accepts the file")
			}
		})
	}
}
