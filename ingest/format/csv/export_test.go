package csv

import (
	"errors"
	"io"
)

// Split returns the rows of a text.
func Split(r io.Reader, delimiter byte) ([][]string, error) {
	s := &splitter{}
	s.reset(r, delimiter, defaultQuote)
	var rows [][]string
	for {
		cells, err := s.next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		row := make([]string, len(cells))
		for i, cell := range cells {
			row[i] = string(cell)
		}
		rows = append(rows, row)
	}
}
