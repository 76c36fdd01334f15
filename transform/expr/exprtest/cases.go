// Package exprtest makes expressions and rows on which every back end of
// package expr has to agree. The database cannot be imported here, so the test
// that holds Eval against it stands beside the warehouse and draws its cases
// from this package.
package exprtest

import (
	"math/rand/v2"

	"thidua/transform/expr"
	"thidua/transform/value"
)

// Case is a table and the expressions to evaluate on each of its rows.
type Case struct {
	// Name is that of the column set.
	Name    string
	Columns []expr.Column
	Rows    [][]value.Value
	// Sources are well typed over the columns, but a few of the random ones may
	// need more digits than numbers have, which Compile then says.
	Sources []string
}

// How much is drawn for each column set.
const (
	rowCount    = 120
	randomCount = 2000
	randomDepth = 3
)

// Cases makes the same cases every time.
func Cases() []Case {
	random := rand.New(rand.NewPCG(2022, 614))
	var cases []Case
	for _, set := range columnSets {
		c := Case{Name: set.name, Columns: set.columns, Sources: append([]string(nil), set.sources...)}
		for range rowCount {
			c.Rows = append(c.Rows, randomRow(random, set.columns))
		}
		g := &generator{random: random, columns: set.columns}
		for range randomCount {
			c.Sources = append(c.Sources, g.any(randomDepth))
		}
		cases = append(cases, c)
	}
	return cases
}

// columnSet is a table with the expressions that chance would not find.
type columnSet struct {
	name    string
	columns []expr.Column
	sources []string
}

func decimal(precision, scale uint8) value.Type {
	return value.Type{Kind: value.Decimal, Precision: precision, Scale: scale}
}

// The second set has names that are words of SQL, and decimals at the edges of
// their widths.
var columnSets = [...]columnSet{
	{
		name: "visits",
		columns: []expr.Column{
			{Name: "sex", Type: value.Type{Kind: value.Text}},
			{Name: "ward", Type: value.Type{Kind: value.Text}},
			{Name: "card_key", Type: value.Type{Kind: value.Key}},
			{Name: "age", Type: value.Type{Kind: value.Integer}},
			{Name: "days", Type: value.Type{Kind: value.Integer}},
			{Name: "total", Type: decimal(18, 2)},
			{Name: "rate", Type: decimal(5, 4)},
			{Name: "price", Type: decimal(10, 3)},
			{Name: "insured", Type: value.Type{Kind: value.Boolean}},
			{Name: "referred", Type: value.Type{Kind: value.Boolean}},
			{Name: "born_on", Type: value.Type{Kind: value.Date}},
			{Name: "card_from_on", Type: value.Type{Kind: value.Date}},
			{Name: "admitted_at", Type: value.Type{Kind: value.Timestamp}},
			{Name: "discharged_at", Type: value.Type{Kind: value.Timestamp}},
		},
		sources: visitSources,
	},
	{
		name: "words",
		columns: []expr.Column{
			{Name: "select", Type: value.Type{Kind: value.Integer}},
			{Name: "Order", Type: value.Type{Kind: value.Text}},
			{Name: "date", Type: value.Type{Kind: value.Date}},
			{Name: "timestamp", Type: value.Type{Kind: value.Timestamp}},
			{Name: "year", Type: value.Type{Kind: value.Integer}},
			{Name: "union", Type: value.Type{Kind: value.Boolean}},
			{Name: "all_fraction", Type: decimal(18, 18)},
			{Name: "all_whole", Type: decimal(18, 0)},
			{Name: "middle", Type: decimal(18, 9)},
			{Name: "digit", Type: decimal(1, 1)},
		},
		sources: wordSources,
	},
}

