package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the pages that tests compare with")

// office is a workspace with one feed, three facilities that owe it, two definitions and
// a campaign of them, under a clock that stands still.
type office struct {
	*workspace
	t   *testing.T
	now time.Time
}

// spoken is what a command printed and how it ended.
type spoken struct {
	code        int
	out, errOut string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{workspace: newWorkspace(t), t: t, now: localTime(t, "2024-07-10 02:00")}
	for name, text := range officeFiles() {
		o.write(name, text)
	}
	return o
}

func localTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("+07", 7*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// write puts a file into the workspace, as one that came an hour ago.
func (o *office) write(name, text string) {
	o.t.Helper()
	o.putAt(o.t, filepath.Join(o.dir, filepath.FromSlash(name)), []byte(text), o.now.Add(-time.Hour))
}

// replace changes a part of a file of the workspace.
func (o *office) replace(name, old, fresh string) {
	o.t.Helper()
	text := officeFiles()[name]
	if !strings.Contains(text, old) {
		o.t.Fatalf("%s does not say %q", name, old)
	}
	o.write(name, strings.Replace(text, old, fresh, 1))
}

// call runs a command in this process, under the clock of the office.
func (o *office) call(args ...string) spoken {
	o.t.Helper()
	var out, errOut bytes.Buffer
	a := &app{out: &out, errOut: &errOut, clock: func() time.Time { return o.now }}
	code := a.execute(context.WithoutCancel(o.t.Context()), append([]string{"-C", o.dir}, args...))
	return spoken{code, out.String(), errOut.String()}
}

// well runs a command that has to end well, and returns what it printed.
func (o *office) well(args ...string) string {
	o.t.Helper()
	s := o.call(args...)
	if s.code != exitWell {
		o.t.Fatalf("thidua %s ended with %d:\n%s%s", strings.Join(args, " "), s.code, s.out, s.errOut)
	}
	return s.out
}

// rows runs a command that prints JSON Lines.
func (o *office) rows(args ...string) []map[string]any {
	o.t.Helper()
	var rows []map[string]any
	for line := range strings.Lines(o.well(append(args, "--json")...)) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			o.t.Fatalf("%s: %v", line, err)
		}
		rows = append(rows, row)
	}
	return rows
}

// screened publishes what the facilities sent by 10 July.
func screened(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.write("inbox/screenings/june.csv", screenings)
	o.well("run", "screenings")
	return o
}

