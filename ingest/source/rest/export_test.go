package rest

import "io"

// Scanned is what a document told.
type Scanned struct {
	Listed bool
	Null   bool
	// Records holds a hash of each record.
	Records []uint64
	Found   []string
}

// Scan reads a document, with the paths of records and of three more places.
func Scan(r io.Reader, paths ...string) (Scanned, error) {
	var at [places]place
	for i, text := range paths {
		at[i], _ = placeOf(text)
	}
	doc, err := scan(r, at, 0, false)
	if err != nil {
		return Scanned{}, err
	}
	s := Scanned{Listed: doc.listed, Null: doc.null, Records: doc.records}
	for i := range paths[1:] {
		s.Found = append(s.Found, doc.found[i+1].text)
	}
	return s, nil
}

// NextLink returns the target of the link to the next page.
func NextLink(headers ...string) (string, bool) { return nextLink(headers) }
