// Package sqltext writes names and values into statements where a statement cannot
// take them as arguments. Whatever letters a text has, it stays a text.
package sqltext

import (
	"strings"
	"time"
)

// Name writes the name of a table or a column.
func Name(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Names writes names, parted by commas.
func Names(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = Name(name)
	}
	return strings.Join(quoted, ", ")
}

// Text writes a text.
func Text(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// Instant writes an instant, to the microsecond that the engine keeps.
func Instant(at time.Time) string {
	return "TIMESTAMPTZ '" + at.UTC().Format("2006-01-02 15:04:05.999999") + "+00'"
}
