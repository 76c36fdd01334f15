package configs_test

import (
	"errors"
	"os"
	"testing"

	"thidua/configs"
)

// FuzzDecode holds that no file makes the decoder panic, and that whatever is
// wrong with a file is told with a place in it.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"testdata/dataset.good.yaml", "testdata/dataset-tab.bad.yaml", "testdata/dataset-anchor.bad.yaml", "testdata/dataset-unclosed.bad.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := configs.DecodeDataset(text)
		if err == nil {
			return
		}
		var found configs.Errors
		if !errors.As(err, &found) || len(found) == 0 {
			t.Fatalf("decode: %T, want Errors", err)
		}
		for _, one := range found {
			if one.File == "" || one.Message == "" || (one.Line > 0) != (one.Column > 0) {
				t.Errorf("a problem without a place or a message: %+v", one)
			}
		}
	})
}
