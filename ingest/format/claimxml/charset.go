package claimxml

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"thidua/ingest/format/xmlscan"
)

// headLength is how much of a document is looked at for its declaration.
const headLength = 256

// charmaps are the encodings beside UTF-8 and UTF-16 that a declaration may name.
var charmaps = map[string]encoding.Encoding{
	"windows-1258": charmap.Windows1258, "cp1258": charmap.Windows1258, "x-cp1258": charmap.Windows1258,
	"windows-1252": charmap.Windows1252, "cp1252": charmap.Windows1252,
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1,
}

// begin starts s at the first byte of r, whatever r is encoded in. It returns a
// *flaw where the encoding cannot be known, and whether the document is declared
// as UTF-16 without being it.
func begin(s *xmlscan.Scanner, r io.Reader) (mislabelled bool, err error) {
	s.Reset(r)
	head := s.Peek(headLength)
	var enc encoding.Encoding
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		s.Discard(3)
		return false, nil
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
		text, err := enc.NewDecoder().Bytes(head[:len(head)&^1])
		if err != nil || !strings.HasPrefix(declared(text), "utf-16") {
			return false, &flaw{ruleUndeclared}
		}
	case bytes.HasPrefix(head, []byte("<\x00")), bytes.HasPrefix(head, []byte("\x00<")):
		return false, &flaw{ruleUndeclared}
	default:
		name := declared(head)
		switch {
		case name == "", name == "utf-8", name == "utf8", name == "us-ascii", name == "ascii":
			return false, nil
		case strings.HasPrefix(name, "utf-16"):
			return true, nil
		}
		if enc = charmaps[name]; enc == nil {
			return false, &flaw{ruleUnknown}
		}
	}
	rest := io.MultiReader(bytes.NewReader(bytes.Clone(s.Unread())), r)
	s.Reset(transform.NewReader(rest, enc.NewDecoder()))
	return false, nil
}

// declared returns the encoding that an XML declaration at the start of head
// names, in lower case; empty where there is none.
func declared(head []byte) string {
	head = bytes.TrimLeft(head, spaces)
	end := bytes.Index(head, []byte("?>"))
	if end < 0 || !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	_, rest, found := bytes.Cut(head[:end], []byte("encoding"))
	rest = bytes.TrimLeft(rest, spaces)
	if !found || len(rest) == 0 || rest[0] != '=' {
		return ""
	}
	rest = bytes.TrimLeft(rest[1:], spaces)
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, found := bytes.Cut(rest[1:], rest[:1])
	if !found {
		return ""
	}
	if bytes.EqualFold(name, []byte("utf-8")) {
		return "utf-8"
	}
	return strings.ToLower(string(name))
}

// spaces are the characters that XML counts as space.
const spaces = " \t\r\n"
