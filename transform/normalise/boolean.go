package normalise

import "thidua/transform/value"

// booleanReader reads yes and no, in either case of letters.
type booleanReader struct{ cleaner }

func newBoolean(value.Type, Options) Func {
	r := &booleanReader{}
	return r.read
}

func (r *booleanReader) read(text []byte) (value.Value, *Reason) {
	text, reason := r.clean(text)
	if len(text) == 0 {
		return value.Value{}, reason
	}
	switch string(text) {
	case "1", "true", "True", "TRUE", "x", "X", "có", "Có", "CÓ":
		return value.OfBool(true), reason
	case "0", "false", "False", "FALSE", "không", "Không", "KHÔNG":
		return value.OfBool(false), reason
	}
	return value.Value{}, BooleanMalformed
}
