package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"thidua/transform/declaration"
)

// file is a file of the configuration as it was found.
type file struct {
	// name is relative to the workspace: configs/datasets/visit.yaml.
	name    string
	builtIn bool
	text    []byte
}

// folders are what may lie in the folder configs of a workspace: a folder for each
// kind of declaration, and the schemas that editors check them with.
var folders = []string{"campaigns", "datasets", "indicators", "jobs", "reference", "schema"}

// overlay collects the files of one folder: the defaults, replaced by those of
// the workspace that have the same name, and those it adds.
func (l *loader) overlay(folder string, defaults, workspace fs.FS) (map[string]file, error) {
	files := map[string]file{}
	if err := l.collect(files, defaults, ".", folder, true); err != nil {
		return nil, err
	}
	if workspace != nil {
		if err := l.collect(files, workspace, path.Join("configs", folder), folder, false); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// collect adds the files of dir, which need not exist. Names that would be passed
// over in silence although somebody meant them are problems.
func (l *loader) collect(files map[string]file, from fs.FS, dir, folder string, builtIn bool) error {
	found, err := fs.ReadDir(from, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list configs/%s: %w", folder, err)
	}
	for _, entry := range found {
		name := entry.Name()
		shown := path.Join("configs", folder, name)
		switch {
		case strings.HasPrefix(name, "."):
			continue
		case entry.IsDir():
			l.found.add(&document{file: shown}, nil, "folders below configs/"+folder+" are not read", "move its files up")
			continue
		case path.Ext(name) == ".yml":
			l.found.add(&document{file: shown}, nil, "files that end in .yml are not read", "name it "+stem(name)+".yaml")
			continue
		case path.Ext(name) != ".yaml" && path.Ext(name) != ".csv":
			continue
		}
		text, err := fs.ReadFile(from, path.Join(dir, name))
		if err != nil {
			return fmt.Errorf("read %s: %w", shown, err)
		}
		files[name] = file{name: shown, builtIn: builtIn, text: text}
	}
	return nil
}

// checkFolders finds folders of the workspace's configs that nobody reads.
func (l *loader) checkFolders(workspace fs.FS) error {
	found, err := fs.ReadDir(workspace, "configs")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list configs: %w", err)
	}
	for _, entry := range found {
		name := entry.Name()
		if entry.IsDir() && !strings.HasPrefix(name, ".") && !slices.Contains(folders, name) {
			l.found.add(&document{file: path.Join("configs", name)}, nil, "unknown folder", declaration.Hint(name, folders))
		}
	}
	return nil
}

// stem returns the name of a file without its folder and ending.
func stem(name string) string {
	base := path.Base(name)
	return strings.TrimSuffix(base, path.Ext(base))
}

func csvNames(files map[string]file) []string {
	var names []string
	for name := range files {
		if path.Ext(name) == ".csv" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
