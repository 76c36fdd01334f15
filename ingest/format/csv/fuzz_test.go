package csv_test

import (
	"bytes"
	"context"
	stdcsv "encoding/csv"
	"errors"
	"io"
	"strconv"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format"
	"thidua/ingest/format/csv"
)

// FuzzDecode holds whole payloads to the contract: what Inspect accepts, Decode
// reads to its end with as many dossiers, whatever the size of the blocks.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		"a,b\r\n1,2\r\n", "x;a;b\n\"1\";\"\"\"2\n\";3\n", "a\tb\r1\t2\r", "a,b\n=\"01\",\"x\"y\",\n", "sep=|\na|b\n1|2|3\n",
		"title\n\na,b\n1,2\nTổng,3\na,b\n", "\xff\xfea\x00,\x00b\x00\n\x001\x00\n\x00", "a,b\nNguy\xd4n,2\n", "a,b\n\"open,2\n",
	} {
		f.Add([]byte(text))
	}
	ctx := context.Background()
	fields := []string{"@row", "a", "b"}
	layout := layoutOf(fields)
	formats := []*csv.Format{newFormat(f, "{optional: [b]}"), newFormat(f, "{surplus: join, encoding: utf-8}")}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, csvs := range formats {
			frame, err := csvs.Inspect(ctx, bytes.NewReader(content), layout)
			var refusal *format.Refusal
			if err != nil {
				if !errors.As(err, &refusal) {
					t.Fatalf("inspect: %v", err)
				}
				continue
			}
			whole, small := &transcript{fields: fields}, &transcript{fields: fields}
			if err := csvs.Decode(ctx, bytes.NewReader(content), frame, layout, whole); err != nil {
				t.Fatalf("decode: %v", err)
			}
			if err := csvs.Decode(ctx, iotest.OneByteReader(bytes.NewReader(content)), frame, layout, small); err != nil {
				t.Fatalf("decode in pieces: %v", err)
			}
			if diff := cmp.Diff(whole.text.String(), small.text.String()); diff != "" {
				t.Fatalf("in pieces (-whole +so):\n%s", diff)
			}
			if whole.dossiers != frame.Dossiers {
				t.Fatalf("inspect counts %d, decode %d", frame.Dossiers, whole.dossiers)
			}
		}
	})
}

// FuzzSplit holds the cells to those of encoding/csv, where that accepts the text
// and both must agree: not on a carriage return that stands alone, which ends a row
// here, and not on rows of nothing but a quoted nothing. It is more lenient than
// strict: what only lenient reading accepts is not compared.
func FuzzSplit(f *testing.F) {
	for _, text := range []string{
		"1,2,3\n4,5,6\n", "\"1\",\"2,\n3\"\r\n,\n", "\"\"\"\",\"a\"\"b\"\n", "0123456789,012345678,\n01234567\n", " ,\t1 ,x\ny", "\r\n\n1\r\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if bytes.Contains(bytes.ReplaceAll(content, []byte("\r\n"), nil), []byte("\r")) {
			return
		}
		strict := stdcsv.NewReader(bytes.NewReader(content))
		strict.FieldsPerRecord = -1
		want, err := strict.ReadAll()
		if err != nil {
			return
		}
		for name, r := range map[string]io.Reader{"whole": bytes.NewReader(content), "in pieces": iotest.OneByteReader(bytes.NewReader(content))} {
			got, err := csv.Split(r, ',')
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(quoted(want), quoted(got)); diff != "" {
				t.Fatalf("%s (-encoding/csv +ours):\n%s", name, diff)
			}
		}
	})
}

// quoted writes rows so that they can be compared, without those that hold nothing
// and with the line breaks that encoding/csv makes of others.
func quoted(rows [][]string) []string {
	var list []string
	for _, row := range rows {
		if len(row) == 1 && row[0] == "" {
			continue
		}
		line := ""
		for _, cell := range row {
			line += strconv.Quote(string(bytes.ReplaceAll([]byte(cell), []byte("\r\n"), []byte("\n")))) + ","
		}
		list = append(list, line)
	}
	return list
}
