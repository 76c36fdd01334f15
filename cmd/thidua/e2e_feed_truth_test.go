package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"thidua/cmd/hissim/province"
)

// truthScale is the scale of the profile whose figures are compared: 2,600
// inhabitants.
const truthScale = 0.002

// figure is a question whose answer the stand-in province tells too: a single count,
// or one count for each key.
type figure struct {
	dataset, name, query string
}

// figures are the questions about each dataset. Those by key give a key and a count.
func figures() []figure {
	all := []figure{
		{"insurance_link", "linked", `SELECT count(*) FROM insurance_link WHERE link_status = 'linked'`},
		{"insurance_link", "by_status", `SELECT link_status, count(*) FROM insurance_link GROUP BY ALL`},
		{"insurance_link", "by_commune", `SELECT residence_commune, count(*) FROM insurance_link GROUP BY ALL`},
		{"insurance_link", "linked_by_commune", `SELECT residence_commune, count(*) FROM insurance_link WHERE link_status = 'linked' GROUP BY ALL`},
		{"visit_identification", "by_method", `SELECT method, count(*) FROM visit_identification GROUP BY ALL`},
		{"visit_identification", "by_facility", `SELECT facility_code, count(*) FROM visit_identification GROUP BY ALL`},
		{"visit_identification", "by_month", `SELECT strftime(arrived_at, '%Y-%m'), count(*) FROM visit_identification GROUP BY ALL`},
		{"visit_identification", "chip_id_by_facility", `SELECT facility_code, count(*) FROM visit_identification WHERE method = 'chip_id' GROUP BY ALL`},
		{"visit_identification", "card_by_month", `SELECT strftime(arrived_at, '%Y-%m'), count(*) FROM visit_identification WHERE method = 'card' GROUP BY ALL`},
		{"visit_identification", "looked_up_ok", `SELECT count(*) FROM visit_identification WHERE looked_up_ok`},
		{"visit_identification", "chip_facilities", `SELECT count(DISTINCT facility_code) FROM visit_identification WHERE method = 'chip_id'`},
		{"issued_prescription", "sent_ok", `SELECT count(*) FROM issued_prescription WHERE sent_ok`},
		{"issued_prescription", "sent_ok_by_facility", `SELECT facility_code, count(*) FROM issued_prescription WHERE sent_ok GROUP BY ALL`},
		{"issued_prescription", "by_facility_month", `SELECT facility_code || ' ' || strftime(prescribed_at, '%Y-%m'), count(*) FROM issued_prescription GROUP BY ALL`},
		{"issued_prescription", "by_kind", `SELECT CASE kind WHEN 'basic' THEN 'c' WHEN 'narcotic' THEN 'n' WHEN 'psychotropic' THEN 'h' WHEN 'traditional' THEN 'y' END, count(*) FROM issued_prescription GROUP BY ALL`},
		{"prescription", "items", `SELECT count(*) FROM prescription_item`},
		{"prescription", "courses", `SELECT count(*) FROM prescription_course`},
		{"prescription_dispense", "prescriptions", `SELECT count(DISTINCT prescription_code) FROM prescription_dispense`},
		{"prescription_dispense", "items", `SELECT count(*) FROM prescription_dispense_item`},
		{"prescription_dispense", "by_pharmacy", `SELECT pharmacy_code, count(*) FROM prescription_dispense GROUP BY ALL`},
		{"vaccination", "by_dose", `SELECT dose_number, count(*) FROM vaccination WHERE program = 'campaign' GROUP BY ALL`},
		{"vaccination", "by_antigen", `SELECT antigen, count(*) FROM vaccination GROUP BY ALL`},
		{"vaccination", "by_month", `SELECT strftime(dosed_on, '%Y-%m'), count(*) FROM vaccination GROUP BY ALL`},
		{"vaccination", "by_site", `SELECT site_name, count(*) FROM vaccination GROUP BY ALL`},
		{"vaccination", "signed", `SELECT count(*) FROM vaccination WHERE signed`},
		{"vaccination", "routine", `SELECT count(*) FROM vaccination WHERE program <> 'campaign'`},
		{"vaccination", "verified_doses", `SELECT count(*) FROM vaccination WHERE verified = 'matched'`},
		{"vaccination", "verified_persons", `SELECT count(DISTINCT person_key) FROM vaccination WHERE verified = 'matched'`},
		{"health_record", "households", `SELECT count(DISTINCT household_key) FROM health_record`},
		{"health_record", "households_by_commune", `SELECT residence_commune, count(DISTINCT household_key) FROM health_record GROUP BY ALL`},
		{"health_record", "by_commune", `SELECT residence_commune, count(*) FROM health_record GROUP BY ALL`},
		{"health_record", "by_month", `SELECT strftime(created_on, '%Y-%m'), count(*) FROM health_record GROUP BY ALL`},
		{"health_record_transfer", "accepted", `SELECT count(*) FROM health_record_transfer WHERE accepted`},
		{"health_record_transfer", "facilities", `SELECT count(DISTINCT facility_code) FROM health_record_transfer`},
		{"health_record_transfer", "by_facility_month", `SELECT facility_code || ' ' || strftime(transferred_at, '%Y-%m'), count(*) FROM health_record_transfer GROUP BY ALL`},
		{"certificate", "by_kind", `SELECT kind, count(*) FROM certificate GROUP BY ALL`},
		{"certificate", "death_by_month", `SELECT strftime(happened_at, '%Y-%m'), count(*) FROM certificate WHERE kind = 'death' GROUP BY ALL`},
		{"certificate", "birth_by_month", `SELECT strftime(happened_at, '%Y-%m'), count(*) FROM certificate WHERE kind = 'birth' GROUP BY ALL`},
	}
	for _, kind := range []string{"birth", "death", "driver"} {
		all = append(all, figure{"certificate", kind + "_by_facility", `SELECT facility_code, count(*) FROM certificate WHERE kind = '` + kind + `' GROUP BY ALL`})
	}
	return all
}

