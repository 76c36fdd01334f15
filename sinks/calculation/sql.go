package calculation

import (
	"strings"
	"time"
)

// quote writes a name in SQL, whatever letters it has.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// list writes names in SQL, parted by commas.
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}

// literal writes a text in SQL, whatever letters it has.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// instant writes an instant in SQL, to the microsecond that the engine keeps.
func instant(at time.Time) string {
	return "TIMESTAMPTZ '" + at.UTC().Format("2006-01-02 15:04:05.999999") + "+00'"
}
