package csv

import (
	"slices"
	"strings"

	"thidua/ingest/format/charset"
	"thidua/ingest/format/tabular"
	"thidua/transform/declaration"
)

// Config is the format block of a job that reads separated text. The zero value of
// each field stands for its default.
type Config struct {
	tabular.Config `yaml:",inline"`
	// Delimiter is one of the characters of delimiters, or tab.
	Delimiter string `yaml:"delimiter,omitempty" jsonschema_description:"what separates cells: , ; | or tab; default: told from the header"`
	// Encoding is one of charset.Names. A byte order mark outranks it.
	Encoding string `yaml:"encoding,omitempty" jsonschema:"enum=utf-8,enum=utf-16le,enum=utf-16be,enum=windows-1258,enum=tcvn3,enum=vni,enum=mojibake" jsonschema_description:"encoding of the text; default: told from its letters"`
	// Quote is the character that a cell with a delimiter or line break in it stands
	// between.
	Quote string `yaml:"quote,omitempty" jsonschema_description:"what a cell stands between that holds delimiters or line breaks; none where nothing is quoted; default the double quotation mark"`
	// Surplus says what becomes of a row with more cells than the header.
	Surplus string `yaml:"surplus,omitempty" jsonschema:"enum=fault,enum=join" jsonschema_description:"what becomes of a row with more cells than the header: fault (it is set aside, the default) or join (the surplus belongs to the last column, whose commas nobody quoted)"`
}

const (
	surplusFault = "fault"
	surplusJoin  = "join"

	quoteNone    = "none"
	defaultQuote = '"'
	tabName      = "tab"
)

// delimiters are those that can be told from the header, the likeliest first.
const delimiters = ",;\t|"

// check returns the problems of c.
func (c Config) check() error {
	var p declaration.Problems
	c.Config.Check(&p)
	delimiter, ok := delimiterOf(c.Delimiter)
	if c.Delimiter != "" && !ok {
		p.Add("$.delimiter", "not a delimiter", `write ",", ";", "|" or tab, or leave it out to have it told from the header`)
	}
	if c.Encoding != "" && !charset.Charset(c.Encoding).Known() {
		p.Add("$.encoding", "unknown encoding", "write one of "+strings.Join(charset.Names(), ", ")+", or leave it out to have it told from the text")
	}
	if quote, ok := c.quote(); !ok || quote == delimiter && quote != 0 {
		p.Add("$.quote", "not a quotation mark", "write one sign that is no letter, digit, blank or delimiter, or none")
	}
	if !slices.Contains([]string{"", surplusFault, surplusJoin}, c.Surplus) {
		p.Add("$.surplus", "unknown way to deal with surplus cells", "write fault or join")
	}
	return p.Err()
}

// quote returns the quotation mark, zero where nothing is quoted.
func (c Config) quote() (byte, bool) {
	switch {
	case c.Quote == "":
		return defaultQuote, true
	case c.Quote == quoteNone:
		return 0, true
	}
	ok := len(c.Quote) == 1 && strings.Contains("\"'`~^$#%!", c.Quote)
	return c.Quote[0], ok
}

// delimiterOf returns the delimiter of a name.
func delimiterOf(name string) (byte, bool) {
	if name == tabName {
		return '\t', true
	}
	if len(name) != 1 || !strings.Contains(delimiters, name) {
		return 0, false
	}
	return name[0], true
}

// nameOf returns the name of a delimiter.
func nameOf(delimiter byte) string {
	if delimiter == '\t' {
		return tabName
	}
	return string(rune(delimiter))
}
