package province_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

func realDistricts(t *testing.T) map[string]string {
	t.Helper()
	table, err := reference.Files.Open("area.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	districts, err := province.ReadDistricts(table)
	if err != nil {
		t.Fatal(err)
	}
	return districts
}

// littleDirt is what the command sets where nothing is said.
var littleDirt = province.Shares{Resend: 0.05, Duplicate: 0.02, Late: 0.02, Dirt: 0.01}

func tiny(profile string) province.FeedSettings {
	return province.FeedSettings{
		Profile: profile, Scale: 0.002,
		Claims: province.Settings{Seed: 4, Lines: 2, Shares: littleDirt, Shape: province.Shape{FilesPer: "facility-day", Compress: "none"}},
	}
}

// writeFeeds writes below dir and returns the truth as it is told.
func writeFeeds(t *testing.T, dir string, s province.FeedSettings, plant io.Writer) (province.Truth, []byte) {
	t.Helper()
	truth, err := province.WriteFeeds(context.Background(), s, realFacilities(t), realDistricts(t), dir, plant)
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	if err := truth.WriteJSON(&told); err != nil {
		t.Fatal(err)
	}
	return truth, told.Bytes()
}

// recounts say for each dataset what a clerk finds in its folder, in the words of
// the truth.
var recounts = map[string]struct {
	folders []string
	count   func(deliveries) map[string]any
}{
	"insurance_link":         {[]string{"insurance_links"}, recountLinks},
	"visit_identification":   {[]string{"visit_identifications"}, recountIdentifications},
	"issued_prescription":    {[]string{"issued_prescriptions"}, recountIssued},
	"prescription":           {[]string{"prescription_lookups"}, recountLookUps},
	"prescription_dispense":  {[]string{"prescription_dispenses"}, recountDispenses},
	"vaccination":            {[]string{"vaccinations"}, recountVaccinations},
	"health_record":          {[]string{"health_records"}, recountHealthRecords},
	"health_record_transfer": {[]string{"health_record_transfers"}, recountTransfers},
	"certificate":            {[]string{"certificates/birth", "certificates/death", "certificates/driver"}, recountCertificates},
}

func recountLinks(d deliveries) map[string]any {
	labels := map[string]string{"Đã đồng bộ": "linked", "Chưa đồng bộ": "not_linked", "Sai thông tin": "mismatch"}
	all := d.standing(func(r record) string {
		if !number(r["Mã số BHXH"], 10) || labels[r["Trạng thái đồng bộ"]] == "" {
			return ""
		}
		return r["Mã số BHXH"]
	}, lastCome)
	commune := func(r record) string { return r["Mã xã"] }
	linked := []record{}
	for _, r := range all {
		if r["Trạng thái đồng bộ"] == "Đã đồng bộ" && number(r["Số CCCD"], 12) && !day(r["Ngày đồng bộ"]).IsZero() {
			linked = append(linked, r)
		}
	}
	return map[string]any{
		"rows": len(all), "linked": len(linked), "by_commune": tally(all, commune), "linked_by_commune": tally(linked, commune),
		"by_status": tally(all, func(r record) string { return labels[r["Trạng thái đồng bộ"]] }),
	}
}

func recountIdentifications(d deliveries) map[string]any {
	labels := map[string]string{"CCCD_CHIP": "chip_id", "VNEID": "vneid", "THE_BHYT": "card", "KHAC": "other"}
	all := d.standing(func(r record) string {
		if labels[r["cach_dinh_danh"]] == "" || day(r["ngay_vao"]).IsZero() {
			return ""
		}
		return r["ma_cskcb"] + "|" + r["ma_lk"]
	}, lastCome)
	facility := func(r record) string { return r["ma_cskcb"] }
	chip := func(r record) string {
		if r["cach_dinh_danh"] != "CCCD_CHIP" || !number(r["so_cccd"], 12) {
			return ""
		}
		return r["ma_cskcb"]
	}
	chips := tally(all, chip)
	sum := 0
	for _, n := range chips {
		sum += n
	}
	return map[string]any{
		"rows": len(all), "facilities": len(tally(all, facility)), "by_facility": tally(all, facility), "chip_id": sum,
		"chip_facilities": len(chips), "chip_id_by_facility": chips,
		"by_method":    tally(all, func(r record) string { return labels[r["cach_dinh_danh"]] }),
		"by_month":     tally(all, func(r record) string { return month(r["ngay_vao"]) }),
		"looked_up_ok": tally(all, func(r record) string { return r["tra_cuu_thanh_cong"] })["1"],
	}
}

func recountIssued(d deliveries) map[string]any {
	all := d.standing(func(r record) string {
		if day(r["ngay_gio_ke_don"]).IsZero() {
			return ""
		}
		return r["ma_don_thuoc"]
	}, lastCome)
	return map[string]any{
		"rows": len(all), "sent_ok": tally(all, func(r record) string { return r["gui_thanh_cong"] })["1"],
		"by_facility": tally(all, func(r record) string { return r["ma_cskcb"] }),
		"by_month":    tally(all, func(r record) string { return month(r["ngay_gio_ke_don"]) }),
		"by_kind":     tally(all, func(r record) string { return r["loai_don_thuoc"] }),
	}
}

func recountLookUps(d deliveries) map[string]any {
	all := d.standing(func(r record) string { return r["ma_don_thuoc"] }, lastCome)
	items, courses := 0, 0
	for _, r := range all {
		items += len(r["thong_tin_don_thuoc"])
		courses += len(r["dot_dung_thuoc"])
	}
	return map[string]any{"rows": len(all), "items": items, "courses": courses}
}

func recountDispenses(d deliveries) map[string]any {
	all := d.standing(func(r record) string {
		return r["ma_don_thuoc"] + "|" + r["ma_dinh_danh_co_so_cung_ung_thuoc"] + "|" + r["ma_hoa_don"]
	}, lastCome)
	items := 0
	for _, r := range all {
		items += len(r["thong_tin_thuoc"])
	}
	return map[string]any{
		"rows": len(all), "items": items, "prescriptions": len(tally(all, func(r record) string { return r["ma_don_thuoc"] })),
		"by_pharmacy": tally(all, func(r record) string { return r["ma_dinh_danh_co_so_cung_ung_thuoc"] }),
	}
}

// dosedPerson is whom a dose was given to; a blank where that cannot be read.
func dosedPerson(r record) string {
	switch id := r["Số định danh"]; {
	case number(id, 11):
		return "0" + id
	case id == "":
		return r["Mã đối tượng"]
	case strings.Contains(id, "E+"):
		return ""
	default:
		return id
	}
}

// standingDoses are the doses that were given, the newest version of each.
func standingDoses(d deliveries) []record {
	return d.standing(func(r record) string {
		if r["Trạng thái"] != "Đã tiêm" || day(r["Ngày tiêm"]).IsZero() || dosedPerson(r) == "" || r["Kháng nguyên"] == "" {
			return ""
		}
		return dosedPerson(r) + "|" + r["Kháng nguyên"] + "|" + r["Ngày tiêm"]
	}, lastCome)
}

func recountVaccinations(d deliveries) map[string]any {
	all := standingDoses(d)
	campaign, verified := []record{}, []record{}
	for _, r := range all {
		if r["Loại hình"] == "Chống dịch" {
			campaign = append(campaign, r)
		}
		if r["Xác thực"] == "Đã xác thực" {
			verified = append(verified, r)
		}
	}
	return map[string]any{
		"rows": len(all), "by_dose": tally(campaign, func(r record) string { return r["Mũi thứ"] }),
		"verified_persons": len(tally(verified, dosedPerson)), "verified_doses": len(verified),
		"signed":     tally(all, func(r record) string { return r["Ký số"] })["Đã ký"],
		"by_month":   tally(all, func(r record) string { return month(r["Ngày tiêm"]) }),
		"by_site":    tally(all, func(r record) string { return r["Cơ sở tiêm"] }),
		"by_antigen": tally(all, func(r record) string { return r["Kháng nguyên"] }),
	}
}

func recountHealthRecords(d deliveries) map[string]any {
	all := d.standing(func(r record) string {
		if strings.Contains(r["MA_NHANKHAU"], "E+") {
			return ""
		}
		return r["MA_NHANKHAU"]
	}, lastCome)
	return map[string]any{
		"rows": len(all), "households": len(tally(all, func(r record) string { return r["MAHO_GIADINH"] })),
		"by_commune": tally(all, func(r record) string { return r["MAXA_THUONGTRU"] }),
		"by_month":   tally(all, func(r record) string { return month(r["NGAY_KHOITAO"]) }),
	}
}

func recountTransfers(d deliveries) map[string]any {
	all := d.standing(func(r record) string {
		if strings.Contains(r["ma_giao_dich"], "E+") || day(r["thoi_diem"]).IsZero() {
			return ""
		}
		return r["ma_giao_dich"]
	}, func(r record) string { return r["thoi_diem"] })
	facilities := tally(all, func(r record) string { return r["ma_cskcb"] })
	results := tally(all, func(r record) string { return r["ket_qua"] })
	return map[string]any{
		"rows": len(all), "facilities": len(facilities), "by_facility": facilities, "accepted": results["1"], "rejected": results["0"],
		"by_month": tally(all, func(r record) string { return month(r["thoi_diem"]) }),
	}
}

func recountCertificates(d deliveries) map[string]any {
	kind := func(r record) string {
		for _, k := range [][2]string{{"MA_GCS", "birth"}, {"MA_GBT", "death"}, {"SO", "driver"}} {
			if r[k[0]] != "" {
				return k[1]
			}
		}
		return ""
	}
	all := d.standing(func(r record) string { return kind(r) + r["MA_GCS"] + r["MA_GBT"] + r["SO"] }, lastCome)
	return map[string]any{"rows": len(all), "by_kind": tally(all, kind)}
}

// told decodes the part of the truth that a recount speaks of.
func told(t *testing.T, truth []byte, dataset string, counted map[string]any) map[string]any {
	t.Helper()
	var all struct {
		Feeds map[string]map[string]json.RawMessage `json:"feeds"`
	}
	if err := json.Unmarshal(truth, &all); err != nil {
		t.Fatal(err)
	}
	part := map[string]any{}
	for name, value := range counted {
		if _, single := value.(int); single {
			var n int
			if err := json.Unmarshal(all.Feeds[dataset][name], &n); err != nil {
				t.Fatalf("%s %s: %v", dataset, name, err)
			}
			part[name] = n
			continue
		}
		n := map[string]int{}
		if err := json.Unmarshal(all.Feeds[dataset][name], &n); err != nil {
			t.Fatalf("%s %s: %v", dataset, name, err)
		}
		part[name] = n
	}
	return part
}

// TestFeeds writes each province once, and looks at it from all sides.
func TestFeeds(t *testing.T) {
	for _, profile := range province.ProfileNames() {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var plant bytes.Buffer
			s := tiny(profile)
			// By this seed a visit that chip or VNeID was shown at is claimed under the code
			// of no facility.
			s.Claims.Seed, s.Claims.Shares = 8, province.Shares{Resend: 0.2, Duplicate: 0.1, Late: 0.1, Dirt: 0.2}
			s.Figures = openBook(t, profile)
			truth, text := writeFeeds(t, dir, s, &plant)
			feeds := map[string]deliveries{}
			for dataset, r := range recounts {
				feeds[dataset] = readFeeds(t, dir, r.folders)
			}
			t.Run("the files say what the truth tells", func(t *testing.T) {
				for dataset, r := range recounts {
					counted := r.count(feeds[dataset])
					counted["files"], counted["refused_files"] = feeds[dataset].count, feeds[dataset].refused
					if diff := cmp.Diff(told(t, text, dataset, counted), counted); diff != "" {
						t.Errorf("%s: truth and recount differ (-truth +recount):\n%s", dataset, diff)
					}
				}
			})
			t.Run("the truth adds up", func(t *testing.T) { addsUp(t, truth) })
			t.Run("the figures are what the files say", func(t *testing.T) { recountFigures(t, dir, s, truth) })
			t.Run("every fault occurs", func(t *testing.T) { faultsOccur(t, truth) })
			t.Run("personal values are planted", func(t *testing.T) { planted(t, plant.String(), feeds) })
			t.Run("sites have habits", func(t *testing.T) { habits(t, filepath.Join(dir, "vaccinations")) })
			t.Run("feeds join", func(t *testing.T) { join(t, dir, feeds) })
		})
	}
}