// TestFeedTruth loads a whole profile with its dirt, and compares figure by figure
// what stands with what the province says is true of it.
func TestFeedTruth(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	shares := province.Shares{Resend: 0.05, Duplicate: 0.05, Late: 0.05, Dirt: 0.05}
	truth := inventFeeds(t, w.inbox("", ""), truthScale, shares, nil)
	w.must(t, exitAttention, "run")
	w.tellsTotals(t, truth)
	w.tellsFacilities(t, truth)
	r := w.published(t)
	for _, dataset := range slices.Sorted(maps.Keys(truth.Feeds)) {
		r.wants("rows of "+dataset, "SELECT count(*) FROM "+dataset, fmt.Sprint(truth.Feeds[dataset].Rows))
	}
	for _, f := range figures() {
		r.tells(f, truth.Feeds[f.dataset])
	}
	if wrong := r.wholeFeeds(); len(wrong) > 0 {
		t.Errorf("not whole: %q", wrong)
	}
	r.close()
	w.tellsFeedDirt(t, truth)
}

// tells compares a figure.
func (r *tables) tells(f figure, truth *province.FeedTruth) {
	r.t.Helper()
	if group, ok := truth.Groups[f.name]; ok {
		var want []string
		for key, n := range group {
			want = append(want, fmt.Sprintf("%s|%d", key, n))
		}
		slices.Sort(want)
		got := r.rows(f.query)
		slices.Sort(got)
		r.same(f.dataset+" "+f.name, want, got)
		return
	}
	n, ok := truth.Figures[f.name]
	if !ok {
		r.t.Errorf("the province does not tell %s of %s", f.name, f.dataset)
	}
	r.wants(f.dataset+" "+f.name, f.query, fmt.Sprint(n))
}

// same compares sorted answers and tells how many differ, and the first of them.
func (r *tables) same(what string, want, got []string) {
	r.t.Helper()
	if slices.Equal(want, got) {
		return
	}
	lacks := slices.DeleteFunc(slices.Clone(want), func(line string) bool { return slices.Contains(got, line) })
	surplus := slices.DeleteFunc(slices.Clone(got), func(line string) bool { return slices.Contains(want, line) })
	r.t.Errorf("%s: %d are lacking, such as %q; %d are not in the truth, such as %q",
		what, len(lacks), lacks[:min(3, len(lacks))], len(surplus), surplus[:min(3, len(surplus))])
}

// feedJobs are the jobs that read into each dataset that the province tells of.
var feedJobs = map[string]string{
	"insurance_link": "'insurance_links'", "visit_identification": "'visit_identifications'", "issued_prescription": "'issued_prescriptions'",
	"prescription": "'prescription_lookups'", "prescription_dispense": "'prescription_dispenses'", "vaccination": "'vaccinations', 'vaccination_sheets'",
	"health_record": "'health_records'", "health_record_transfer": "'health_record_transfers'",
	"certificate": "'birth_certificates', 'death_certificates', 'driver_certificates'",
}

// tellsFeedDirt finds each fault of the feeds at its end: files that are refused,
// rows that are set aside, and nothing else.
func (w *workspace) tellsFeedDirt(t *testing.T, truth province.Truth) {
	t.Helper()
	inside := w.internal(t)
	defer inside.close()
	if open := inside.rows(openAccounts); len(open) > 0 {
		t.Errorf("accounts that do not close: %q", open)
	}
	for _, dataset := range slices.Sorted(maps.Keys(truth.Feeds)) {
		feed, rows := truth.Feeds[dataset], 0
		for _, d := range feed.Dirt {
			if strings.Contains(d.End, "row is quarantined") || strings.Contains(d.End, "record is quarantined") || d.Kind == "file_cut_row" {
				rows += d.Count
			}
		}
		jobs := feedJobs[dataset]
		inside.wants("refused files of "+dataset, `SELECT count(*) FROM quarantine WHERE level = 'delivery' AND job IN (`+jobs+`)`, fmt.Sprint(feed.RefusedFiles))
		inside.wants("rows set aside of "+dataset, `SELECT count(*) FROM quarantine WHERE level <> 'delivery' AND job IN (`+jobs+`)`, fmt.Sprint(rows))
	}
}
