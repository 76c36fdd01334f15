package xmlscan

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Spaces are the characters that XML counts as space.
const Spaces = " \t\r\n"

// headBytes is how much of a document is looked at for its declaration.
const headBytes = 256

// charmaps are the encodings of one byte that a declaration may name.
var charmaps = map[string]encoding.Encoding{
	"windows-1258": charmap.Windows1258, "cp1258": charmap.Windows1258, "x-cp1258": charmap.Windows1258,
	"windows-1252": charmap.Windows1252, "cp1252": charmap.Windows1252,
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1,
}

// Begin starts the scanner over like Reset, at the first byte of a document in
// whatever encoding it declares: what the scanner returns is UTF-8, without a byte
// order mark. UTF-16 takes both a mark and a declaration. It returns whether the
// document is declared as UTF-16 without being it, and is read as UTF-8. Its error
// is an *Error of EncodingUndeclared or EncodingUnknown, or that of r.
func (s *Scanner) Begin(r io.Reader) (mislabelled bool, err error) {
	s.Reset(r)
	head := s.Peek(headBytes)
	if err := s.window.err; err != nil && !errors.Is(err, io.EOF) {
		// What a failing reader gave is no evidence of the encoding.
		return false, err
	}
	if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
		s.Discard(3)
		return false, nil
	}
	enc, mislabelled, err := s.encodingOf(head)
	if err != nil || enc == nil {
		return mislabelled, err
	}
	// What the scanner has read ahead has to be decoded as well.
	ahead := bytes.NewReader(bytes.Clone(s.Unread()))
	s.Reset(transform.NewReader(io.MultiReader(ahead, r), enc.NewDecoder()))
	return false, nil
}

// encodingOf returns what the document is encoded in by its first bytes, nil for
// UTF-8.
func (s *Scanner) encodingOf(head []byte) (enc encoding.Encoding, mislabelled bool, err error) {
	if len(head) >= 2 {
		switch string(head[:2]) {
		case "\xFF\xFE", "\xFE\xFF":
			enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
			text, err := enc.NewDecoder().Bytes(head[:len(head)&^1])
			if err != nil || !strings.HasPrefix(declared(text), "utf-16") {
				return nil, false, s.undeclared()
			}
			return enc, false, nil
		case "<\x00", "\x00<":
			return nil, false, s.undeclared()
		}
	}
	switch name := declared(head); {
	case name == "", name == "utf-8", name == "utf8", name == "us-ascii", name == "ascii":
		return nil, false, nil
	case strings.HasPrefix(name, "utf-16"):
		return nil, true, nil
	default:
		if enc = charmaps[name]; enc == nil {
			return nil, false, s.fault(EncodingUnknown, "the declared encoding is not supported")
		}
		return enc, false, nil
	}
}

func (s *Scanner) undeclared() error {
	return s.fault(EncodingUndeclared, "UTF-16 takes both a byte order mark and a declaration")
}

// declared returns the encoding that the XML declaration at the start of head
// names, in lower case; empty where there is none.
func declared(head []byte) string {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(head, Spaces), []byte("<?xml"))
	end := bytes.Index(rest, []byte("?>"))
	if !ok || end < 0 {
		return ""
	}
	_, rest, _ = bytes.Cut(rest[:end], []byte("encoding"))
	rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, Spaces), []byte("="))
	rest = bytes.TrimLeft(rest, Spaces)
	if !ok || len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, ok := bytes.Cut(rest[1:], rest[:1])
	switch {
	case !ok:
		return ""
	case bytes.EqualFold(name, []byte("utf-8")):
		// What nearly all documents declare costs no memory.
		return "utf-8"
	}
	return strings.ToLower(string(name))
}