// readFeeds reads the folders of one dataset.
func readFeeds(t *testing.T, dir string, folders []string) (all deliveries) {
	t.Helper()
	for _, folder := range folders {
		d := readFeed(t, filepath.Join(dir, folder))
		all.files = append(all.files, d.files...)
		all.count += d.count
		all.refused += d.refused
	}
	return all
}

// join holds the feeds against each other: the same person is the same everywhere,
// and visits that are told of were claimed.
func join(t *testing.T, dir string, feeds map[string]deliveries) {
	names, cards := map[string]string{}, map[string]bool{}
	for _, f := range feeds["health_record"].files {
		for _, r := range f.records {
			names[r["MADINHDANH"]] = r["HOTEN"] + r["NGAYSINH"]
			cards[r["MATHE"]] = true
		}
	}
	same, others := 0, 0
	check := func(dataset, id, name, born string) {
		for _, f := range feeds[dataset].files {
			for _, r := range f.records {
				if !number(r[id], 12) || strings.Contains(r[name], " SAI") {
					continue
				}
				if names[r[id]] == r[name]+day(r[born]).Format("20060102") {
					same++
				} else {
					others++
				}
			}
		}
	}
	check("insurance_link", "Số CCCD", "Họ và tên", "Ngày sinh")
	check("vaccination", "Số định danh", "Họ và tên", "Ngày sinh")
	check("prescription", "ma_dinh_danh_cong_dan", "ho_ten_benh_nhan", "ngay_sinh_benh_nhan")
	check("certificate", "SO_CCCD_NND", "HOTEN_NND", "NGAYSINH_NND")
	if same < 1000 || others > 0 {
		t.Errorf("%d values agree with the health record of the person, %d do not", same, others)
	}
	claims, _ := readClaims(t, filepath.Join(dir, "claims"))
	claimed := map[string]string{}
	for _, c := range claims {
		claimed[c.key] = c.head("NGAY_VAO")
	}
	found := 0
	for _, f := range feeds["visit_identification"].files {
		for _, r := range f.records {
			if arrived, known := claimed[r["ma_lk"]]; known {
				found++
				if arrived != r["ngay_vao"] || !cards[r["ma_the_bhyt"]] {
					t.Fatal("a visit arrived at another time than its claim says, or with an unknown card")
				}
			}
		}
	}
	transferred := 0
	for _, f := range feeds["health_record_transfer"].files {
		for _, r := range f.records {
			if _, known := claimed[r["ma_lk"]]; known {
				transferred++
			}
		}
	}
	if found < 20 || transferred < 20 {
		t.Errorf("%d identifications and %d transfers are of claimed visits", found, transferred)
	}
}

