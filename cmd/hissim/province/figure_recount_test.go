package province_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/figure"
	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// The recount of figures reads the files of a province as a clerk would, notes who,
// where and when on a slip for each record, and sorts the slips into periods and
// units by hand.

func openBook(t *testing.T, profile string) *figure.Book {
	t.Helper()
	var tables []io.Reader
	for _, name := range []string{"area.csv", "facility.csv"} {
		table, err := reference.Files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer table.Close()
		tables = append(tables, table)
	}
	atlas, err := figure.ReadAtlas(tables[0], tables[1])
	if err != nil {
		t.Fatal(err)
	}
	book, err := figure.NewBook(profile, atlas)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// slip is one record: its day, the facility or the commune it belongs to, and what
// is to be counted once, if anything.
type slip struct {
	on                string
	facility, commune string
	thing             string
}

// pile is the slips of one number. A lasting pile is counted from the beginning, a
// register on the last day.
type pile struct {
	slips            []slip
	lasting, once    bool
	facility, others bool // a register of facilities, all or without the kind other
	communes         bool
}

// period is first and last day, and the calendar.
type period struct{ calendar, from, to string }

// clerk sorts slips for one province.
type clerk struct {
	province              string
	areas, facilities     []map[string]string
	codeByName            map[string]string
	districts, facilityAt map[string]string
}

func newClerk(t *testing.T, province string) *clerk {
	t.Helper()
	c := &clerk{province: province, codeByName: map[string]string{}, districts: map[string]string{}, facilityAt: map[string]string{}}
	for name, rows := range map[string]*[]map[string]string{"area.csv": &c.areas, "facility.csv": &c.facilities} {
		table, err := reference.Files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer table.Close()
		lines, err := csv.NewReader(table).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cells := range lines[1:] {
			row := map[string]string{}
			for i, cell := range cells {
				row[lines[0][i]] = cell
			}
			*rows = append(*rows, row)
		}
	}
	last := map[string]string{}
	for _, row := range c.facilities {
		last[row["code"]] = strings.ToLower(row["name"])
	}
	for code, name := range last {
		if _, twice := c.codeByName[name]; twice {
			code = ""
		}
		c.codeByName[name] = code
	}
	return c
}

// valid is true of a row of the province that stands on a day.
func (c *clerk) valid(row map[string]string, on string) bool {
	return row["province_code"] == c.province && row["valid_from"] <= on && (row["valid_to"] == "" || on <= row["valid_to"])
}

// districtOf is the district of a commune on a day.
func (c *clerk) districtOf(commune, on string) string {
	key := commune + on
	if _, known := c.districts[key]; !known {
		c.districts[key] = ""
		for _, row := range c.areas {
			if row["code"] == commune && row["list"] == "dvhc_2024" && row["level"] == "commune" && c.valid(row, on) {
				c.districts[key] = row["parent_code"]
			}
		}
	}
	return c.districts[key]
}

// communeOf is the commune that a facility stands in on a day.
func (c *clerk) communeOf(facility, on string) string {
	key := facility + on
	if _, known := c.facilityAt[key]; !known {
		c.facilityAt[key] = ""
		for _, row := range c.facilities {
			if row["code"] == facility && row["area_list"] == "dvhc_2024" && c.valid(row, on) {
				c.facilityAt[key] = row["area_code"]
			}
		}
	}
	return c.facilityAt[key]
}

// units lists whom a slip counts for.
func (c *clerk) units(s slip) []string {
	units := []string{"province " + c.province}
	commune := s.commune
	if s.facility != "" {
		if commune = c.communeOf(s.facility, s.on); commune != "" {
			units = append(units, "facility "+s.facility)
		}
	} else if commune != "" {
		units = append(units, "commune "+commune)
	}
	if district := c.districtOf(commune, s.on); commune != "" && district != "" {
		units = append(units, "district "+district)
	}
	return units
}

// number counts a pile in a period, by unit.
func (c *clerk) number(p *pile, in period) map[string]int {
	slips := p.slips
	if p.facility {
		for _, row := range c.facilities {
			if c.valid(row, in.to) && (p.others || row["kind"] != "other") {
				slips = append(slips, slip{on: in.to, facility: row["code"]})
			}
		}
	}
	if p.communes {
		for _, row := range c.areas {
			if row["list"] == "dvhc_2024" && row["level"] == "commune" && c.valid(row, in.to) {
				slips = append(slips, slip{on: in.to, commune: row["code"]})
			}
		}
	}
	n, seen := map[string]int{}, map[string]bool{}
	for _, s := range slips {
		if s.on > in.to || !p.lasting && s.on < in.from {
			continue
		}
		for _, unit := range c.units(s) {
			if p.once && seen[unit+"|"+s.thing] {
				continue
			}
			seen[unit+"|"+s.thing] = true
			n[unit]++
		}
	}
	return n
}

// periodsOf are the spans and the months in them, day by day.
func periodsOf(spans []period) []period {
	all := slices.Clone(spans)
	for _, span := range spans {
		from := span.from
		for at := day(span.from); at.Format(time.DateOnly) <= span.to; at = at.AddDate(0, 0, 1) {
			tomorrow := at.AddDate(0, 0, 1)
			ends := tomorrow.Day() == 1
			if span.calendar == "administrative" {
				ends = tomorrow.Day() == 15
			}
			if !ends {
				continue
			}
			if month := (period{span.calendar, from, at.Format(time.DateOnly)}); !slices.Contains(all, month) {
				all = append(all, month)
			}
			from = tomorrow.Format(time.DateOnly)
		}
	}
	return all
}

// pair is what is counted for one figure; below may be nil, and above of 3.1.
type pair struct{ above, below *pile }

// count sorts everything.
func (c *clerk) count(pairs map[string]pair, spans []period) map[string]string {
	told := map[string]string{}
	for _, in := range periodsOf(spans) {
		for id, p := range pairs {
			above, below := map[string]int{}, map[string]int{}
			if p.above != nil {
				above = c.number(p.above, in)
			}
			if p.below != nil {
				below = c.number(p.below, in)
			}
			units := map[string]bool{}
			for unit := range above {
				units[unit] = true
			}
			for unit := range below {
				units[unit] = true
			}
			for unit := range units {
				told[fmt.Sprint(id, " ", unit, " ", in)] = fmt.Sprint(written(p.above, above[unit]), " of ", written(p.below, below[unit]))
			}
		}
	}
	return told
}

// written is a number, or that there is none.
func written(p *pile, n int) string {
	if p == nil {
		return "nothing"
	}
	return fmt.Sprint(n)
}

// lines writes what the book tells in the words of the clerk.
func lines(b *figure.Book) map[string]string {
	told := map[string]string{}
	number := func(n *int) string {
		if n == nil {
			return "nothing"
		}
		return fmt.Sprint(*n)
	}
	for _, l := range b.Lines() {
		in := period{string(l.Calendar), l.PeriodFrom, l.PeriodTo}
		told[fmt.Sprint(l.ID, " ", l.Level, " ", l.Unit, " ", in)] = number(l.Numerator) + " of " + number(l.Denominator)
	}
	return told
}

// slipsOf makes a slip of each record that is wanted.
func slipsOf(all []record, make func(record) (slip, bool)) (slips []slip) {
	for _, r := range all {
		if s, wanted := make(r); wanted {
			slips = append(slips, s)
		}
	}
	return slips
}

func iso(text string) string { return day(text).Format(time.DateOnly) }

// recountFigures holds the truth of the indicators against a recount of the files
// that were written, and against the profile.
func recountFigures(t *testing.T, dir string, s province.FeedSettings, truth province.Truth) {
	slips, spans := thaiNguyenSlips, []period{
		{"administrative", "2021-12-15", "2022-06-14"}, {"civil", "2022-01-01", "2022-06-30"},
	}
	if truth.Profile.Province == "15" {
		slips, spans = yenBaiSlips, []period{
			{"administrative", "2023-12-15", "2024-06-14"},
			{"civil", "2024-01-01", "2024-06-30"},
			{"administrative", "2023-12-15", "2024-12-14"},
			{"civil", "2024-01-01", "2024-12-31"},
		}
	}
	c := newClerk(t, truth.Profile.Province)
	counted := c.count(slips(t, c, dir, s), spans)
	if len(counted) < 5000 {
		t.Fatalf("the clerk found %d figures", len(counted))
	}
	if diff := cmp.Diff(counted, lines(s.Figures)); diff != "" {
		t.Errorf("recount and truth differ (-recount +truth):\n%.4000s", diff)
	}
	agree(t, truth, s.Figures)
	additive(t, s.Figures)
}

func thaiNguyenSlips(t *testing.T, c *clerk, dir string, _ province.FeedSettings) map[string]pair {
	links := readFeed(t, filepath.Join(dir, "insurance_links")).standing(func(r record) string {
		if !number(r["Mã số BHXH"], 10) || !strings.Contains("Đã đồng bộ Chưa đồng bộ Sai thông tin", r["Trạng thái đồng bộ"]) {
			return ""
		}
		return r["Mã số BHXH"]
	}, lastCome)
	insured := slipsOf(links, func(r record) (slip, bool) { return slip{on: "2021-12-15", commune: r["Mã xã"]}, true })
	linked := slipsOf(links, func(r record) (slip, bool) {
		return slip{on: iso(r["Ngày đồng bộ"]), commune: r["Mã xã"]}, r["Trạng thái đồng bộ"] == "Đã đồng bộ"
	})
	chips := slipsOf(identifications(t, dir), func(r record) (slip, bool) {
		return slip{on: iso(r["ngay_vao"]), facility: r["ma_cskcb"], thing: r["ma_cskcb"]}, r["cach_dinh_danh"] == "CCCD_CHIP"
	})
	records := readFeed(t, filepath.Join(dir, "health_records")).standing(func(r record) string {
		if strings.Contains(r["MA_NHANKHAU"], "E+") {
			return ""
		}
		return r["MA_NHANKHAU"]
	}, lastCome)
	persons := slipsOf(records, func(r record) (slip, bool) {
		return slip{on: iso(r["NGAY_KHOITAO"]), commune: r["MAXA_THUONGTRU"], thing: r["MAHO_GIADINH"]}, true
	})
	transfers := slipsOf(readFeed(t, filepath.Join(dir, "health_record_transfers")).standing(func(r record) string {
		if strings.Contains(r["ma_giao_dich"], "E+") || day(r["thoi_diem"]).IsZero() {
			return ""
		}
		return r["ma_giao_dich"]
	}, func(r record) string { return r["thoi_diem"] }), func(r record) (slip, bool) {
		return slip{on: iso(r["thoi_diem"]), facility: r["ma_cskcb"], thing: r["ma_cskcb"]}, r["ket_qua"] == "1"
	})
	pairs := map[string]pair{
		"TN.D.2": {&pile{slips: linked, lasting: true}, &pile{slips: insured, lasting: true}},
		"TN.D.3": {&pile{slips: chips, lasting: true}, nil},
		"TN.D.4": {&pile{slips: chips, lasting: true, once: true}, &pile{facility: true, others: true}},
		"TN.D.5": {&pile{slips: persons, lasting: true}, nil},
		"TN.D.6": {&pile{slips: persons, lasting: true, once: true}, nil},
		"TN.D.7": {&pile{slips: transfers, lasting: true, once: true}, &pile{facility: true}},
		"TN.D.8": {&pile{slips: transfers, lasting: true}, nil},
	}
	doses := standingDoses(readFeed(t, filepath.Join(dir, "vaccinations")))
	dosed := func(wanted func(record) bool) []slip {
		return slipsOf(doses, func(r record) (slip, bool) {
			s := slip{on: iso(r["Ngày tiêm"]), facility: c.codeByName[strings.ToLower(r["Cơ sở tiêm"])], thing: dosedPerson(r)}
			return s, r["Kháng nguyên"] == "COVID-19" && wanted(r)
		})
	}
	everything := dosed(func(record) bool { return true })
	pairs["TN.V.0"] = pair{&pile{slips: everything, lasting: true}, nil}
	for i := range 4 {
		nth := fmt.Sprint(i + 1)
		pairs["TN.V."+nth] = pair{&pile{slips: dosed(func(r record) bool { return r["Mũi thứ"] == nth }), lasting: true}, nil}
	}
	verified := dosed(func(r record) bool { return r["Xác thực"] == "Đã xác thực" })
	signed := dosed(func(r record) bool { return r["Ký số"] == "Đã ký" })
	pairs["TN.V.5"] = pair{&pile{slips: verified, lasting: true, once: true}, nil}
	pairs["TN.V.6"] = pair{&pile{slips: signed, lasting: true}, &pile{slips: everything, lasting: true}}
	return pairs
}

func identifications(t *testing.T, dir string) []record {
	t.Helper()
	return readFeed(t, filepath.Join(dir, "visit_identifications")).standing(func(r record) string {
		if !slices.Contains([]string{"CCCD_CHIP", "VNEID", "THE_BHYT", "KHAC"}, r["cach_dinh_danh"]) || day(r["ngay_vao"]).IsZero() {
			return ""
		}
		return r["ma_cskcb"] + "|" + r["ma_lk"]
	}, lastCome)
}

func yenBaiSlips(t *testing.T, _ *clerk, dir string, s province.FeedSettings) map[string]pair {
	electronic := map[string]bool{}
	for _, r := range identifications(t, dir) {
		if slices.Contains([]string{"CCCD_CHIP", "VNEID"}, r["cach_dinh_danh"]) && r["tra_cuu_thanh_cong"] == "1" {
			electronic[r["ma_cskcb"]+"|"+r["ma_lk"]] = true
		}
	}
	claims, _ := readClaims(t, filepath.Join(dir, "claims"))
	var insured, shown []slip
	for key, c := range standingClaims(claims) {
		one := slip{on: iso(c.head("NGAY_VAO")), facility: c.facility, thing: c.facility}
		if c.head("MA_THE_BHYT", "MA_THE") == "" {
			continue
		}
		if insured = append(insured, one); electronic[key] {
			shown = append(shown, one)
		}
	}
	issued := slipsOf(readFeed(t, filepath.Join(dir, "issued_prescriptions")).standing(func(r record) string {
		if day(r["ngay_gio_ke_don"]).IsZero() {
			return ""
		}
		return r["ma_don_thuoc"]
	}, lastCome), func(r record) (slip, bool) {
		return slip{on: iso(r["ngay_gio_ke_don"]), facility: r["ma_cskcb"], thing: r["ma_cskcb"]}, true
	})
	certificates := func(folder, number, on, facility string, wanted func(record) bool) []slip {
		all := readFeed(t, filepath.Join(dir, "certificates", folder)).standing(func(r record) string { return r[number] }, lastCome)
		return slipsOf(all, func(r record) (slip, bool) {
			return slip{on: iso(strings.TrimSpace(r[on])), facility: r[facility][:5]}, wanted(r)
		})
	}
	all := func(record) bool { return true }
	return map[string]pair{
		"YB.3.1":  {nil, &pile{communes: true}},
		"YB.5.2":  {&pile{slips: shown}, &pile{slips: insured}},
		"YB.5.2b": {&pile{slips: shown, once: true}, &pile{facility: true, others: true}},
		"YB.5.3":  {&pile{slips: certificates("birth", "MA_GCS", "NGAY_CT", "MA_GCS", all)}, nil},
		"YB.5.4":  {&pile{slips: certificates("death", "MA_GBT", "NGAY_CAPGIAYBT", "MACSKCB", all)}, nil},
		"YB.5.5": {
			&pile{slips: certificates("driver", "SO", "NGAYKETLUAN", "IDBENHVIEN", func(r record) bool { return r["SIGNDATA"] != "test" })},
			&pile{slips: certificates("driver", "SO", "NGAYKETLUAN", "IDBENHVIEN", all)},
		},
		"YB.5.6":  {&pile{slips: received(t, s)}, &pile{slips: issued}},
		"YB.5.6b": {&pile{slips: received(t, s), once: true}, &pile{slips: issued, once: true}},
	}
}

// received asks the national system for everything it holds in the end.
func received(t *testing.T, s province.FeedSettings) (slips []slip) {
	t.Helper()
	o, err := province.NewOutside(s.Profile, s.Claims.Seed, s.Scale, realFacilities(t))
	if err != nil {
		t.Fatal(err)
	}
	for p := range o.Prescriptions(date("2020-01-01"), date("2030-01-01")) {
		if p.State.Status != province.StatusError && p.State.Status != province.StatusCancelled {
			slips = append(slips, slip{on: p.PrescribedAt.Format(time.DateOnly), facility: p.Facility.Code, thing: p.Facility.Code})
		}
	}
	return slips
}

// agree holds the province against the truth of the feeds and the profile.
func agree(t *testing.T, truth province.Truth, book *figure.Book) {
	t.Helper()
	p, f := truth.Profile, truth.Feeds
	want := map[string]string{
		"TN.D.2": fmt.Sprint(p.Register.Linked, " of ", p.Register.Insured), "TN.D.3": fmt.Sprint(p.Visits.Chip, " of nothing"),
		"TN.D.4": fmt.Sprint(p.Visits.ChipFacilities, " of 223"), "TN.D.5": fmt.Sprint(p.Register.Persons, " of nothing"),
		"TN.D.6": fmt.Sprint(p.Register.Households, " of nothing"), "TN.D.7": fmt.Sprint(p.Exchange.Facilities, " of 213"),
		"TN.D.8": fmt.Sprint(f["health_record_transfer"].Figures["accepted"], " of nothing"),
		"TN.V.5": fmt.Sprint(p.Campaign.Verified, " of nothing"), "TN.V.6": fmt.Sprint(p.Campaign.Signed, " of ", sum(p.Campaign.Doses[:])),
	}
	last := period{"administrative", "2021-12-15", "2022-06-14"}
	if p.Province == "15" {
		last = period{"civil", "2024-01-01", "2024-12-31"}
		papers := f["certificate"].Groups["by_kind"]
		want = map[string]string{
			"YB.3.1": "nothing of 168", "YB.5.3": fmt.Sprint(papers["birth"], " of nothing"), "YB.5.4": fmt.Sprint(papers["death"], " of nothing"),
		}
	}
	told := lines(book)
	for id, text := range want {
		if got := told[fmt.Sprint(id, " province ", p.Province, " ", last)]; got != text {
			t.Errorf("%s of the province: %s, the feeds and the profile tell %s", id, got, text)
		}
	}
	for key := range told {
		if strings.Contains(key, " facility "+p.Silent+" ") && !strings.Contains("TN.D.4 TN.D.7 YB.5.2b", key[:strings.Index(key, " ")]) {
			t.Errorf("the silent facility is told of: %s", key)
		}
	}
}

func sum(all []int) (n int) {
	for _, one := range all {
		n += one
	}
	return n
}

// additive asks that the months of what is counted in a period add up to the year,
// and that what is counted from the beginning never becomes less.
func additive(t *testing.T, book *figure.Book) {
	t.Helper()
	months, years, running := map[string]int{}, map[string]int{}, map[string]int{}
	for _, l := range book.Lines() {
		key := fmt.Sprint(l.ID, " ", l.Level, " ", l.Unit, " ", l.Calendar)
		if l.Numerator == nil {
			continue
		}
		from, to := day(l.PeriodFrom), day(l.PeriodTo)
		switch whole := to.Sub(from).Hours() > 300*24; {
		case strings.HasPrefix(l.ID, "TN") && to.Sub(from).Hours() < 32*24:
			if running[key] > *l.Numerator {
				t.Errorf("%s becomes less", key)
			}
			running[key] = *l.Numerator
		case strings.HasSuffix(l.ID, "b") || strings.HasPrefix(l.ID, "TN"):
		case whole:
			years[key] = *l.Numerator
		case to.Sub(from).Hours() < 32*24:
			months[key] += *l.Numerator
		}
	}
	if diff := cmp.Diff(years, months); diff != "" {
		t.Errorf("months do not add up to the year (-year +months):\n%.2000s", diff)
	}
}
