package warehouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"thidua/transform/campaign"
	"thidua/transform/sqltext"
)

// FiguresFile is the published file of figures, for dashboards.
const FiguresFile = "indicators.duckdb"

// Export writes the figures for those who may not see rows into the folder, which is
// made empty first: a small database and a Parquet file for each of its tables. Small
// numbers of persons and events, those above zero and below least, are hidden there
// together with what would give them back; so is everything worked out from them, and
// everything that is counted for an indicator which the campaigns do not declare. With a
// least of zero nothing declared is hidden. It returns the names of the files.
//
// What figures were before they changed is shown of the province alone, and there only
// where no number of the campaign that changed in the same instant was small or is
// hidden: with it a reader would work out small numbers of the past. For the same reason
// no unit below tells by itself since when its figure is known, but only since when none
// of the indicator and window has changed.
//
// Amounts of persons and events, such as what was paid, may be those of a single one
// however large they are. Where small numbers are hidden, the sum of them is shown of the
// province alone, a least and a greatest of nobody, and what either was before nowhere;
// what is worked out from them goes with them. Amounts of things, as an office publishes
// them, are shown.
//
// The file guards each number against itself and all others of the file, as package
// disclosure promises. It does not guard against what a reader has from elsewhere, which
// is to be known by whoever passes files on:
//
//   - Two exports tell together what neither does. Where one unit has changed between
//     them, the difference of the totals is that unit's: where its number was small in
//     the first and is shown in the second, it was that one less the difference.
//   - A unit that knows its own number can take it off a sum of two hidden ones.
//   - Verdicts are those of the true values, apart from met and exceeded, which are one
//     for a hidden number. Beside a target the size of small numbers they narrow what a
//     hidden number can be, at worst to one value.
//   - Different persons of a window are at most those of the months in it together. Where
//     all but one month are shown and nobody came in two of them, that bounds the hidden
//     one from below.
//   - An indicator whose rows are part of another's, the failed of all or the passed of
//     all, is guarded against the difference of the two only where sum_of says which
//     indicators add up to the whole.
//   - The amount of the province is not judged by the rows behind it: where a window has
//     rows of one unit alone, or of one person, it is theirs.
func (w *Warehouse) Export(ctx context.Context, dir string, campaigns []*campaign.Campaign, least int) ([]string, error) {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o750)); err != nil {
		return nil, fmt.Errorf("warehouse: make the folder of figures: %w", err)
	}
	if err := w.hide(ctx, campaigns, float64(least)); err != nil {
		return nil, fmt.Errorf("warehouse: hide small numbers: %w", err)
	}
	file := filepath.Join(dir, FiguresFile)
	if err := w.exec(ctx, "ATTACH "+sqltext.Text(file)+" AS figures"); err != nil {
		return nil, err
	}
	files, err := w.writeFigures(ctx, dir, least)
	err = errors.Join(err, w.exec(context.WithoutCancel(ctx), "DETACH figures"))
	return append(files, FiguresFile), err
}