// addsUp holds the truth against the figures of the profile.
func addsUp(t *testing.T, truth province.Truth) {
	t.Helper()
	p, f := truth.Profile, truth.Feeds
	doses := map[string]int{}
	for i, n := range p.Campaign.Doses {
		if n > 0 {
			doses[string(rune('1'+i))] = n
		}
	}
	certificates := map[string]int{"birth": p.Papers.Births, "death": p.Papers.Deaths, "driver": p.Papers.Drivers}
	if diff := cmp.Diff(map[string]any{
		"insured": p.Register.Insured, "linked": p.Register.Linked, "persons": p.Register.Persons, "households": p.Register.Households,
		"chip": p.Visits.Chip, "chip facilities": p.Visits.ChipFacilities, "facilities": f["visit_identification"].Figures["facilities"],
		"transfers": p.Exchange.Transfers, "connected": p.Exchange.Facilities, "rejected": p.Exchange.Rejected,
		"doses": doses, "verified": p.Campaign.Verified, "signed": p.Campaign.Signed, "issued": p.Papers.Issued, "certificates": certificates,
	}, map[string]any{
		"insured": f["insurance_link"].Rows, "linked": f["insurance_link"].Figures["linked"],
		"persons": f["health_record"].Rows, "households": f["health_record"].Figures["households"],
		"chip": f["visit_identification"].Figures["chip_id"], "chip facilities": f["visit_identification"].Figures["chip_facilities"],
		"facilities": len(f["visit_identification"].Groups["by_facility"]),
		"transfers":  f["health_record_transfer"].Rows, "connected": f["health_record_transfer"].Figures["facilities"],
		"rejected": f["health_record_transfer"].Figures["rejected"], "doses": f["vaccination"].Groups["by_dose"],
		"verified": f["vaccination"].Figures["verified_persons"], "signed": f["vaccination"].Figures["signed"],
		"issued": f["issued_prescription"].Rows, "certificates": f["certificate"].Groups["by_kind"],
	}); diff != "" {
		t.Errorf("profile and truth differ (-profile +truth):\n%s", diff)
	}
}

