package main

import (
	"path/filepath"
	"testing"
)

// TestIssuedPrescriptionSample reads the list that a facility's software exports.
func TestIssuedPrescriptionSample(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "issued_prescriptions", "erx/prescriptions_export.csv")
	w.must(t, exitWell, "run", "issued_prescriptions")
	r := w.published(t)
	defer r.close()
	r.wants("issued", `SELECT prescription_code, kind, facility_code, system_facility, citizen_id_kind, prescribed_at::VARCHAR, sent_ok, dispensing FROM issued_prescription ORDER BY ALL`,
		"79z9xk3m9p2q-c|basic|79999|79Z9X|citizen12|2026-10-05 11:10:00|true|dispensed",
		"79z9xk3m9p2r-n|narcotic|79999|79Z9X|citizen12|2026-10-05 11:12:00|false|<nil>")
	r.wants("what was found", warnings, "issued_prescription|facility_code|unknown_facility|2")
	w.wantsAside(t)
}

// TestCopiesOfPrescriptions reads what facilities sent out, by a job that a province
// has to enable.
func TestCopiesOfPrescriptions(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, filepath.Join(w.dir, "thidua.yaml"), append(feedSettings(t, w), "\njobs:\n  enable: [issued_prescription_copies]\n"...))
	w.putFeed(t, "issued_prescription_copies", "erx/send_basic.json", "erx/send_psychotropic_list_course_upper_suffix.json")
	w.must(t, exitWell, "run", "issued_prescription_copies")
	r := w.published(t)
	defer r.close()
	r.wants("issued", `SELECT prescription_code, kind, facility_code, system_facility, prescribed_at::VARCHAR, sent_ok FROM issued_prescription ORDER BY ALL`,
		"79z9xk3m9p2q-c|basic|<nil>|79Z9X|2026-10-05 11:10:00|<nil>",
		"79z9xk3m9p2s-h|psychotropic|<nil>|79Z9X|2026-10-05 11:10:00|<nil>")
}

// TestPrescriptionsMeet joins what was issued, what arrived and what was sold.
func TestPrescriptionsMeet(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "issued_prescriptions", "erx/prescriptions_export.csv")
	w.putFeed(t, "prescription_lookups", "erx/lookup_response.json")
	w.putFeed(t, "prescription_dispenses", "erx/dispense_report.json")
	w.must(t, exitWell, "run", "issued_prescriptions", "prescription_lookups", "prescription_dispenses")
	r := w.published(t)
	defer r.close()
	r.wants("issued, arrived, sold, by one person", `SELECT i.prescription_code, p.status IS NOT NULL, d.invoice_number, i.citizen_key = p.citizen_key
		FROM issued_prescription i LEFT JOIN prescription p USING (prescription_code) LEFT JOIN prescription_dispense d USING (prescription_code) ORDER BY 1`,
		"79z9xk3m9p2q-c|true|HD000001|true", "79z9xk3m9p2r-n|false|<nil>|<nil>")
}

// TestRegisterSample reads the export of the national register as text, and the same
// as a spreadsheet in which numbers of subjects have lost their digits.
func TestRegisterSample(t *testing.T) {
	t.Parallel()
	const doses = `SELECT antigen, dosed_on::VARCHAR, register, vaccine_name, dose_number, lot, program, site_name, verified, signed, adverse_reaction, birth_year, sex, citizen_key IS NOT NULL FROM vaccination ORDER BY ALL`
	rubella := []string{
		"Rubella|2025-12-20|niis|Sởi - Rubella|1|<nil>|expanded|TYT Phường Mẫu|matched|true|<nil>|2025|female|true",
		"Sởi|2025-12-20|niis|Sởi - Rubella|1|<nil>|expanded|TYT Phường Mẫu|matched|true|<nil>|2025|female|true",
	}
	w := newWorkspace(t)
	w.putFeed(t, "vaccinations", "immunisation/niis_export.csv")
	w.must(t, exitWell, "run", "vaccinations", "vaccination_sheets")
	r := w.published(t)
	r.wants("doses", doses, append([]string{"Bạch hầu|2026-10-05|niis|DPT-VGB-Hib|1|DPT26002|expanded|TYT Phường Mẫu|pending|false|false|2026|male|false"}, rubella...)...)
	r.wants("the planned one", `SELECT read, loaded, skipped, quarantined FROM run WHERE dataset = 'vaccination' AND job = 'vaccinations'`, "4|3|1|0")
	r.wants("persons", `SELECT count(DISTINCT person_key), count(DISTINCT subject_key), count(DISTINCT citizen_key) FROM vaccination`, "2|2|1")
	r.close()
	w.wantsAside(t)

	sheets := newWorkspace(t)
	sheets.putFeed(t, "vaccinations", "immunisation/niis_export_date_serials.xlsx")
	sheets.must(t, exitAttention, "run", "vaccinations", "vaccination_sheets")
	sheets.wantsAside(t, "dossier|1|row|2|vaccination|person_key|excel_scientific")
	r = sheets.published(t)
	defer r.close()
	r.wants("doses of the sheet", doses, rubella...)
	r.wants("accounts", `SELECT job, read, loaded, skipped, quarantined FROM run WHERE dataset = 'vaccination' AND read > 0`, "vaccination_sheets|3|2|0|1")
	r.wants("what was found", `SELECT column_name, rule, rows FROM warning ORDER BY ALL`, "facility_code|lookup_failed|2", "subject_key|excel_scientific|2")
}

