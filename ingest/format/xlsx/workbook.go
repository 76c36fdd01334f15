package xlsx

import (
	"cmp"
	"errors"
	"path"
	"strings"
)

// What bounds a workbook beside its bytes. Excel itself holds 65,490 styles.
const (
	maxSheets        = 1_000
	maxRelationships = 4_000
	maxStyles        = 1 << 17
)

// workbook is what has to be known before a sheet can be read.
type workbook struct {
	*archive
	sheets []sheetRef
	// date1904 says that serial days count from 1904.
	date1904 bool
	styles   []dateClass
	texts    *texts
}

// sheetRef is a sheet as the workbook lists it.
type sheetRef struct {
	name   string
	part   string
	hidden bool
}

// relationship is where a part refers to.
type relationship struct{ id, kind, target string }

// openWorkbook reads everything of a workbook but its sheets. The caller closes it.
func openWorkbook(a *archive, spoolDir string) (*workbook, error) {
	main, err := a.mainPart()
	if err != nil {
		return nil, err
	}
	b := &workbook{archive: a}
	related, err := a.relationships(main)
	if err != nil {
		return nil, err
	}
	if err := b.readMain(main, related); err != nil {
		return nil, err
	}
	if styles := first(related, "styles"); styles != "" {
		if b.styles, err = a.readStyles(styles); err != nil {
			return nil, err
		}
	}
	b.texts = newTexts(spoolDir, a.limits.StringsMemory.Bytes())
	if shared := first(related, "sharedStrings"); shared != "" {
		if err := b.readTexts(shared); err != nil {
			return nil, errors.Join(err, b.close())
		}
	}
	return b, nil
}

// first returns the target of the first reference of a kind, empty where there is
// none.
func first(related []relationship, kind string) string {
	for _, r := range related {
		if r.kind == kind {
			return r.target
		}
	}
	return ""
}

// close forgets the shared strings.
func (b *workbook) close() error { return b.texts.close() }

// mainPart returns the part that lists the sheets.
func (a *archive) mainPart() (string, error) {
	const usual = "xl/workbook.xml"
	related, err := a.relationships("")
	if err != nil {
		return "", err
	}
	main := cmp.Or(first(related, "officeDocument"), usual)
	if !a.has(main) || strings.HasSuffix(main, ".bin") {
		return "", &flaw{rule: ruleNoWorkbook}
	}
	return main, nil
}

// relationships reads where a part refers to. A part that refers nowhere has no
// such document.
func (a *archive) relationships(of string) ([]relationship, error) {
	folder, file := path.Split(of)
	name := folder + "_rels/" + file + ".rels"
	if !a.has(name) {
		return nil, nil
	}
	var found []relationship
	err := a.elements(name, partRelationships, func(p *part, element string) error {
		if element != "Relationship" || p.textOf("TargetMode") == "External" || len(found) == maxRelationships {
			return nil
		}
		target := p.textOf("Target")
		if !strings.HasPrefix(target, "/") {
			target = folder + target
		}
		found = append(found, relationship{id: p.textOf("Id"), kind: path.Base(p.textOf("Type")), target: partName(target)})
		return nil
	})
	return found, err
}

// readMain reads the list of sheets and the system of dates.
func (b *workbook) readMain(name string, related []relationship) error {
	rooted := false
	return b.elements(name, partWorkbook, func(p *part, element string) error {
		switch {
		case !rooted && element != "workbook":
			return &flaw{rule: ruleNoWorkbook}
		case element == "workbookPr":
			on := p.textOf("date1904")
			b.date1904 = on == "1" || on == "true" || on == "on"
		case element == "sheet":
			b.addSheet(p, related)
		}
		rooted = true
		if len(b.sheets) > maxSheets {
			return &flaw{rule: ruleTooLarge}
		}
		return nil
	})
}

// addSheet adds the sheet that the open element lists, unless it is one of a
// chart.
func (b *workbook) addSheet(p *part, related []relationship) {
	id, state := p.textOf(":id"), p.textOf("state")
	for _, r := range related {
		if r.id == id && r.kind == "worksheet" {
			b.sheets = append(b.sheets, sheetRef{
				name: p.textOf("name"), part: r.target, hidden: state == "hidden" || state == "veryHidden",
			})
			return
		}
	}
}

// candidates returns the sheets that the job may mean: those of the names, in the
// order of the names, or all that can be seen. It returns none where there is no
// such sheet.
func (b *workbook) candidates(names []string) []sheetRef {
	var found []sheetRef
	if len(names) == 0 {
		for _, s := range b.sheets {
			if !s.hidden {
				found = append(found, s)
			}
		}
		return found
	}
	for _, name := range names {
		for _, s := range b.sheets {
			if fold(s.name) == fold(name) {
				found = append(found, s)
			}
		}
	}
	return found
}

// named returns the sheets of exactly that name.
func (b *workbook) named(name string) []sheetRef {
	var found []sheetRef
	for _, s := range b.sheets {
		if s.name == name {
			found = append(found, s)
		}
	}
	return found
}
