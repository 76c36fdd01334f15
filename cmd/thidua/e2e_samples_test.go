package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSampleTotals loads the three visits of the clean sample and finds the sums
// that were computed when it was made.
func TestSampleTotals(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, w.claims("three.xml"), sample(t, "three_visits.xml"))
	w.put(t, filepath.Join(w.dir, "inbox", "checkins", "arrivals.xml"), sample(t, "check_ins.xml"))
	w.must(t, exitWell, "run")

	r := w.published(t)
	defer r.close()
	r.wants("sums by visit", `SELECT care_type, total_cost_vnd, covered_cost_vnd, fund_paid_vnd, co_paid_vnd, self_paid_vnd FROM visit ORDER BY arrived_at`,
		"03|2062200|2062200|1649760|412440|0",
		"01|88500|88500|70800|17700|0",
		"09|86200|0|0|0|86200")
	r.wants("paid parts add up", `SELECT count(*) FROM visit WHERE covered_cost_vnd <> fund_paid_vnd + co_paid_vnd OR total_cost_vnd <> covered_cost_vnd + self_paid_vnd`, "0")
	r.wants("visits", `SELECT count(*), count(DISTINCT visit_key), count(DISTINCT patient_key) FROM visit`, "3|3|3")
	r.wants("persons with a citizen ID of twelve digits", `SELECT count(DISTINCT citizen_key) FROM visit WHERE citizen_id_kind = 'citizen12'`, "2")
	r.wants("what the third has", `SELECT citizen_id_kind, birth_year, card_key IS NULL FROM visit WHERE care_type = '09'`, "old9|1958|true")
	r.wants("births", `SELECT count(*) FROM birth_certificate`, "1")
	r.wants("referrals out", `SELECT count(*) FROM visit JOIN referral USING (visit_key) WHERE visit.discharge_type IN ('2', '5')`, "1")
	r.wants("check-ins", `SELECT count(*), count(DISTINCT visit_key) FROM check_in`, "2|2")
	r.wants("lines belong to visits", `SELECT count(*) FROM (SELECT visit_key FROM visit_drug UNION ALL SELECT visit_key FROM visit_service
		UNION ALL SELECT visit_key FROM visit_result UNION ALL SELECT visit_key FROM visit_course) WHERE visit_key NOT IN (SELECT visit_key FROM visit)`, "0")
	r.wants("lines", `SELECT (SELECT count(*) FROM visit_drug), (SELECT count(*) FROM visit_service), (SELECT count(*) FROM visit_result), (SELECT count(*) FROM visit_course)`, "4|7|3|2")
	r.wants("the unknown facility is told", `SELECT DISTINCT dataset, rule, unit FROM warning ORDER BY ALL`, "check_in|unknown_facility|79999", "visit|unknown_facility|79999")
}

// TestSampleVariants sends the first visit again in other spellings, which change
// nothing, then with other content, which replaces it whole.
func TestSampleVariants(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, w.claims("1.xml"), sample(t, "three_visits.xml"))
	w.must(t, exitWell, "run", "claims")
	clean := w.fingerprints(t)

	// A file made two days later that holds the same changes nothing either.
	later := readClaims(t, sample(t, "three_visits.xml"))
	later.made, later.dossiers = "20261012", later.dossiers[:1]
	for name, text := range map[string][]byte{"cdata.xml": sample(t, "cdata.xml"), "inline.xml": sample(t, "inline.xml"), "later.xml": later.bytes()} {
		w.put(t, w.claims(name), text)
		w.must(t, exitWell, "run", "claims")
		r := w.published(t)
		r.wants(name+" is unchanged", `SELECT read, loaded, unchanged, replaced FROM run WHERE run = (SELECT max(run) FROM run) ORDER BY read DESC LIMIT 1`, "2|0|2|0")
		r.wants(name+" loads nothing", `SELECT sum(loaded + superseded + quarantined + replaced), sum(read) - sum(unchanged) FROM run WHERE run = (SELECT max(run) FROM run)`, "0|0")
		r.close()
		if got := w.fingerprints(t); !equalMaps(clean, got) {
			t.Errorf("%s changed the tables", name)
		}
	}
	w.put(t, w.claims("resent.xml"), bytes.Replace(sample(t, "resent_visit.xml"), []byte("20261012"), []byte("20261013"), 1))
	w.must(t, exitWell, "run", "claims")

	r := w.published(t)
	defer r.close()
	r.wants("still three visits", `SELECT count(*) FROM visit`, "3")
	r.wants("the new outcome stands", `SELECT outcome, other_diseases, paid_at::VARCHAR FROM visit WHERE care_type = '01'`,
		"1|E78.5|2026-10-06 09:00:00")
	r.wants("all its rows were replaced", `SELECT dataset, loaded, replaced FROM run WHERE run = (SELECT max(run) FROM run) AND replaced > 0 ORDER BY dataset`,
		"dossier|1|1", "revisit_letter|1|1", "visit|1|1", "visit_drug|2|2", "visit_result|1|1", "visit_service|2|2")
	r.wants("the old version is history", `SELECT outcome, known_to = (SELECT max(committed_at) FROM applied) FROM history.visit`, "2|true")
	r.wants("no line stands twice", `SELECT count(*), count(DISTINCT line_number) FROM visit_drug JOIN visit USING (visit_key) WHERE care_type = '01'`, "2|2")
}

