package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// feed returns a file of testdata/feeds.
func feed(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "feeds", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// inbox is the path of a file in a folder of the inbox.
func (w *workspace) inbox(folder, name string) string {
	return filepath.Join(w.dir, "inbox", filepath.FromSlash(folder), name)
}

// putFeed puts samples into a folder of the inbox, each a minute younger than the
// one before it.
func (w *workspace) putFeed(t *testing.T, folder string, names ...string) {
	t.Helper()
	at := time.Now().Add(-time.Hour)
	for i, name := range names {
		w.putAt(t, w.inbox(folder, filepath.Base(name)), feed(t, name), at.Add(time.Duration(i)*time.Minute))
	}
}

// aside returns what was set aside in a workspace that no process has open, and
// complains of accounts that do not close.
func (w *workspace) aside(t *testing.T) []string {
	t.Helper()
	inside := w.internal(t)
	defer inside.close()
	if open := inside.rows(openAccounts); len(open) > 0 {
		t.Errorf("accounts that do not close: %v", open)
	}
	return inside.rows(`SELECT level, place_dossier, place_part, place_line, dataset, column_name, rule FROM quarantine ORDER BY delivery, id`)
}

// wantsAside compares what was set aside.
func (w *workspace) wantsAside(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, w.aside(t)); diff != "" {
		t.Errorf("set aside (-want +got):\n%s", diff)
	}
}

// warnings is the question what was found in rows that stand.
const warnings = `SELECT dataset, column_name, rule, sum(rows)::BIGINT FROM warning GROUP BY ALL ORDER BY ALL`

// TestPrescriptionSamples reads prescriptions in each shape that the national system
// gives them: the course null, an object or a list, the diagnosis a list or words, the
// kind a capital.
func TestPrescriptionSamples(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "prescription_lookups", "erx/lookup_response.json", "erx/send_child_traditional.json",
		"erx/send_narcotic_object_course.json", "erx/send_psychotropic_list_course_upper_suffix.json")
	w.must(t, exitWell, "run", "prescription_lookups")
	r := w.published(t)
	r.wants("prescriptions", `SELECT prescription_code, kind, status, system_facility, sex, birth_year, main_disease, diseases, prescribed_at::VARCHAR FROM prescription ORDER BY ALL`,
		"79z9xk3m9p2q-c|basic|uploaded|79Z9X|male|1985|I10|I10|2026-10-05 11:10:00",
		"79z9xk3m9p2r-n|narcotic|uploaded|79Z9X|male|1985|I10|I10|2026-10-05 11:10:00",
		"79z9xk3m9p2s-h|psychotropic|uploaded|79Z9X|male|1985|I10|I10|2026-10-05 11:10:00",
		"79z9xk3m9p2t-y|traditional|uploaded|79Z9X|undetermined|2024|<nil>|<nil>|2026-10-05 11:10:00")
	r.wants("one person", `SELECT count(DISTINCT citizen_key), count(DISTINCT card_key), min(citizen_id_kind), min(card_group) FROM prescription`, "1|1|citizen12|HT")
	r.wants("drugs", `SELECT prescription_code, line_number, drug_code, drug_name, brand_name, unit, quantity FROM prescription_item WHERE prescription_code IN ('79z9xk3m9p2q-c', '79z9xk3m9p2r-n') ORDER BY ALL`,
		"79z9xk3m9p2q-c|1|DQG00000001|Paracetamol 500mg|Paracetamol Mẫu|Viên|10",
		"79z9xk3m9p2q-c|2|DQG00000002|Amlodipin 5mg|Amlodipin Mẫu|Viên|30",
		"79z9xk3m9p2r-n|1|DQG00000001|Morphin 10mg|Morphin Mẫu|Viên|20")
	r.wants("courses", `SELECT prescription_code, line_number, from_on::VARCHAR, to_on::VARCHAR, decoctions FROM prescription_course ORDER BY ALL`,
		"79z9xk3m9p2r-n|1|2026-10-05|2026-10-14|0",
		"79z9xk3m9p2s-h|1|2026-10-05|2026-10-14|0",
		"79z9xk3m9p2s-h|2|2026-10-15|2026-10-24|0",
		"79z9xk3m9p2t-y|1|2026-10-05|2026-10-09|5")
	r.wants("what was found", warnings, "prescription|citizen_key|citizen_birth_year|1")
	r.close()

	// Other keys for the same things, in a later answer: it takes the place of the
	// first with both its drugs.
	w.put(t, w.inbox("prescription_lookups", "variant.json"), feed(t, "erx/lookup_response_variant_keys.json"))
	w.must(t, exitWell, "run", "prescription_lookups")
	r = w.published(t)
	defer r.close()
	r.wants("the later answer", `SELECT p.diseases, i.drug_name, i.unit, i.quantity FROM prescription p JOIN prescription_item i USING (prescription_code) WHERE kind = 'basic'`, "<nil>|Paracetamol 500mg|Viên|10")
	r.wants("history", `SELECT (SELECT count(*) FROM history.prescription), (SELECT count(*) FROM history.prescription_item)`, "1|2")
	w.wantsAside(t)
}