func TestFeedsAreDeterministicAndComeInRounds(t *testing.T) {
	t.Parallel()
	s := tiny("thai-nguyen-2022h1")
	s.Claims.Shares = province.Shares{Resend: 0.3, Duplicate: 0.1, Late: 0.3, Dirt: 0.2}
	whole, again, rounds := t.TempDir(), t.TempDir(), t.TempDir()
	s.Feeds = []string{province.FeedLinks, province.FeedIdentifications, province.FeedLookUps, province.FeedCertificates, province.FeedIssued}
	want, first := writeFeeds(t, whole, s, nil)
	if _, second := writeFeeds(t, again, s, nil); !bytes.Equal(first, second) {
		t.Error("two runs tell different truths")
	}
	expected := tree(t, whole)
	if diff := cmp.Diff(expected, tree(t, again)); diff != "" {
		t.Error(diff)
	}
	s.Claims.Until = date("2022-02-10")
	early, _ := writeFeeds(t, rounds, s, nil)
	s.Claims.Since, s.Claims.Until = s.Claims.Until, time.Time{}
	late, _ := writeFeeds(t, rounds, s, nil)
	if diff := cmp.Diff(expected, tree(t, rounds)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want.Feeds, late.Feeds); diff != "" {
		t.Errorf("the last round tells another truth:\n%s", diff)
	}
	if n := early.Feeds["certificate"].Rows; n == 0 || n >= want.Feeds["certificate"].Rows || early.Feeds["insurance_link"].Rows != 0 {
		t.Errorf("after the first round %d certificates stand", n)
	}
	if entries, err := os.ReadDir(whole); err != nil || len(entries) != len(s.Feeds) {
		t.Errorf("asked for %d feeds, %d folders are written: %v", len(s.Feeds), len(entries), err)
	}
}

