package main

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// byteSize is a number of bytes that a flag gives as 20MB, in decimal units.
type byteSize int64

// units are the endings of a size, the ones that end in another before it.
var units = []struct {
	ending string
	bytes  float64
}{{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1}}

// Set reads a size: digits, perhaps a fraction, and a unit.
func (s *byteSize) Set(text string) error {
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.ending)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if size := n * u.bytes; err == nil && 1 <= size && size < math.MaxInt64 {
			*s = byteSize(size)
			return nil
		}
		break
	}
	return errors.New("a size is such as 300MB")
}

// String returns the size in megabytes.
func (s *byteSize) String() string { return megabytes(float64(*s)) }
