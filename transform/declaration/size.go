package declaration

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// ErrSize says that a text is not a size.
var ErrSize = errors.New("not a size: write whole bytes or a unit, such as 4096, 600MB or 4GB")

const sizePattern = `^[0-9]+ ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$`

// Size is a number of bytes as a declaration writes it, such as 4GB. KB, MB, GB
// and TB count in thousands; KiB, MiB, GiB and TiB in steps of 1024. It is never
// negative.
type Size int64

// sizeUnits lists the units longest first, since B ends all of them.
var sizeUnits = []struct {
	suffix string
	bytes  int64
}{
	{"KiB", 1 << 10},
	{"MiB", 1 << 20},
	{"GiB", 1 << 30},
	{"TiB", 1 << 40},
	{"KB", 1e3},
	{"MB", 1e6},
	{"GB", 1e9},
	{"TB", 1e12},
	{"B", 1},
}

// ParseSize reads text, or returns ErrSize.
func ParseSize(text string) (Size, error) {
	if !regexp.MustCompile(sizePattern).MatchString(text) {
		return 0, ErrSize
	}
	factor := int64(1)
	for _, u := range sizeUnits {
		if rest, found := strings.CutSuffix(text, u.suffix); found {
			text, factor = rest, u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(text, " "), 10, 64)
	if err != nil || n > math.MaxInt64/factor {
		return 0, ErrSize
	}
	return Size(n * factor), nil
}

// Bytes returns the number of bytes.
func (s Size) Bytes() int64 { return int64(s) }

// String returns s in the largest unit of thousands that leaves no remainder.
func (s Size) String() string {
	for _, unit := range []string{"TB", "GB", "MB", "KB"} {
		for _, u := range sizeUnits {
			if u.suffix == unit && s != 0 && int64(s)%u.bytes == 0 {
				return strconv.FormatInt(int64(s)/u.bytes, 10) + unit
			}
		}
	}
	return strconv.FormatInt(int64(s), 10) + "B"
}

// UnmarshalYAML reads a scalar of a document. Its error carries the line and
// column of the scalar.
func (s *Size) UnmarshalYAML(node ast.Node) error {
	return decodeScalar(node, s, ParseSize)
}

// JSONSchema describes the text for editors, which may also be a plain number.
func (Size) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		OneOf: []*jsonschema.Schema{
			{Type: "string", Pattern: sizePattern},
			{Type: "integer", Minimum: "0"},
		},
		Description: "size in bytes, such as 4096, 600MB or 4GB (thousands), 4GiB (steps of 1024)",
	}
}
