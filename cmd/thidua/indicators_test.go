package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Pages are those that an official reads, in both languages.
func TestIndicatorPages(t *testing.T) {
	t.Parallel()
	o := screened(t)
	for name, args := range map[string][]string{
		"campaign_vi":       {"indicators", "--text"},
		"campaign_en":       {"indicators", "--lang", "en", "--cut-off", "2024-06-30"},
		"report_vi":         {"indicators", "--cut-off", "2024-06-14"},
		"facilities_vi":     {"indicators", "--by", "facility", "--cut-off", "2024-06-30"},
		"months_en":         {"indicators", "--by", "month", "--unit", "15519", "--lang", "en", "--cut-off", "2024-06-30"},
		"district_vi":       {"indicators", "--unit", "huyện lục yên", "--id", "SL.2"},
		"explain_vi":        {"explain", "SL.2", "--cut-off", "2024-06-14"},
		"explain_en":        {"explain", "screenings_done", "--lang", "en"},
		"explain_each_vi":   {"explain", "SL.3", "--cut-off", "2024-06-30"},
		"explain_silent_vi": {"explain", "SL.1", "--unit", "15520", "--period", "2024-05"},
		"explain_waits_vi":  {"explain", "SL.4", "--cut-off", "2024-06-30"},
	} {
		t.Run(name, func(t *testing.T) {
			page := o.well(args...)
			golden(t, name, page)
			for line := range strings.Lines(page) {
				if strings.HasPrefix(line, "SELECT") || strings.HasPrefix(line, "FROM") {
					break
				}
				if width := len([]rune(strings.TrimRight(line, "\n"))); width > pageWidth {
					t.Errorf("a line of %d characters: %s", width, line)
				}
			}
		})
	}
}

// Programs find the same keys in the same order in every row, numbers as numbers and
// null for what there is not.
func TestFigureKeys(t *testing.T) {
	t.Parallel()
	o := screened(t)
	line, _, _ := strings.Cut(o.well("indicators", "--cut-off", "2024-06-14", "--id", "SL.2", "--json"), "\n")
	golden(t, "figure_json", strings.ReplaceAll(strings.ReplaceAll(line, `,"`, ",\n\""), "}", "\n}\n"))
	first := "campaign task id indicator unit period_from period_to calendar numerator denominator value target expected attainment status " +
		"units_reported units_expected value_kind cut_off_on known_at"
	decoder := json.NewDecoder(strings.NewReader(line))
	var keys []string
	for n := 0; decoder.More() || n == 0; n++ {
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		if n%2 == 1 {
			keys = append(keys, token.(string))
		}
	}
	if diff := cmp.Diff(strings.Fields(first), keys[:min(len(keys), len(strings.Fields(first)))]); diff != "" {
		t.Errorf("first keys (-want +got):\n%s", diff)
	}
	for name, args := range map[string][]string{
		"4 province":  {"indicators"},
		"9 facility":  {"indicators", "--by", "facility"},
		"21 province": {"indicators", "--by", "month", "--cut-off", "2024-07-31"},
		"6 facility":  {"indicators", "--by", "month", "--unit", "15519", "--id", "SL.1", "--cut-off", "2024-07-31"},
		"6 facility ": {"indicators", "--by", "facility", "--unit", "135", "--id", "SL.1,SL.2"},
	} {
		t.Run(name, func(t *testing.T) {
			rows := o.rows(args...)
			levels := []string{}
			for _, r := range rows {
				levels = append(levels, r["unit_level"].(string))
			}
			slices.Sort(levels)
			number, level, _ := strings.Cut(strings.TrimSpace(name), " ")
			if want := jsonNumber(t, number); len(rows) != want || !slices.Equal(slices.Compact(levels), []string{level}) {
				t.Errorf("%d rows of %v, want %d of one %s", len(rows), slices.Compact(levels), want, level)
			}
		})
	}
}

func jsonNumber(t *testing.T, text string) int {
	t.Helper()
	var n int
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A spreadsheet in Vietnamese takes the comma for the sign before the decimals.
func TestFiguresCSV(t *testing.T) {
	t.Parallel()
	o := screened(t)
	for lang, want := range map[string]string{"vi": "1,1111111111111112", "en": "1.1111111111111112"} {
		text := o.well("indicators", "--cut-off", "2024-06-13", "--id", "SL.2", "--csv", "--lang", lang)
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
		r.Comma = ';'
		lines, err := r.ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%d lines, %v:\n%s", len(lines), err, text)
		}
		if got := lines[1][slices.Index(lines[0], "attainment")]; got != want {
			t.Errorf("attainment in %s is %q, want %q", lang, got, want)
		}
	}
}

