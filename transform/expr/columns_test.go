package expr_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"thidua/transform/expr"
	"thidua/transform/value"
)

// columns are those of every test here.
var columns = []expr.Column{
	{Name: "sex", Type: value.Type{Kind: value.Text}},
	{Name: "age", Type: value.Type{Kind: value.Integer}},
	{Name: "days", Type: value.Type{Kind: value.Integer}},
	{Name: "total", Type: value.Type{Kind: value.Decimal, Precision: 18, Scale: 2}},
	{Name: "rate", Type: value.Type{Kind: value.Decimal, Precision: 5, Scale: 4}},
	{Name: "insured", Type: value.Type{Kind: value.Boolean}},
	{Name: "born_on", Type: value.Type{Kind: value.Date}},
	{Name: "admitted_at", Type: value.Type{Kind: value.Timestamp}},
	{Name: "card_key", Type: value.Type{Kind: value.Key}},
	{Name: "channel", Type: value.Type{Kind: value.Text}, Values: []string{"chip_id", "vneid"}},
}

// cells names the cells of a row that are not NULL.
type cells map[string]value.Value

// row puts cells in the order of the columns.
func (c cells) row() []value.Value {
	row := make([]value.Value, len(columns))
	for i, column := range columns {
		row[i] = c[column.Name]
	}
	return row
}

func text(s string) value.Value { return value.OfText([]byte(s)) }

func day(s string) value.Value {
	parsed, err := time.Parse("2006-01-02", s)
	if err != nil {
		return value.Value{}
	}
	return value.OfInt(parsed.Unix() / 86_400)
}

func instant(s string) value.Value {
	parsed, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		return value.Value{}
	}
	return value.OfInt(parsed.UnixMicro())
}

func compile(t testing.TB, source string) *expr.Expr {
	t.Helper()
	compiled, err := expr.Compile(source, columns)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return compiled
}

// refusal returns the error of a source that must not compile.
func refusal(t *testing.T, source string) *expr.Error {
	t.Helper()
	_, err := expr.Compile(source, columns)
	var refused *expr.Error
	if !errors.As(err, &refused) {
		t.Fatalf("%.80s: error %v is no *expr.Error", source, err)
	}
	return refused
}

// nested writes so many opening and closing brackets around a word.
func nested(count int, word string) string {
	return strings.Repeat("(", count) + word + strings.Repeat(")", count)
}
