package record

// Declaration says how the records of one kind become the rows of one dataset.
type Declaration struct {
	// From is the kind of record, such as XML1.
	From string `yaml:"from" jsonschema:"required" jsonschema_description:"kind of record in the payload, such as XML1"`
	// Match names a field that repeats the dossier's own key. A line that holds
	// another one belongs elsewhere and is rejected.
	Match   string           `yaml:"match,omitempty" jsonschema_description:"field that repeats the key of the dossier in each line"`
	Columns map[string]Field `yaml:"columns" jsonschema:"required" jsonschema_description:"column of the dataset to where it comes from"`
	// Skip says which records the job has no use for, such as doses that are only
	// planned: those whose row makes it true. They are counted as skipped; a head
	// takes its dossier with it.
	Skip string `yaml:"skip,omitempty" jsonschema_description:"expression over the columns; records for which it is true are left out and counted"`
}

// Field says where the value of a column comes from. Exactly one of Field,
// FirstOf, Join, Envelope, Const and Parent is set; the others shape its text.
type Field struct {
	Field    string   `yaml:"field,omitempty" jsonschema_description:"name of the field"`
	FirstOf  []string `yaml:"first_of,omitempty" jsonschema_description:"the first of these fields that is not blank"`
	Join     []string `yaml:"join,omitempty" jsonschema_description:"fields joined to one identifier; blank where one is blank"`
	Envelope string   `yaml:"envelope,omitempty" jsonschema_description:"field of the payload's envelope"`
	Const    string   `yaml:"const,omitempty" jsonschema_description:"the same text for every row"`
	Parent   string   `yaml:"parent,omitempty" jsonschema_description:"column of the dossier's head row"`

	// Split takes one part of a list, counted from 1.
	Split *Split `yaml:"split,omitempty"`
	// Slice takes some of the characters.
	Slice *Slice `yaml:"slice,omitempty"`
	// Map translates codes. A code that is not in it cannot be trusted.
	Map map[string]string `yaml:"map,omitempty" jsonschema_description:"code in the source to code in the dataset"`
	// Lookup replaces a code by a column of a reference table.
	Lookup *Lookup `yaml:"lookup,omitempty"`
	// As names a reading other than the column's own, such as year of a date.
	As string `yaml:"as,omitempty" jsonschema_description:"reading of the text: see normalise.Readings"`
}

// Split takes part Take, counted from 1, of a text separated by By.
type Split struct {
	By   string `yaml:"by" jsonschema:"required"`
	Take int    `yaml:"take" jsonschema:"required,minimum=1"`
}

// Slice takes Length characters from character From on, counted from 1.
type Slice struct {
	From   int `yaml:"from" jsonschema:"required,minimum=1"`
	Length int `yaml:"length" jsonschema:"required,minimum=1"`
}

// Lookup finds the row of a reference table by its code, or by a text such as its
// name: compared as labels are, and only where one row alone has it.
type Lookup struct {
	Table  string `yaml:"table" jsonschema:"required"`
	By     string `yaml:"by,omitempty" jsonschema_description:"column that is compared; the code of the table where not stated"`
	Column string `yaml:"column" jsonschema:"required" jsonschema_description:"column that is taken"`
}
