package declaration

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// longestWord bounds the words that are compared: the comparison takes the
// square of their length, and nobody mistypes a longer one.
const longestWord = 64

// Nearest finds the known word that word was probably meant to be. It returns
// false where none is near: more than one slip for every three letters makes a
// different word, and even a short one may have one. Case does not count as a
// slip; of equally near words the first is taken.
func Nearest(word string, known []string) (string, bool) {
	length := utf8.RuneCountInString(word)
	if length < 2 || length > longestWord {
		return "", false
	}
	best, least := "", max(1, length/3)+1
	for _, candidate := range known {
		if utf8.RuneCountInString(candidate) > longestWord {
			continue
		}
		if slips := distance(strings.ToLower(word), strings.ToLower(candidate)); slips < least {
			best, least = candidate, slips
		}
	}
	return best, best != ""
}

// mostListed bounds the known words that a hint lists.
const mostListed = 12

// Hint suggests the known word that word was probably meant to be, or lists the known
// ones where none is near and they are few. It is empty where there is nothing to say.
func Hint(word string, known []string) string {
	if near, ok := Nearest(word, known); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 || len(known) > mostListed {
		return ""
	}
	return "known are " + strings.Join(known, ", ")
}

// distance counts the letters to insert, drop, replace or swap with their
// neighbour to turn a into b (Damerau-Levenshtein, each place edited once).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	before, last := make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row := make([]int, len(to)+1)
		row[0] = i + 1
		for j := range to {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(to)]
}