// TestOldLayout loads a file of QĐ 4210.
func TestOldLayout(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, w.claims("old.xml"), sample(t, "layout_4210.xml"))
	w.must(t, exitWell, "run", "claims")
	r := w.published(t)
	defer r.close()
	r.wants("visit", `SELECT claim_layout, covered_cost_vnd = fund_paid_vnd + co_paid_vnd, total_cost_vnd, card_key IS NOT NULL, birth_year, main_disease FROM visit`, "4210|true|<nil>|true|1985|I10")
	r.wants("drug", `SELECT count(*), count(covered_amount_vnd) FROM visit_drug`, "1|1")
	r.wants("nothing in quarantine", `SELECT count(*) FROM quarantine_summary`, "0")
}

// setAside is the question what was set aside, with place and reason.
const setAside = `SELECT delivery, level, place_dossier, place_part, place_line, dataset, column_name, rule, reason_en FROM quarantine ORDER BY id`

// TestDirtySamples loads each dirty sample into a workspace of its own.
func TestDirtySamples(t *testing.T) {
	t.Parallel()
	one := bytes.Replace(sample(t, "dirty_values.xml"), []byte("<SOLUONGHOSO>3<"), []byte("<SOLUONGHOSO>1<"), 1)
	tests := []struct {
		name, before string
		text         []byte
		code         int
		aside        []string
		visits       string
		lines        string
	}{
		{
			name: "fewer dossiers than declared", text: sample(t, "dirty_values.xml"), code: exitAttention,
			aside:  []string{"1|delivery|0||0|||dossiers_missing|The file declares 3 dossiers and holds 1."},
			visits: "0", lines: "0|0",
		},
		{
			name: "dirty values", text: one, code: exitAttention,
			aside:  []string{"1|row|1|XML2|1|visit_drug|quantity|number_comma|The number holds a comma, but the source declares a decimal point."},
			visits: "1", lines: "2|2",
		},
		{
			name: "corrupt base64", text: sample(t, "corrupt_base64.xml"), code: exitAttention,
			aside:  []string{"1|part|1|XML2|1|visit_drug||part_base64|Part XML2, record 1: its base64 is broken."},
			visits: "1", lines: "0|2",
		},
		{
			name: "corrupt base64 beside a whole version", before: "three_visits.xml", text: sample(t, "corrupt_base64.xml"), code: exitAttention,
			aside: []string{
				"2|part|1|XML2|1|visit_drug||part_base64|Part XML2, record 1: its base64 is broken.",
				"2|dossier|1||0|||partial_beside_whole|a part of the dossier cannot be read; the whole version that stands is kept",
			},
			visits: "3", lines: "4|7",
		},
		{
			name: "bare ampersand", text: sample(t, "inner_ampersand.xml"), code: exitWell,
			visits: "1", lines: "0|0",
		},
		{
			name: "cut off", text: sample(t, "truncated.xml"), code: exitAttention,
			aside:  []string{"1|delivery|0||0|||truncated|The file is cut off and ends inside an element"},
			visits: "0", lines: "0|0",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			if tt.before != "" {
				w.put(t, w.claims("before.xml"), sample(t, tt.before))
				w.must(t, exitWell, "run", "claims")
			}
			w.put(t, w.claims("dirty.xml"), tt.text)
			w.must(t, tt.code, "run", "claims")

			inside := w.internal(t)
			aside := inside.rows(setAside)
			if open := inside.rows(openAccounts); len(open) > 0 {
				t.Errorf("accounts that do not close: %v", open)
			}
			inside.close()
			if len(aside) != len(tt.aside) {
				t.Fatalf("set aside: %q, want %q", aside, tt.aside)
			}
			for i := range aside {
				if !strings.HasPrefix(aside[i], tt.aside[i]) {
					t.Errorf("set aside: %q, want %q", aside[i], tt.aside[i])
				}
			}
			r := w.published(t)
			defer r.close()
			r.wants("visits", `SELECT count(*) FROM visit`, tt.visits)
			r.wants("lines", `SELECT (SELECT count(*) FROM visit_drug), (SELECT count(*) FROM visit_service)`, tt.lines)
		})
	}
}