func (w *Warehouse) writeFigures(ctx context.Context, dir string, least int) ([]string, error) {
	var files []string
	for _, t := range exported {
		name := strings.TrimPrefix(t.name, "records.")
		if err := w.execAll(ctx, append([]string{fmt.Sprintf("CREATE TABLE figures.%s AS %s", name, strings.ReplaceAll(t.query, leastShown, strconv.Itoa(least)))}, t.comments()...)); err != nil {
			return nil, err
		}
		file := name + ".parquet"
		if err := w.exec(ctx, fmt.Sprintf("COPY figures.%s TO %s (FORMAT parquet)", name, sqltext.Text(filepath.Join(dir, file)))); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, w.exec(ctx, "CHECKPOINT figures")
}

// export is a table of figures as it is published: its columns are those of the
// warehouse's own where they have the same names.
type export struct {
	table
	query string
	// other are comments of columns that say less here than in the warehouse.
	other map[string]string
}

// comments carries over what tables and columns mean.
func (e export) comments() []string {
	name := "figures." + strings.TrimPrefix(e.name, "records.")
	statements := []string{fmt.Sprintf("COMMENT ON TABLE %s IS %s", name, sqltext.Text(e.comment))}
	for _, c := range e.columns {
		if !strings.Contains(e.query, c.name) {
			continue
		}
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", name, c.name, sqltext.Text(cmp.Or(e.other[c.name], c.comment))))
	}
	if strings.Contains(e.query, "AS suppressed") {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.suppressed IS %s", name, sqltext.Text("số nhỏ được ẩn / a small number, or one that would give it back, is hidden")))
	}
	return statements
}

// hiddenTable says which numbers of which figures are hidden, countedTable which
// indicators are counted: whether small numbers of them are hidden (guarded), whether the
// figure of the province counts units (of_units), and whether one of their numbers is an
// amount of persons or events (amounts).
const (
	hiddenTable  = "temp.hidden_number"
	countedTable = "temp.counted_indicator"
)

// Figures are told apart by everything that says which they are but names.
const sameFigure = `USING (` + figureList + `)`

const placeList = `campaign, task, id, indicator, unit_level, unit, unit_list, unit_name, unit_above, extent, calendar, period_from, period_to, cut_off_on`

// knownAt is the instant through which commits are counted, one for all figures: which
// rows a computing wrote would tell where something small has changed.
const knownAt = `(SELECT max(committed_at) FROM records.applied WHERE n <= (SELECT CAST(value AS BIGINT) FROM records.setting WHERE name = '` + settingComputedThrough + `')) AS known_at`

// guard tells for each figure which of its numbers are hidden.
const guard = `(SELECT ` + figureList + `, coalesce(c.guarded, true) AS guarded,
	coalesce(h.numerator, c.id IS NULL AND v.numerator IS NOT NULL) AS hides_numerator, coalesce(h.denominator, c.id IS NULL AND v.denominator IS NOT NULL) AS hides_denominator
	FROM records.indicator_value AS v LEFT JOIN ` + hiddenTable + ` AS h ` + sameFigure + ` LEFT JOIN ` + countedTable + ` AS c USING (campaign, id)) AS g `

// exported are the tables of figures as they are published. In restatements the least
// number that is shown stands as a parameter.
var exported = []export{
	{valueTable, `SELECT ` + placeList + `,
	CASE WHEN NOT hides_numerator THEN numerator END AS numerator, CASE WHEN NOT hides_denominator THEN denominator END AS denominator,
	CASE WHEN NOT (hides_numerator OR hides_denominator) THEN value END AS value, hides_numerator OR hides_denominator AS suppressed,
	units_reported, units_expected, value_kind, never_received,
	CASE WHEN guarded AND unit_level <> 'province' THEN max(known_from) OVER (PARTITION BY campaign, id, extent, calendar, period_from, period_to) ELSE known_from END AS known_from, ` + knownAt + `
FROM records.indicator_value AS v JOIN ` + guard + sameFigure + ` ORDER BY ALL`, map[string]string{
		"known_from": "biết từ / instant since which this is the value; below the province, where small numbers are hidden, since which no unit's has changed in this window",
	}},
	{statusTable, `SELECT ` + placeList + `, target, expected,
	CASE WHEN NOT hides THEN attainment END AS attainment,
	CASE WHEN hides AND status = 'exceeded' THEN 'met' ELSE status END AS status, CASE WHEN hides AND status = 'exceeded' THEN ` + sqltext.Text(campaign.Met.Words().Vi) + ` ELSE status_vi END AS status_vi,
	CASE WHEN hides THEN 'Số nhỏ được ẩn; đánh giá theo số thật.' ELSE reason_vi END AS reason_vi, CASE WHEN hides THEN 'A small number is hidden; the verdict is that of the true value.' ELSE reason_en END AS reason_en,
	provisional, incomplete, CASE WHEN NOT hides THEN over_hundred END AS over_hundred, hides AS suppressed,
	reported_numerator, reported_denominator, reported_value, CASE WHEN NOT hides THEN difference END AS difference, waits_for, ` + knownAt + `
FROM (SELECT s.*, coalesce(hides_numerator OR hides_denominator, true) AS hides FROM records.indicator_status AS s LEFT JOIN ` + guard + sameFigure + `) ORDER BY ALL`, nil},
	{restatementTable, `WITH restated AS (SELECT r.*, coalesce(c.guarded, true) AS guarded, coalesce(c.of_units, false) AND unit_level = 'province' AS of_units, coalesce(c.amounts, true) AS amounts, g.campaign IS NOT NULL AS stands,
		coalesce(hides_numerator OR hides_denominator, false) OR list_bool_or([coalesce(n > 0 AND n < ` + leastShown + `, false) FOR n IN [from_numerator, to_numerator, from_denominator, to_denominator]]) AS small
	FROM records.restatement AS r LEFT JOIN ` + countedTable + ` AS c USING (campaign, id) LEFT JOIN ` + guard + sameFigure + `),
told AS (SELECT *, NOT guarded OR of_units OR stands AND NOT amounts AND NOT bool_or(small AND guarded AND NOT of_units) OVER (PARTITION BY campaign, to_known_at) AS shows
	FROM restated WHERE NOT guarded OR unit_level = 'province')
SELECT ` + placeList + `,
	CASE WHEN shows THEN from_numerator END AS from_numerator, CASE WHEN shows THEN to_numerator END AS to_numerator,
	CASE WHEN shows THEN from_denominator END AS from_denominator, CASE WHEN shows THEN to_denominator END AS to_denominator,
	CASE WHEN shows THEN from_value END AS from_value, CASE WHEN shows THEN to_value END AS to_value,
	from_known_at, to_known_at, cause, CASE WHEN shows THEN late END AS late, CASE WHEN shows THEN amended END AS amended, CASE WHEN shows THEN removed END AS removed, through, NOT shows AS suppressed
FROM told ORDER BY ALL`, nil},
	{definitionTable, `SELECT kind, name, version, title_vi, title_en, declaration, known_from, known_to FROM records.definition ORDER BY kind, name, known_from`, nil},
}

// leastShown stands in a query for the least number that is shown.
const leastShown = "$least"