// golden holds a page against the one that stands in testdata/pages.
func golden(t *testing.T, name, page string) {
	t.Helper()
	path := filepath.Join("testdata", "pages", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// screenings are ten of four facilities, of which one is not known and one, 15521, owes
// nothing more than what it sent.
const screenings = `Số phiếu,Mã cơ sở,Ngày khám,Nguy cơ
S01,15519,05/01/2024,có
S02,15519,06/02/2024,không
S03,15519,07/06/2024,có
S04,15520,08/01/2024,không
S05,15520,09/06/2024,có
S06,15521,10/03/2024,không
S07,15521,11/06/2024,không
S08,15521,12/06/2024,có
S09,,13/06/2024,có
S10,15519,20/06/2024,không
`

func officeFiles() map[string]string {
	return map[string]string{
		"configs/datasets/screening.yaml": `dataset: screening
title: {vi: Phiếu sàng lọc, en: Screenings}
counts: events
columns:
  - {name: screening_number, type: code, max_length: 16, required: true, title: {vi: Số phiếu, en: Number}}
  - {name: facility_code, type: code, max_length: 5, reference: facility, title: {vi: Mã cơ sở, en: Facility}}
  - {name: screened_on, type: date, required: true, title: {vi: Ngày khám, en: Screened on}}
  - {name: at_risk, type: code, enum: ["yes", "no"], title: {vi: Nguy cơ, en: At risk}}
`,
		"configs/jobs/screenings.yaml": `job: screenings
title: {vi: Phiếu sàng lọc, en: Screenings}
source: {kind: files, path: inbox/screenings}
format: {kind: csv}
locale: vi
dossier: {head: screening, keys: [screening_number]}
into:
  screening:
    from: row
    columns:
      screening_number: {field: Số phiếu}
      facility_code: {field: Mã cơ sở}
      screened_on: {field: Ngày khám}
      at_risk: {field: Nguy cơ, as: label, map: {có: "yes", không: "no"}}
expects:
  - of: screening
    at: screened_on
    facility: facility_code
    among: "code in ('15519', '15520', '15521')"
    every: month
    due: 5d
    unit_share: 0.5
`,
		"configs/indicators/screenings_done.yaml": `indicator: screenings_done
title: {vi: Số phiếu sàng lọc đã thực hiện trong năm, en: Screenings of the year}
measured_in: {vi: phiếu, en: screenings}
direction: up
behaviour: cumulative
legal_basis: Kế hoạch số 12/KH-SYT
numerator:
  title: {vi: Phiếu sàng lọc, en: Screenings}
  count: rows
  of: screening
  at: screened_on
  unit: {facility: facility_code}
`,
		"configs/indicators/screenings_done.test.yaml": `indicator: screenings_done
tests:
  - test: Each screening counts on its day
    cut_off_on: 2024-06-30
    rows:
      screening: |
        screening_number,facility_code,screened_on
        S1,15519,2024-06-30
        S2,15519,2024-07-01
    expect:
      - {numerator: 1, value: 1, status: not_rated}
`,
		"configs/indicators/screenings_at_risk.yaml": `indicator: screenings_at_risk
title: {vi: Tỷ lệ phiếu sàng lọc phát hiện nguy cơ, en: Screenings that found a risk}
measured_in: {vi: "%", en: "%"}
direction: up
behaviour: ratio
scale: 100
numerator:
  title: {vi: Phiếu phát hiện nguy cơ, en: Screenings that found a risk}
  count: rows
  of: screening
  where: "at_risk = 'yes'"
  at: screened_on
  unit: {facility: facility_code}
denominator:
  title: {vi: Phiếu sàng lọc, en: Screenings}
  count: rows
  of: screening
  at: screened_on
  unit: {facility: facility_code}
note: {vi: Mỗi phiếu tính một lần vào ngày khám., en: A screening counts once on its day.}
`,
		"configs/campaigns/screening-2024.yaml": `campaign: screening-2024
title: {vi: Phong trào sàng lọc sớm năm 2024, en: Early screening campaign 2024}
slogan: Sớm một ngày, khỏe một đời
owner: {vi: Sở Y tế, en: Department of Health}
province: {code: "15", list: dvhc_2024}
period: {from: 2024-01-01, to: 2024-12-31}
calendar: civil
reports:
  - {cut_off_on: 2024-06-14, calendar: administrative}
completeness: {judge: 1, show: 0.9}
tasks:
  - task: "1"
    title: {vi: Sàng lọc tại trạm y tế, en: Screening at commune stations}
    indicators:
      - id: SL.1
        indicator: screenings_done
        target:
          at_least: 24
          source: {vi: Nội dung (1), en: Task (1)}
      - id: SL.2
        indicator: screenings_at_risk
        target: {more_than: 50}
        reported:
          - {on: 2024-06-14, numerator: 4, denominator: 8}
      - id: SL.3
        indicator: screenings_at_risk
        title: {vi: Tỷ lệ phát hiện nguy cơ ở từng cơ sở, en: Risks found in each facility}
        target: {at_least: 40, each_unit: facility}
  - task: "2"
    title: {vi: Truyền thông, en: Communication}
    indicators:
      - id: SL.4
        title: {vi: Số buổi truyền thông, en: Meetings held}
        measured_in: {vi: buổi, en: meetings}
        direction: up
        behaviour: cumulative
        waits_for: {vi: Sổ truyền thông của trung tâm y tế huyện, en: The register of the district health centre}
        target: {at_least: 1200}
        reported:
          - {on: 2024-06-30, value: 1234, printed: "1.234 buổi"}
movements:
  - {vi: Thi đua yêu nước giai đoạn 2021–2025, en: Patriotic emulation 2021–2025}
awards:
  - {id: KT.1, title: {vi: Bằng khen, en: Certificate of merit}, stage: submitted, collectives: 3, individuals: 12, year: 2024}
scoring: {vi: Hội đồng bỏ phiếu., en: A council votes.}
`,
	}
}
