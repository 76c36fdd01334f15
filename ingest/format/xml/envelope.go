package xml

import (
	"bytes"
	"unicode/utf8"

	"thidua/ingest/format/xmlscan"
)

const (
	// maxFields bounds the fields of an envelope, maxField the length of each in
	// bytes, and that of its path.
	maxFields = 64
	maxField  = 1000
)

// envelope collects the leaf elements outside the dossiers.
type envelope struct {
	fields map[string]string
	// left counts fields that were left out.
	left int
	// path is that of the open element from the root, starts where its names begin.
	path   []byte
	starts []int
	// leaf says that the open element holds no element so far, and text what it
	// holds; long that this is too long.
	leaf, long bool
	text       []byte
}

// open begins an element.
func (e *envelope) open(name []byte) {
	e.starts = append(e.starts, len(e.path))
	if len(e.path) > 0 {
		e.path = append(e.path, '.')
	}
	if bytes.IndexByte(name, '.') >= 0 {
		e.path = append(append(append(e.path, '"'), name...), '"')
	} else {
		e.path = append(e.path, name...)
	}
	e.leaf, e.long, e.text = true, false, e.text[:0]
}

// beside says that the open element holds a dossier.
func (e *envelope) beside() { e.leaf = false }

// characters adds a piece of the text of the open element.
func (e *envelope) characters(piece []byte) {
	if len(e.text) == 0 {
		piece = bytes.TrimLeft(piece, xmlscan.Spaces)
	}
	e.long = e.long || len(e.text)+len(piece) > maxField
	if e.leaf && !e.long {
		e.text = append(e.text, piece...)
	}
}

// close ends the open element. It returns a *flaw where its text is not UTF-8.
func (e *envelope) close() error {
	last := len(e.starts) - 1
	if last < 0 {
		return nil
	}
	var err error
	if e.leaf {
		err = e.keep()
	}
	e.leaf = false
	e.path, e.starts = e.path[:e.starts[last]], e.starts[:last]
	return err
}

// keep takes the open element for a field.
func (e *envelope) keep() error {
	value := bytes.TrimSpace(e.text)
	_, repeated := e.fields[string(e.path)]
	switch {
	case repeated, len(value) == 0 && !e.long:
	case !utf8.Valid(value):
		return &flaw{ruleNotUTF8}
	case e.long, len(e.path) > maxField, len(e.fields) == maxFields:
		e.left++
	default:
		e.fields[string(e.path)] = string(value)
	}
	return nil
}