// TestPrescriptionAnswersThatAreNone puts other answers of the system where look-ups
// are expected: they have no prescription's code and stay outside.
func TestPrescriptionAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "prescription_lookups", "erx/error_401_variant.json", "erx/error_422.json", "erx/login_response.json")
	w.must(t, exitAttention, "run", "prescription_lookups")
	w.wantsAside(t,
		"dossier|1|record|1|prescription|prescription_code|required_missing",
		"dossier|1|record|1|prescription|prescription_code|required_missing",
		"dossier|1|record|1|prescription|prescription_code|required_missing")
	r := w.published(t)
	defer r.close()
	r.wants("nothing stands", `SELECT count(*) FROM prescription`, "0")
}

// TestDispenseSample reads the report of a sale.
func TestDispenseSample(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "prescription_dispenses", "erx/dispense_report.json")
	w.must(t, exitWell, "run", "prescription_dispenses")
	r := w.published(t)
	defer r.close()
	r.wants("the sale", `SELECT prescription_code, pharmacy_code, invoice_number, drug_code, drug_name, quantity, sold_quantity FROM prescription_dispense JOIN prescription_dispense_item USING (prescription_code, pharmacy_code, invoice_number)`,
		"79z9xk3m9p2q-c|NT79000001|HD000001|DQG00000001|Paracetamol 500mg|10|10")
	r.wants("what was found", `SELECT count(*) FROM warning`, "0")
}

// TestVaccinationBookSamples reads the citizens' application: one row a shot, the
// planned ones left out.
func TestVaccinationBookSamples(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "vaccination_app", "immunisation/stc_vacxin.json")
	w.must(t, exitWell, "run", "vaccination_app")
	r := w.published(t)
	r.wants("doses", `SELECT antigen, dosed_on::VARCHAR, register, vaccine_name, dose_number, lot, site_name, facility_code, status, person_key IS NOT NULL FROM vaccination ORDER BY ALL`,
		"Bạch hầu, Ho gà, Uốn ván, Viêm gan B, Hib|2026-10-05|citizen_app|DPT-VGB-Hib (5 trong 1)|1|DPT26002|TYT Phường Mẫu|<nil>|given|true",
		"Viêm gan B|2026-08-06|citizen_app|VGB sơ sinh|1|HBV26001|TYT Phường Mẫu|<nil>|given|true")
	r.wants("the planned one", `SELECT read, loaded, skipped, quarantined FROM run WHERE dataset = 'vaccination'`, "3|2|1|0")
	r.wants("the site is not known", `SELECT rule, rows FROM warning WHERE column_name = 'facility_code'`, "lookup_failed|2")
	r.close()
	w.wantsAside(t)

	// Other answers of the application name no person whom a dose could belong to.
	w.putFeed(t, "vaccination_app", "immunisation/stc_khang_nguyen.json", "immunisation/stc_phac_do.json", "immunisation/stc_thanh_vien.json")
	w.must(t, exitAttention, "run", "vaccination_app")
	w.wantsAside(t,
		"dossier|1|record|1|vaccination|person_key|required_missing",
		"dossier|2|record|1|vaccination|person_key|required_missing",
		"dossier|1|record|1|vaccination|person_key|required_missing",
		"dossier|1|record|1|vaccination|person_key|required_missing")
}