// TestRepairs names what the dirty sample made necessary, and what it left.
func TestRepairs(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	text := bytes.Replace(sample(t, "dirty_values.xml"), []byte("<SOLUONGHOSO>3<"), []byte("<SOLUONGHOSO>1<"), 1)
	w.put(t, w.claims("dirty.xml"), text)
	w.must(t, exitAttention, "run", "claims")
	r := w.published(t)
	r.wants("the repaired visit", `SELECT citizen_id_kind, birth_year, sex, arrival_code, arrived_at::VARCHAR, left_at::VARCHAR, weight_kg, claim_month, care_type, other_diseases, total_cost_vnd FROM visit`,
		"citizen12|1985|male|1.30|2026-10-05 00:00:00|2026-10-05 11:30:00|<nil>|10|01|E78.5;E11.9|88500")
	r.wants("the whole of what was found", `SELECT column_name, rule, rows FROM warning ORDER BY ALL`,
		"arrived_at|time_missing|1", "card_key|spaces_removed|1", "citizen_key|leading_zero_restored|1", "claim_month|period_shortened|1",
		"facility_code|unknown_facility|1", "other_diseases|icd10_repaired|1", "weight_kg|number_comma|1")
	r.wants("the dossier is whole", `SELECT whole FROM dossier`, "true")
	r.close()
	w.logged(t, `"rule":"unknown_part","name":"XML17","count":1`, `"rule":"unknown_element","name":"XML1/TAI_LIEU_KEM","count":1`)

	// The clean visit of the same key has the same citizen and the same card: the
	// repairs lead to the pseudonyms of what was meant.
	w.put(t, w.claims("clean.xml"), sample(t, "resent_visit.xml"))
	w.must(t, exitWell, "run", "claims")
	r = w.published(t)
	defer r.close()
	r.wants("same keys in both versions", `SELECT n.citizen_key = o.citizen_key, n.card_key = o.card_key FROM visit n JOIN history.visit o USING (visit_key)`, "true|true")
}

// TestPartialDossier sees a whole version take the place of a partial one.
func TestPartialDossier(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, w.claims("broken.xml"), sample(t, "corrupt_base64.xml"))
	w.must(t, exitAttention, "run", "claims")
	r := w.published(t)
	r.wants("partial", `SELECT whole, count(*) FROM dossier JOIN visit USING (dossier) GROUP BY ALL`, "false|1")
	r.wants("the run says so", `SELECT DISTINCT state FROM run`, "attention")
	r.wants("the summary says so", `SELECT level, dataset, rule, items FROM quarantine_summary`, "part|visit_drug|part_base64|1")
	r.close()
	w.put(t, w.claims("whole.xml"), sample(t, "cdata.xml"))
	w.must(t, exitWell, "run", "claims")
	r = w.published(t)
	defer r.close()
	r.wants("whole", `SELECT whole, count(*) FROM dossier JOIN visit USING (dossier) GROUP BY ALL`, "true|1")
	r.wants("drugs", `SELECT count(*) FROM visit_drug`, "2")
}

// TestAmpersand notes an ampersand in a field that is read, and keeps it.
func TestAmpersand(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	f := readClaims(t, sample(t, "three_visits.xml"))
	drugs := f.dossiers[0].part("XML2")
	drugs.text = bytes.Replace(drugs.text, []byte("Paracetamol Mẫu"), []byte("Paracetamol & Mẫu"), 1)
	w.put(t, w.claims("ampersand.xml"), f.bytes())
	w.must(t, exitWell, "run", "claims")
	w.logged(t, `"rule":"bare_ampersand","name":"XML2/TEN_THUOC","count":1`)
	r := w.published(t)
	defer r.close()
	r.wants("kept", `SELECT count(*) FROM visit_drug WHERE drug_name = 'Paracetamol & Mẫu 500mg'`, "1")
}

// logged looks for what the log has to say.
func (w *workspace) logged(t *testing.T, wants ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, "logs", "thidua.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range wants {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the log does not say %s", want)
		}
	}
}

func equalMaps(a, b map[string]string) bool {
	for name, text := range a {
		if b[name] != text {
			return false
		}
	}
	return len(a) == len(b)
}

// TestCheckInsAmongClaims puts a check-in document where claims lie, and again where
// check-ins do: the two jobs key it alike.
func TestCheckInsAmongClaims(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, w.claims("three.xml"), sample(t, "three_visits.xml"))
	w.put(t, w.claims("arrivals.xml"), sample(t, "check_ins.xml"))
	w.must(t, exitWell, "run", "claims")
	w.put(t, filepath.Join(w.dir, "inbox", "checkins", "arrivals.xml"), sample(t, "check_ins.xml"))
	w.must(t, exitWell, "run")
	r := w.published(t)
	defer r.close()
	r.wants("dossiers by head", `SELECT head, count(*) FROM dossier GROUP BY head ORDER BY head`, "check_in|2", "visit|3")
	r.wants("rows", `SELECT (SELECT count(*) FROM check_in), (SELECT count(*) FROM visit), (SELECT count(*) FROM history.check_in)`, "2|3|0")
	r.wants("one visit, one key", `SELECT count(*) FROM check_in JOIN visit USING (facility_code, visit_key)`, "2")
}
