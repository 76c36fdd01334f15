package charset

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// once is a character of a text that was saved twice: the characters that its bytes
// were taken for.
type once struct {
	letter rune
	// size is the number of bytes that the characters take.
	size int
	// strong says that no other text has these characters beside each other.
	strong bool
	// lost holds the letters that it may have been, where windows-1252 has no
	// character for its last byte and that byte is gone.
	lost string
}

// Bytes for which windows-1252 has no character are passed through as control
// characters, or lost. These are the Vietnamese letters that end in one of them, by
// what comes before it.
const (
	lostAfterBB = "ềọỏỐờ"
	lostAfterC3 = "ÁÍÝ"
	lostAfterC4 = "Đ"
)

// isMojibake reports whether a text of UTF-8 was saved twice, and whether that is
// beyond doubt.
func isMojibake(head []byte) (mojibake, sure bool) {
	strong, weak, proper := 0, 0, 0
	for i := 0; i < len(head); {
		if head[i] < utf8.RuneSelf {
			i++
			continue
		}
		o, ok := readOnce(head[i:])
		switch {
		case ok && o.strong:
			strong++
		case ok && o.lost == "":
			weak++
		default:
			var r rune
			r, o.size = utf8.DecodeRune(head[i:])
			if unicode.IsLetter(r) {
				proper++
			}
		}
		i += o.size
	}
	// One cell that somebody pasted does not decide for the letters of all others.
	evident := strong > 0 && (strong+weak)*50 > proper
	return evident || weak > 2 && weak > proper, strong > 1 || weak > 2
}

// restore appends the text before it was saved a second time. What was saved once
// stays as it is.
func restore(dst, src []byte) []byte {
	for len(src) > 0 {
		end := bytes.IndexFunc(src, func(r rune) bool { return r < utf8.RuneSelf && isBoundary(byte(r)) })
		if end < 0 {
			end = len(src)
		}
		if word := src[:end]; isASCII(word) {
			dst = append(dst, word...)
		} else {
			dst = restoreWord(dst, word)
		}
		if src = src[end:]; len(src) > 0 {
			dst, src = append(dst, src[0]), src[1:]
		}
	}
	return dst
}

// restoreWord restores one word, and the letter in it that was lost where only one
// makes a syllable of it.
func restoreWord(dst, word []byte) []byte {
	start, holeAt, lost := len(dst), -1, ""
	for len(word) > 0 {
		o, ok := readOnce(word)
		switch {
		case !ok:
			_, o.size = utf8.DecodeRune(word)
			dst = append(dst, word[:o.size]...)
		case o.lost != "":
			if holeAt < 0 {
				holeAt, lost = len(dst), o.lost
			} else {
				// Two lost letters have too many answers.
				lost = ""
			}
			dst = utf8.AppendRune(dst, utf8.RuneError)
		case o.letter != '\ufeff':
			dst = utf8.AppendRune(dst, o.letter)
		}
		word = word[o.size:]
	}
	if holeAt < 0 || lost == "" {
		return dst
	}
	return fill(dst, start, holeAt, lost)
}

// fill puts the only letter of lost that makes a syllable in the place of the
// replacement character at holeAt.
func fill(dst []byte, start, holeAt int, lost string) []byte {
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) }
	before, after := dst[start:holeAt], dst[holeAt+len("\ufffd"):]
	if i := bytes.LastIndexFunc(before, notLetter); i >= 0 {
		_, size := utf8.DecodeRune(before[i:])
		before = before[i+size:]
	}
	if i := bytes.IndexFunc(after, notLetter); i >= 0 {
		after = after[:i]
	}
	found, letter := 0, rune(0)
	for _, r := range lost {
		word := string(before) + string(r) + string(after)
		if isSyllable(word) && sameCase(word) || lost == lostAfterC4 {
			found, letter = found+1, r
		}
	}
	if found != 1 {
		return dst
	}
	rest := string(dst[holeAt+len("\ufffd"):])
	return append(utf8.AppendRune(dst[:holeAt], letter), rest...)
}

// readOnce reads the characters that b begins with as the bytes of one character.
func readOnce(b []byte) (once, bool) {
	first, size := leadAt(b)
	if first == 0 {
		return once{}, false
	}
	second, secondSize := byteAt(b[size:])
	switch {
	case first >= 0xC2 && first <= 0xC6 || first == 0xCC || first == 0xCD:
		return readTwo(first, second, b, size, secondSize)
	case first == 0xE1 && (second == 0xBA || second == 0xBB), first == 0xE2 && second >= 0x80 && second <= 0x84, first == 0xEF && second == 0xBB:
		size += secondSize
		third, thirdSize := byteAt(b[size:])
		return readThree([]byte{first, second, third}, size, thirdSize, b)
	}
	return once{}, false
}

// leadAt returns the first byte of a character of several bytes, and the size of
// what it was taken for; zero where b does not begin with one. The letter Ă is what
// windows-1258 makes of the byte that most often begins a Vietnamese letter.
func leadAt(b []byte) (code byte, size int) {
	r, size := utf8.DecodeRune(b)
	switch {
	case r >= 0xC2 && r <= 0xEF:
		return byte(r), size
	case r == 'Ă':
		return 0xC3, size
	}
	return 0, size
}

// readTwo reads a letter of two bytes.
func readTwo(first, second byte, b []byte, size, secondSize int) (once, bool) {
	if isContinuation(second) && secondSize > 0 {
		letter, _ := utf8.DecodeRune([]byte{first, second})
		return once{letter: letter, size: size + secondSize}, true
	}
	if r, lostSize := utf8.DecodeRune(b[size:]); r == utf8.RuneError && lostSize > 1 {
		switch first {
		case 0xC3:
			return once{size: size + lostSize, lost: lostAfterC3}, true
		case 0xC4:
			return once{size: size + lostSize, lost: lostAfterC4}, true
		}
	}
	return once{}, false
}

// readThree reads a character of three bytes, whose first two are known to begin
// one.
func readThree(code []byte, size, thirdSize int, b []byte) (once, bool) {
	if isContinuation(code[2]) && thirdSize > 0 {
		letter, _ := utf8.DecodeRune(code)
		return once{letter: letter, size: size + thirdSize, strong: code[0] == 0xE1}, true
	}
	r, lostSize := utf8.DecodeRune(b[size:])
	if r != utf8.RuneError || lostSize <= 1 {
		lostSize = 0
	}
	switch {
	case code[0] == 0xE1 && code[1] == 0xBB:
		return once{size: size + lostSize, lost: lostAfterBB}, true
	case code[0] == 0xE2 && code[1] == 0x80 && lostSize > 0:
		return once{letter: '”', size: size + lostSize}, true
	}
	return once{}, false
}

// byteAt returns the byte that the first character of b was made from, and the
// size of the character; zero where there is none.
func byteAt(b []byte) (code byte, size int) {
	r, size := utf8.DecodeRune(b)
	switch {
	case size == 0 || r < utf8.RuneSelf || r == utf8.RuneError:
		return 0, 0
	case r <= 0xFF:
		return byte(r), size
	}
	code, ok := charmap.Windows1252.EncodeRune(r)
	if !ok {
		return 0, 0
	}
	return code, size
}

// isContinuation reports whether c goes on with a character of UTF-8.
func isContinuation(c byte) bool { return c&0xC0 == 0x80 }
