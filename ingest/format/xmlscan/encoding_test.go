package xmlscan_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"thidua/ingest/format/xmlscan"
	"thidua/transform/delivery"
)

// written returns a text in another encoding.
func written(t *testing.T, enc encoding.Encoding, text string) string {
	t.Helper()
	out, err := enc.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// textOf begins a document and returns its text.
func textOf(r io.Reader) (text string, mislabelled bool, err error) {
	var s xmlscan.Scanner
	var b strings.Builder
	if mislabelled, err = s.Begin(r); err != nil {
		return "", mislabelled, err
	}
	for {
		token, err := s.Next()
		if err != nil || token == xmlscan.EOF {
			return b.String(), mislabelled, err
		}
		if token == xmlscan.Text {
			b.Write(s.Text())
		}
	}
}

// TestBegin holds that a document gives the same text in each encoding it may have,
// however its bytes come in and however long it is.
func TestBegin(t *testing.T) {
	text := strings.Repeat("pha ché ", 10_000)
	document := func(declaration string) string { return declaration + "<a>" + text + "</a>" }
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	for name, c := range map[string]struct {
		content     string
		mislabelled bool
	}{
		"nothing declared":     {document(""), false},
		"utf-8":                {document(`<?xml version="1.0" encoding="UTF-8"?>`), false},
		"byte order mark":      {"\xEF\xBB\xBF" + document(`<?xml version="1.0" encoding="x-vni"?>`), false},
		"utf-16":               {written(t, little, document(`<?xml version="1.0" encoding="UTF-16"?>`)), false},
		"utf-16, other end":    {written(t, big, document(`<?xml version="1.0" encoding="utf-16be"?>`)), false},
		"utf-16 only declared": {document(`<?xml version="1.0" encoding="utf-16"?>`), true},
		"windows-1252":         {written(t, charmap.Windows1252, document(`<?xml version="1.0" encoding = 'Windows-1252' ?>`)), false},
		"latin1":               {written(t, charmap.ISO8859_1, document(" \n<?xml version='1.0' encoding='ISO-8859-1'?>")), false},
		"declaration cut":      {document(`<?xml version="1.0" encoding="x-vni?>`), false},
	} {
		t.Run(name, func(t *testing.T) {
			for way, r := range map[string]io.Reader{
				"whole":       strings.NewReader(c.content),
				"seven bytes": pieces{strings.NewReader(c.content), 7},
			} {
				got, mislabelled, err := textOf(r)
				if err != nil || got != text || mislabelled != c.mislabelled {
					t.Errorf("%s: %d bytes of text, mislabelled %t, %v", way, len(got), mislabelled, err)
				}
			}
		})
	}
}

// TestBeginRefuses holds that an encoding is not guessed at, and that the refusal
// of the payload says so.
func TestBeginRefuses(t *testing.T) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for name, c := range map[string]struct {
		content string
		fault   xmlscan.Fault
		rule    string
	}{
		"utf-16 undeclared":     {written(t, little, "<a/>"), xmlscan.EncodingUndeclared, "encoding_undeclared"},
		"utf-16, utf-8 claimed": {written(t, little, `<?xml version="1.0" encoding="utf-8"?><a/>`), xmlscan.EncodingUndeclared, "encoding_undeclared"},
		"utf-16 without a mark": {written(t, little, `<?xml version="1.0" encoding="utf-16"?><a/>`)[2:], xmlscan.EncodingUndeclared, "encoding_undeclared"},
		"unknown":               {`<?xml version="1.0" encoding="x-vni"?><a/>`, xmlscan.EncodingUnknown, "encoding_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := textOf(strings.NewReader(c.content))
			var syntax *xmlscan.Error
			if !errors.As(err, &syntax) || syntax.Fault != c.fault {
				t.Fatalf("error %v, want fault %d", err, c.fault)
			}
			refusal := syntax.Refusal(0, delivery.Text{})
			if refusal.Rule != c.rule || refusal.Reason.Vi == "" || refusal.Reason.En == "" {
				t.Errorf("refusal %+v, want %s with a reason", refusal, c.rule)
			}
		})
	}
}

// TestBeginFails holds that a reader which fails before the declaration ends is not
// taken for a document of another encoding.
func TestBeginFails(t *testing.T) {
	broken := errors.New("broken")
	head := written(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "<?xml version")
	_, _, err := textOf(io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the reader", err)
	}
}

// TestRefusal holds that a refusal tells the place where there is one.
func TestRefusal(t *testing.T) {
	tooLarge := delivery.Text{Vi: "quá lớn", En: "too much"}
	for name, c := range map[string]struct {
		fault    xmlscan.Fault
		rule, en string
	}{
		"malformed": {xmlscan.Malformed, "malformed", "The file is not well-formed XML (line 2:3: why)."},
		"too deep":  {xmlscan.TooDeep, "malformed", "The file is not well-formed XML (line 2:3: why)."},
		"truncated": {xmlscan.Truncated, "truncated", "The file is cut off and ends inside an element (line 2:3: why)."},
		"doctype":   {xmlscan.DoctypeRefused, "dtd_refused", "The file declares a document type or entity, which is not accepted (line 2:3: why)."},
		"too large": {xmlscan.TooLarge, "too_large", "too much (line 2:3: why)."},
		"empty":     {xmlscan.Empty, "empty", "The file is empty."},
	} {
		t.Run(name, func(t *testing.T) {
			got := (&xmlscan.Error{Fault: c.fault, Line: 2, Column: 3, Problem: "why"}).Refusal(7, tooLarge)
			if got.Rule != c.rule || got.Reason.En != c.en || got.Dossiers != 7 {
				t.Errorf("refusal %+v, want %s: %s", got, c.rule, c.en)
			}
		})
	}
}
