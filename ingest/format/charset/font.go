package charset

import (
	_ "embed"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// The letters of the two encodings that belong to fonts: a Unicode letter and the
// byte in hexadecimal; a Unicode letter and what its bytes look like in
// windows-1252.
var (
	//go:embed tables/tcvn3.csv
	tcvn3File string
	//go:embed tables/vni.csv
	vniFile string
)

var (
	tcvn3Letters = newTCVN3(tcvn3File)
	vniLetters   = newVNI(vniFile)
)

// rows ranges over the lines of a table below its header.
func rows(file string) func(func(letter rune, code string) bool) {
	return func(yield func(rune, string) bool) {
		_, body, _ := strings.Cut(file, "\n")
		for line := range strings.Lines(body) {
			letter, code, _ := strings.Cut(strings.TrimSpace(line), ",")
			r, _ := utf8.DecodeRuneInString(letter)
			if code != "" && !yield(r, code) {
				return
			}
		}
	}
}

// newTCVN3 returns the letter of each byte. The capitals with a tone are missing:
// their fonts show the small letter in the shape of a capital, and the text does
// not tell.
func newTCVN3(file string) [256]rune {
	letters := windows1252()
	for letter, code := range rows(file) {
		if b, err := hex.DecodeString(code); err == nil && len(b) == 1 {
			letters[b[0]] = letter
		}
	}
	return letters
}

// windows1252 returns the letters of the encoding whose punctuation the fonts have
// where they have no letter of their own.
func windows1252() [256]rune {
	var letters [256]rune
	for b := range letters {
		letters[b] = charmap.Windows1252.DecodeByte(byte(b))
	}
	return letters
}

// vni is VNI-Windows: letters of one byte, and letters with a second byte for what
// stands above or below them.
type vni struct {
	single [256]rune
	pairs  map[[2]byte]rune
}

func newVNI(file string) vni {
	v := vni{single: windows1252(), pairs: map[[2]byte]rune{}}
	for letter, code := range rows(file) {
		b := []byte(latin1(code))
		switch len(b) {
		case 1:
			v.single[b[0]] = letter
			v.single[capital(b[0])] = unicode.ToUpper(letter)
		case 2:
			// The first byte alone says whether the letter is a capital: fonts and
			// keyboards differ in what follows it.
			for _, mark := range []byte{b[1], capital(b[1])} {
				v.pairs[[2]byte{b[0], mark}] = letter
				v.pairs[[2]byte{capital(b[0]), mark}] = unicode.ToUpper(letter)
			}
		}
	}
	return v
}

// capital returns the byte of the capital: both ASCII and the upper half of
// windows-1252 have it 32 places further down.
func capital(b byte) byte {
	if b >= 'a' && b <= 'z' || b >= 0xE0 {
		return b - 0x20
	}
	return b
}

// latin1 returns the bytes of a text that has one byte a letter.
func latin1(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r))
	}
	return b.String()
}

func decodeTCVN3(dst, src []byte) []byte {
	for _, b := range src {
		if b < utf8.RuneSelf {
			dst = append(dst, b)
			continue
		}
		dst = utf8.AppendRune(dst, tcvn3Letters[b])
	}
	return dst
}

func decodeVNI(dst, src []byte) []byte {
	for i := 0; i < len(src); i++ {
		b := src[i]
		if i+1 < len(src) && src[i+1] >= utf8.RuneSelf {
			if letter, ok := vniLetters.pairs[[2]byte{b, src[i+1]}]; ok {
				dst = utf8.AppendRune(dst, letter)
				i++
				continue
			}
		}
		if b < utf8.RuneSelf {
			dst = append(dst, b)
			continue
		}
		dst = utf8.AppendRune(dst, vniLetters.single[b])
	}
	return dst
}

// decode1258 composes what windows-1258 writes as a letter and a tone.
func decode1258(dst, src []byte) []byte {
	start := len(dst)
	ascii := true
	for _, b := range src {
		if b < utf8.RuneSelf {
			dst = append(dst, b)
			continue
		}
		ascii = false
		dst = utf8.AppendRune(dst, charmap.Windows1258.DecodeByte(b))
	}
	if ascii || norm.NFC.IsNormal(dst[start:]) {
		return dst
	}
	return append(dst[:start], norm.NFC.Bytes(dst[start:])...)
}
