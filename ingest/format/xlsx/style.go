package xlsx

import (
	"strconv"
	"strings"
)

// dateClass says how a number format shows a number.
type dateClass uint8

// A number that is none of a date, one shown as a date with or without a time, as
// a time of day alone, or as a span of hours.
const (
	plainNumber dateClass = iota
	dateNumber
	timeNumber
	spanNumber
)

// readStyles returns for each cell format of the workbook how it shows numbers.
func (a *archive) readStyles(name string) ([]dateClass, error) {
	custom := map[int]dateClass{}
	var classes []dateClass
	// The formats of cells have the same elements as those of named styles.
	cells := false
	err := a.elements(name, partStyles, func(p *part, element string) error {
		switch element {
		case "numFmt":
			if id, err := strconv.Atoi(p.textOf("numFmtId")); err == nil && len(custom) < maxStyles {
				custom[id] = classOfFormat(p.textOf("formatCode"))
			}
		case "cellXfs":
			cells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			cells = false
		case "xf":
			if !cells {
				break
			}
			if len(classes) == maxStyles {
				return &flaw{rule: ruleTooLarge}
			}
			id, _ := strconv.Atoi(p.textOf("numFmtId"))
			class, listed := custom[id]
			if !listed {
				class = classOfBuiltin(id)
			}
			classes = append(classes, class)
		}
		return nil
	})
	return classes, err
}

// classOfBuiltin tells the formats that are known by their number alone (ECMA-376
// part 1, 18.8.30, with those of East Asian editions).
func classOfBuiltin(id int) dateClass {
	switch {
	case id >= 18 && id <= 21, id == 45, id == 47:
		return timeNumber
	case id == 46:
		return spanNumber
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 50 && id <= 58:
		return dateNumber
	}
	return plainNumber
}

// classOfFormat tells a format by its code, whose first section is that of
// positive numbers. Letters count outside quotes and brackets; an m is a minute
// beside hours or seconds, unless it is written thrice.
func classOfFormat(code string) dateClass {
	var day, clock, month, span bool
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i] | 0x20; {
		case code[i] == '"':
			i = skipPast(code, i, '"')
		case code[i] == '[':
			end := skipPast(code, i, ']')
			inner := strings.Trim(strings.ToLower(code[i:end]), "[")
			span = span || inner != "" && strings.Trim(inner, inner[:1]) == "" && strings.Contains("hms", inner[:1])
			i = end
		case code[i] == '\\', code[i] == '_', code[i] == '*':
			i++
		case c == 'd', c == 'y':
			day = true
		case c == 'h', c == 's':
			clock = true
		case c == 'm':
			month = true
			day = day || strings.HasPrefix(strings.ToLower(code[i:]), "mmm")
		}
	}
	switch {
	case span:
		return spanNumber
	case day, month && !clock:
		return dateNumber
	case clock:
		return timeNumber
	}
	return plainNumber
}

// skipPast returns the index of the next closing character behind i, or of the
// last character.
func skipPast(code string, i int, closing byte) int {
	if n := strings.IndexByte(code[i+1:], closing); n >= 0 {
		return i + 1 + n
	}
	return len(code) - 1
}
