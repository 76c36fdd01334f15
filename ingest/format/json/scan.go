package json

// The functions here walk over values that were judged before. On any others they
// stop somewhere, or say that the value is cut or broken.

// skipString returns the place behind the text that begins with the quotation mark
// at b[i].
func skipString(b []byte, i int) int {
	for i++; ; {
		i = scanString(b, i)
		switch {
		case i >= len(b):
			return cut
		case b[i] == '"':
			return i + 1
		case b[i] == '\\':
			i += 2
		default:
			return broken
		}
	}
}

// skipValue returns the place behind the value at b[i].
func skipValue(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	for j := i; j < len(b); j++ {
		switch b[j] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			if j == i {
				return broken
			}
			return j
		}
	}
	return cut
}

// skipNested returns the place behind the list or object at b[i].
func skipNested(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			if i = skipString(b, i); i < 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return cut
}

// cutItem cuts the next item off the inside of a list. It returns nil behind the
// last.
func cutItem(b []byte) (item, rest []byte) {
	i := skipBlanks(b, 0)
	if i < len(b) && b[i] == ',' {
		i = skipBlanks(b, i+1)
	}
	if i >= len(b) || b[i] == ']' {
		return nil, nil
	}
	end := skipValue(b, i)
	if end < 0 {
		return nil, nil
	}
	return b[i:end], b[end:]
}

// cutMember cuts the next member off an object, or off the rest of one. Name is as
// it is written. It returns nil behind the last.
func cutMember(b []byte) (name, value, rest []byte) {
	i := skipBlanks(b, 1)
	if i >= len(b) || b[i] != '"' {
		return nil, nil, nil
	}
	end := skipString(b, i)
	if end < 0 {
		return nil, nil, nil
	}
	name = b[i+1 : end-1]
	if end = skipBlanks(b, end); end >= len(b) || b[end] != ':' {
		return nil, nil, nil
	}
	if i = skipBlanks(b, end+1); i >= len(b) {
		return nil, nil, nil
	}
	if end = skipValue(b, i); end < 0 {
		return nil, nil, nil
	}
	return name, b[i:end], b[skipBlanks(b, end):]
}

// member returns the value of the last member of the name in an object, nil where
// there is none.
func member(object []byte, name string) []byte {
	var found []byte
	for rest := object; len(rest) > 0; {
		var written, value []byte
		if written, value, rest = cutMember(rest); written != nil && called(written, name) {
			found = value
		}
	}
	return found
}

// called reports whether a name as it is written is name.
func called(written []byte, name string) bool {
	if string(written) == name {
		return true
	}
	for _, c := range written {
		if c == '\\' {
			return string(appendText(nil, written)) == name
		}
	}
	return false
}
