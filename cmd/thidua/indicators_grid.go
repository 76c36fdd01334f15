package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// pageWidth is how many characters a page is wide: two times sixty, which a terminal
// and a landscape sheet hold.
const pageWidth = 120

// least is how narrow the column that takes what is left may become.
const least = 18

// gridColumn is a column of a grid.
type gridColumn struct {
	title string
	// right sets numbers at the right. Words are wrapped at wrap characters, numbers
	// never are; rest gives the column what the others leave.
	right bool
	wrap  int
	rest  bool
}

// gridRow is a row of cells, each of which may hold several lines. A row without cells
// is a line of text over the whole width: a heading.
type gridRow struct {
	cells []string
	// notes stand below the row, under the column that takes the rest.
	notes   []string
	heading string
}

// grid is a table for people, no wider than a page.
type grid struct {
	columns []gridColumn
	rows    []gridRow
}

// print writes the grid, its titles first.
func (g *grid) print(w io.Writer) error {
	g.drop()
	widths := g.widths()
	var b strings.Builder
	titles := make([]string, len(g.columns))
	for i, c := range g.columns {
		titles[i] = c.title
	}
	g.write(&b, widths, titles)
	total := 2 * (len(widths) - 1)
	for _, n := range widths {
		total += n
	}
	b.WriteString(strings.Repeat("─", total) + "\n")
	for n, r := range g.rows {
		if r.cells == nil && n > 0 {
			b.WriteString("\n")
		}
		g.row(&b, widths, r)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// drop leaves out the columns in which nothing stands, or dashes alone.
func (g *grid) drop() {
	for i := len(g.columns) - 1; i >= 0; i-- {
		empty := true
		for _, r := range g.rows {
			empty = empty && (r.cells == nil || r.cells[i] == "" || r.cells[i] == dash)
		}
		if !empty {
			continue
		}
		g.columns = append(g.columns[:i:i], g.columns[i+1:]...)
		for n, r := range g.rows {
			if r.cells != nil {
				g.rows[n].cells = append(r.cells[:i:i], r.cells[i+1:]...)
			}
		}
	}
}

// widths finds how wide each column is: as its longest line, wrapped where it may be.
func (g *grid) widths() []int {
	widths := make([]int, len(g.columns))
	left := pageWidth
	for i, c := range g.columns {
		texts := []string{c.title}
		for _, r := range g.rows {
			if r.cells != nil {
				texts = append(texts, r.cells[i])
			}
		}
		for _, text := range texts {
			for _, line := range wrapped(text, c.wrap) {
				widths[i] = max(widths[i], utf8.RuneCountInString(line))
			}
		}
		left -= 2
		if !c.rest {
			left -= widths[i]
		}
	}
	for i, c := range g.columns {
		if c.rest {
			widths[i] = min(widths[i], max(left+2, least))
		}
	}
	return widths
}

func (g *grid) row(b *strings.Builder, widths []int, r gridRow) {
	if r.cells == nil {
		for _, line := range wrapped(r.heading, pageWidth) {
			b.WriteString(line + "\n")
		}
		return
	}
	g.write(b, widths, r.cells)
	indent := 0
	for i, c := range g.columns {
		if c.rest {
			break
		}
		indent += widths[i] + 2
	}
	for _, note := range r.notes {
		for n, line := range wrapped(note, pageWidth-indent-2) {
			mark := "  "
			if n == 0 {
				mark = "· "
			}
			b.WriteString(strings.Repeat(" ", indent) + mark + line + "\n")
		}
	}
}

// write writes cells beside each other, over as many lines as the longest of them needs.
func (g *grid) write(b *strings.Builder, widths []int, cells []string) {
	lines := make([][]string, len(cells))
	height := 0
	for i, text := range cells {
		width := g.columns[i].wrap
		if g.columns[i].rest {
			width = widths[i]
		}
		lines[i] = wrapped(text, width)
		height = max(height, len(lines[i]))
	}
	for n := range height {
		var line strings.Builder
		for i := range cells {
			text := ""
			if n < len(lines[i]) {
				text = lines[i][n]
			}
			gap := strings.Repeat(" ", widths[i]-min(widths[i], utf8.RuneCountInString(text)))
			if g.columns[i].right {
				text = gap + text
			} else {
				text += gap
			}
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(text)
		}
		fmt.Fprintln(b, strings.TrimRight(line.String(), " "))
	}
}

// wrapped breaks a text into its lines, and these between words where they are longer
// than the width. A word is never cut. Nothing is wrapped at a width of zero.
func wrapped(text string, width int) []string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if width <= 0 || utf8.RuneCountInString(line) <= width {
			lines = append(lines, line)
			continue
		}
		short := ""
		for _, word := range strings.Split(line, " ") {
			switch {
			case short == "":
				short = word
			case utf8.RuneCountInString(short)+1+utf8.RuneCountInString(word) <= width:
				short += " " + word
			default:
				lines = append(lines, short)
				short = word
			}
		}
		lines = append(lines, short)
	}
	return lines
}