// TestTextAndSheetAreOneDose sends a dose as text and again as a sheet: it stands
// once.
func TestTextAndSheetAreOneDose(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "vaccinations", "immunisation/niis_export.csv", "immunisation/niis_export_date_serials.xlsx")
	w.must(t, exitAttention, "run", "vaccinations", "vaccination_sheets")
	r := w.published(t)
	defer r.close()
	r.wants("doses", `SELECT count(*) FROM vaccination`, "3")
	r.wants("the sheet came later", `SELECT count(*) FROM history.vaccination`, "2")
}

// patientList declares a dataset and a job of a test's own workspace: names stand in
// it so that the test can see how they were decoded.
func patientList(t *testing.T, w *workspace) {
	t.Helper()
	w.put(t, filepath.Join(w.dir, "configs", "datasets", "patient_list.yaml"), []byte(`dataset: patient_list
title: {vi: Danh sách, en: List}
counts: persons
columns:
  - {name: patient_key, type: key, identifier: patient, required: true, title: {vi: Khóa, en: Key}}
  - {name: words, type: text, max_length: 255, title: {vi: Chữ, en: Words}}
`))
	w.put(t, filepath.Join(w.dir, "configs", "jobs", "patient_lists.yaml"), []byte(`job: patient_lists
title: {vi: Danh sách, en: Lists}
source: {kind: files, path: inbox/patient_lists}
format: {kind: csv, surplus: join}
dossier: {head: patient_list, keys: [patient_key]}
into:
  patient_list:
    from: row
    columns:
      patient_key: {field: MA_BN}
      words: {field: HO_TEN}
`))
}

// TestEncodedSamples reads one list in each of the encodings that old software
// writes.
func TestEncodedSamples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"export_cp1258.csv", "export_mojibake.csv", "export_nfd.csv", "export_tcvn3.csv", "export_utf16_tab.txt", "export_vni.csv",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			patientList(t, w)
			w.putFeed(t, "patient_lists", "dirty/"+name)
			w.must(t, exitWell, "run", "patient_lists")
			r := w.published(t)
			defer r.close()
			r.wants("composed", `SELECT words FROM patient_list`, "Nguyễn Thị Mẫu, Phường Mẫu, tăng huyết áp")
			w.wantsAside(t)
		})
	}
}

// damageList declares a dataset of a test's own workspace; citizen says what else
// the column of the citizen ID is.
func damageList(t *testing.T, w *workspace, citizen string) {
	t.Helper()
	w.put(t, filepath.Join(w.dir, "configs", "datasets", "damage.yaml"), []byte(`dataset: damage
title: {vi: Hư hỏng, en: Damage}
counts: persons
columns:
  - {name: card_key, type: key, identifier: card, required: true, title: {vi: Thẻ, en: Card}}
  - {name: born_on, type: date, required: true, title: {vi: Ngày sinh, en: Born on}}
  - {name: citizen_key, type: key, identifier: citizen, `+citizen+`title: {vi: Số định danh, en: Citizen}}
  - {name: care_type, type: code, length: 2, title: {vi: Hình thức, en: Care}}
  - {name: arrival, type: code, max_length: 5, title: {vi: Đối tượng, en: Arrival}}
  - {name: quantity, type: "decimal(14,3)", title: {vi: Số lượng, en: Quantity}}
`))
	w.put(t, filepath.Join(w.dir, "configs", "jobs", "damages.yaml"), []byte(`job: damages
title: {vi: Hư hỏng, en: Damage}
source: {kind: files, path: inbox/damages}
format: {kind: csv}
locale: vi
dossier: {head: damage, keys: [card_key, arrival]}
into:
  damage:
    from: row
    columns:
      card_key: {field: MA_THE}
      born_on: {field: NGAY_SINH, as: excel}
      citizen_key: {field: SO_CCCD}
      care_type: {field: MA_LOAI_KCB, as: two_digits}
      arrival: {field: MA_DOITUONG_KCB}
      quantity: {field: SO_LUONG}
`))
}

// TestSpreadsheetDamage reads identifiers, dates and quantities that a spreadsheet
// has been through: what can be read in one way only is read, the rest is told.
func TestSpreadsheetDamage(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	damageList(t, w, "")
	w.putFeed(t, "damages", "dirty/export_excel_ids.csv")
	w.must(t, exitWell, "run", "damages")
	r := w.published(t)
	r.wants("what could be saved", `SELECT born_on::VARCHAR, citizen_key IS NOT NULL, care_type, arrival, quantity FROM damage ORDER BY arrival`,
		"1985-03-07|false|01|1.1|0.5", "1985-03-07|true|01|1.10|1234.5")
	r.wants("one card", `SELECT count(DISTINCT card_key) FROM damage`, "1")
	r.wants("what was found", `SELECT column_name, rule, rows FROM warning ORDER BY ALL`,
		"card_key|case_raised|1", "card_key|spaces_removed|1", "care_type|leading_zero_restored|1", "citizen_key|excel_scientific|1", "citizen_key|leading_zero_restored|1")
	r.close()

	needed := newWorkspace(t)
	damageList(t, needed, "required: true, ")
	needed.putFeed(t, "damages", "dirty/export_excel_ids.csv")
	needed.must(t, exitAttention, "run", "damages")
	inside := needed.internal(t)
	defer inside.close()
	inside.wants("place and reason", `SELECT level, place_dossier, place_part, place_line, column_name, rule, reason_en FROM quarantine`,
		"dossier|1|row|2|citizen_key|excel_scientific|A spreadsheet wrote the number in scientific notation; its digits are lost.")
}

// feedSettings returns the settings of the workspace as they stand.
func feedSettings(t *testing.T, w *workspace) []byte {
	t.Helper()
	return read(t, filepath.Join(w.dir, "thidua.yaml"))
}
