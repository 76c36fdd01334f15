package job_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"thidua/ingest/format"
	"thidua/transform/delivery"
	"thidua/transform/record"
)

// errFormat is what the fake format fails with on demand.
var errFormat = errors.New("the format fails on demand")

// lines is a format of one word a line, and the rest of the line its fields:
//
//	envelope a=1|b=2   fields of the envelope
//	begin, end         a dossier
//	H a=1|b=2          a record of kind H; any other word is a kind too
//	fault H            a part of kind H that cannot be read
//	note n             a finding about the payload
//	fail               Decode fails here
//	broken             Inspect fails here
//	refuse             Inspect refuses the payload here
//	pad …              nothing
type lines struct {
	// decoding, where it is set, is called before each line is taken.
	decoding func(word string)
}

func (lines) words(r io.Reader, visit func(word, rest string) error) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		word, rest, _ := strings.Cut(scanner.Text(), " ")
		if err := visit(word, rest); err != nil {
			return err
		}
	}
	return scanner.Err()
}

// Inspect counts the dossiers.
func (f lines) Inspect(ctx context.Context, r io.Reader, _ record.Layout) (format.Frame, error) {
	frame := format.Frame{Envelope: map[string]string{}}
	err := f.words(r, func(word, rest string) error {
		switch word {
		case "begin":
			frame.Dossiers++
		case "envelope":
			frame.Envelope = texts(rest)
		case "broken":
			return errFormat
		case "refuse":
			return &format.Refusal{Rule: "refused_on_demand", Reason: delivery.Text{En: "refused"}, Dossiers: frame.Dossiers}
		}
		return ctx.Err()
	})
	return frame, err
}

// Decode hands the dossiers over.
func (f lines) Decode(_ context.Context, r io.Reader, _ format.Frame, layout record.Layout, v format.Visitor) error {
	n, numbers := int32(0), make([]int32, len(layout.Kinds))
	wanted := false
	return f.words(r, func(word, rest string) error {
		if f.decoding != nil {
			f.decoding(word)
		}
		var err error
		switch word {
		case "begin":
			n++
			clear(numbers)
			wanted, err = v.BeginDossier(n)
			return err
		case "note":
			v.Note(format.Note{Rule: rest, Count: 1})
			return nil
		case "fail":
			return errFormat
		}
		kind := slices.IndexFunc(layout.Kinds, func(k record.Kind) bool { return k.Name == word })
		switch {
		case !wanted:
			return nil
		case word == "end":
			return v.EndDossier()
		case word == "fault":
			kind = slices.IndexFunc(layout.Kinds, func(k record.Kind) bool { return k.Name == rest })
			return v.Fault(format.Fault{Kind: kind, Part: rest, Rule: "part_unreadable"})
		case kind < 0:
			return nil
		}
		numbers[kind]++
		return v.Record(&record.Record{Kind: kind, Line: numbers[kind], Fields: laidOut(layout.Kinds[kind].Fields, texts(rest))})
	})
}

func texts(s string) map[string]string {
	fields := map[string]string{}
	for pair := range strings.SplitSeq(s, "|") {
		if name, text, ok := strings.Cut(pair, "="); ok {
			fields[name] = text
		}
	}
	return fields
}

func laidOut(names []string, fields map[string]string) [][]byte {
	out := make([][]byte, len(names))
	for i, name := range names {
		if text, ok := fields[name]; ok && text != "" {
			out[i] = []byte(text)
		}
	}
	return out
}

// script writes payloads in the fake format.
type script struct{ strings.Builder }

func (s *script) line(words ...string) *script {
	s.WriteString(strings.Join(words, " "))
	s.WriteByte('\n')
	return s
}

// dossier writes a whole dossier with n lines.
func (s *script) dossier(id string, n int) *script {
	s.line("begin").line("H", "place=15001|id="+id)
	for i := range n {
		s.line("L", "id="+id+"|number="+strconv.Itoa(i+1)+"|name=line of "+id)
	}
	return s.line("end")
}

// pad makes a payload larger than what is kept in memory.
func (s *script) pad(bytes int) *script {
	for s.Len() < bytes {
		s.line("pad", strings.Repeat("x", 1000))
	}
	return s
}
