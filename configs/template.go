package configs

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// templateFiles holds the files of a new workspace, hidden ones included.
//
//go:embed all:template
var templateFiles embed.FS

// TemplateFile is a file of a new workspace. Name is relative to it, with slashes.
type TemplateFile struct {
	Name string
	Text []byte
}

// Template returns the files of a new workspace in the order of their names:
// a commented thidua.yaml, an introduction to the folder configs with an example,
// the schemas for editors, and the folders that deliveries are put into. There is
// no key among them; keys lie outside a workspace.
func Template() ([]TemplateFile, error) {
	var files []TemplateFile
	err := fs.WalkDir(templateFiles, "template", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := templateFiles.ReadFile(name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, "template/")
		// Under its own name it would already rule the folder it is kept in.
		if name == "gitignore" {
			name = ".gitignore"
		}
		files = append(files, TemplateFile{Name: name, Text: text})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of a new workspace: %w", err)
	}
	schemas, err := Schemas()
	if err != nil {
		return nil, err
	}
	for name, text := range schemas {
		files = append(files, TemplateFile{Name: "configs/schema/" + name, Text: text})
	}
	slices.SortFunc(files, func(a, b TemplateFile) int { return cmp.Compare(a.Name, b.Name) })
	return files, nil
}
