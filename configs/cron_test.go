package configs_test

import (
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
	for _, tt := range tests {
		t.Run(tt.schedule, func(t *testing.T) {
			_, err := configs.Load(fstest.MapFS{"configs/jobs/sample.yaml": {Data: []byte(`job: sample
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
`)}})
			switch {
			case tt.complaint == "" && err != nil:
				t.Errorf("Load: %v", err)
			case tt.complaint != "" && (err == nil || !strings.Contains(err.Error(), "sample.yaml:5:11: ") || !strings.Contains(err.Error(), tt.complaint)):
				t.Errorf("Load: %v, want %s", err, tt.complaint)
			}
		})
	}
}
