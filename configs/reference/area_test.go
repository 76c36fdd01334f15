package reference_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAreaRowsOfACodeFollowEachOther(t *testing.T) {
	rows := areas(t)
	checkDays(t, rows)
	checkOverlap(t, rows, "list", "code")
	for _, r := range rows {
		ends := map[string]string{lists2024: "2025-06-30", lists2025: "9999-12-31"}[r["list"]]
		if r.lastDay() > ends {
			t.Errorf("%s outlives its list %s", r["code"], r["list"])
		}
	}
}

// TestAreaCodesKeepTheirZeros guards the width of the codes: a table that went
// through a spreadsheet has lost its leading zeros.
func TestAreaCodesKeepTheirZeros(t *testing.T) {
	width := map[string]int{"province": 2, "district": 3, "commune": 5}
	for _, r := range areas(t) {
		if len(r["code"]) != width[r["level"]] || strings.Trim(r["code"], "0123456789") != "" {
			t.Errorf("%s %q is not a code of level %s", r["list"], r["code"], r["level"])
		}
	}
}

func TestAreaParentsExist(t *testing.T) {
	above := map[string]string{
		lists2024 + "/commune": "district", lists2024 + "/district": "province", lists2025 + "/commune": "province",
	}
	rows := areas(t)
	byCode := index(rows, "list", "code")
	for _, r := range rows {
		if r["level"] == "province" {
			if r["parent_code"] != "" || r["province_code"] != r["code"] {
				t.Errorf("province %s has a parent or another province", r["code"])
			}
			continue
		}
		for _, day := range []string{r["valid_from"], r.lastDay()} {
			parent := only(byCode[r["list"]+"/"+r["parent_code"]], day)
			if len(parent) != 1 || parent[0]["level"] != above[r["list"]+"/"+r["level"]] || parent[0]["province_code"] != r["province_code"] {
				t.Errorf("%s %s has no parent in its province on %s", r["list"], r["code"], day)
			}
		}
	}
}

// TestAreaSuccessorsStandOnTheNextDay walks every closed row to the day after.
// Only the districts of the last day of the old list have nowhere to go.
func TestAreaSuccessorsStandOnTheNextDay(t *testing.T) {
	rows := areas(t)
	byCode := index(rows, "list", "code")
	for _, r := range rows {
		districtEnded := r["level"] == "district" && r["valid_to"] == "2025-06-30"
		if wanted := r["valid_to"] != "" && !districtEnded; wanted != (len(r.successors()) > 0) {
			t.Errorf("%s %s to %q: successor present = %v", r["list"], r["code"], r["valid_to"], !wanted)
		}
		if (r["successor_code"] == "") != (r["successor_list"] == "") {
			t.Errorf("%s %s: successor without a list", r["list"], r["code"])
		}
		for _, code := range r.successors() {
			next := only(byCode[r["successor_list"]+"/"+code], nextDay(t, r["valid_to"]), "level", r["level"])
			if len(next) != 1 {
				t.Errorf("%s %s: successor %s does not stand on the day after %s", r["list"], r["code"], code, r["valid_to"])
			}
		}
	}
}

// TestEveryNewAreaHasAPredecessor is the way back: no commune or province of
// the new list appears from nowhere, and each commune keeps a parent's code.
func TestEveryNewAreaHasAPredecessor(t *testing.T) {
	rows := areas(t)
	from := make(map[string][]string)
	for _, r := range rows {
		if r["list"] == lists2024 && r["successor_list"] == lists2025 {
			for _, code := range r.successors() {
				from[code] = append(from[code], r["code"])
			}
		}
	}
	into := make(map[string]int)
	for _, r := range only(rows, "2025-06-30", "level", "commune") {
		into[only(rows, "2025-07-01", "level", "commune", "code", r.successors()[0])[0]["province_code"]]++
	}
	if diff := cmp.Diff(map[string]int{"15": 319, "19": 280}, into); diff != "" {
		t.Errorf("old communes by new province (-want +got):\n%s", diff)
	}
	for _, r := range rows {
		if r["list"] != lists2025 {
			continue
		}
		if parents := strings.Join(from[r["code"]], " "); parents == "" || r["level"] == "commune" && !strings.Contains(parents, r["code"]) {
			t.Errorf("%s %s comes from [%s]", r["level"], r["code"], parents)
		}
	}
}

