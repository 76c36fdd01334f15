package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"thidua/ingest/format"
	"thidua/ingest/job"
	"thidua/sinks/archive"
	"thidua/sinks/warehouse"
	"thidua/transform/delivery"
	"thidua/transform/identity"
)

// round is what runs of one call share.
type round struct {
	app       *app
	options   runOptions
	keys      []identity.Secret
	warehouse *warehouse.Warehouse
	archive   *archive.Store
	log       zerolog.Logger
	attention bool
	// idle are the jobs that had nothing to tell, told together at the end where all
	// jobs were asked.
	idle []string
	all  bool
	// stop is closed when the runs are to end at their next commit; nil where
	// nobody asks for that.
	stop <-chan struct{}
	// ended are the runs that have ended, in order.
	ended []endedRun
}

// openLog opens the program's log: JSON, one line per run and dataset.
func (r *round) openLog() (func() error, error) {
	w := r.app.set.Workspace.Log
	name := r.app.path(w.File)
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return nil, &said{"không ghi được nhật ký", "the log cannot be written", err}
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, &said{"không ghi được nhật ký", "the log cannot be written", err}
	}
	level, err := zerolog.ParseLevel(w.Level)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("log.level in thidua.yaml: %w", err), file.Close())
	}
	r.log = zerolog.New(&logFile{app: r.app, file: file}).Level(level).With().Timestamp().Logger()
	return file.Close, nil
}

// logFile is the log on disk. A round does not end because its log cannot be
// written; whoever called it is told once.
type logFile struct {
	app  *app
	file *os.File
	told bool
}

// Write writes a line of the log, or tells that it cannot be written.
func (l *logFile) Write(line []byte) (int, error) {
	if _, err := l.file.Write(line); err != nil && !l.told {
		l.told = true
		l.app.note("Không ghi được nhật ký; công việc vẫn tiếp tục. Kiểm tra chỗ trống trên đĩa.", "The log cannot be written; the work goes on. Look at the room on the disk.")
	}
	return len(line), nil
}

// tallyNames are the keys of a tally in JSON, in order.
var tallyNames = []string{
	"run", "job", "dataset", "payloads", "read", "loaded", "unchanged", "superseded", "skipped",
	"quarantined", "replaced", "removed", "warned", "ties", "bytes", "seconds",
}

func tallyRow(t delivery.Tally) []any {
	return []any{
		t.Run, t.Job, t.Dataset, t.Payloads, t.Read, t.Loaded, t.Unchanged, t.Superseded, t.Skipped,
		t.Quarantined, t.Replaced, t.Removed, t.Warned, t.Ties, t.Bytes, t.Seconds,
	}
}

// printTally prints the account of a run.
func (r *round) printTally(tallies []delivery.Tally, state string, result job.Result) error {
	a, l := r.app, r.options.listing
	t := table{names: tallyNames}
	for _, tally := range tallies {
		t.rows = append(t.rows, tallyRow(tally))
	}
	if l.json || l.csv {
		return a.print(l, t)
	}
	head := tallies[0]
	if r.all && isIdle(tallies, state, result) {
		r.idle = append(r.idle, head.Job)
		return nil
	}
	a.say("\nCông việc %s, lần chạy %d: %s — %s tệp mới, %s tệp đã biết, %s giây",
		"\nJob %s, run %d: %s — %s new payloads, %s known, %s s",
		head.Job, head.Run, a.stateName(state), a.number(float64(head.Payloads), 0), a.number(float64(result.Report.Known+result.KnownBytes), 0), a.number(head.Seconds, 1))
	if result.Report.Unsettled > 0 {
		a.say("  %d tệp chưa ổn định, để lần sau", "  %d payloads not settled yet, left for the next run", result.Report.Unsettled)
	}
	if result.Failed > 0 {
		a.say("  %d tệp không đọc được, sẽ thử lại; xem nhật ký", "  %d payloads could not be read and are tried again; see the log", result.Failed)
	}
	if result.Refused > 0 {
		a.say("  %d tệp bị từ chối nguyên tệp; xem: thidua quarantine list (sửa công việc xong thì: thidua run %s --again)",
			"  %d payloads were refused whole; see: thidua quarantine list (when the job is mended: thidua run %s --again)", result.Refused, head.Job)
	}
	if result.Unmoved > 0 {
		a.say("  %d tệp hoặc gói nén đã xử lý xong nhưng không chuyển đi được, vẫn nằm trong thư mục nguồn; kiểm tra các thư mục ghi ở after",
			"  %d files or archives were dealt with and could not be moved; they stay in the source folder. Look at the folders that after names", result.Unmoved)
	}
	if result.Unread > 0 {
		a.say("  %d tệp, thư mục hoặc khoảng thời gian chưa lấy được, lần sau sẽ thử lại; xem: thidua quarantine list", "  %d files, folders or windows could not be had and are tried again; see: thidua quarantine list", result.Unread)
	}
	if again := len(result.Report.Unreadable); again > result.Unread && result.Refused == 0 {
		a.say("  %d tệp, thư mục hoặc khoảng thời gian vẫn chưa lấy được; xem: thidua quarantine list", "  %d files, folders or windows still cannot be had; see: thidua quarantine list", again-result.Unread)
	}
	if t = r.shortTally(tallies); len(t.rows) > 0 {
		if err := printAligned(a.out, t); err != nil {
			return err
		}
	}
	r.printNotes(result.Notes)
	return nil
}

