package format_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"thidua/ingest/format"
)

// TestReader holds that the errors of a payload's reader name the payload, and that
// its end stays the end.
func TestReader(t *testing.T) {
	broken := errors.New("broken")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		want error
		text string
	}{
		"to the end":      {context.Background(), strings.NewReader("abc"), nil, "abc"},
		"end with data":   {context.Background(), iotest.DataErrReader(strings.NewReader("abc")), nil, "abc"},
		"a broken reader": {context.Background(), io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(broken)), broken, "ab"},
		"cancelled":       {cancelled, strings.NewReader("abc"), context.Canceled, ""},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := io.ReadAll(format.NewReader(c.ctx, c.r, "table"))
			if string(text) != c.text || !errors.Is(err, c.want) {
				t.Errorf("read %d bytes, %v", len(text), err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "read table: ") {
				t.Errorf("error does not name the payload: %v", err)
			}
		})
	}
}

// TestFinish holds that a payload is read to its end where it is refused, and only
// there.
func TestFinish(t *testing.T) {
	refusal, broken := error(&format.Refusal{Rule: "empty"}), errors.New("broken")
	for name, c := range map[string]struct {
		err  error
		more error
		want error
		left int
	}{
		"accepted":             {nil, nil, nil, 3},
		"refused":              {refusal, nil, refusal, 0},
		"refused, then broken": {refusal, broken, broken, 0},
		"not a refusal":        {broken, nil, broken, 3},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.NewReader("abc")
			payload := io.Reader(text)
			if c.more != nil {
				payload = io.MultiReader(text, iotest.ErrReader(c.more))
			}
			err := format.NewReader(context.Background(), payload, "table").Finish(c.err)
			if !errors.Is(err, c.want) || text.Len() != c.left {
				t.Errorf("error %v with %d bytes left, want %v with %d", err, text.Len(), c.want, c.left)
			}
		})
	}
}