// TestCampaignSamples reads what the COVID-19 platform and the passport tell.
func TestCampaignSamples(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "vaccination_covid", "immunisation/covid_patient_vaccinated.json")
	w.putFeed(t, "vaccination_passport", "immunisation/vaccine_passport_decoded.json")
	w.must(t, exitWell, "run", "vaccination_covid", "vaccination_passport")
	r := w.published(t)
	defer r.close()
	r.wants("doses", `SELECT register, antigen, dosed_on::VARCHAR, vaccine_name, dose_number, lot, site_name, program, verified, signed, birth_year FROM vaccination ORDER BY register, dosed_on`,
		"covid_platform|COVID-19|2021-08-10|COVID-19 Vaccine Mẫu|<nil>|ABC0001|TTYT Mẫu|campaign|<nil>|<nil>|<nil>",
		"covid_platform|COVID-19|2021-09-20|COVID-19 Vaccine Mẫu|<nil>|ABC0002|TTYT Mẫu|campaign|<nil>|<nil>|<nil>",
		"passport|COVID-19|2021-09-20|COVID-19 Vaccine Mẫu|2|<nil>|<nil>|campaign|matched|true|1985")
	r.wants("persons", `SELECT register, count(DISTINCT person_key) FROM vaccination GROUP BY register ORDER BY register`, "covid_platform|1", "passport|1")
	w.wantsAside(t)
}

// TestCertificateSamples reads the three kinds of certificates, and an answer of the
// portal that is none.
func TestCertificateSamples(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "certificates/birth", "certificates/giay_chung_sinh.xml")
	w.putFeed(t, "certificates/death", "certificates/giay_bao_tu.xml")
	w.putFeed(t, "certificates/driver", "certificates/ksk_lai_xe.json")
	w.must(t, exitWell, "run", "birth_certificates", "death_certificates", "driver_certificates")
	r := w.published(t)
	r.wants("certificates", `SELECT kind, facility_code, issued_on::VARCHAR, happened_at::VARCHAR, citizen_id_kind, insurance_key IS NOT NULL, birth_year, sex, ethnicity, residence_province, residence_commune, child_sex, cause, conclusion, licence_class, signed FROM certificate ORDER BY kind`,
		"birth|79999|2026-10-08|2026-10-05 16:42:00|citizen12|true|1990|<nil>|01|79|26734|male|<nil>|<nil>|<nil>|<nil>",
		"death|79999|2026-10-07|2026-10-07 09:15:00|citizen12|false|1958|male|01|79|26734|<nil>|I21.9|<nil>|<nil>|<nil>",
		"driver|79999|2026-10-05|<nil>|citizen12|false|1985|male|<nil>|79|26734|<nil>|<nil>|fit|B|false")
	r.wants("numbers are pseudonyms", `SELECT count(DISTINCT certificate_number), min(length(certificate_number)), max(length(certificate_number)) FROM certificate`, "3|26|26")
	r.wants("what was found", warnings, "certificate|facility_code|unknown_facility|3")
	r.close()

	w.putFeed(t, "certificates/driver", "certificates/ksk_lai_xe_response.json")
	w.must(t, exitAttention, "run", "driver_certificates")
	w.wantsAside(t, "dossier|1|record|1|certificate|issued_on|required_missing")
}

