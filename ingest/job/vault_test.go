package job_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// archived is a world of three payloads: small, large and refused.
func archived(t *testing.T) (*world, *vault) {
	var s script
	w := newWorld(t, &payload{name: "small", text: one("A")},
		&payload{name: "large", text: s.dossier("B", 1).pad(large).String()},
		&payload{name: "refused", text: "refuse\n"}, &payload{name: "known", text: one("K")},
		&payload{name: "known large", text: one("K"), size: large})
	w.loader.bytes = map[[32]byte]bool{digest(one("K")): true}
	v := &vault{journal: w.journal}
	w.runtime.Archive, w.runtime.ArchivePrefix = v, "run"
	return w, v
}

func TestBytesAreSealedBeforeTheCommitThatRefersToThem(t *testing.T) {
	w, v := archived(t)
	w.mustRun()
	// Payloads that were known by their bytes are done with at once, and beside the
	// vault: their place in the order is not told.
	events := slices.DeleteFunc(w.journal.all(), func(s string) bool { return strings.HasPrefix(s, "done known") })
	want := []string{
		"create run-1", "begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "begin 5", "abort 5",
		"seal run-1", "commit", "done small true", "done large true", "done refused false",
	}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Error(diff)
	}
	for i, p := range w.loader.progress {
		if p.Bundle != "run-1" || string(v.kept[p.Bundle][p.Delivery.ID]) != w.source.payloads[i].text {
			t.Errorf("bundle %q does not hold payload %d", p.Bundle, p.Delivery.ID)
		}
	}
}

func TestEachCommitHasABundleOfItsOwn(t *testing.T) {
	var payloads []*payload
	for _, id := range []string{"A", "B", "C"} {
		var s script
		for range 40 {
			s.dossier(id, 40)
		}
		payloads = append(payloads, &payload{name: id, text: s.String()})
	}
	w := newWorld(t, payloads...)
	v := &vault{journal: w.journal}
	w.runtime.Archive, w.runtime.ArchivePrefix, w.runtime.ChunkBytes = v, "run", 16<<10
	w.mustRun()
	if len(v.kept) < 3 {
		t.Errorf("%d bundles", len(v.kept))
	}
	// The bundle of a payload stays the one that took its bytes, in whichever chunk
	// it goes on.
	for _, p := range w.loader.progress {
		if string(v.kept[p.Bundle][p.Delivery.ID]) != payloads[p.Delivery.ID-1].text {
			t.Errorf("bundle %q does not hold payload %d", p.Bundle, p.Delivery.ID)
		}
	}
}

// Whichever step of the vault fails, the run ends with that error, nothing is
// committed that refers to bytes that are not durable, and a bundle that is begun
// is discarded.
func TestEachStepOfTheVaultMayFail(t *testing.T) {
	errFull := errors.New("the disk is full")
	w, _ := archived(t)
	w.mustRun()
	var steps []string
	for _, s := range w.journal.all() {
		if s != "commit" && !strings.HasPrefix(s, "done") && !strings.HasPrefix(s, "abort") {
			steps = append(steps, s)
		}
	}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			w, v := archived(t)
			v.fault = func(s string) error {
				if s == step {
					return errFull
				}
				return nil
			}
			if _, err := w.run(context.Background()); !errors.Is(err, errFull) {
				t.Errorf("error %v", err)
			}
			if w.loader.chunks != 0 {
				t.Errorf("%d chunks were committed", w.loader.chunks)
			}
			begun := !strings.HasPrefix(step, "create") && !strings.HasPrefix(step, "seal")
			if begun && v.discard != 1 {
				t.Errorf("the bundle was discarded %d times", v.discard)
			}
		})
	}
}

func TestBundleOfNothingIsDiscarded(t *testing.T) {
	w := newWorld(t, &payload{name: "fails", text: "broken\n"})
	v := &vault{journal: w.journal}
	w.runtime.Archive, w.runtime.ArchivePrefix = v, "run"
	w.mustRun()
	if len(v.kept) != 0 || v.discard != 1 || w.loader.chunks != 0 {
		t.Errorf("%d bundles kept, %d discarded, %d chunks", len(v.kept), v.discard, w.loader.chunks)
	}
}