// faultsOccur asks for each fault of each feed, however small the province is.
func faultsOccur(t *testing.T, truth province.Truth) {
	for dataset, f := range truth.Feeds {
		if len(f.Dirt) == 0 {
			t.Errorf("%s: no dirt", dataset)
		}
		for _, d := range f.Dirt {
			if dataset == "insurance_link" && d.Kind == "file_tcvn3" {
				continue // nine districts have no fifth fault
			}
			if d.Count == 0 || d.End == "" || d.Level == "" {
				t.Errorf("%s: %s occurs %d times, end %q, level %q", dataset, d.Kind, d.Count, d.End, d.Level)
			}
		}
	}
}

func TestCleanFeedsAreClean(t *testing.T) {
	t.Parallel()
	s := tiny("yen-bai-2024")
	s.Claims.Shares, s.Claims.Shape.Plain = province.Shares{}, true
	s.Feeds = []string{province.FeedLinks, province.FeedIdentifications, province.FeedVaccinations, province.FeedCertificates}
	dir := t.TempDir()
	truth, _ := writeFeeds(t, dir, s, nil)
	for dataset, f := range truth.Feeds {
		for _, d := range f.Dirt {
			if d.Count != 0 {
				t.Errorf("%s: %s occurs", dataset, d.Kind)
			}
		}
		if f.RefusedFiles != 0 {
			t.Errorf("%s: %d files are refused", dataset, f.RefusedFiles)
		}
	}
	for path := range walk(t, filepath.Join(dir, "vaccinations")) {
		if filepath.Ext(path) != ".csv" {
			t.Errorf("a clean site sends %s", filepath.Ext(path))
		}
	}
	if v := truth.Feeds["vaccination"]; v.Figures["signed"] != truth.Profile.Campaign.Signed || len(truth.Feeds) != 4 {
		t.Errorf("%d doses are signed, %d feeds are told", v.Figures["signed"], len(truth.Feeds))
	}
}

