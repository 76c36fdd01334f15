package identity

import "bytes"

// guardedDigits is the length from which a run of digits is taken for an
// identifier or a telephone number. Registration numbers of drugs and codes of
// services have shorter runs.
const guardedDigits = 9

// Guard reports whether the name of a thing (a drug, a service, a ward) must not
// be stored, because somebody typed an identifier, a telephone number or an
// e-mail address into it.
func Guard(text []byte) bool {
	return suspicious(text) && (digitRun(text) >= guardedDigits || grouped(text) || email(text))
}

// suspicious reports whether text has what any of these takes: many digits, or
// an @. Nearly all names have neither.
func suspicious(text []byte) bool {
	digits := 0
	for _, b := range text {
		if isDigit(b) {
			digits++
		} else if b == '@' {
			return true
		}
	}
	return digits >= guardedDigits
}

// GuardCode reports whether a code or a number must not be stored, because it is
// none: the whole text is a telephone number, a citizen ID, or an insurance card.
// Amounts of money have no zero in front and codes of ten digits have points, so
// that neither is taken for one. The nine digits of an old identity card cannot be
// told from a lot number.
func GuardCode(text []byte) bool {
	if len(text) < phoneDigits {
		return false
	}
	if text = bytes.TrimSpace(text); len(text) < phoneDigits {
		return false
	}
	letters := 0
	switch {
	case isLetter(text[0]) && isLetter(text[1]):
		letters = 2
	case text[0] == '+' && text[1] == '8' && text[2] == '4':
		return grouped(text)
	case text[0] != '0':
		return false
	}
	digits := 0
	for _, b := range text[letters:] {
		switch {
		case isDigit(b):
			digits++
		case b != ' ' && (letters > 0 || b != '-'):
			return false
		}
	}
	if letters > 0 {
		return digits == cardDigits
	}
	return digits == phoneDigits || digits == citizenDigits
}

// How many digits identifiers have; those of a card follow two letters.
const (
	phoneDigits   = 10
	citizenDigits = 12
	cardDigits    = 13
)

// digitRun returns the length of the longest run of digits.
func digitRun(text []byte) int {
	longest, run := 0, 0
	for _, b := range text {
		if !isDigit(b) {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// grouped reports whether text holds a telephone number (ten digits from 0, or
// nine after +84) or a citizen ID (twelve digits from 0) with single blanks,
// points or hyphens between its groups.
func grouped(text []byte) bool {
	for i, b := range text {
		switch {
		case !isDigit(b) || i > 0 && (isDigit(text[i-1]) || text[i-1] == '.'):
		case b == '0' && groupsOf(text[i:], 10, 12):
			return true
		case i > 0 && text[i-1] == '+' && bytes.HasPrefix(text[i:], []byte("84")) && groupsOf(text[i:], 11, 11):
			return true
		}
	}
	return false
}

// groupsOf reports whether text begins with groups that have one of two numbers
// of digits together.
func groupsOf(text []byte, one, other int) bool {
	digits := 0
	for i, b := range text {
		if isDigit(b) {
			digits++
			continue
		}
		if digits == one || digits == other {
			return true
		}
		if !isJoint(b) || !isDigit(text[i-1]) {
			return false
		}
	}
	return digits == one || digits == other
}

// isJoint reports whether b stands between groups of digits.
func isJoint(b byte) bool { return b == ' ' || b == '.' || b == '-' }

// email reports whether an @ stands between a name and a domain.
func email(text []byte) bool {
	for i, b := range text {
		if b != '@' || i == 0 || text[i-1] == ' ' {
			continue
		}
		domain := text[i+1:]
		if end := bytes.IndexAny(domain, " ,;)"); end >= 0 {
			domain = domain[:end]
		}
		dot := bytes.LastIndexByte(domain, '.')
		if dot > 0 && dot+1 < len(domain) && isLetter(domain[dot+1]) {
			return true
		}
	}
	return false
}
