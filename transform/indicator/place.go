package indicator

import "fmt"

// Places returns the statement that tells, for every code of a facility, commune,
// district or province, the units it belonged to, span of days by span of days. Its
// columns are kind, code, from_on, to_on, list, province, district, commune and
// facility.
//
// A code means what its row says between the row's days. Before the first row of a
// code its first one holds, for the tables begin late; after the last row, and in a
// gap, nothing does.
func Places(rows func(dataset string) string) string {
	return fmt.Sprintf(placesStatement, rows("facility"), rows("area"))
}

// Boundaries are few, so everything is looked up on the first day of each span
// between two of them: nothing changes within one.
const placesStatement = `
WITH facility_row AS (SELECT code, area_code, area_list, province_code, valid_from AS a, coalesce(valid_to, DATE '9999-12-31') AS b FROM %[1]s),
area_row AS (SELECT code, list, level, parent_code, province_code, valid_from AS a, coalesce(valid_to, DATE '9999-12-31') AS b FROM %[2]s),
bound AS (SELECT DISTINCT unnest([a, b + 1]) AS d FROM (SELECT a, b - CAST(b = DATE '9999-12-31' AS INTEGER) AS b FROM (SELECT a, b FROM facility_row UNION ALL SELECT a, b FROM area_row))),
span AS (SELECT d AS from_on, coalesce(lead(d) OVER (ORDER BY d) - 1, DATE '9999-12-31') AS to_on FROM bound),
area_span AS (SELECT s.from_on, s.to_on, r.* FROM area_row AS r JOIN span AS s ON s.from_on BETWEEN r.a AND r.b),
province AS (SELECT 'province' AS kind, code, from_on, to_on, list, code AS province, NULL::VARCHAR AS district, NULL::VARCHAR AS commune, NULL::VARCHAR AS facility FROM area_span WHERE level = 'province'),
district AS (SELECT 'district' AS kind, code, from_on, to_on, list, province_code AS province, code AS district, NULL::VARCHAR AS commune, NULL::VARCHAR AS facility FROM area_span WHERE level = 'district'),
commune AS (SELECT 'commune' AS kind, c.code, c.from_on, c.to_on, c.list, c.province_code AS province, d.code AS district, c.code AS commune, NULL::VARCHAR AS facility
	FROM area_span AS c LEFT JOIN area_span AS d ON c.level = 'commune' AND d.level = 'district' AND d.code = c.parent_code AND d.list = c.list AND d.from_on = c.from_on WHERE c.level = 'commune'),
facility AS (SELECT 'facility' AS kind, f.code, s.from_on, s.to_on, f.area_list AS list, f.province_code AS province, c.district, f.area_code AS commune, f.code AS facility
	FROM facility_row AS f JOIN span AS s ON s.from_on BETWEEN f.a AND f.b
	LEFT JOIN commune AS c ON c.code = f.area_code AND c.list = f.area_list AND c.from_on = s.from_on),
everything AS (FROM province UNION ALL FROM district UNION ALL FROM commune UNION ALL FROM facility)
SELECT kind, code, CASE WHEN row_number() OVER (PARTITION BY kind, code ORDER BY from_on) = 1 THEN DATE '0001-01-01' ELSE from_on END AS from_on,
	to_on, list, province, district, commune, facility FROM everything`
