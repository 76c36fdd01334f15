package configs

import (
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"

	"thidua/transform/campaign"
	"thidua/transform/dataset"
	"thidua/transform/indicator"
)

//go:generate go test . -run TestSchemas -update

// Schemas returns the JSON Schema of each kind of file, by the name it has in
// the folder schema. Editors complete and check with them while a file is
// written; Load checks more.
func Schemas() (map[string][]byte, error) {
	schemas := map[string][]byte{}
	for _, kind := range []struct {
		name, title string
		stated      any
	}{
		{"campaign", "thidua: campaign", campaign.Declaration{}},
		{"dataset", "thidua: dataset", dataset.Declaration{}},
		{"indicator", "thidua: indicator", indicator.Declaration{}},
		{"indicator_test", "thidua: tests of an indicator", campaign.TrialsDeclaration{}},
		{"job", "thidua: job", Job{}},
		{"reference", "thidua: reference table", ReferenceDeclaration{}},
		{"workspace", "thidua: workspace (thidua.yaml)", Workspace{}},
	} {
		r := jsonschema.Reflector{
			Anonymous: true, ExpandedStruct: true, FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true,
		}
		schema := r.Reflect(kind.stated)
		schema.Title = kind.title
		text, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("write the schema of a %s: %w", kind.name, err)
		}
		schemas[kind.name+".schema.json"] = append(text, '\n')
	}
	return schemas, nil
}
