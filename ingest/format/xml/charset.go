package xml

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

// spaces are the characters that XML counts as space.
const spaces = " \t\r\n"

// charmaps are the encodings of one byte that a declaration may name.
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
	if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
		s.Discard(3)
		return false, nil
	}
	enc, mislabelled, err := encodingOf(head)
	if err != nil || enc == nil {
		return mislabelled, err
	}
	// What the scanner has read ahead has to be decoded as well.
	ahead := bytes.NewReader(bytes.Clone(s.Unread()))
	s.Reset(transform.NewReader(io.MultiReader(ahead, r), enc.NewDecoder()))
	return false, nil
}

// encodingOf returns what a document is encoded in by its first bytes, nil for
// UTF-8. UTF-16 takes both a byte order mark and a declaration.
func encodingOf(head []byte) (enc encoding.Encoding, mislabelled bool, err error) {
	if len(head) >= 2 {
		switch string(head[:2]) {
		case "\xFF\xFE", "\xFE\xFF":
			enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
			text, err := enc.NewDecoder().Bytes(head[:len(head)&^1])
			if err != nil || !strings.HasPrefix(declared(text), "utf-16") {
				return nil, false, &flaw{ruleUndeclared}
			}
			return enc, false, nil
		case "<\x00", "\x00<":
			return nil, false, &flaw{ruleUndeclared}
		}
	}
	switch name := declared(head); {
	case name == "", name == "utf-8", name == "utf8", name == "us-ascii", name == "ascii":
		return nil, false, nil
	case strings.HasPrefix(name, "utf-16"):
		return nil, true, nil
	default:
		if enc = charmaps[name]; enc == nil {
			return nil, false, &flaw{ruleUnknown}
		}
		return enc, false, nil
	}
}

// declared returns the encoding that the XML declaration at the start of head
// names, in lower case; empty where there is none.
func declared(head []byte) string {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(head, spaces), []byte("<?xml"))
	end := bytes.Index(rest, []byte("?>"))
	if !ok || end < 0 {
		return ""
	}
	_, rest, _ = bytes.Cut(rest[:end], []byte("encoding"))
	rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, spaces), []byte("="))
	rest = bytes.TrimLeft(rest, spaces)
	if !ok || len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, ok := bytes.Cut(rest[1:], rest[:1])
	if !ok {
		return ""
	}
	return strings.ToLower(string(name))
}
