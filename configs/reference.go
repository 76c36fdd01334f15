package configs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/record"
)

// Reference is a reference table: a dataset whose rows come with the
// configuration, in a CSV file beside its declaration.
type Reference struct {
	Dataset *dataset.Dataset
	// Key are the columns that tell rows apart, the code first. A code alone need
	// not: codes are used again after a reform.
	Key []string
	// Rows have one text per column of the dataset, in its order; empty is NULL.
	Rows [][]string
}

// ReferenceDeclaration is a reference table as its YAML file states it.
type ReferenceDeclaration struct {
	dataset.Declaration `yaml:",inline"`

	Key  []string `yaml:"key" jsonschema:"required" jsonschema_description:"columns that tell rows apart, the code first"`
	Rows string   `yaml:"rows" jsonschema:"required" jsonschema_description:"CSV file beside this one: comma, UTF-8, a header with the names of the columns in order"`
}

// Table returns the rows by code, the first column of the key. Of rows that share
// a code the last in the file stands.
func (r Reference) Table() record.Table {
	t := record.Table{Columns: r.Dataset.ColumnNames(), Rows: make(map[string][]string, len(r.Rows))}
	code, ok := r.Dataset.Index(r.Key[0])
	if !ok {
		return t
	}
	for _, row := range r.Rows {
		t.Rows[row[code]] = row
	}
	return t
}

// loadReference decodes a declaration and reads its rows.
func (l *loader) loadReference(d *document) {
	var stated ReferenceDeclaration
	l.broken[stem(d.file)] = true
	if !d.decode(d.root, &stated, &l.found) {
		return
	}
	l.checkName(d, "$.dataset", stated.Dataset)
	compiled, err := dataset.Compile(stated.Declaration)
	if err != nil {
		l.addProblems(d, err)
		return
	}
	l.later.referring = append(l.later.referring, referring{d, stated.Columns})
	ref := Reference{Dataset: compiled, Key: stated.Key}
	if len(stated.Key) == 0 {
		l.found.add(d, d.at("$.key"), "a reference table needs a key", "name its code column first")
		return
	}
	for i, name := range stated.Key {
		if _, ok := compiled.Index(name); !ok {
			l.found.add(d, d.at(fmt.Sprintf("$.key[%d]", i)), fmt.Sprintf("dataset %s has no column %q", compiled.Name, name), declaration.Hint(name, compiled.ColumnNames()))
			return
		}
	}
	rows, ok := l.references[stated.Rows]
	if !ok {
		l.found.add(d, d.at("$.rows"), fmt.Sprintf("there is no file %q beside the declaration", stated.Rows), declaration.Hint(stated.Rows, csvNames(l.references)))
		return
	}
	if ref.Rows, ok = l.readRows(rows, ref); ok {
		delete(l.broken, stem(d.file))
		l.set.References = append(l.set.References, ref)
	}
}

// readRows reads a CSV file whose header names the columns in order. Problems
// name the place, never what stands there.
func (l *loader) readRows(f file, ref Reference) ([][]string, bool) {
	d := &document{file: f.name, builtIn: f.builtIn}
	before := len(l.found)
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(f.text, []byte("\ufeff"))))
	header, err := r.Read()
	if want := ref.Dataset.ColumnNames(); err != nil || !slices.Equal(header, want) {
		l.found.add(d, nil, "the header does not name the columns in order", "write "+strings.Join(want, ","))
		return nil, false
	}
	check := newRowCheck(ref)
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			l.addAt(d, wrong.Line, max(wrong.Column, 1), wrong.Err.Error())
			return nil, false
		}
		if err != nil {
			l.found.add(d, nil, err.Error(), "")
			return nil, false
		}
		line, column := r.FieldPos(0)
		if message := check.judge(row); message != "" {
			l.addAt(d, line, column, message)
		}
		rows = append(rows, row)
	}
	return rows, len(l.found) == before
}

func (l *loader) addAt(d *document, line, column int, message string) {
	l.found = append(l.found, &Error{File: d.file, BuiltIn: d.builtIn, Line: line, Column: column, Message: message})
}

// rowCheck holds rows against what their table demands.
type rowCheck struct {
	ref  Reference
	key  []int
	seen map[string]bool
}

func newRowCheck(ref Reference) *rowCheck {
	c := &rowCheck{ref: ref, seen: map[string]bool{}}
	for _, name := range ref.Key {
		i, _ := ref.Dataset.Index(name)
		c.key = append(c.key, i)
	}
	return c
}

// judge returns what is wrong with a row, empty where nothing is.
func (c *rowCheck) judge(row []string) string {
	for i, column := range c.ref.Dataset.Columns {
		switch {
		case row[i] == "" && column.Required:
			return fmt.Sprintf("column %s is empty and required", column.Name)
		case row[i] != "" && len(column.Enum) > 0 && !slices.Contains(column.Enum, row[i]):
			return fmt.Sprintf("column %s holds a value that is not allowed", column.Name)
		}
	}
	parts := make([]string, len(c.key))
	for i, k := range c.key {
		parts[i] = row[k]
	}
	key := strings.Join(parts, "\x1f")
	if c.seen[key] {
		return fmt.Sprintf("another row has the same %s", strings.Join(c.ref.Key, ", "))
	}
	c.seen[key] = true
	return ""
}
