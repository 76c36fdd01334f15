package main

import (
	"strings"
	"testing"
)

// The program's own definitions come out as their tests say.
func TestBuiltInIndicators(t *testing.T) {
	t.Parallel()
	o := &office{workspace: newWorkspace(t), t: t}
	s := o.call("test")
	if s.code != exitWell || s.errOut != "" {
		t.Errorf("ended with %d:\n%s%s", s.code, s.out, s.errOut)
	}
	if strings.Contains(s.out, "không có phép thử") || strings.Count(s.out, "\n") < 30 {
		t.Errorf("a definition has no test:\n%s", s.out)
	}
}

// A definition of the workspace needs a test, and a test that differs is told with its
// file and what it wanted.
func TestTrials(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.call("test", "screenings_done", "screenings_at_risk")
	want := "OK    screenings_done: 1 phép thử\nLỖI   screenings_at_risk: không có phép thử; viết configs/indicators/screenings_at_risk.test.yaml\n"
	if s.code != exitAttention || s.out != want {
		t.Errorf("ended with %d:\n%s%s", s.code, s.out, s.errOut)
	}
	o.replace("configs/indicators/screenings_done.test.yaml", "numerator: 1, value: 1", "numerator: 2, value: 1")
	s = o.call("test", "screenings_done", "--lang", "en")
	want = `FAIL  screenings_done: tests 1, differences 1; configs/indicators/screenings_done.test.yaml
      “Each screening counts on its day”: unit 15, to 2024-06-30: numerator is 1, want 2
`
	if s.code != exitAttention || s.out != want {
		t.Errorf("ended with %d:\n%s%s", s.code, s.out, s.errOut)
	}
	o.mistaken([]string{"test", "screening_done"}, exitUsage, `không có định nghĩa "screening_done"; screenings_done?`, `there is no definition "screening_done"; screenings_done?`)
	if out := o.well("test", "chip_visits"); !strings.HasPrefix(out, "OK    chip_visits: ") {
		t.Errorf("a definition of the program:\n%s", out)
	}
}

// A wrong test is told by those who read tests. The nightly run does not.
func TestWrongTrialStopsNoRun(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("inbox/screenings/june.csv", screenings)
	o.write("configs/indicators/screenings_done.test.yaml", "indicator: screenings_done\ntests: [{test: Nothing, cut_off_at: 2024-06-30}]\n")
	o.well("run", "screenings")
	o.well("indicators", "screening-2024")
	for _, command := range []string{"test", "check"} {
		if s := o.call(command); s.code != exitUsage || !strings.Contains(s.errOut, "screenings_done.test.yaml:2:25") {
			t.Errorf("%s ended with %d:\n%s", command, s.code, s.errOut)
		}
	}
}

// A campaign of a province without facilities is told by the check: nothing that is
// counted there belongs to anybody.
func TestCheckTellsAProvinceWithoutFacilities(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if s := o.call("--lang", "en", "check", "--offline"); strings.Contains(s.out, "has no facility") {
		t.Errorf("the province has facilities:\n%s", s.out)
	}
	o.replace("configs/campaigns/screening-2024.yaml", `province: {code: "15"`, `province: {code: "79"`)
	if s := o.call("--lang", "en", "check", "--offline"); !strings.Contains(s.out, "campaign screening-2024: table facility has no facility of province 79 in the list dvhc_2024") {
		t.Errorf("the check says\n%s", s.out)
	}
}
