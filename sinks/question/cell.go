package question

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Cell is a value of an answer as people read it and as JSON. Numbers are written
// with all their digits in both.
type Cell struct {
	text   string
	json   json.RawMessage
	figure bool
}

// String returns the value as people and CSV have it.
func (c Cell) String() string { return c.text }

// MarshalJSON returns the value as JSON has it.
func (c Cell) MarshalJSON() ([]byte, error) { return c.json, nil }

// Figure reports whether the value is a number.
func (c Cell) Figure() bool { return c.figure }

// newCell renders a value that the engine returned for a column of the type.
func newCell(v any, kind string) Cell {
	switch v := v.(type) {
	case nil:
		return Cell{json: json.RawMessage("null")}
	case bool:
		return Cell{text: strconv.FormatBool(v), json: json.RawMessage(strconv.FormatBool(v))}
	case int8, int16, int32, int64, uint8, uint16, uint32, uint64, *big.Int:
		return figure(fmt.Sprint(v))
	case float32:
		return real(float64(v), 32)
	case float64:
		return real(v, 64)
	case duckdb.Decimal:
		return figure(decimal(v))
	case time.Time:
		return quoted(moment(v, kind))
	case duckdb.Interval:
		return quoted(interval(v))
	case duckdb.UUID:
		return quoted(v.String())
	case []byte:
		return bytesCell(v, kind)
	case string:
		return quoted(v)
	}
	return nested(v)
}

// figure is a number whose text is the same everywhere.
func figure(text string) Cell {
	return Cell{text: text, json: json.RawMessage(text), figure: true}
}

// quoted is a text, which JSON puts between quotation marks.
func quoted(text string) Cell {
	// A string always has a JSON form.
	encoded, _ := json.Marshal(text)
	return Cell{text: text, json: encoded}
}

// real renders a floating point number. JSON has no word for what is not finite.
func real(v float64, bits int) Cell {
	text := strconv.FormatFloat(v, 'f', -1, bits)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		c := quoted(text)
		c.figure = true
		return c
	}
	return figure(text)
}

// decimal writes a decimal with the digits that its column declares.
func decimal(d duckdb.Decimal) string {
	if d.Scale == 0 {
		return d.Value.String()
	}
	sign, digits := "", new(big.Int).Abs(d.Value).String()
	if d.Value.Sign() < 0 {
		sign = "-"
	}
	scale := int(d.Scale)
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// moment writes a time by the type of its column: days and the local clock of
// records as they are, instants of the program with the offset of Vietnam.
func moment(t time.Time, kind string) string {
	switch kind {
	case "DATE":
		return t.Format(time.DateOnly)
	case "TIME":
		return t.Format("15:04:05.999999")
	case "TIMETZ", "TIME WITH TIME ZONE":
		return t.Format("15:04:05.999999Z07:00")
	case "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE":
		return Local(t).Format(time.RFC3339Nano)
	}
	return t.Format("2006-01-02T15:04:05.999999999")
}

// Local returns an instant by the clock of Vietnam, which has had one offset since
// 1975 and does not change it in summer.
func Local(t time.Time) time.Time {
	const hour = 60 * 60
	return t.In(time.FixedZone("+07", 7*hour))
}

// interval writes a length of time as ISO 8601 does.
func interval(v duckdb.Interval) string {
	seconds := strconv.FormatFloat(float64(v.Micros)/1e6, 'f', -1, 64)
	return fmt.Sprintf("P%dM%dDT%sS", v.Months, v.Days, seconds)
}

// bytesCell renders bytes: identifiers as such, anything else in hexadecimal.
func bytesCell(v []byte, kind string) Cell {
	if kind == "UUID" && len(v) == 16 {
		id := duckdb.UUID(v)
		return quoted(id.String())
	}
	return quoted(hex.EncodeToString(v))
}

// nested renders lists, structs and maps as JSON, for people too.
func nested(v any) Cell {
	var encoded []byte
	var err error
	switch v := v.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = newCell(item, "")
		}
		encoded, err = json.Marshal(items)
	case map[string]any:
		fields := make(map[string]any, len(v))
		for name, field := range v {
			fields[name] = newCell(field, "")
		}
		encoded, err = json.Marshal(fields)
	case duckdb.OrderedMap:
		encoded, err = pairs(v)
	case duckdb.Union:
		return newCell(v.Value, "")
	default:
		return quoted(fmt.Sprint(v))
	}
	if err != nil {
		return quoted(fmt.Sprint(v))
	}
	return Cell{text: string(encoded), json: encoded}
}

// pairs writes a map as an object in its own order.
func pairs(m duckdb.OrderedMap) ([]byte, error) {
	var b strings.Builder
	values := m.Values()
	for i, key := range m.Keys() {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		value, err := json.Marshal(newCell(values[i], ""))
		if err != nil {
			return nil, err
		}
		b.Write(quoted(newCell(key, "").text).json)
		b.WriteByte(':')
		b.Write(value)
	}
	if b.Len() == 0 {
		b.WriteByte('{')
	}
	return []byte(b.String() + "}"), nil
}