// TestCertificatesInTheWrongFolder refuses a certificate of another kind whole.
func TestCertificatesInTheWrongFolder(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "certificates/birth", "certificates/giay_bao_tu.xml")
	w.must(t, exitAttention, "run", "birth_certificates")
	w.wantsAside(t, "delivery|0||0|||other_root")
}

// TestHealthRecordSamples reads a record of QĐ 831 and a health check of QĐ 1551.
func TestHealthRecordSamples(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.putFeed(t, "health_record_documents", "ehr/qd831_record.xml")
	w.putFeed(t, "checkup_transfers", "ehr/qd1551_push.json")
	w.must(t, exitWell, "run", "health_record_documents", "checkup_transfers")
	r := w.published(t)
	defer r.close()
	r.wants("the record", `SELECT citizen_id_kind, insurance_key IS NOT NULL, card_group, birth_year, sex, ethnicity, residence_province, residence_district, residence_commune, household_key, created_on, facility_code FROM health_record`,
		"citizen12|true|HT|1985|male|01|79|<nil>|26734|<nil>|<nil>|79999")
	r.wants("the transfer", `SELECT document, sender_gln, facility_code, visit_key, transferred_at::VARCHAR, accepted FROM health_record_transfer`,
		"checkup|8930000000017|<nil>|<nil>|2026-10-10 09:30:00|<nil>")
	w.wantsAside(t)
}

// A job that was mended meets again what it refused, and what it set aside in part;
// everything else stays known.
func TestRunAgain(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.put(t, filepath.Join(w.dir, "inbox", "insurance_links", "good.csv"), []byte("Mã số BHXH;Mã thẻ BHYT;Số CCCD;Họ và tên;Ngày sinh;Giới tính;Mã tỉnh;Mã huyện;Mã xã;Trạng thái đồng bộ;Ngày đồng bộ\n"+
		"1900000001;HT2191900000001;019085000011;A;01/02/1985;Nam;19;164;05431;Đã đồng bộ;01/03/2022\n1900000002;HT2191900000002;019085000012;A;01/02/1985;Nam;19;164;05431;Đang chờ;\n"))
	w.put(t, filepath.Join(w.dir, "inbox", "insurance_links", "other.csv"), []byte("Số sổ BHXH;Mã thẻ BHYT;Số CCCD;Họ và tên;Ngày sinh;Giới tính;Mã tỉnh;Mã huyện;Mã xã;Trạng thái đồng bộ;Ngày đồng bộ\n"+
		"1900000003;HT2191900000003;019085000013;A;01/02/1985;Nam;19;164;05431;Đã đồng bộ;01/03/2022\n"))
	o := w.must(t, exitAttention, "run", "insurance_links")
	if !strings.Contains(o.stdout, "thidua run insurance_links --again") {
		t.Errorf("the account does not say how to go on:\n%s", o.stdout)
	}
	shown := w.must(t, exitWell, "jobs", "show", "insurance_links").stdout
	mended := strings.NewReplacer(
		"    Mã số BHXH: [", "    Mã số BHXH: [Số sổ BHXH, ", "map: {đã đồng bộ: linked", "map: {đang chờ: not_linked, đã đồng bộ: linked",
	).Replace(shown)
	w.put(t, filepath.Join(w.dir, "configs", "jobs", "insurance_links.yaml"), []byte(mended))
	w.must(t, exitWell, "run", "insurance_links")
	if got := w.ask(t, "SELECT count(*) FROM insurance_link"); got[0] != "1" {
		t.Fatalf("a run that was not asked to met what it knows: %v", got)
	}
	w.must(t, exitWell, "run", "insurance_links", "--again")
	r := w.published(t)
	defer r.close()
	r.wants("all persons", "SELECT link_status, count(*) FROM insurance_link GROUP BY ALL ORDER BY 1", "linked|2", "not_linked|1")
}
