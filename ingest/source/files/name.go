package files

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// deviceNames cannot be names of files on Windows, whatever their ending.
var deviceNames = []string{
	"AUX", "CON", "NUL", "PRN",
	"COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
	"LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
}

// unsafe reports whether a member is something else than a file at a plain path
// below the archive. Nothing is ever written under its name here, but the name
// travels on, and an archive that has such a name was made to do harm.
func unsafe(f *zip.File) bool {
	name := f.Name
	if len(name) > maxNameBytes || !f.Mode().IsRegular() || !fs.ValidPath(printable(name)) {
		return true
	}
	for i := range len(name) {
		if c := name[i]; c < ' ' || c == 0x7f || c == '\\' || c == ':' {
			return true
		}
	}
	for segment := range strings.SplitSeq(name, "/") {
		stem, _, _ := strings.Cut(segment, ".")
		if slices.Contains(deviceNames, strings.ToUpper(strings.TrimRight(stem, " "))) {
			return true
		}
	}
	return false
}

// hidden reports whether a name is one of those that programs write for themselves,
// or while they are still writing.
func hidden(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || name == "__MACOSX" {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".tmp", ".part", ".partial":
		return true
	}
	return false
}

// hiddenMember reports whether any part of a member's path is hidden.
func hiddenMember(name string) bool {
	for segment := range strings.SplitSeq(name, "/") {
		if hidden(segment) {
			return true
		}
	}
	return false
}

func join(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}

// printable returns name as valid UTF-8: each byte that is not becomes % and its
// two digits. Old systems write names in old encodings.
func printable(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, "%%%02X", name[i])
		} else {
			b.WriteString(name[i : i+n])
		}
		i += n
	}
	return b.String()
}