// habits asks for tables of all kinds.
func habits(t *testing.T, dir string) {
	found := map[string]int{}
	for path := range walk(t, dir) {
		content, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Ext(path)]++
		for what, is := range map[string]bool{
			"utf-16": bytes.HasPrefix(content, []byte{0xFF, 0xFE}), "semicolon": bytes.Contains(content, []byte("Ngày tiêm;")),
			"framed": bytes.HasPrefix(content, []byte("BÁO CÁO")), "total": bytes.Contains(content, []byte("\nTổng cộng,")),
			"tcvn3": !utf8.Valid(content) && bytes.Contains(content, []byte("Ng\xb5y ti\xaam")),
		} {
			if is {
				found[what]++
			}
		}
	}
	for _, what := range []string{".csv", ".txt", ".xlsx", "utf-16", "semicolon", "framed", "total", "tcvn3"} {
		if found[what] == 0 {
			t.Errorf("no site sends %s", what)
		}
	}
}

// planted asks that no value of a person is written and not planted.
func planted(t *testing.T, plant string, feeds map[string]deliveries) {
	values := map[string]bool{}
	for line := range strings.Lines(plant) {
		_, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		values[value] = true
	}
	seen := map[string]bool{}
	for dataset := range recounts {
		for _, file := range feeds[dataset].files {
			for _, one := range file.records {
				for _, name := range personal {
					value := one[name]
					seen[name] = seen[name] || value != ""
					if value != "" && !values[value] && !strings.Contains(value, "E+") {
						t.Fatalf("%s: a value of %s is written and not planted", dataset, name)
					}
				}
			}
		}
	}
	for _, name := range personal {
		if !seen[name] {
			t.Errorf("no file has a value of %s", name)
		}
	}
}

// personal are the columns and members that hold values of persons.
var personal = []string{
	"Mã số BHXH", "Mã thẻ BHYT", "Số CCCD", "Họ và tên", "ma_lk", "so_cccd", "ma_the_bhyt", "ho_ten_benh_nhan", "ma_dinh_danh_cong_dan",
	"dia_chi", "ma_so_the_bao_hiem_y_te", "Số định danh", "Điện thoại", "MA_NHANKHAU", "MAHO_GIADINH", "MADINHDANH", "MATHE",
	"HOTEN", "ma_giao_dich", "MA_GCS", "HOTEN_NND", "HO_TEN_CHA", "TEN_CON", "SO_CCCD_NND", "MA_THE_TAM", "MA_GBT", "HO_TEN", "SO_GIAYTO",
	"NGUOI_THANTHICH", "SOCMND_PASSPORT", "DIACHITHUONGTRU",
}

func TestFeedSettingsAreChecked(t *testing.T) {
	tests := map[string]struct {
		spoil func(*province.FeedSettings)
		want  error
	}{
		"profile": {func(s *province.FeedSettings) { s.Profile = "nowhere" }, province.ErrProfile},
		"scale":   {func(s *province.FeedSettings) { s.Scale = 2 }, province.ErrProfile},
		"feed":    {func(s *province.FeedSettings) { s.Feeds = []string{"visits"} }, province.ErrFeed},
		"share":   {func(s *province.FeedSettings) { s.Claims.Shares.Dirt = 2 }, province.ErrSettings},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := tiny("yen-bai-2024")
			test.spoil(&s)
			dir := filepath.Join(t.TempDir(), "inbox")
			if _, err := province.WriteFeeds(context.Background(), s, realFacilities(t), nil, dir, nil); !errors.Is(err, test.want) {
				t.Errorf("got %v", err)
			}
			if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
				t.Error("something was written")
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := province.WriteFeeds(ctx, tiny("yen-bai-2024"), realFacilities(t), nil, t.TempDir(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	for name, table := range map[string]string{"empty": "", "no column": "code,level\n1,commune\n", "ragged": "code,level,parent_code\n1\n"} {
		if _, err := province.ReadDistricts(strings.NewReader(table)); err == nil {
			t.Errorf("areas that are %s: no error", name)
		}
	}
}
