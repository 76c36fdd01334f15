package configs_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"thidua/configs"
)

// TestProvinceOfTheWorkspace holds campaigns against the table of areas that a
// workspace brings, not against the built-in one.
func TestProvinceOfTheWorkspace(t *testing.T) {
	t.Parallel()
	const header = "code,list,level,name,parent_code,province_code,valid_from,valid_to,successor_code,successor_list,note\n"
	tests := []struct {
		name, rows string
		// missing are the codes that the error names, in the order of the files.
		missing []string
	}{
		{"with the provinces of both", "15,dvhc_2024,province,Tỉnh mẫu,,15,2020-03-01,,,,\n19,dvhc_2024,province,Tỉnh mẫu khác,,19,2020-03-01,,,,\n", nil},
		{"of another level", "15,dvhc_2024,district,Huyện mẫu,19,19,2020-03-01,,,,\n19,dvhc_2024,province,Tỉnh mẫu,,19,2020-03-01,,,,\n", []string{`"15"`}},
		{"of another list", "15,dvhc_2025,province,Tỉnh mẫu,,15,2020-03-01,,,,\n19,dvhc_2024,province,Tỉnh mẫu khác,,19,2020-03-01,,,,\n", []string{`"15"`}},
		{"of one level alone", "133,dvhc_2024,district,Huyện mẫu,15,15,2020-03-01,,,,\n", []string{`"19"`, `"15"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			workspace := fstest.MapFS{"configs/reference/area.csv": &fstest.MapFile{Data: []byte(header + test.rows)}}
			_, err := configs.Load(workspace)
			var found configs.Errors
			if errors.As(err, &found); len(found) != len(test.missing) || err != nil && found == nil {
				t.Fatalf("Load: %v, want %d problems", err, len(test.missing))
			}
			for i, code := range test.missing {
				if !strings.Contains(found[i].Message, "has no province "+code) || !found[i].BuiltIn || found[i].Line == 0 {
					t.Errorf("problem %d is %v", i, found[i])
				}
			}
		})
	}
}
