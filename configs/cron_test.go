package configs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"thidua/configs"
)

func TestSchedules(t *testing.T) {
	tests := []struct {
		schedule, complaint string
	}{
		{"0 2 * * *", ""},
		{"*/15 * * * *", ""},
		{"0,30 6-20/2 1,15 1-6 1-5", ""},
		{"59 23 31 12 0", ""},
		{"", ""},
		{"60 2 * * *", `"60" is no minute between 0 and 59`},
		{"0 24 * * *", `"24" is no hour between 0 and 23`},
		{"0 2 0 * *", `"0" is no day of the month between 1 and 31`},
		{"0 2 * 13 *", `"13" is no month between 1 and 12`},
		{"0 2 * * 7", `"7" is no day of the week between 0 and 6`},
		{"0 5-2 * * *", `"5-2" is no hour`},
		{"0 5/2 * * *", `"5/2" is no hour`},
		{"*/0 * * * *", `"*/0" is no minute`},
		{"0 2, * * *", `"2," is no hour`},
		{"+1 2 * * *", `"+1" is no minute`},
		{"0 two * * *", `"two" is no hour`},
		{"99999999999999999999 2 * * *", "is no minute"},
		{"@daily", "a schedule has five fields, found 1"},
		{"0 0 2 * * *", "a schedule has five fields, found 6"},
	}
	workspace := fstest.MapFS{}
	for i, tt := range tests {
		name := fmt.Sprintf("sample%d", i)
		workspace["configs/jobs/"+name+".yaml"] = &fstest.MapFile{Data: []byte("job: " + name + `
title: {vi: Mẫu, en: Sample}
source: {kind: files}
format: {kind: claimxml}
schedule: "` + tt.schedule + `"
dossier: {head: check_in, keys: [facility_code, visit_key]}
into:
  check_in:
    from: XML0
    columns:
      facility_code: {field: MA_CSKCB}
      visit_key: {join: [MA_CSKCB, MA_LK]}
      arrived_at: {field: NGAY_VAO}
`)}
	}
	_, err := configs.Load(workspace)
	var found configs.Errors
	if !errors.As(err, &found) {
		t.Fatalf("Load: %v, want Errors", err)
	}
	complaints := map[string]string{}
	for _, one := range found {
		complaints[fmt.Sprintf("%s:%d:%d", one.File, one.Line, one.Column)] = one.Message
	}
	for i, tt := range tests {
		t.Run(tt.schedule, func(t *testing.T) {
			got, complained := complaints[fmt.Sprintf("configs/jobs/sample%d.yaml:5:11", i)]
			if complained != (tt.complaint != "") || !strings.Contains(got, tt.complaint) {
				t.Errorf("complaint %q, want %q", got, tt.complaint)
			}
		})
	}
	if want := len(tests) - 5; len(found) != want {
		t.Errorf("%d complaints, want one each for %d wrong schedules", len(found), want)
	}
}