var visitSources = []string{
	"discharged_at is null or admitted_at <= discharged_at",
	"sex in ('1', '2', null)",
	"sex not in ('1', '2', null)",
	"sex in (null)",
	"age in (1, null, 2.5, -9223372036854775808)",
	"age not in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)",
	"rate in (0.5, 0.25, 0.00005)",
	"total in (0, 12.5, 0.000000000000000001)",
	"insured in (true, null)",
	"born_on in (date '1970-01-01', timestamp '2024-02-29 00:00')",
	"admitted_at in (date '1970-01-01', timestamp '2024-02-29 00:00', null)",
	"null and insured", "null or insured", "not null", "not insured or null",
	"coalesce(null, sex) = 'x'", "coalesce(sex, null)", "coalesce(card_key, card_key)", "coalesce(total, 0) >= 0",
	"coalesce(age, total, rate)", "coalesce(insured, false)", "coalesce(born_on, date '2000-01-01')",
	"length('Đặng Thị Hường')", "length('')", "length('e\u0309\u00a0x')", "starts_with('abc', 'ab')",
	"substring('Nguyễn', 4, 2)", "substring(ward, 2, 3)", "substring(ward, 4096, 4096)", "length(substring(ward, 1, 1))",
	"matches(ward, '.*')", "matches(ward, '.')", "matches(ward, '[^a-z]+')", "matches(ward, '\\w*')", "matches(ward, '(a|ab)(c|bcd)?')",
	"matches(ward, '\\S*\\s\\S*')", "matches(ward, '[Đđ].*|Hà.*')", "matches(ward, '')", "matches(ward, '[]x]|[^]x]*')", "matches('abab', '(?:ab){2}')",
	"matches(card_key, '[A-Z]{2}\\d{1,13}')", "matches(ward, 'a{,2}')", "matches(ward, '.{3}')", "matches(ward, '\\d+\\.\\d*?')", "matches(ward, '\\W+')",
	"ward < 'Z'", "ward >= 'đ'", "ward = 'Hà Nội'", "ward = 'it''s; -- /* $$ \\'", "ward < sex",
	"abs(age)", "-age", "- - age", "-(-(5))", "abs(-age) = age", "age = -9223372036854775808", "age > 9223372036854775807", "-9223372036854775808",
	"age + days", "age - days", "age * days", "age / days", "days / 7", "age / -1", "age / (days * 3)", "days / (age * 1000003)", "-age / (days * age)", "age * days / 3", "age * -1 + days", "(age - days) * 2 / 3",
	"total * rate", "total * rate = total", "total / rate", "total / 3 * 3 = total", "rate / total", "price * 3 - total", "total - 0.01 <= price * rate",
	"0.1 * 3 = 0.3", "12.50", "-0.05", "7", "1 / 3", "-1 / 3", "10 / 4 = 2.5", "age / days >= 0.9", "age < 0.5", "age >= rate",
	"total between price and age", "not (age between 1 and 90)", "admitted_at between born_on and date '2024-12-31'", "insured = referred", "insured != true",
	"year(born_on)", "month(admitted_at)", "day(admitted_at)", "year(date '0001-01-01')", "date_of(admitted_at) = born_on", "date_of(born_on)",
	"days_between(born_on, date_of(admitted_at)) / 365", "days_between(card_from_on, born_on) < 0", "days_between(date '2024-02-28', date '2024-03-01')",
	"born_on <= admitted_at", "admitted_at = born_on", "admitted_at >= date '2022-06-14'", "born_on < timestamp '2022-06-14 00:00:01'",
	"(insured is null) = (referred is null)", "null is null", "total is not null", "age / days is null", "sex", "card_key", "born_on", "admitted_at", "insured", "total",
	"true", "date '9999-12-31'", "timestamp '1969-12-31 23:59:59'", "'text'",
}

var wordSources = []string{
	"select > 0 or union", "Order = 'x' and date is not null", "date < timestamp", "date = date '2024-01-01'", "year = year(date)",
	"timestamp <= timestamp '2024-01-01 12:30'", "all_fraction < select", "all_whole > all_fraction", "all_fraction * all_fraction < middle",
	"all_whole * all_whole", "all_whole * middle", "middle * middle", "middle + all_fraction", "all_fraction", "digit * digit", "digit in (0.1, 0.9)", "-all_fraction",
	"abs(middle) / digit", "middle / all_whole", "coalesce(digit, all_fraction)", "select * select - year * year", "all_whole = select", "middle = all_whole", "select / year > middle",
	"digit / 3", "digit + digit", "abs(digit) + 0.5 > 1", "all_whole / all_whole", "digit * 2 / 7 - 0.25",
}
