package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"thidua/configs"
)

// app is what all subcommands share.
type app struct {
	out, errOut io.Writer
	dir         string
	lang        string
	set         *configs.Set
	// begun says that the command line was understood and a command is at work.
	begun bool
	// chunkBytes bounds the rows of a commit, at the runner's own bound where zero.
	// Tests make it small, to meet many commits in few records.
	chunkBytes int
	// fault is called between any two statements of a commit. It is nil but in
	// tests, which end the process there.
	fault func(point string) error
	// clock and timer replace the machine's clock and its timers, which rule where
	// they are nil. Tests hand in both, to let months pass in seconds.
	clock func() time.Time
	timer func(time.Duration) <-chan time.Time
}

// now returns the time by the clock that rounds go by.
func (a *app) now() time.Time {
	if a.clock != nil {
		return a.clock()
	}
	return time.Now()
}

// after returns a channel that is sent one value when the clock has gone on by d.
func (a *app) after(d time.Duration) <-chan time.Time {
	if a.timer != nil {
		return a.timer(d)
	}
	return time.After(d)
}

// pick returns the sentence in the language of the call, Vietnamese first.
func (a *app) pick(vi, en string) string {
	if a.language() == "en" {
		return en
	}
	return vi
}

func (a *app) language() string {
	if a.lang != "" {
		return a.lang
	}
	if a.set != nil {
		return a.set.Workspace.Lang
	}
	return "vi"
}

func (a *app) say(vi, en string, args ...any) {
	fmt.Fprintf(a.out, a.pick(vi, en)+"\n", args...)
}

// load reads the configuration of the workspace.
func (a *app) load() error { return a.loadBy(configs.Load) }

// loadBy reads it as the function does: with the tests of definitions, or without.
func (a *app) loadBy(load func(fs.FS) (*configs.Set, error)) error {
	a.begun = true
	if a.lang != "" && a.lang != "vi" && a.lang != "en" {
		return usage("--lang nhận vi hoặc en", "--lang takes vi or en")
	}
	dir, err := filepath.Abs(a.dir)
	if err != nil {
		return fmt.Errorf("find the workspace: %w", err)
	}
	a.dir = dir
	if _, err := os.Stat(filepath.Join(dir, "thidua.yaml")); errors.Is(err, fs.ErrNotExist) {
		return &usageError{&said{
			"ở đây không có thidua.yaml; chỉ ra thư mục làm việc bằng -C, hoặc tạo một thư mục: thidua init DIR",
			"there is no thidua.yaml here; name the workspace with -C, or make one: thidua init DIR", nil,
		}}
	}
	set, err := load(os.DirFS(dir))
	if err != nil {
		return err
	}
	a.set = set
	return nil
}

// path returns a path of the configuration, relative to the workspace.
func (a *app) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.dir, name)
}

func (a *app) spillDir() string     { return filepath.Join(a.dir, "state", "spill") }
func (a *app) stateDir() string     { return filepath.Join(a.dir, "state") }
func (a *app) publishedDir() string { return a.path(a.set.Workspace.Publish.Path) }

// listing is a table that a command prints: aligned for people, or as JSON Lines
// or CSV.
type listing struct {
	json, csv bool
}

func (l *listing) flags(c *cobra.Command) {
	c.Flags().BoolVar(&l.json, "json", false, "JSON Lines")
	c.Flags().BoolVar(&l.csv, "csv", false, "CSV (UTF-8 BOM, ;)")
	c.MarkFlagsMutuallyExclusive("json", "csv")
}

// table is rows under column names. Names are those of the JSON keys; titles
// stand above the columns on a terminal.
type table struct {
	names  []string
	titles []string
	rows   [][]any
}

func (a *app) print(l listing, t table) error {
	switch {
	case l.json:
		return printJSON(a.out, t)
	case l.csv:
		return printCSV(a.out, t)
	default:
		return printAligned(a.out, t)
	}
}

func printJSON(w io.Writer, t table) error {
	for _, row := range t.rows {
		var line strings.Builder
		for i, name := range t.names {
			key, err := json.Marshal(name)
			if err != nil {
				return err
			}
			text, err := json.Marshal(row[i])
			if err != nil {
				return fmt.Errorf("write %s as JSON: %w", name, err)
			}
			line.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
			line.Write(key)
			line.WriteByte(':')
			line.Write(text)
		}
		if _, err := fmt.Fprintln(w, line.String()+"}"); err != nil {
			return err
		}
	}
	return nil
}

// printCSV writes what a Vietnamese Excel opens: with a byte order mark and
// semicolons.
func printCSV(w io.Writer, t table) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Comma = ';'
	if err := c.Write(t.names); err != nil {
		return err
	}
	for _, row := range t.rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = show(v)
		}
		if err := c.Write(cells); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func printAligned(w io.Writer, t table) error {
	widths := make([]int, len(t.names))
	cells := [][]string{t.titles}
	for _, row := range t.rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = show(v)
		}
		cells = append(cells, line)
	}
	for _, line := range cells {
		for i, c := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for n, line := range cells {
		var text strings.Builder
		for i, c := range line {
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i > 0 {
				text.WriteString("  ")
			}
			if n > 0 && isNumber(t.rows[n-1][i]) {
				text.WriteString(gap + c)
			} else {
				text.WriteString(c + gap)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(text.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func isNumber(v any) bool {
	switch v.(type) {
	case int, int32, int64, float64:
		return true
	}
	return false
}

// show renders a cell for people and CSV.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.Format("2006-01-02 15:04:05")
	case float64:
		return fmt.Sprintf("%.1f", v)
	case fmt.Stringer:
		return v.String()
	default:
		return fmt.Sprint(v)
	}
}

// isTerminal reports whether the program talks to a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
