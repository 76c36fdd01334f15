package spool_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"thidua/ingest/spool"
)

// What was written comes back from any place; on disk it has neither a name nor
// the same bytes.
func TestSpoolGivesBackWhatItTook(t *testing.T) {
	dir := t.TempDir()
	s, err := spool.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dice := rand.New(rand.NewPCG(1, 1))
	var want bytes.Buffer
	for want.Len() < 900_000 {
		piece := make([]byte, dice.IntN(5000))
		for i := range piece {
			piece[i] = byte(dice.Uint32())
		}
		want.Write(piece)
		if _, err := s.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("the spill file has a name: %v, %v", entries, err)
	}
	for range 2 {
		r, err := s.Reader()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("read %d of %d bytes, %v", len(got), want.Len(), err)
		}
	}
	for range 200 {
		from := dice.Int64N(s.Size())
		got := make([]byte, min(int64(dice.IntN(100)+1), s.Size()-from))
		if n, err := s.ReadAt(got, from); n != len(got) || err != nil && err != io.EOF {
			t.Fatalf("at %d: %d bytes, %v", from, n, err)
		}
		if !bytes.Equal(got, want.Bytes()[from:from+int64(len(got))]) {
			t.Fatalf("other bytes at %d", from)
		}
	}
	if _, err := s.ReadAt(make([]byte, 1), s.Size()); err != io.EOF {
		t.Errorf("behind the end: %v", err)
	}
}

// Nothing of what was written can be read in the file, and nobody else may open it.
func TestSpoolTellsNothing(t *testing.T) {
	s, err := spool.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	secret := []byte("NGUYỄN VĂN 001099012345 ")
	for range 5000 {
		if _, err := s.Write(secret); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	stat, err := s.File().Stat()
	if err != nil || stat.Size() != int64(5000*len(secret)) || stat.Mode().Perm()&0o077 != 0 {
		t.Errorf("%d bytes, mode %v, %v", stat.Size(), stat.Mode(), err)
	}
	text := make([]byte, stat.Size())
	if _, err := s.File().ReadAt(text, 0); err != nil {
		t.Fatal(err)
	}
	for _, part := range [][]byte{secret[:4], []byte("001099012345")} {
		if bytes.Contains(text, part) {
			t.Error("the spill file holds plain text")
		}
	}
}
