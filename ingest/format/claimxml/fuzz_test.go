package claimxml_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/format"
	"thidua/ingest/format/claimxml"
	"thidua/transform/record"
)

// FuzzDecode holds whole payloads to the contract: what Inspect accepts, Decode
// reads to its end with as many dossiers, whatever the size of the blocks.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(content) < 8<<10 {
			f.Add(content)
		}
	}
	for _, parts := range []string{
		part("XML1", "<TONG_HOP><HO_TEN>A & B</HO_TEN></TONG_HOP>") + part("XML2", "PENI"), part("XML2", "&lt;CHI_TIET_THUOC/&gt;"),
		encoded("XML1", "\xFF\xFE<\x00") + part("", "<TONG_HOP/>"), "<HOSO/><CHUKYDONVI><HOSO/></CHUKYDONVI><MACSKCB><HOSO/></MACSKCB>",
		encoded("XML1", "<?xml version='1.0' encoding='cp1258'?><TONG_HOP><HO_TEN>\xE9<![CDATA[x]]></HO_TEN></TONG_HOP>"),
	} {
		f.Add([]byte(envelope("1", parts)))
	}
	format1 := claimxml.New()
	layout := everything(format1)
	f.Fuzz(func(t *testing.T, content []byte) {
		ctx := context.Background()
		frame, err := format1.Inspect(ctx, bytes.NewReader(content), record.Layout{})
		var refusal *format.Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Fatalf("inspect: %v", err)
		}
		whole, small := &transcript{layout: layout}, &transcript{layout: layout}
		failed := format1.Decode(ctx, bytes.NewReader(content), format.Frame{}, layout, whole)
		again := format1.Decode(ctx, pieces{bytes.NewReader(content), 3}, format.Frame{}, layout, small)
		if (failed == nil) != (again == nil) {
			t.Fatalf("whole: %v, in pieces: %v", failed, again)
		}
		if diff := cmp.Diff(whole.text.String(), small.text.String()); diff != "" {
			t.Fatalf("in pieces (-whole +so):\n%s", diff)
		}
		if err == nil && (failed != nil || whole.dossiers != frame.Dossiers) {
			t.Fatalf("inspect counts %d, decode %d: %v", frame.Dossiers, whole.dossiers, failed)
		}
	})
}
