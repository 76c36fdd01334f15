package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
)

// TestTruth loads a province in rounds, with all that hospitals do, and compares
// what stands with what the province says is true of it. The days lie on both
// sides of the changes of layout on 01/07/2024 and 01/01/2025.
func TestTruth(t *testing.T) {
	t.Parallel()
	visits := size(700, 450, 60000)
	for _, code := range []string{"15", "19"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			s := province.Settings{
				Province: code, Seed: 2, From: time.Date(2024, 6, 24, 0, 0, 0, 0, time.UTC), Days: 205, Visits: visits, Lines: 4,
				Layout: province.LayoutAuto,
				Shares: province.Shares{Resend: 0.15, Duplicate: 0.1, Late: 0.15, Dirt: 0.15, CheckIns: 0.3},
				Shape:  province.Shape{FilesPer: "facility-day", Compress: "none"},
			}
			var truth province.Truth
			for _, until := range []time.Time{time.Date(2024, 7, 4, 0, 0, 0, 0, time.UTC), time.Date(2024, 12, 28, 0, 0, 0, 0, time.UTC), {}} {
				s.Until = until
				truth = invent(t, w.claims(""), s)
				w.must(t, exitAttention, "run")
				w.tellsTotals(t, truth)
				s.Since = until
			}
			w.tellsFacilities(t, truth)
			w.tellsDirt(t, truth)
		})
	}
}

// tellsTotals compares what stands in all with the truth.
func (w *workspace) tellsTotals(t *testing.T, truth province.Truth) {
	t.Helper()
	r := w.published(t)
	defer r.close()
	total := truth.Total
	r.wants("visits", `SELECT count(*), count(DISTINCT visit_key), count(*) FILTER (citizen_id_kind = 'citizen12') FROM visit`,
		fmt.Sprintf("%d|%d|%d", total.Visits, total.Visits, total.CitizenIDs))
	r.wants("persons", `SELECT count(DISTINCT citizen_key) FROM visit WHERE citizen_id_kind = 'citizen12'`, fmt.Sprint(truth.Persons))
	var care []string
	for _, kind := range slices.Sorted(maps.Keys(total.Care)) {
		care = append(care, fmt.Sprintf("%s|%d", kind, total.Care[kind]))
	}
	r.wants("kinds of care", `SELECT care_type, count(*) FROM visit GROUP BY ALL ORDER BY ALL`, care...)
	r.wants("sums", `SELECT coalesce(sum(total_cost_vnd), 0)::VARCHAR, sum(covered_cost_vnd)::VARCHAR, sum(fund_paid_vnd)::VARCHAR, sum(co_paid_vnd)::VARCHAR FROM visit`,
		money(t, total.TotalBV)+"|"+money(t, total.TotalBH)+"|"+money(t, total.Fund)+"|"+money(t, total.Shared))
	for table, want := range map[string]int{
		"visit_drug": total.Lines["XML2"], "visit_service": total.Lines["XML3"], "visit_result": total.Lines["XML4"], "visit_course": total.Lines["XML5"],
		"discharge_paper": total.Papers["XML7"], "birth_certificate": total.Papers["XML9"], "referral": total.Papers["XML13"], "revisit_letter": total.Papers["XML14"],
		"check_in": total.CheckIns,
	} {
		r.wants("rows of "+table, "SELECT count(*) FROM "+table, fmt.Sprint(want))
	}
	r.wants("accounts", `SELECT sum(read) - sum(loaded + unchanged + superseded + skipped + quarantined) FROM run`, "0")
}

// money is an amount as the truth writes it, with two decimals.
func money(t *testing.T, amount any) string {
	t.Helper()
	text, err := json.Marshal(amount)
	if err != nil {
		t.Fatal(err)
	}
	var number json.Number
	if err := json.Unmarshal(text, &number); err != nil {
		t.Fatal(err)
	}
	return number.String()
}

