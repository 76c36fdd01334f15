// Package record says what a record is, a set of named texts as a format found
// them in a payload, and how a job's mapping turns it into the row of a dataset.
package record

// Layout lists what a job reads from its payloads: for each kind of record the
// names of the fields, each once. A format delivers a field's text at the index
// it has here, and nothing that is not listed.
type Layout struct {
	Kinds []Kind
}

// Kind is one kind of record: a part of a claim file (XML1), a sheet, the items
// under a JSON path. Head marks the kind whose record keys the dossier.
type Kind struct {
	Name   string
	Fields []string
	Head   bool
}

// Record is one record of a payload as text. Fields has one entry per field of
// its kind in the layout: nil where the field is absent, empty or blank. Fields
// and their bytes belong to the format and are valid until the visitor returns.
type Record struct {
	Kind   int
	Fields [][]byte
	// Line is the number of the record in its part, from 1, or that of the row of a
	// table as people see it.
	Line int32
}
