package expr_test

import (
	"strings"
	"testing"

	"thidua/transform/expr"
)

func TestCompileRefuses(t *testing.T) {
	tests := []struct {
		name, source string
		offset       int
		message      string
		hint         string
	}{
		{"slip in a column", "age > sexx", 6, "unknown column sexx", "did you mean sex?"},
		{"letters swapped", "aeg > 1", 0, "unknown column aeg", "did you mean age?"},
		{"column of another case", "Age > 1", 0, "unknown column Age", "did you mean age?"},
		{"nothing near", "hospital = 1", 0, "unknown column hospital", ""},
		{"slip in a function", "lenght(sex) = 1", 0, "unknown function lenght", "did you mean length?"},
		{"text with number", "sex = 1", 4, "= cannot compare text with number", ""},
		{"date with text", "born_on < '2024-01-01'", 8, "< cannot compare date with text", ""},
		{"number in a list of text", "sex in ('1', 2)", 13, "in cannot compare text with number", ""},
		{"column in a list", "age in (1, days)", 11, "in takes a list of literals", "compare columns with = and or"},
		{"empty list", "age in ()", 4, "empty list", ""},
		{"order of booleans", "insured < true", 8, "< does not order booleans", "use =, != or not"},
		{"equal to null", "age = null", 4, "comparison with null is never true", "write is null or is not null"},
		{"null in a list", "null in (1)", 5, "comparison with null is never true", "write is null or is not null"},
		{"null alone", "null", 0, "null alone has no type", ""},
		{"number as condition", "insured and age", 12, "and takes a boolean, not a number", ""},
		{"not of text", "not sex", 4, "not takes a boolean, not a text", ""},
		{"sum with text", "age + sex", 6, "+ takes a number, not a text", ""},
		{"minus of a date", "-born_on", 1, "- takes a number, not a date", ""},
		{"division by zero", "age / 0.0 > 1", 4, "division by zero", ""},
		{"too many digits", "age * days * age > 1", 11, "numbers here may need more than 38 digits", "compare smaller terms, or declare narrower columns"},
		{"too many places", "rate * rate * rate * rate * rate", 26, "result has more than 18 decimal places", ""},
		{"long integer", "age < 9223372036854775808", 6, "number has too many digits", ""},
		{"long decimal", "age < 1234567890123456.789", 6, "number has too many digits", ""},
		{"point without digits", "age < 12.", 8, "number ends in a point", ""},
		{"exponent", "age < 1e5", 7, "letter inside a number", ""},
		{"no such day", "born_on > date '2023-02-29'", 10, "no such date", "write date 'YYYY-MM-DD'"},
		{"year zero", "born_on > date '0000-01-01'", 10, "no such date", "write date 'YYYY-MM-DD'"},
		{"short hour", "admitted_at > timestamp '2023-02-28 1:30'", 14, "no such timestamp", "write timestamp 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD HH:MM:SS'"},
		{"fraction of a second", "admitted_at > timestamp '2023-02-28 01:30:00.5'", 14, "no such timestamp", "write timestamp 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD HH:MM:SS'"},
		{"two comparisons", "1 < age < 9", 8, "unexpected < after a comparison", "put the comparison in parentheses"},
		{"is after a comparison", "age = 1 is null", 8, "unexpected is after a comparison", "put the comparison in parentheses"},
		{"not after an operator", "insured = not insured", 10, "not binds looser than the operator before it", "put parentheses around not …"},
		{"not without in", "age not 5", 8, "expected in or between, found number", ""},
		{"is without null", "age is 5", 7, "expected null, found number", ""},
		{"between without and", "age between 1 or 2", 14, "expected and, found or", ""},
		{"nothing", "", 0, "expected a value, found end of the expression", ""},
		{"unfinished", "age <", 5, "expected a value, found end of the expression", ""},
		{"bracket left open", "(age = 1", 8, "expected ), found end of the expression", ""},
		{"two expressions", "age = 1 days", 8, "unexpected days", ""},
		{"keyword as a value", "age = and", 6, "expected a value, found and", ""},
		{"statement end", "age = 1; drop", 7, "unexpected character ';'", ""},
		{"double quotes", `sex = "1"`, 6, `unexpected character '"'`, "text stands in single quotes"},
		{"typographic quotes", "sex = ‘1’", 6, "unexpected character '‘'", "text stands in single quotes"},
		{"comment", "age = 1 /* x */", 9, "expected a value, found *", ""},
		{"value never held", "channel = 'vnied'", 10, "channel never has this value", "its values are chip_id, vneid"},
		{"value never held, the other way round", "'chip' != channel", 0, "channel never has this value", "its values are chip_id, vneid"},
		{"value never held in a list", "channel in ('chip_id', null, 'card')", 29, "channel never has this value", "its values are chip_id, vneid"},
		{"open text", "sex = '1", 6, "text without closing quote", "a quote inside text is written twice"},
		{"control character", "sex = 'a\x00b'", 8, "control character in text", ""},
		{"broken encoding", "sex = '\xff'", 0, "expression is not valid UTF-8", ""},
		{"too long", strings.Repeat(" ", 5000), 4096, "expression is longer than 4096 bytes", ""},
		{"too deep", nested(64, "insured"), 64, "expression is deeper than 64 levels", ""},
		{"too many signs", strings.Repeat("- ", 70) + "age", 128, "expression is deeper than 64 levels", ""},
		{"sum too long", "age" + strings.Repeat("+1", 64), 129, "expression is deeper than 64 levels", ""},
		{"one argument", "starts_with(sex)", 0, "starts_with takes 2 arguments, not 1", "write starts_with(text, prefix text) → boolean"},
		{"wrong argument", "year(age)", 5, "year cannot take a number here", "write year(date or timestamp) → integer"},
		{"mixed coalesce", "coalesce(age, sex)", 14, "coalesce cannot mix number with text", ""},
		{"coalesce of one", "coalesce(age)", 0, "coalesce takes two arguments or more, one of them not null", ""},
		{"substring from zero", "substring(sex, 0, 1)", 15, "start and length of substring are literals from 1 to 4096", ""},
		{"substring of a column", "substring(sex, age, 1)", 15, "start and length of substring are literals from 1 to 4096", ""},
		{"pattern of a column", "matches(sex, sex)", 13, "the pattern of matches is a literal", ""},
		{"broken pattern", "matches(sex, '(a')", 13, "pattern is not a regular expression", ""},
		{"unbalanced pattern", "matches(sex, 'a)|(b')", 13, "pattern is not a regular expression", ""},
		{"anchored pattern", "matches(sex, '^a')", 13, "pattern has an anchor", "the whole text has to match anyway"},
		{"pattern with flags", "matches(sex, '(?i)a')", 13, "pattern has flags or a named class, which are not allowed", ""},
		{"pattern of Unicode classes", `matches(sex, '\p{L}+')`, 13, "pattern has an escape that is not allowed", `allowed are \d \w \s, their capitals, and punctuation`},
		{"pattern that explodes", "matches(sex, '(?:[a-z]{99}){99}')", 13, "pattern is not a regular expression", ""},
		{"pattern too large", "matches(sex, '(?:abcdefghijkl){999}')", 13, "pattern repeats too much", ""},
		{"pattern too long", "matches(sex, '" + strings.Repeat("a", 300) + "')", 13, "pattern is longer than 256 bytes", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := refusal(t, test.source)
			if want := (expr.Error{Offset: test.offset, Message: test.message, Hint: test.hint}); *got != want {
				t.Errorf("%.80s\ngot  %+v\nwant %+v", test.source, *got, want)
			}
		})
	}
}

func TestErrorSaysWhereAndWhat(t *testing.T) {
	if got, want := refusal(t, "age>sexx").Error(), "unknown column sexx at 4; did you mean sex?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := refusal(t, "hospital").Error(), "unknown column hospital at 0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