func TestAreaCounts(t *testing.T) {
	tests := []struct {
		name, day, list, level, province string
		want                             int
	}{
		{"provinces before", "2025-06-30", lists2024, "province", "", 63},
		{"provinces after", "2025-07-01", lists2025, "province", "", 34},
		{"Yên Bái, baseline of 2024", "2024-01-01", lists2024, "commune", "15", 173},
		{"Yên Bái, last day before the mergers", "2024-11-30", lists2024, "commune", "15", 173},
		{"Yên Bái, after the mergers", "2024-12-01", lists2024, "commune", "15", 168},
		{"Thái Nguyên, report of 2022", "2022-06-14", lists2024, "commune", "19", 178},
		{"Thái Nguyên 2023", "2023-04-10", lists2024, "commune", "19", 177},
		{"Thái Nguyên, after the mergers", "2024-12-01", lists2024, "commune", "19", 172},
		{"Bắc Kạn", "2025-06-30", lists2024, "commune", "06", 108},
		{"former Lào Cai", "2024-10-31", lists2024, "commune", "10", 152},
		{"former Lào Cai, after its merger", "2025-06-30", lists2024, "commune", "10", 151},
		{"present Lào Cai", "2025-07-01", lists2025, "commune", "15", 99},
		{"present Thái Nguyên", "2025-07-01", lists2025, "commune", "19", 92},
		{"districts of Yên Bái", "2024-06-01", lists2024, "district", "15", 9},
		{"districts of Thái Nguyên", "2022-06-14", lists2024, "district", "19", 9},
		{"no districts any more", "2025-07-01", lists2024, "district", "15", 0},
	}
	rows := areas(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := []string{"list", tt.list, "level", tt.level}
			if tt.province != "" {
				want = append(want, "province_code", tt.province)
			}
			if got := len(only(rows, tt.day, want...)); got != tt.want {
				t.Errorf("%d on %s, want %d", got, tt.day, tt.want)
			}
		})
	}
}

// TestDistrictsOfTheBaseline holds the communes of each district of Yên Bái to
// the denominators of the decision on the commune health criteria for 2023.
func TestDistrictsOfTheBaseline(t *testing.T) {
	rows := areas(t)
	for district, want := range map[string]int{
		"132": 15, "133": 14, "135": 24, "136": 25, "137": 14, "138": 21, "139": 12, "140": 24, "141": 24,
	} {
		if got := len(only(rows, "2024-01-03", "list", lists2024, "level", "commune", "parent_code", district)); got != want {
			t.Errorf("district %s has %d communes, want %d", district, got, want)
		}
	}
}

// TestReusedCodes is the trap of 1 July 2025: one code, two places.
func TestReusedCodes(t *testing.T) {
	tests := []struct{ code, before, after string }{
		{"15", "Tỉnh Yên Bái", "Tỉnh Lào Cai"},
		{"24", "Tỉnh Bắc Giang", "Tỉnh Bắc Ninh"},
		{"44", "Tỉnh Quảng Bình", "Tỉnh Quảng Trị"},
		{"52", "Tỉnh Bình Định", "Tỉnh Gia Lai"},
		{"80", "Tỉnh Long An", "Tỉnh Tây Ninh"},
		{"82", "Tỉnh Tiền Giang", "Tỉnh Đồng Tháp"},
		{"91", "Tỉnh Kiên Giang", "Tỉnh An Giang"},
		{"02683", "Thị trấn Bát Xát", "Xã Bát Xát"},
		{"05467", "Phường Cam Giá", "Phường Gia Sàng"},
	}
	rows := areas(t)
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			for day, want := range map[string]string{"2025-06-30": tt.before, "2025-07-01": tt.after} {
				found := only(rows, day, "code", tt.code)
				if len(found) != 1 || found[0]["name"] != want {
					t.Errorf("on %s: %v, want %s alone", day, found, want)
				}
			}
		})
	}
}

// TestMergersOfTheOldList names who took in each commune that ended before the
// reform, and the day after its last.
func TestMergersOfTheOldList(t *testing.T) {
	want := map[string]string{
		"05764": "2023-04-10 05851", "02872": "2024-11-01 02839",
		"04267": "2024-12-01 04264", "04507": "2024-12-01 04510", "04528": "2024-12-01 04522",
		"04561": "2024-12-01 04567", "04774": "2024-12-01 04762",
		"05536": "2024-12-01 05569", "05608": "2024-12-01 05644", "05704": "2024-12-01 05662",
		"05782": "2024-12-01 05779;05797", "05839": "2024-12-01 05845",
	}
	got := make(map[string]string)
	for _, r := range areas(t) {
		if r["level"] == "commune" && r["successor_list"] == lists2024 && r["successor_code"] != r["code"] {
			got[r["code"]] = nextDay(t, r["valid_to"]) + " " + r["successor_code"]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mergers (-want +got):\n%s", diff)
	}
}

// TestSplitCommunes lists the communes whose figures cannot be moved whole.
func TestSplitCommunes(t *testing.T) {
	want := map[string]string{
		"05461": "05443;05467", "05467": "05467;05500", "05932": "05908;05941", "05782": "05779;05797",
	}
	for _, r := range areas(t) {
		if len(r.successors()) > 1 && want[r["code"]] != r["successor_code"] {
			t.Errorf("%s is split into %s, want %q", r["code"], r["successor_code"], want[r["code"]])
		}
		if len(r.successors()) > 1 {
			delete(want, r["code"])
		}
	}
	if len(want) > 0 {
		t.Errorf("not split: %v", want)
	}
}
