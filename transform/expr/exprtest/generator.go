package exprtest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"thidua/transform/expr"
	"thidua/transform/value"
)

// generator writes random expressions that are well typed over its columns.
type generator struct {
	random  *rand.Rand
	columns []expr.Column
}

// oneOf calls one of the productions.
func (g *generator) oneOf(productions ...func() string) string {
	return productions[g.random.IntN(len(productions))]()
}

func (g *generator) choice(words ...string) string { return words[g.random.IntN(len(words))] }

// any writes an expression of any kind, most often a condition.
func (g *generator) any(depth int) string {
	condition := func() string { return g.condition(depth) }
	return g.oneOf(condition, condition, condition, condition,
		func() string { return g.number(depth) },
		func() string { return g.text(depth) },
		func() string { return g.date(depth) },
		func() string { return g.timestamp(depth) })
}

// column picks a column of one of the kinds, if there is one.
func (g *generator) column(kinds ...value.Kind) (string, bool) {
	var names []string
	for _, column := range g.columns {
		for _, kind := range kinds {
			if column.Type.Kind == kind {
				names = append(names, column.Name)
			}
		}
	}
	if len(names) == 0 {
		return "", false
	}
	return g.choice(names...), true
}

// leaf is a column of the kinds or, at times, a literal.
func (g *generator) leaf(literal func() string, kinds ...value.Kind) string {
	if name, found := g.column(kinds...); found && g.random.IntN(4) > 0 {
		return name
	}
	return literal()
}

func (g *generator) condition(depth int) string {
	if depth == 0 {
		return g.leaf(func() string { return g.choice("true", "false") }, value.Boolean)
	}
	connective := func() string {
		return fmt.Sprintf("(%s %s %s)", g.condition(depth-1), g.choice("and", "or", "AND", "OR"), g.condition(depth-1))
	}
	return g.oneOf(connective, connective,
		func() string { return "not (" + g.condition(depth-1) + ")" },
		func() string { return g.comparison(depth - 1) },
		func() string { return g.comparison(depth - 1) },
		func() string { return g.membership(depth - 1) },
		func() string { return g.between(depth - 1) },
		func() string { return "(" + g.any(depth-1) + ")" + g.choice(" is null", " is not null") },
		func() string { return fmt.Sprintf("starts_with(%s, %s)", g.text(depth-1), g.text(depth-1)) },
		func() string { return fmt.Sprintf("matches(%s, %s)", g.text(depth-1), g.choice(patterns[:]...)) },
		func() string { return fmt.Sprintf("coalesce(%s, %s)", g.condition(depth-1), g.condition(depth-1)) })
}

var patterns = [...]string{`'.*'`, `'[a-z]+'`, `'\w+'`, `'[^\d]*'`, `'.{2}'`, `'(?:a|b)*.?'`, `'\D\s?\S*'`, `'[Đđ].+'`}

// pair writes two operands that can be compared.
func (g *generator) pair(depth int) (string, string) {
	switch g.random.IntN(6) {
	case 0, 1:
		return g.number(depth), g.number(depth)
	case 2:
		return g.text(depth), g.text(depth)
	case 3:
		return g.date(depth), g.date(depth)
	case 4:
		return g.timestamp(depth), g.timestamp(depth)
	default:
		return g.date(depth), g.timestamp(depth)
	}
}

func (g *generator) comparison(depth int) string {
	if g.random.IntN(8) == 0 {
		return fmt.Sprintf("(%s) %s (%s)", g.condition(depth), g.choice("=", "!="), g.condition(depth))
	}
	left, right := g.pair(depth)
	return fmt.Sprintf("%s %s %s", left, g.choice("=", "!=", "<>", "<", "<=", ">", ">="), right)
}

func (g *generator) between(depth int) string {
	left, low := g.pair(depth)
	return fmt.Sprintf("%s %s %s and %s", left, g.choice("between", "not between"), low, low)
}

