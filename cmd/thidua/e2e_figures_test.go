package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	truth "thidua/cmd/hissim/figure"
	"thidua/cmd/hissim/portal"
	"thidua/cmd/hissim/province"
	"thidua/configs"
	"thidua/transform/indicator"
)

// figureProvince is an invented province with everything that is true of its figures.
type figureProvince struct {
	profile, login string
	figures        *truth.Book
	outside        *province.Outside
}

// figureProvinces are the profiles of both campaigns, and the account that asks their
// portal.
func figureProvinces() []figureProvince {
	return []figureProvince{{profile: "thai-nguyen-2022h1", login: "19101"}, {profile: "yen-bai-2024", login: "15101"}}
}

// invent writes all feeds of the province into the inbox, with faults, re-sends and
// late files, and opens its portal.
func (p *figureProvince) invent(t *testing.T, inbox string, scale float64) *httptest.Server {
	t.Helper()
	const seed = 6
	open := func(name string) *os.File {
		file, err := os.Open(filepath.Join("..", "..", "configs", "reference", name))
		worldMust(t, err)
		t.Cleanup(func() { _ = file.Close() })
		return file
	}
	atlas, err := truth.ReadAtlas(open("area.csv"), open("facility.csv"))
	worldMust(t, err)
	p.figures, err = truth.NewBook(p.profile, atlas)
	worldMust(t, err)
	facilities, err := province.ReadFacilities(open("facility.csv"))
	worldMust(t, err)
	districts, err := province.ReadDistricts(open("area.csv"))
	worldMust(t, err)
	_, err = province.WriteFeeds(t.Context(), province.FeedSettings{
		Profile: p.profile, Scale: scale, Figures: p.figures,
		Claims: province.Settings{
			Seed: seed, Lines: 2, Shares: province.Shares{Resend: 0.05, Duplicate: 0.05, Late: 0.05, Dirt: 0.05},
			Shape: province.Shape{FilesPer: "facility-day", Compress: "none"},
		},
	}, facilities, districts, inbox, nil)
	worldMust(t, err)
	p.outside, err = province.NewOutside(p.profile, seed, scale, facilities)
	worldMust(t, err)
	server, err := portal.New(portal.Config{Records: p.outside, Now: time.Now, Password: portalPassword})
	worldMust(t, err)
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return listening
}

// TestFigures loads both provinces whole, and compares every figure of every indicator
// that is computed, by province, district, commune, facility and month, in both
// calendars, with what the province says is true.
func TestFigures(t *testing.T) {
	t.Parallel()
	for _, p := range figureProvinces() {
		t.Run(p.profile, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			w.judge(t, p.profile)
			server := p.invent(t, w.inbox("", ""), 0.002)
			w.environment = []string{"THIDUA_PRESCRIPTIONS_URL=" + server.URL, "THIDUA_PRESCRIPTIONS_USER=" + p.login, "THIDUA_PRESCRIPTIONS_PASSWORD=" + portalPassword}
			w.enable(t, "prescriptions")
			w.must(t, exitAttention, "run")
			w.tellsFigures(t, p)
			w.keepsNobody(t, p)
		})
	}
}

// enable turns on a job that is off.
func (w *workspace) enable(t *testing.T, job string) {
	t.Helper()
	name := filepath.Join(w.dir, "thidua.yaml")
	worldMust(t, os.WriteFile(name, append(read(t, name), []byte("\njobs:\n  enable: ["+job+"]\n")...), 0o600))
}

// figureKey says which figure it is; figureParts are its numbers, zero where there is
// nothing.
type figureKey struct{ id, level, unit, calendar, from, to string }

type figureParts struct{ numerator, denominator float64 }

