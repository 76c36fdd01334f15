package declaration_test

import (
	"errors"
	"testing"

	"thidua/transform/declaration"
)

func TestParseSize(t *testing.T) {
	tests := []struct {
		name string
		text string
		want int64
		err  error
	}{
		{"plain", "4096", 4096, nil},
		{"zero", "0", 0, nil},
		{"bytes", "12B", 12, nil},
		{"thousands", "4GB", 4_000_000_000, nil},
		{"with a space", "600 MB", 600_000_000, nil},
		{"steps of 1024", "4GiB", 4 << 30, nil},
		{"largest", "9223372036854775807", 9223372036854775807, nil},
		{"too large", "9223372036854775808", 0, declaration.ErrSize},
		{"too large by its unit", "9223373TB", 0, declaration.ErrSize},
		{"empty", "", 0, declaration.ErrSize},
		{"unit alone", "GB", 0, declaration.ErrSize},
		{"fraction", "1.5GB", 0, declaration.ErrSize},
		{"negative", "-1", 0, declaration.ErrSize},
		{"other unit", "4G", 0, declaration.ErrSize},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := declaration.ParseSize(tt.text)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error = %v, want %v", err, tt.err)
			}
			if got.Bytes() != tt.want {
				t.Errorf("bytes = %d, want %d", got.Bytes(), tt.want)
			}
		})
	}
}

func TestSizeString(t *testing.T) {
	for text, want := range map[string]string{"0": "0B", "1": "1B", "4000MB": "4GB", "1024": "1024B", "7KB": "7KB"} {
		s, err := declaration.ParseSize(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.String() != want {
			t.Errorf("String of %s = %s, want %s", text, s, want)
		}
	}
}