// What was known at an instant comes back exactly, by the definitions of then, and the
// restatement names the delivery that changed it.
func TestKnownAt(t *testing.T) {
	t.Parallel()
	o := screened(t)
	first := o.rows("indicators", "--cut-off", "2024-06-30")
	firstPage := o.well("indicators", "--cut-off", "2024-06-30")
	then := o.now

	o.now = localTime(t, "2024-07-12 02:00")
	o.write("inbox/screenings/july.csv", "Số phiếu,Mã cơ sở,Ngày khám,Nguy cơ\nS02,15519,06/02/2024,có\nS11,15520,21/06/2024,có\n")
	o.replace("configs/indicators/screenings_done.yaml", "  of: screening\n", "  of: screening\n  where: \"at_risk = 'yes'\"\n")
	o.well("run", "screenings")
	amended := o.rows("indicators", "--cut-off", "2024-06-30")
	if amended[0]["value"] == first[0]["value"] || amended[1]["value"] == first[1]["value"] {
		t.Fatalf("values %v and %v did not change", amended[0]["value"], amended[1]["value"])
	}
	if amended[0]["numerator"] != 7.0 || amended[1]["numerator"] != 7.0 || amended[1]["denominator"] != 11.0 {
		t.Errorf("now counted %v, %v/%v", amended[0]["numerator"], amended[1]["numerator"], amended[1]["denominator"])
	}
	for name, at := range map[string]string{
		"a minute": "2024-07-10 02:00", "a day": "2024-07-10", "an instant": then.Add(time.Minute).UTC().Format(time.RFC3339), "known_at of the row": first[0]["known_at"].(string),
	} {
		t.Run(name, func(t *testing.T) {
			back := o.rows("indicators", "--cut-off", "2024-06-30", "--known-at", at)
			for _, row := range slices.Concat(first, back) {
				delete(row, "known_at")
			}
			if diff := cmp.Diff(first, back); diff != "" {
				t.Errorf("as known then (-then +now):\n%s", diff)
			}
		})
	}
	if page := o.well("indicators", "--cut-off", "2024-06-30", "--known-at", "2024-07-10 02:00"); page != firstPage {
		t.Errorf("the page as known then:\n%s", cmp.Diff(firstPage, page))
	}
	golden(t, "explain_restated_vi", o.well("explain", "SL.2", "--cut-off", "2024-06-14"))
	explained := o.rows("explain", "SL.1", "--known-at", "2024-07-10", "--cut-off", "2024-06-30")[0]
	if version := explained["definition"].(map[string]any)["version"]; version == o.rows("explain", "SL.1")[0]["definition"].(map[string]any)["version"] {
		t.Errorf("the definition of then has the version of now, %v", version)
	}
}

// Mistakes are told in both languages, with what there is.
func TestIndicatorMistakes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.mistaken([]string{"indicators"}, exitAttention, "chưa công bố gì; chạy trước: thidua run", "nothing has been published yet; first: thidua run")
	o.write("inbox/screenings/june.csv", screenings)
	o.well("run", "screenings")
	for name, test := range map[string]struct {
		args   string
		code   int
		vi, en string
	}{
		"campaign":          {"indicators screening-2025", exitUsage, `không có phong trào "screening-2025"; screening-2024?`, `there is no campaign "screening-2025"; screening-2024?`},
		"id":                {"indicators --id SL.9", exitUsage, `không có chỉ số "SL.9"; SL.1?`, `there is no figure "SL.9"; SL.1?`},
		"explained id":      {"explain screening_done", exitUsage, `không có chỉ số "screening_done"; screenings_done?`, `screenings_done?`},
		"unit":              {"indicators --unit 000", exitUsage, `không có đơn vị "000"; nêu mã`, `there is no unit "000"; name`},
		"unit by its name":  {"explain SL.1 --unit Huyện_Lục_Yêm", exitUsage, `Huyện Lục Yên?`, `Huyện Lục Yên?`},
		"before it began":   {"indicators --cut-off 2023-12-31", exitAttention, "screening-2024 bắt đầu ngày 1/1/2024", "screening-2024 begins on 2024-01-01"},
		"period before":     {"explain SL.1 --period 2023", exitAttention, "nằm trước ngày bắt đầu", "lie before screening-2024"},
		"cut-off":           {"indicators --cut-off 14/6/2024", exitUsage, "--cut-off là một ngày", "--cut-off is a day"},
		"calendar":          {"indicators --calendar lunar", exitUsage, "civil hoặc administrative", "civil or administrative"},
		"known at":          {"indicators --known-at yesterday", exitUsage, "--known-at là một lúc", "--known-at is an instant"},
		"known before all":  {"indicators --known-at 2024-07-09", exitAttention, "dữ liệu có từ 10/7/2024 02:00", "the records begin at 2024-07-10 02:00"},
		"by":                {"indicators --by province", exitUsage, "--by nhận district", "--by takes district"},
		"period":            {"explain SL.1 --period 2024-13", exitUsage, "không phải là kỳ", "is no period"},
		"text of a table":   {"indicators --text --json", exitUsage, "--text chỉ dùng", "--text goes with"},
		"unit of no figure": {"explain SL.1 --unit 15203", exitAttention, "không có số liệu của Trung tâm Y tế huyện Lục Yên (15203)", "has no figure of Trung tâm Y tế huyện Lục Yên (15203)"},
	} {
		t.Run(name, func(t *testing.T) {
			o.t = t
			args := strings.Fields(test.args)
			for i, arg := range args {
				args[i] = strings.ReplaceAll(arg, "_Lục_", " Lục ")
			}
			o.mistaken(args, test.code, test.vi, test.en)
		})
	}
}

