package reference_test

import (
	"slices"
	"strings"
	"testing"
)

func TestFacilityRowsOfACodeFollowEachOther(t *testing.T) {
	rows := facilities(t)
	checkDays(t, rows)
	checkOverlap(t, rows, "code")
	for _, r := range rows {
		if len(r["code"]) != 5 {
			t.Errorf("code %q does not have five characters", r["code"])
		}
		if !strings.HasPrefix(r["note"], "invented") {
			t.Errorf("%s does not say that its code is invented", r["code"])
		}
	}
}

// TestFacilitiesStandInACommune requires the commune on the first and the last
// day, in the list the row names, and the facility in the commune's province.
func TestFacilitiesStandInACommune(t *testing.T) {
	byCode := index(areas(t), "list", "code")
	for _, r := range facilities(t) {
		for _, day := range []string{r["valid_from"], r.lastDay()} {
			place := only(byCode[r["area_list"]+"/"+r["area_code"]], day, "level", "commune", "province_code", r["province_code"])
			if len(place) != 1 {
				t.Errorf("%s does not stand in a commune of its province on %s", r["code"], day)
			}
		}
	}
}

func TestFacilitySuccessorsStandOnTheNextDay(t *testing.T) {
	rows := facilities(t)
	byCode := index(rows, "code")
	for _, r := range rows {
		if (r["valid_to"] == "") != (len(r.successors()) == 0) {
			t.Errorf("%s to %q has successors %q", r["code"], r["valid_to"], r["successor_code"])
		}
		for _, code := range r.successors() {
			if len(only(byCode[code], nextDay(t, r["valid_to"]))) != 1 {
				t.Errorf("%s: successor %s does not stand on the day after %s", r["code"], code, r["valid_to"])
			}
		}
	}
}

// TestOneStationPerCommune pairs stations and communes while the old list holds.
func TestOneStationPerCommune(t *testing.T) {
	places, rows := areas(t), facilities(t)
	for _, province := range []string{"15", "19"} {
		for _, day := range []string{"2020-03-01", "2022-04-09", "2022-06-14", "2023-04-10", "2024-11-30", "2024-12-01", "2025-06-30"} {
			var communes, stations []string
			for _, a := range only(places, day, "list", lists2024, "level", "commune", "province_code", province) {
				communes = append(communes, a["code"]+" trạm y tế "+strings.ToLower(a["name"]))
			}
			for _, f := range only(rows, day, "kind", "commune_station", "level", "commune", "province_code", province) {
				stations = append(stations, f["area_code"]+" "+strings.ToLower(f["name"]))
			}
			slices.Sort(communes)
			slices.Sort(stations)
			if !slices.Equal(communes, stations) {
				t.Errorf("province %s on %s: %d communes, %d stations, or other names", province, day, len(communes), len(stations))
			}
		}
	}
}

func TestFacilityCounts(t *testing.T) {
	tests := []struct {
		name, day, province string
		counted             func(row) bool
		want                int
	}{
		{"Thái Nguyên, facilities for insured patients", "2022-06-14", "19", anyFacility, 223},
		{"Thái Nguyên, facilities that transfer records", "2022-06-14", "19", transfersRecords, 213},
		{"Thái Nguyên, stations", "2022-06-14", "19", ofKind("commune_station"), 178},
		{"Yên Bái, stations", "2024-06-01", "15", ofKind("commune_station"), 173},
		{"Yên Bái, stations after the mergers", "2024-12-01", "15", ofKind("commune_station"), 168},
		{"Yên Bái, centres", "2024-06-01", "15", ofKind("district_health_centre"), 9},
		{"Thái Nguyên, centres", "2022-06-14", "19", ofKind("district_health_centre"), 9},
		{"Yên Bái, provincial hospitals of the campaign", "2024-06-01", "15", provincialHospital, 7},
	}
	rows := facilities(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := 0
			for _, r := range only(rows, tt.day, "province_code", tt.province) {
				if tt.counted(r) {
					got++
				}
			}
			if got != tt.want {
				t.Errorf("%d on %s, want %d", got, tt.day, tt.want)
			}
		})
	}
}

func anyFacility(row) bool { return true }

// transfersRecords is the rule of README.md: all kinds but other.
func transfersRecords(r row) bool { return r["kind"] != "other" }

func ofKind(kind string) func(row) bool {
	return func(r row) bool { return r["kind"] == kind }
}

func provincialHospital(r row) bool {
	return r["level"] == "province" && strings.HasSuffix(r["kind"], "_hospital")
}

func TestNamedFacilities(t *testing.T) {
	tests := []struct{ name, day, province, kind string }{
		{"Trung tâm Y tế huyện Văn Yên", "2024-06-01", "15", "district_health_centre"},
		{"Bệnh viện Đa khoa khu vực Nghĩa Lộ", "2024-06-01", "15", "general_hospital"},
		{"Bệnh viện Sản Nhi", "2024-06-01", "15", "specialised_hospital"},
		{"Trung tâm Y tế thành phố Yên Bái", "2024-06-01", "15", "district_health_centre"},
		{"Bệnh viện Đa khoa huyện Phú Bình", "2022-06-14", "19", "general_hospital"},
	}
	rows := facilities(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(only(rows, tt.day, "name", tt.name, "province_code", tt.province, "kind", tt.kind)); got != 1 {
				t.Errorf("found %d times on %s", got, tt.day)
			}
		})
	}
}

// TestFacilitiesKeepTheirCode crosses 1 July 2025: the code stays, the commune
// becomes one of its successors, its list and the province's meaning change.
func TestFacilitiesKeepTheirCode(t *testing.T) {
	rows, places := facilities(t), index(only(areas(t), "2025-06-30"), "code")
	after := index(only(rows, "2025-07-01"), "code")
	for _, r := range only(rows, "2025-06-30") {
		next := after[r["code"]]
		if len(next) != 1 || next[0]["valid_from"] != "2025-07-01" || next[0]["area_list"] != lists2025 || r["area_list"] != lists2024 {
			t.Errorf("%s does not go on in the new list", r["code"])
			continue
		}
		if !slices.Contains(places[r["area_code"]][0].successors(), next[0]["area_code"]) {
			t.Errorf("%s moves to a commune that does not follow its own", r["code"])
		}
	}
}

// TestProvinceIsNotInTheCode keeps one facility whose code begins otherwise.
func TestProvinceIsNotInTheCode(t *testing.T) {
	for _, r := range facilities(t) {
		if !strings.HasPrefix(r["code"], r["province_code"]) {
			return
		}
	}
	t.Error("every code begins with its province: nothing would notice a reader that cuts it out")
}