// tellsFigures compares the published figures with the truth.
func (w *workspace) tellsFigures(t *testing.T, p figureProvince) {
	t.Helper()
	got := map[figureKey]figureParts{}
	r := w.published(t)
	for _, line := range r.rows(`SELECT to_json({id: id, level: unit_level, unit: unit, calendar: calendar, period_from: period_from::VARCHAR, period_to: period_to::VARCHAR,
		numerator: numerator, denominator: denominator})::VARCHAR FROM indicator_value WHERE campaign = '` + p.profile + `'`) {
		k, parts := readFigure(t, []byte(line))
		got[k] = parts
	}
	r.close()
	var told bytes.Buffer
	worldMust(t, p.figures.WriteJSON(&told))
	want, ids := map[figureKey]figureParts{}, map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(told.String()), "\n") {
		k, parts := readFigure(t, []byte(line))
		want[k] = parts
		ids[k.id] = true
	}
	if len(want) < 1000 || len(ids) < 6 {
		t.Fatalf("the province tells %d figures of %d indicators", len(want), len(ids))
	}
	var wrong []string
	for k, parts := range want {
		if parts != got[k] {
			wrong = append(wrong, fmt.Sprintf("%v: %v, want %v", k, got[k], parts))
		}
	}
	levels := map[string]bool{}
	for k := range want {
		levels[k.id+k.level] = true
	}
	for k, parts := range got {
		if _, told := want[k]; !told && levels[k.id+k.level] && parts != (figureParts{}) {
			wrong = append(wrong, fmt.Sprintf("%v: %v, want nothing", k, parts))
		}
	}
	slices.Sort(wrong)
	for _, text := range wrong[:min(len(wrong), 12)] {
		t.Error(text)
	}
	if len(wrong) > 0 {
		t.Errorf("%d of %d figures are wrong", len(wrong), len(want))
	}
}

func readFigure(t *testing.T, line []byte) (figureKey, figureParts) {
	t.Helper()
	var f struct {
		ID, Level, Unit, Calendar string
		From                      string `json:"period_from"`
		To                        string `json:"period_to"`
		Numerator, Denominator    *float64
	}
	worldMust(t, json.Unmarshal(line, &f))
	var parts figureParts
	if f.Numerator != nil {
		parts.numerator = *f.Numerator
	}
	if f.Denominator != nil {
		parts.denominator = *f.Denominator
	}
	return figureKey{f.ID, f.Level, f.Unit, f.Calendar, f.From, f.To}, parts
}

// keepsNobody checks the file for dashboards: the true numbers of the records where
// they are shown, no small number of persons or events, and no table of rows.
func (w *workspace) keepsNobody(t *testing.T, p figureProvince) {
	t.Helper()
	r := openTables(t, filepath.Join(w.dir, "published", "current", "indicators.duckdb"))
	defer r.close()
	r.wants("its tables", "SELECT table_name FROM duckdb_tables() ORDER BY 1", "definition", "indicator_status", "indicator_value", "restatement")
	set, err := configs.Load(nil)
	worldMust(t, err)
	for name, d := range set.Indicators {
		for part, m := range map[string]*indicator.Measure{"numerator": d.Numerator, "denominator": d.Denominator} {
			if m != nil && m.Counts != "things" {
				r.wants("small numbers of "+name, fmt.Sprintf("SELECT count(*) FROM indicator_value WHERE indicator = '%s' AND %s BETWEEN 1 AND 4", name, part), "0")
			}
		}
	}
	if r.count("SELECT count(*) FROM indicator_value WHERE suppressed") == 0 {
		t.Error("nothing is hidden in a province of this size")
	}
	r.wants("figures of its campaign", "SELECT DISTINCT campaign FROM indicator_value", p.profile)
	for _, name := range []string{"indicator_value", "indicator_status", "restatement", "definition"} {
		r.wants("Parquet of "+name, fmt.Sprintf("SELECT (SELECT count(*) FROM %[1]s) = (SELECT count(*) FROM read_parquet('%[2]s'))", name,
			filepath.Join(w.dir, "published", "current", name+".parquet")), "true")
	}
}