// isIdle reports whether a run found everything as it was.
func isIdle(tallies []delivery.Tally, state string, result job.Result) bool {
	for _, t := range tallies {
		if t.Read > 0 || t.Removed > 0 {
			return false
		}
	}
	return state == "succeeded" && tallies[0].Payloads == 0 && result.KnownBytes == 0 && result.Report.Unsettled == 0 && len(result.Notes) == 0
}

// printIdle names the jobs that had nothing to tell.
func (r *round) printIdle() {
	if len(r.idle) > 0 && !r.options.listing.json && !r.options.listing.csv {
		r.app.say("\nKhông có gì mới: %s", "\nNothing new: %s", strings.Join(r.idle, ", "))
	}
}

// printedNotes bounds the findings about payloads that people are shown; the log
// has them all.
const printedNotes = 8

// printNotes tells what was noted about payloads, by names of elements and parts.
func (r *round) printNotes(notes []format.Note) {
	for i, n := range notes {
		if i == printedNotes {
			r.app.say("  … và %d ghi nhận khác, xem nhật ký", "  … and %d more, see the log", len(notes)-printedNotes)
			return
		}
		r.app.say("  ghi nhận: %s ×%d — %s", "  noted: %s ×%d — %s", strings.TrimSpace(n.Rule+" "+n.Name), n.Count, n.Reason.In(r.app.language()))
	}
}

// shortTally is the account as people read it: without what is zero throughout.
func (r *round) shortTally(tallies []delivery.Tally) table {
	a := r.app
	t := table{titles: []string{
		a.pick("bộ dữ liệu", "dataset"), a.pick("đọc", "read"), a.pick("nạp", "loaded"), a.pick("không đổi", "unchanged"),
		a.pick("bản cũ", "superseded"), a.pick("bỏ qua", "skipped"), a.pick("cách ly", "quarantined"),
		a.pick("thay thế", "replaced"), a.pick("cảnh báo", "warned"),
	}}
	removed := slices.ContainsFunc(tallies, func(y delivery.Tally) bool { return y.Removed > 0 })
	if removed {
		t.titles = append(t.titles, a.pick("gỡ bỏ", "removed"))
	}
	t.names = make([]string, len(t.titles))
	for _, y := range tallies {
		if y.Read == 0 && y.Replaced == 0 && y.Removed == 0 {
			continue
		}
		name := y.Dataset
		if name == delivery.Dossiers {
			name = a.pick("(hồ sơ)", "(dossiers)")
		}
		row := []any{name, y.Read, y.Loaded, y.Unchanged, y.Superseded, y.Skipped, y.Quarantined, y.Replaced, y.Warned}
		if removed {
			row = append(row, y.Removed)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (a *app) stateName(state string) string {
	names := map[string][2]string{
		"succeeded":   {"tốt", "succeeded"},
		"attention":   {"cần xem lại", "needs attention"},
		"failed":      {"lỗi", "failed"},
		"interrupted": {"bị ngắt", "interrupted"},
		"running":     {"đang chạy", "running"},
		"never_run":   {"chưa chạy", "never run"},
	}
	if n, ok := names[state]; ok {
		return a.pick(n[0], n[1])
	}
	return state
}