// mistaken runs a command that has to end with the code and say why, in both languages.
func (o *office) mistaken(args []string, code int, vi, en string) {
	o.t.Helper()
	var out, errOut bytes.Buffer
	a := &app{out: &out, errOut: &errOut, clock: func() time.Time { return o.now }}
	root := a.command()
	root.SetArgs(append([]string{"-C", o.dir}, args...))
	err := root.ExecuteContext(o.t.Context())
	ended := exitAttention
	if errors.As(err, new(*usageError)) {
		ended = exitUsage
	}
	for lang, want := range map[string]string{"vi": vi, "en": en} {
		a.lang = lang
		errOut.Reset()
		a.complain(err)
		if err == nil || ended != code || !strings.Contains(errOut.String(), want) || out.Len() > 0 {
			o.t.Errorf("%v in %s ended with %d, printed %q and said %q, want %d and %q", args, lang, ended, out.String(), errOut.String(), code, want)
		}
	}
}

// The SQL of an explanation can be asked as it stands and gives the same numbers.
func TestExplainedSQL(t *testing.T) {
	t.Parallel()
	o := screened(t)
	explained := map[string]map[string]any{}
	for name, args := range map[string][]string{
		"province": {"SL.2"}, "district": {"SL.2", "--unit", "135"}, "commune": {"SL.2", "--unit", "04303"}, "facility": {"SL.2", "--unit", "15519"},
		"month": {"SL.2", "--period", "2024-06"}, "as known": {"SL.2", "--known-at", "2024-07-10 02:00"},
	} {
		explained[name] = o.rows(append([]string{"explain"}, args...)...)[0]
	}
	r := o.published(t)
	defer r.close()
	for name, row := range explained {
		for part, counted := range map[string]any{"numerator_measure": row["numerator"], "denominator_measure": row["denominator"]} {
			var answer float64
			if err := r.db.QueryRow(row[part].(map[string]any)["sql"].(string)).Scan(&answer); err != nil {
				t.Fatal(err)
			}
			if answer != counted || counted == 0.0 {
				t.Errorf("%s, %s: asked %v, counted %v", name, part, answer, counted)
			}
		}
	}
}

// A value leaves the list of a column, and the definition that named it is changed: what
// was known before is told by the definition of then.
func TestKnownAtBeforeAValueWasRenamed(t *testing.T) {
	t.Parallel()
	o := screened(t)
	before := o.well("indicators", "screening-2024", "--cut-off", "2024-06-30", "--id", "SL.2", "--json")
	o.now = localTime(t, "2024-07-12 02:00")
	o.replace("configs/datasets/screening.yaml", `enum: ["yes", "no"]`, `enum: ["at_risk", "no"]`)
	o.replace("configs/jobs/screenings.yaml", `có: "yes"`, `có: "at_risk"`)
	o.replace("configs/indicators/screenings_at_risk.yaml", `at_risk = 'yes'`, `at_risk = 'at_risk'`)
	o.well("run", "screenings")
	then := o.well("indicators", "screening-2024", "--cut-off", "2024-06-30", "--id", "SL.2", "--known-at", "2024-07-10", "--json")
	if want, got := valueIn(before), valueIn(then); want == "" || got != want {
		t.Errorf("known then: %s, told now: %s", want, got)
	}
}

// valueIn is the value of a figure as its line of JSON writes it.
func valueIn(line string) string {
	_, after, _ := strings.Cut(line, `"value":`)
	value, _, _ := strings.Cut(after, ",")
	return value
}
