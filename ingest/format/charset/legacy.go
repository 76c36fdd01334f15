package charset

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// sampleBytes is how much text is judged word by word.
const sampleBytes = 64 << 10

// legacy tells the encodings that are not Unicode apart: it reads the text in each
// and takes the one in which the words with marks are Vietnamese syllables, if one
// stands clearly before the others.
func legacy(head []byte) (Charset, bool) {
	sample := sampleOf(head)
	best, second := Unknown, 0.0
	highest := 0.0
	var bestText []byte
	for _, c := range []Charset{Windows1258, TCVN3, VNI} {
		text := decodeAll(c, sample)
		share := plausible(text)
		switch {
		case share > highest:
			best, second, highest, bestText = c, highest, share, text
		case share > second && !bytes.Equal(text, bestText):
			second = share
		}
	}
	if highest >= 0.5 && highest >= second+0.2 {
		return best, true
	}
	if highest == 0 && !hasLetters(decodeAll(Windows1258, sample)) {
		// Signs alone, such as a degree or a dash, are the same in all of them.
		return Windows1258, false
	}
	return Unknown, false
}

func decodeAll(c Charset, sample []byte) []byte {
	switch c {
	case TCVN3:
		return decodeTCVN3(nil, sample)
	case VNI:
		return decodeVNI(nil, sample)
	}
	return decode1258(nil, sample)
}

// sampleOf gathers the words that have bytes beyond ASCII.
func sampleOf(head []byte) []byte {
	var sample []byte
	for len(head) > 0 && len(sample) < sampleBytes {
		end := bytes.IndexFunc(head, func(r rune) bool { return r < utf8.RuneSelf && isBoundary(byte(r)) })
		if end < 0 {
			end = len(head) - 1
		}
		if word := head[:end+1]; !isASCII(word) {
			sample = append(append(sample, word...), ' ')
		}
		head = head[end+1:]
	}
	return sample
}

// plausible returns the share of words that are syllables among those with letters
// beyond ASCII, zero where there are none.
func plausible(text []byte) float64 {
	good, all := 0, 0
	for word := range bytes.FieldsFuncSeq(text, separates) {
		if isASCII(word) {
			continue
		}
		all++
		if isSyllable(string(word)) {
			good++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(good) / float64(all)
}

// separates reports whether r stands between words in any text. Other signs are
// taken for letters of a text that is read in the wrong encoding.
func separates(r rune) bool {
	switch r {
	case 0xa0, '–', '—', '‘', '’', '“', '”', '…', '•':
		return true
	}
	return r < utf8.RuneSelf && isBoundary(byte(r))
}

func hasLetters(text []byte) bool {
	return bytes.IndexFunc(text, func(r rune) bool {
		return r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.Is(unicode.Mn, r))
	}) >= 0
}
