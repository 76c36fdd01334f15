// Package charset finds out in which encoding a Vietnamese text was saved, and
// reads it as UTF-8.
//
// Exports of health systems come in the encodings of three decades: UTF-8 and
// UTF-16, windows-1258, the two encodings of the fonts that preceded Unicode
// (TCVN3, also called ABC, and VNI-Windows), and UTF-8 that some program took for
// windows-1252 and saved once more.
package charset

import (
	"bytes"
	"io"
	"slices"
	"unicode/utf8"

	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Charset is the name of an encoding, as a job declares it.
type Charset string

// The encodings. Unknown is what Detect returns where none is likely; it cannot be
// declared.
const (
	UTF8        Charset = "utf-8"
	UTF16LE     Charset = "utf-16le"
	UTF16BE     Charset = "utf-16be"
	Windows1258 Charset = "windows-1258"
	TCVN3       Charset = "tcvn3"
	VNI         Charset = "vni"
	// Mojibake is UTF-8 whose bytes were taken for windows-1252 and saved as UTF-8.
	Mojibake Charset = "mojibake"
	Unknown  Charset = "unknown"
)

// Names lists the encodings that can be declared.
func Names() []string {
	return []string{
		string(UTF8), string(UTF16LE), string(UTF16BE), string(Windows1258), string(TCVN3), string(VNI), string(Mojibake),
	}
}

// Known reports whether c can be declared.
func (c Charset) Known() bool { return slices.Contains(Names(), string(c)) }

// Reader returns the text of r as UTF-8 without a byte order mark. Letters of the
// encodings before Unicode and of windows-1258 are composed (NFC); UTF-8 and UTF-16
// stand as they are written, broken sequences included. The memory it takes does
// not grow with the text. An encoding that cannot be declared is read as UTF-8.
func (c Charset) Reader(r io.Reader) io.Reader {
	switch c {
	case UTF16LE:
		return transform.NewReader(r, xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder())
	case UTF16BE:
		return transform.NewReader(r, xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM).NewDecoder())
	case Windows1258:
		return newWordReader(r, decode1258)
	case TCVN3:
		return newWordReader(r, decodeTCVN3)
	case VNI:
		return newWordReader(r, decodeVNI)
	case Mojibake:
		return newWordReader(&unmarked{r: r}, restore)
	}
	return &unmarked{r: r}
}

// HeadBytes is how much of a text Detect has use for.
const HeadBytes = 1 << 20

// Detect judges the encoding by the first bytes of a text. It is sure where a byte
// order mark or the letters themselves tell; a text of ASCII alone is UTF8, unsure,
// as it is the same text in most encodings. Unknown says that none of them makes
// Vietnamese of the bytes, or that two do.
func Detect(head []byte) (c Charset, sure bool) {
	head = head[:min(len(head), HeadBytes)]
	if c, ok := marked(head); ok {
		return c, true
	}
	if c, ok := unmarkedUTF16(head); ok {
		return c, true
	}
	ascii, valid, broken := census(head)
	switch {
	case ascii:
		return UTF8, false
	case broken*100 > valid:
		return legacy(head)
	}
	if mojibake, sure := isMojibake(head); mojibake {
		return Mojibake, sure
	}
	return UTF8, broken == 0
}

// marked finds a byte order mark.
func marked(head []byte) (Charset, bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		// A mark does not tell whether what follows was UTF-8 before.
		if mojibake, _ := isMojibake(head); mojibake {
			return Mojibake, true
		}
		return UTF8, true
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return UTF16LE, true
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return UTF16BE, true
	}
	return Unknown, false
}

// unmarkedUTF16 finds UTF-16 without a mark: of the pairs of bytes many have a zero
// on one side, as all of ASCII has, and next to none on the other.
func unmarkedUTF16(head []byte) (Charset, bool) {
	head = head[:min(len(head), 64<<10)&^1]
	even, odd := 0, 0
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	pairs := len(head) / 2
	switch {
	case pairs < 2:
	case odd*10 >= pairs*4 && even*20 <= pairs:
		return UTF16LE, true
	case even*10 >= pairs*4 && odd*20 <= pairs:
		return UTF16BE, true
	}
	return Unknown, false
}

// census counts the sequences of several bytes that are UTF-8, and the bytes that
// are not. A sequence that the end of head cuts is neither.
func census(head []byte) (ascii bool, valid, broken int) {
	ascii = true
	for len(head) > 0 {
		if head[0] < utf8.RuneSelf {
			head = head[1:]
			continue
		}
		ascii = false
		r, size := utf8.DecodeRune(head)
		switch {
		case r != utf8.RuneError || size > 1:
			valid++
		case !utf8.FullRune(head):
			return ascii, valid, broken
		default:
			broken++
		}
		head = head[size:]
	}
	return ascii, valid, broken
}
