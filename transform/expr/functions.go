package expr

import (
	"slices"
	"time"
)

// Function documents one function of the language.
type Function struct {
	Name string
	// Signature shows the arguments and the result.
	Signature string
	// Doc is one sentence, for a manual.
	Doc string
}

// build makes the term of a call; the kinds of its arguments are checked.
type build func(at int, arguments []*term) (*term, *Error)

// definition is a function with the kinds it accepts at each place, and what
// makes it. Without kinds it checks its arguments itself.
type definition struct {
	Function
	kinds [][]kind
	build build
}

var (
	onlyText   = []kind{text}
	onlyNumber = []kind{number}
	onlyDate   = []kind{date}
	calendar   = []kind{date, timestamp}
)

// definitions is the closed list of functions, in the order of the manual.
var definitions = [...]definition{
	{
		Function{"coalesce", "coalesce(a, b, …) → a", "The first argument that is not null; all are of one type."},
		nil, coalesce,
	},
	{
		Function{"length", "length(text) → integer", "How many characters (Unicode code points) the text has."},
		[][]kind{onlyText},
		lengthOf,
	},
	{
		Function{"starts_with", "starts_with(text, prefix text) → boolean", "Whether the text begins with the prefix, letter for letter."},
		[][]kind{onlyText, onlyText},
		startsWith,
	},
	{
		Function{"substring", "substring(text, start, length) → text", "So many characters from the place start, which counts from 1; both are literals."},
		[][]kind{onlyText, onlyNumber, onlyNumber},
		substring,
	},
	{
		Function{"matches", "matches(text, 'pattern') → boolean", "Whether the whole text matches the regular expression, a literal in the common part of RE2."},
		[][]kind{onlyText, onlyText},
		matches,
	},
	{
		Function{"abs", "abs(number) → number", "The number without its sign."},
		[][]kind{onlyNumber},
		absolute,
	},
	{
		Function{"year", "year(date or timestamp) → integer", "The civil year."},
		[][]kind{calendar},
		datePart("year", -1<<24, 1<<24, time.Time.Year),
	},
	{
		Function{"month", "month(date or timestamp) → integer", "The month, from 1 to 12."},
		[][]kind{calendar},
		datePart("month", 1, 12, func(t time.Time) int { return int(t.Month()) }),
	},
	{
		Function{"day", "day(date or timestamp) → integer", "The day of the month, from 1 to 31."},
		[][]kind{calendar},
		datePart("day", 1, 31, time.Time.Day),
	},
	{
		Function{"date_of", "date_of(date or timestamp) → date", "The day in which the timestamp falls."},
		[][]kind{calendar},
		dateOf,
	},
	{
		Function{"days_between", "days_between(from date, to date) → integer", "How many days to lies after from; negative where it lies before."},
		[][]kind{onlyDate, onlyDate},
		daysBetween,
	},
}

// Functions lists every function of the language.
func Functions() []Function {
	list := make([]Function, len(definitions))
	for i, d := range definitions {
		list[i] = d.Function
	}
	return list
}

// call makes the term of a function.
func call(tree *syntax, arguments []*term) (*term, *Error) {
	names := make([]string, len(definitions))
	for i, d := range definitions {
		if d.Name == tree.text {
			if err := d.accept(tree.at, arguments); err != nil {
				return nil, err
			}
			return d.build(tree.at, arguments)
		}
		names[i] = d.Name
	}
	return nil, problem(tree.at, "unknown function %s", tree.text).suggest(tree.text, names)
}

// accept fails where an argument is missing, too many or of another kind.
func (d definition) accept(at int, arguments []*term) *Error {
	if d.kinds == nil {
		return nil
	}
	if len(arguments) != len(d.kinds) {
		return problem(at, "%s takes %d arguments, not %d", d.Name, len(d.kinds), len(arguments)).hinted("write %s", d.Signature)
	}
	for i, argument := range arguments {
		if !slices.Contains(d.kinds[i], argument.kind) {
			return problem(argument.at, "%s cannot take a %s here", d.Name, argument.kind).hinted("write %s", d.Signature)
		}
	}
	return nil
}
