package portal_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/portal"
)

func TestParseFault(t *testing.T) {
	tests := []struct {
		text string
		want portal.Fault
	}{
		{"500", portal.Fault{Name: "500"}},
		{"503=3", portal.Fault{Name: "503", From: 3}},
		{"500=5,every=5,times=forever", portal.Fault{Name: "500", From: 5, Every: 5, Times: portal.Forever}},
		{"429-seconds=2,seconds=30,times=4", portal.Fault{Name: "429-seconds", From: 2, Seconds: 30, Times: 4}},
		{"clock-skew,seconds=-3600", portal.Fault{Name: "clock-skew", Seconds: -3600}},
		{"slow,on=login", portal.Fault{Name: "slow", On: portal.EndpointLogin}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := portal.ParseFault(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fault (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseFaultRefuses(t *testing.T) {
	tests := []struct{ name, text, says string }{
		{"nothing", "", "no fault has this name"},
		{"unknown name", "gremlins", "no fault has this name"},
		{"request zero", "500=0", "the number of the first request is 1 or more"},
		{"request as a word", "500=first", "the number of the first request is 1 or more"},
		{"unknown setting", "500,share=0.5", "the settings are every, times, seconds and on"},
		{"every zero", "500,every=0", "every is a number, 1 or more"},
		{"below forever", "500,times=-1", "times is a number, 1 or more"},
		{"pages of the look-up", "duplicate-page,on=lookup", "it strikes list"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := portal.ParseFault(tt.text)
			if !errors.Is(err, portal.ErrFault) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("ParseFault returns %v, want one that says %q", err, tt.says)
			}
		})
	}
}

func FuzzParseFault(f *testing.F) {
	for _, text := range []string{"500", "503=3,times=2", "clock-skew,seconds=-1", "slow,on=list", ",,", "=,="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := portal.ParseFault(text)
		if err != nil {
			return
		}
		// What can be parsed can be played.
		if _, err := portal.New(portal.Config{Faults: []portal.Fault{fault}}); err != nil {
			t.Errorf("a fault that was parsed is refused: %v", err)
		}
	})
}