func (g *generator) membership(depth int) string {
	subject, literal := g.number(depth), g.numberLiteral
	switch g.random.IntN(4) {
	case 0:
		subject, literal = g.text(depth), g.textLiteral
	case 1:
		subject, literal = g.date(depth), g.dateLiteral
	case 2:
		subject, literal = g.timestamp(depth), g.timestampLiteral
	}
	list := make([]string, 1+g.random.IntN(12))
	for i := range list {
		list[i] = literal()
		if g.random.IntN(15) == 0 {
			list[i] = "null"
		}
	}
	list[0] = literal()
	return fmt.Sprintf("%s %s (%s)", subject, g.choice("in", "not in"), strings.Join(list, ", "))
}

func (g *generator) number(depth int) string {
	leaf := func() string { return g.leaf(g.numberLiteral, value.Integer, value.Decimal) }
	if depth == 0 {
		return leaf()
	}
	return g.oneOf(leaf, leaf,
		func() string {
			return fmt.Sprintf("(%s %s %s)", g.number(depth-1), g.choice("+", "-", "*", "/"), g.number(0))
		},
		func() string { return "- " + g.number(depth-1) },
		func() string { return "abs(" + g.number(depth-1) + ")" },
		func() string { return "length(" + g.text(depth-1) + ")" },
		func() string { return g.choice("year", "month", "day") + "(" + g.date(depth-1) + ")" },
		func() string { return g.choice("year", "month", "day") + "(" + g.timestamp(depth-1) + ")" },
		func() string { return fmt.Sprintf("days_between(%s, %s)", g.date(depth-1), g.date(depth-1)) },
		func() string { return fmt.Sprintf("coalesce(%s, %s)", g.number(depth-1), g.number(0)) })
}

func (g *generator) numberLiteral() string {
	return g.choice("0", "1", "-1", "2", "100", "0.5", "-0.25", "12.50", "0.0001", "99999999.99", "9223372036854775807", strconv.Itoa(g.random.IntN(200)))
}

func (g *generator) text(depth int) string {
	leaf := func() string { return g.leaf(g.textLiteral, value.Text, value.Key) }
	if depth == 0 {
		return leaf()
	}
	return g.oneOf(leaf, leaf, leaf,
		func() string {
			return fmt.Sprintf("substring(%s, %d, %d)", g.text(depth-1), 1+g.random.IntN(4), 1+g.random.IntN(4))
		},
		func() string { return fmt.Sprintf("coalesce(%s, %s)", g.text(depth-1), g.text(depth-1)) })
}

// textLiteral draws from the texts of rows, without control characters.
func (g *generator) textLiteral() string {
	drawn := texts[g.random.IntN(len(texts))]
	return "'" + strings.ReplaceAll(strings.Trim(strings.ReplaceAll(drawn, "\n", ""), "\t"), "'", "''") + "'"
}

func (g *generator) date(depth int) string {
	leaf := func() string { return g.leaf(g.dateLiteral, value.Date) }
	if depth == 0 {
		return leaf()
	}
	return g.oneOf(leaf, leaf,
		func() string { return "date_of(" + g.timestamp(depth-1) + ")" },
		func() string { return fmt.Sprintf("coalesce(%s, %s)", g.date(depth-1), g.date(depth-1)) })
}

func (g *generator) dateLiteral() string {
	const last = 2_932_896 // 9999-12-31: literals have years of four digits
	day := min(last, randomValue(g.random, value.Type{Kind: value.Date}).Int)
	return "date '" + time.Unix(day*86_400, 0).UTC().Format("2006-01-02") + "'"
}

func (g *generator) timestamp(depth int) string {
	leaf := func() string { return g.leaf(g.timestampLiteral, value.Timestamp) }
	if depth == 0 {
		return leaf()
	}
	return g.oneOf(leaf, leaf, func() string {
		return fmt.Sprintf("coalesce(%s, %s)", g.timestamp(depth-1), g.timestamp(depth-1))
	})
}

func (g *generator) timestampLiteral() string {
	instant := randomValue(g.random, value.Type{Kind: value.Timestamp}).Int
	return "timestamp '" + time.UnixMicro(instant).UTC().Format(g.choice("2006-01-02 15:04", "2006-01-02 15:04:05")) + "'"
}
