package charset_test

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"thidua/ingest/format/charset"
)

// FuzzReader holds every encoding to one text, whatever the size of the blocks it
// is read in, and the text to a bounded size.
func FuzzReader(f *testing.F) {
	f.Add([]byte(phrase))
	f.Add([]byte(mojibake(phrase, "\ufffd")))
	f.Add([]byte("\xff\xfea\x00\x01"))
	f.Add([]byte("Nguye\xe3n Th\xf2, Ph\xad\xeang \xd0\xf5\xec"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, name := range append(charset.Names(), "") {
			whole, err := io.ReadAll(charset.Charset(name).Reader(bytes.NewReader(content)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			pieces, err := io.ReadAll(charset.Charset(name).Reader(iotest.OneByteReader(bytes.NewReader(content))))
			if err != nil || !bytes.Equal(whole, pieces) {
				t.Fatalf("%s in pieces: %q, whole %q: %v", name, pieces, whole, err)
			}
			if len(whole) > 3*len(content) {
				t.Fatalf("%s: %d bytes became %d", name, len(content), len(whole))
			}
		}
		if c, _ := charset.Detect(content); c != charset.Unknown && !c.Known() {
			t.Fatalf("detected %q", c)
		}
	})
}
