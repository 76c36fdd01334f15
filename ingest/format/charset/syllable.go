package charset

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What a Vietnamese syllable is made of, without tones. "q" stands before "u" only,
// which belongs to it.
const (
	onsetList = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
	rimeList  = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây " +
		"e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng " +
		"i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu " +
		"o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot " +
		"ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt " +
		"u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ uy uya uych uynh uyên uyêt uyp uyt uyu " +
		"ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu " +
		"y ych ynh yêm yên yêng yêt yêu yt"
)

var (
	onsets = setOf(onsetList)
	rimes  = setOf(rimeList)
)

func setOf(list string) map[string]bool {
	set := map[string]bool{"": list == onsetList}
	for part := range strings.FieldsSeq(list) {
		set[part] = true
	}
	return set
}

// The tones, as marks beside their letter: grave, acute, tilde, hook, dot below.
const tones = "\u0300\u0301\u0303\u0309\u0323"

// isSyllable reports whether a word, whatever its case, can be a Vietnamese
// syllable. Names of places and drugs need not be.
func isSyllable(word string) bool {
	marked, tone := 0, rune(0)
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		if strings.ContainsRune(tones, r) {
			marked, tone = marked+1, r
			continue
		}
		b.WriteRune(r)
	}
	if marked > 1 {
		return false
	}
	letters := norm.NFC.String(b.String())
	for i := 0; i <= len(letters) && i <= len("ngh"); i++ {
		if onsets[letters[:i]] && rimes[letters[i:]] && !stopped(letters, tone) {
			return true
		}
	}
	return false
}

// stopped reports whether the syllable ends in a stop and has a tone that it cannot
// have: it is spoken with the acute or the dot below.
func stopped(letters string, tone rune) bool {
	switch last := letters[len(letters)-1]; {
	case strings.HasSuffix(letters, "ch"), last == 'c', last == 'p', last == 't':
		return tone != '\u0301' && tone != '\u0323'
	}
	return false
}

// sameCase reports whether the letters are all small, all capital, or small behind
// one capital.
func sameCase(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	rest := word[size:]
	return rest == strings.ToLower(rest) || unicode.IsUpper(first) && rest == strings.ToUpper(rest)
}
