package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/ingest/source"
	"thidua/ingest/source/files"
	"thidua/ingest/source/sourcetest"
	"thidua/transform/declaration"
)

// lateEnough is a clock by which everything written in a test has settled.
func lateEnough() time.Time { return time.Now().Add(time.Hour) }

func newSource(t testing.TB, root string, c files.Config) *files.Source {
	t.Helper()
	if c.Path == "" {
		c.Path = "in"
	}
	s, err := files.New(root, c, lateEnough)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// put writes a file below root and its folders.
func put(t testing.TB, root, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// age sets the time of modification of a file.
func age(t testing.TB, path string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func nothingKnown(source.Item) bool { return false }

// pulled is what a pull came to.
type pulled struct {
	payloads   []source.Payload
	names      []string
	report     source.Report
	rules      map[string]string
	containers []string
}

func pull(t testing.TB, s *files.Source, known func(source.Item) bool) pulled {
	t.Helper()
	var p pulled
	var err error
	p.report, err = s.Pull(context.Background(), known, func(payload source.Payload) error {
		p.payloads = append(p.payloads, payload)
		p.names = append(p.names, payload.Item().Name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum := p.report.Known + p.report.Unsettled + len(p.report.Unreadable) + len(p.names); p.report.Seen != sum {
		t.Errorf("report does not account for what was seen: %+v", p.report)
	}
	p.rules = map[string]string{}
	for _, u := range p.report.Unreadable {
		p.rules[u.Item.Name] = u.Rule
		if strings.Contains(u.Error(), "secret") || u.Reason.Vi == "" || u.Reason.En == "" {
			t.Errorf("reason of %s: %+v", u.Rule, u.Reason)
		}
	}
	for _, c := range p.report.Containers {
		p.containers = append(p.containers, c.Name)
	}
	return p
}

func read(t testing.TB, p source.Payload) []byte {
	t.Helper()
	content, err := readAll(p)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func readAll(p source.Payload) ([]byte, error) {
	r, err := p.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(r)
	return content, errors.Join(err, r.Close())
}

func TestConformance(t *testing.T) {
	no := false
	configs := map[string]files.Config{
		"defaults": {},
		"by name":  {Order: "name"},
		"flat":     {Recursive: &no, Glob: []string{"*.txt", "*.TXT"}},
	}
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			sourcetest.Run(t, func(t *testing.T) sourcetest.Fixture { return fixture(t, config, "") })
		})
	}
	for _, ending := range []string{".gz", ".zst", ".zip"} {
		t.Run("compressed "+ending, func(t *testing.T) {
			sourcetest.Run(t, func(t *testing.T) sourcetest.Fixture { return fixture(t, files.Config{}, ending) })
		})
	}
}

func fixture(t *testing.T, c files.Config, ending string) sourcetest.Fixture {
	root := t.TempDir()
	in := filepath.Join(root, "in")
	if err := os.Mkdir(in, 0o755); err != nil {
		t.Fatal(err)
	}
	return sourcetest.Fixture{
		Source: newSource(t, root, c),
		Put: func(name string, content []byte) error {
			return os.WriteFile(filepath.Join(in, name+ending), compress(t, name, ending, content), 0o600)
		},
		Remove: func(name string) error { return os.Remove(filepath.Join(in, name+ending)) },
		Break:  func() error { return os.RemoveAll(in) },
	}
}

func TestPullOrder(t *testing.T) {
	root := t.TempDir()
	start := time.Date(2026, 3, 14, 8, 0, 0, 0, time.UTC)
	for name, minute := range map[string]int{
		"in/c.xml": 1, "in/a.xml": 3, "in/b.xml": 1, "in/sub/a.xml": 0, "in/sub/deep/z.xml": 2, "in/aa/x.xml": 1,
	} {
		age(t, put(t, root, name, nil), start.Add(time.Duration(minute)*time.Minute))
	}
	tests := []struct {
		order string
		want  []string
	}{
		{"", []string{"sub/a.xml", "b.xml", "c.xml", "aa/x.xml", "sub/deep/z.xml", "a.xml"}},
		{"modified", []string{"sub/a.xml", "b.xml", "c.xml", "aa/x.xml", "sub/deep/z.xml", "a.xml"}},
		{"name", []string{"a.xml", "b.xml", "c.xml", "aa/x.xml", "sub/a.xml", "sub/deep/z.xml"}},
	}
	for _, tt := range tests {
		t.Run("order "+tt.order, func(t *testing.T) {
			got := pull(t, newSource(t, root, files.Config{Order: tt.order}), nothingKnown)
			if diff := cmp.Diff(tt.want, got.names); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestItem(t *testing.T) {
	root := t.TempDir()
	at := time.Date(2026, 3, 14, 8, 0, 0, 123456789, time.UTC)
	path := put(t, root, "in/sub/a.xml", []byte("content"))
	age(t, path, at)
	got := pull(t, newSource(t, root, files.Config{}), nothingKnown).payloads[0].Item()
	if got.Inode == 0 {
		t.Error("no inode")
	}
	got.Inode = 0
	want := source.Item{Name: "sub/a.xml", SizeBytes: 7, ModifiedAt: at}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsLeftAlone(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{
		"in/a.xml", "in/B.XML", "in/.hidden.xml", "in/.folder/a.xml", "in/a.xml.tmp", "in/a.xml.PART", "in/a.partial",
		"in/~$a.xml", "in/note.txt", "in/sub/a.xml", "in/old/a.xml", "out/a.xml",
	} {
		put(t, root, name, nil)
	}
	if err := os.Symlink(filepath.Join(root, "out", "a.xml"), filepath.Join(root, "in", "link.xml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "out"), filepath.Join(root, "in", "linked")); err != nil {
		t.Fatal(err)
	}
	no := false
	tests := []struct {
		name    string
		config  files.Config
		want    []string
		ignored int
	}{
		{"all", files.Config{Order: "name"}, []string{"B.XML", "a.xml", "note.txt", "old/a.xml", "sub/a.xml"}, 8},
		{"pattern", files.Config{Order: "name", Glob: []string{"**/*.xml"}}, []string{"B.XML", "a.xml", "old/a.xml", "sub/a.xml"}, 9},
		{"exclusion", files.Config{Order: "name", Exclude: []string{"old/**", "*.txt"}}, []string{"B.XML", "a.xml", "sub/a.xml"}, 10},
		{"flat", files.Config{Order: "name", Recursive: &no}, []string{"B.XML", "a.xml", "note.txt"}, 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := pull(t, newSource(t, root, tt.config), nothingKnown)
			if diff := cmp.Diff(tt.want, got.names); diff != "" {
				t.Error(diff)
			}
			if got.report.Ignored != tt.ignored {
				t.Errorf("ignored = %d, want %d", got.report.Ignored, tt.ignored)
			}
		})
	}
}

func TestSettled(t *testing.T) {
	root := t.TempDir()
	path := put(t, root, "in/a.xml", nil)
	written := time.Now()
	tests := []struct {
		name       string
		modifiedAt time.Time
		now        time.Time
		settle     string
		want       int
	}{
		{"old", written.Add(-time.Hour), written, "", 1},
		{"just within the default", written.Add(-11 * time.Second), written, "", 1},
		{"too fresh for the default", written.Add(-9 * time.Second), written, "", 0},
		{"no wait", written, written, "0s", 1},
		{"longer wait", written.Add(-11 * time.Second), written, "1m", 0},
		{"dated ahead, changed just now", written.Add(time.Hour), written.Add(time.Second), "", 0},
		{"dated ahead, changed long ago", written.Add(time.Hour), written.Add(time.Minute), "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			age(t, path, tt.modifiedAt)
			c := files.Config{Path: "in"}
			if tt.settle != "" {
				d, err := declaration.ParseDuration(tt.settle)
				if err != nil {
					t.Fatal(err)
				}
				c.Settle = &d
			}
			s, err := files.New(root, c, func() time.Time { return tt.now })
			if err != nil {
				t.Fatal(err)
			}
			got := pull(t, s, nothingKnown)
			if len(got.names) != tt.want || got.report.Unsettled != 1-tt.want {
				t.Errorf("offered %d, unsettled %d", len(got.names), got.report.Unsettled)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	tests := []struct {
		name   string
		change func(path string) error
		want   error
	}{
		{"nothing", func(string) error { return nil }, nil},
		{"longer", func(path string) error { return os.WriteFile(path, []byte("longer content"), 0o600) }, source.ErrChanged},
		{"later", func(path string) error { return os.Chtimes(path, time.Now(), time.Now().Add(time.Minute)) }, source.ErrChanged},
		{"another file of equal size and time", replace, source.ErrChanged},
		{"gone", os.Remove, source.ErrChanged},
		{"a folder in its place", func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) }, source.ErrChanged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			path := put(t, root, "in/a.xml", []byte("content"))
			p := pull(t, newSource(t, root, files.Config{}), nothingKnown).payloads[0]
			if err := tt.change(path); err != nil {
				t.Fatal(err)
			}
			if err := p.Verify(); !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
		})
	}
}

// replace puts a copy with the same size and time in the place of a file.
func replace(path string) error {
	stat, err := os.Stat(path)
	if err != nil {
		return err
	}
	other := path + ".new"
	if err := os.WriteFile(other, []byte("another"), 0o600); err != nil {
		return err
	}
	if err := os.Chtimes(other, stat.ModTime(), stat.ModTime()); err != nil {
		return err
	}
	return os.Rename(other, path)
}

// TestErrorsHoldNoName opens payloads whose place has been taken away under them,
// and looks for the name in what is said about it.
func TestErrorsHoldNoName(t *testing.T) {
	root := t.TempDir()
	path := put(t, root, "in/secret.xml", []byte("content"))
	s := newSource(t, root, files.Config{After: files.After{Done: "in/secret.xml/done"}})
	p := pull(t, s, nothingKnown).payloads[0]
	if err := p.Done(true); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("done: %v", err)
	}
	if err := errors.Join(os.Remove(path), os.Symlink("elsewhere", path)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Open(); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("open: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Open(); !errors.Is(err, source.ErrChanged) {
		t.Errorf("open what is gone: %v", err)
	}
}

func TestCheck(t *testing.T) {
	root := t.TempDir()
	put(t, root, "in", []byte("a file, not a folder"))
	for _, name := range []string{"in", "gone"} {
		s := newSource(t, root, files.Config{Path: name})
		if err := s.Check(context.Background()); err == nil {
			t.Errorf("check of %s gives no error", name)
		}
	}
	err := newSource(t, root, files.Config{Path: "gone"}).Check(context.Background())
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error = %v", err)
	}
}

func TestNamesOfOldEncodings(t *testing.T) {
	root := t.TempDir()
	content := []byte("content")
	put(t, root, "in/b\xe1o c\xe1o.xml", content)
	put(t, root, "in/báo cáo.xml", content)
	got := pull(t, newSource(t, root, files.Config{Order: "name"}), nothingKnown)
	if diff := cmp.Diff([]string{"báo cáo.xml", "b%E1o c%E1o.xml"}, got.names); diff != "" {
		t.Error(diff)
	}
	for _, p := range got.payloads {
		if !bytes.Equal(read(t, p), content) {
			t.Errorf("content of %q differs", p.Item().Name)
		}
	}
}

func BenchmarkPullKnown(b *testing.B) {
	root := b.TempDir()
	const n = 100_000
	for i := range n {
		put(b, root, fmt.Sprintf("in/%03d/%08d_giamdinh.xml", i/1000, i), nil)
	}
	for _, config := range []files.Config{{}, {Glob: []string{"**/*.xml"}}} {
		s := newSource(b, root, config)
		b.Run(fmt.Sprintf("glob=%v", config.Glob), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				report, err := s.Pull(b.Context(), func(source.Item) bool { return true }, nil)
				if err != nil || report.Known != n {
					b.Fatal(report.Known, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/file")
		})
	}
}
