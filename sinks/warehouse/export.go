package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"thidua/transform/campaign"
)

// FiguresFile is the published file of figures, for dashboards.
const FiguresFile = "indicators.duckdb"

// Export writes the figures for those who may not see rows into the folder, which is
// made empty first: a small database and a Parquet file for each of its tables. Small
// numbers of persons and events, those above zero and below least, are hidden there
// together with what would give them back; so is everything worked out from them.
// Verdicts are those of the true values. It returns the names of the files.
func (w *Warehouse) Export(ctx context.Context, dir string, campaigns []*campaign.Campaign, least int) ([]string, error) {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o750)); err != nil {
		return nil, fmt.Errorf("warehouse: make the folder of figures: %w", err)
	}
	if err := w.hide(ctx, campaigns, float64(least)); err != nil {
		return nil, fmt.Errorf("warehouse: hide small numbers: %w", err)
	}
	file := filepath.Join(dir, FiguresFile)
	if err := w.exec(ctx, "ATTACH "+literal(file)+" AS figures"); err != nil {
		return nil, err
	}
	files, err := w.writeFigures(ctx, dir)
	err = errors.Join(err, w.exec(context.WithoutCancel(ctx), "DETACH figures"))
	return append(files, FiguresFile), err
}

func (w *Warehouse) writeFigures(ctx context.Context, dir string) ([]string, error) {
	var files []string
	for _, t := range exported {
		name := strings.TrimPrefix(t.name, "records.")
		if err := w.execAll(ctx, append([]string{fmt.Sprintf("CREATE TABLE figures.%s AS %s", name, t.query)}, t.comments()...)); err != nil {
			return nil, err
		}
		file := name + ".parquet"
		if err := w.exec(ctx, fmt.Sprintf("COPY figures.%s TO %s (FORMAT parquet)", name, literal(filepath.Join(dir, file)))); err != nil {
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
}

// comments carries over what tables and columns mean.
func (e export) comments() []string {
	name := "figures." + strings.TrimPrefix(e.name, "records.")
	statements := []string{fmt.Sprintf("COMMENT ON TABLE %s IS %s", name, literal(e.comment))}
	for _, c := range e.columns {
		if strings.Contains(e.query, c.name) {
			statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", name, c.name, literal(c.comment)))
		}
	}
	if strings.Contains(e.query, "AS suppressed") {
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.suppressed IS %s", name, literal("số nhỏ được ẩn / a small number, or one that would give it back, is hidden")))
	}
	return statements
}

// hiddenTable says which numbers of which figures are hidden, numbered by figure.
const hiddenTable = "temp.hidden_number"

// Figures are told apart by everything that says which they are but names.
const sameFigure = `USING (campaign, id, unit_level, unit, extent, calendar, period_from, period_to)`

const placeList = `campaign, task, id, indicator, unit_level, unit, unit_list, unit_name, unit_above, extent, calendar, period_from, period_to, cut_off_on`

var exported = []export{
	{valueTable, `SELECT ` + placeList + `,
	CASE WHEN NOT coalesce(h.numerator, false) THEN v.numerator END AS numerator, CASE WHEN NOT coalesce(h.denominator, false) THEN v.denominator END AS denominator,
	CASE WHEN NOT coalesce(h.numerator OR h.denominator, false) THEN value END AS value, coalesce(h.numerator OR h.denominator, false) AS suppressed,
	units_reported, units_expected, value_kind, never_received, known_from, known_at
FROM records.indicator_value AS v LEFT JOIN ` + hiddenTable + ` AS h ` + sameFigure + ` ORDER BY ALL`},
	{statusTable, `SELECT ` + placeList + `, target, expected,
	CASE WHEN NOT hides THEN attainment END AS attainment, status, status_vi,
	CASE WHEN hides THEN 'Số nhỏ được ẩn; đánh giá theo số thật.' ELSE reason_vi END AS reason_vi, CASE WHEN hides THEN 'A small number is hidden; the verdict is that of the true value.' ELSE reason_en END AS reason_en,
	provisional, incomplete, CASE WHEN NOT hides THEN over_hundred END AS over_hundred, hides AS suppressed,
	reported_numerator, reported_denominator, reported_value, CASE WHEN NOT hides THEN difference END AS difference, waits_for, known_at
FROM (SELECT s.*, coalesce(h.numerator OR h.denominator, false) AS hides FROM records.indicator_status AS s LEFT JOIN ` + hiddenTable + ` AS h ` + sameFigure + `) ORDER BY ALL`},
	// What a figure was before is shown of the province alone: the numbers of its parts
	// before and after would have to be hidden together.
	{restatementTable, `SELECT ` + placeList + `,
	CASE WHEN shows THEN from_numerator END AS from_numerator, CASE WHEN shows THEN to_numerator END AS to_numerator,
	CASE WHEN shows THEN from_denominator END AS from_denominator, CASE WHEN shows THEN to_denominator END AS to_denominator,
	CASE WHEN shows THEN from_value END AS from_value, CASE WHEN shows THEN to_value END AS to_value,
	from_known_at, to_known_at, cause, CASE WHEN shows THEN late END AS late, CASE WHEN shows THEN amended END AS amended, CASE WHEN shows THEN removed END AS removed, through, NOT shows AS suppressed
FROM (SELECT r.*, unit_level = 'province' AND NOT coalesce(h.numerator OR h.denominator, false) AS shows FROM records.restatement AS r LEFT JOIN ` + hiddenTable + ` AS h ` + sameFigure + `) ORDER BY ALL`},
	{definitionTable, `SELECT kind, name, version, title_vi, title_en, declaration, known_from, known_to FROM records.definition ORDER BY kind, name, known_from`},
}