// tellsFacilities compares facility by facility and month by month.
func (w *workspace) tellsFacilities(t *testing.T, truth province.Truth) {
	t.Helper()
	var want []string
	for _, f := range truth.Facilities {
		if f.Visits == 0 {
			continue // nothing but check-ins, or visits that were set aside
		}
		want = append(want, fmt.Sprintf("%s|%s|%d|%d|%s", f.Facility, f.Month, f.Visits, f.CitizenIDs, money(t, f.TotalBH)))
	}
	got := w.ask(t, `SELECT facility_code, strftime(left_at, '%Y-%m') AS month, count(*), count(*) FILTER (citizen_id_kind = 'citizen12'), sum(covered_cost_vnd)::VARCHAR
		FROM visit GROUP BY ALL ORDER BY facility_code, month`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("facilities and months (-truth +tables):\n%s", diff)
	}
}

// tellsDirt finds each fault at its end: set aside with its rule, warned of, noted,
// or gone without a trace where it was harmless.
func (w *workspace) tellsDirt(t *testing.T, truth province.Truth) {
	t.Helper()
	sent := map[string]int{}
	for _, d := range truth.Dirt {
		sent[d.Kind] = d.Count
		if d.Count == 0 {
			t.Errorf("nothing of kind %s was sent", d.Kind)
		}
	}
	inside := w.internal(t)
	for _, tt := range []struct {
		level, rule string
		want        int
	}{
		{"part", "part_base64", sent["part_base64"] + sent["part_base64_resent"]},
		{"row", "number_comma", sent["decimal_comma"]},
		{"dossier", "left_after_arrival", sent["left_before_arrived"]},
		{"dossier", "required_missing", sent["no_key"]},
		{"delivery", "truncated", sent["file_truncated"]},
		{"delivery", "dossiers_missing", sent["file_fewer_dossiers"]},
	} {
		inside.wants(tt.rule, fmt.Sprintf("SELECT count(*) FROM quarantine WHERE job = 'claims' AND level = '%s' AND rule = '%s'", tt.level, tt.rule), fmt.Sprint(tt.want))
	}
	// There are four such contents: what a later run meets again is known by then.
	inside.wants("other files that are refused", fmt.Sprintf(`SELECT count(*) BETWEEN 4 AND %d, count(DISTINCT rule) FROM quarantine
		WHERE level = 'delivery' AND rule IN ('dtd_refused', 'empty', 'not_a_claim_file')`, sent["file_not_xml"]), "true|3")
	inside.wants("nothing else is set aside", `SELECT count(*) FROM quarantine WHERE rule NOT IN ('part_base64', 'partial_beside_whole', 'number_comma',
		'left_after_arrival', 'required_missing', 'truncated', 'dossiers_missing', 'dtd_refused', 'empty', 'not_a_claim_file')`, "0")
	besideWhole := inside.count(`SELECT count(*) FROM quarantine WHERE rule = 'partial_beside_whole'`)
	inside.close()

	r := w.published(t)
	defer r.close()
	// A broken re-send stands where the file with the first sending was refused, and
	// is replaced where that came late.
	r.wants("partial dossiers", fmt.Sprintf(`SELECT count(*) FILTER (NOT whole) BETWEEN %d AND %d FROM dossier WHERE head = 'visit'`,
		sent["part_base64"], sent["part_base64"]+sent["part_base64_resent"]-besideWhole), "true")
	r.wants("warnings", `SELECT rule, sum(rows) FROM warning WHERE job = 'claims' GROUP BY ALL ORDER BY ALL`,
		fmt.Sprintf("citizen_sex|%d", sent["sex_contradicts"]), fmt.Sprintf("leading_zero_restored|%d", sent["lost_zero"]),
		fmt.Sprintf("unknown_facility|%d", sent["unknown_facility"]))
	r.wants("unknown facility", `SELECT count(*) FROM visit WHERE facility_code = '99X01'`, fmt.Sprint(sent["unknown_facility"]))
	if got := w.noted(t, "unknown_part"); got != sent["unknown_part"] {
		t.Errorf("unknown parts were noted %d times, want %d", got, sent["unknown_part"])
	}
}

// noted adds up what the log says of a rule.
func (w *workspace) noted(t *testing.T, rule string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "logs", "thidua.log"))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, found := range regexp.MustCompile(`"rule":"`+rule+`".*?"count":(\d+)`).FindAllSubmatch(text, -1) {
		n, err := strconv.Atoi(string(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}
