package rest

import "strings"

// nextLink returns the target of the link to the next page among Link headers
// (RFC 8288), and false where there is none. The target may be relative.
func nextLink(headers []string) (string, bool) {
	for _, h := range headers {
		for {
			target, parameters, rest, ok := cutLink(h)
			if !ok {
				break
			}
			if leadsOn(parameters) {
				return target, true
			}
			h = rest
		}
	}
	return "", false
}

// cutLink cuts the first link off a header: <target>; parameters, rest.
func cutLink(header string) (target, parameters, rest string, ok bool) {
	_, after, ok := strings.Cut(header, "<")
	if !ok {
		return "", "", "", false
	}
	target, after, ok = strings.Cut(after, ">")
	if !ok {
		return "", "", "", false
	}
	end := unquoted(after, ',')
	return strings.TrimSpace(target), after[:end], after[min(end+1, len(after)):], true
}

// leadsOn reports whether one of the relations of a link is next.
func leadsOn(parameters string) bool {
	for parameters != "" {
		end := unquoted(parameters, ';')
		name, value, _ := strings.Cut(parameters[:end], "=")
		parameters = parameters[min(end+1, len(parameters)):]
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for _, relation := range strings.Fields(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(relation, "next") {
				return true
			}
		}
		// A second rel of the same link does not count.
		return false
	}
	return false
}

// unquoted returns where sign stands first outside of quotation marks, the length
// of text where it does not.
func unquoted(text string, sign byte) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		case !quoted && text[i] == sign:
			return i
		}
	}
	return len(text)
}
