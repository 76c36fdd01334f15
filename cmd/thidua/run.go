package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/ingest/job"
	"thidua/ingest/source"
	"thidua/ingest/source/files"
	"thidua/sinks/warehouse"
	"thidua/transform/declaration"
	"thidua/transform/delivery"
	"thidua/transform/identity"
)

// runOptions are the flags of thidua run.
type runOptions struct {
	file    string
	from    string
	dryRun  bool
	verify  bool
	again   bool
	listing listing
}

func (a *app) runCommand() *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use:   "run [JOB…]",
		Short: "chạy các công việc rồi công bố / run jobs, then publish",
		Long:  "Chạy các công việc (tất cả nếu không nêu tên), nạp những gì mới, rồi công bố một bản chụp.\nRuns the named jobs, or all of them, loads what is new and publishes a snapshot.",
		RunE:  func(c *cobra.Command, args []string) error { return a.run(c.Context(), args, o) },
	}
	c.Flags().StringVar(&o.file, "file", "", "chỉ đọc tệp này / read this file only (with one JOB)")
	c.Flags().StringVar(&o.from, "from", "", "đọc các tệp trong thư mục này thay cho nguồn / read the files of this folder instead of the source (with one JOB)")
	c.MarkFlagsMutuallyExclusive("file", "from")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "đọc và quyết định, không ghi gì / read and decide, write nothing")
	c.Flags().BoolVar(&o.verify, "verify", false, "đọc lại cả những tệp đã biết / read the bytes of known files too")
	c.Flags().BoolVar(&o.again, "again", false, "đọc lại những tệp từng bị từ chối hoặc có phần bị cách ly / read again what was refused or quarantined in part")
	o.listing.flags(c)
	c.ValidArgsFunction = a.completeJobs
	return c
}

func (a *app) run(ctx context.Context, names []string, o runOptions) (err error) {
	if err := a.load(); err != nil {
		return err
	}
	jobs, err := a.chooseJobs(names, o)
	if err != nil {
		return err
	}
	a.boundMemory()
	unlock, err := a.lockWorkspace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	r := &round{app: a, options: o, all: len(names) == 0}
	closeLog, err := r.openLog()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	if err := r.open(ctx); err != nil {
		r.log.Error().Str("error", identity.Redact(err).Error()).Msg("round not begun")
		return err
	}
	err = r.runJobs(ctx, jobs)
	r.printIdle()
	return r.finish(ctx, err)
}

// boundMemory keeps the process under its limit. A third is for our own heap,
// where the collector works harder as it fills up. The engine has a quarter for its
// buffers; measured, it takes as much again beside them, for what a transaction
// holds until it ends.
func (a *app) boundMemory() {
	debug.SetMemoryLimit(int64(a.set.Workspace.MemoryLimit) / 3)
}

// engineMemory is the engine's share of the process's limit.
func engineMemory(limit int64) int64 { return limit * 4 / 15 }

// chooseJobs returns the named jobs, or all that are enabled.
func (a *app) chooseJobs(names []string, o runOptions) ([]configs.Job, error) {
	switch {
	case o.file != "" && len(names) != 1:
		return nil, usage("--file cần đúng một JOB, ví dụ: thidua run claims --file F", "--file needs exactly one JOB, such as: thidua run claims --file F")
	case o.from != "" && len(names) != 1:
		return nil, usage("--from cần đúng một JOB, ví dụ: thidua run prescriptions --from DIR", "--from needs exactly one JOB, such as: thidua run prescriptions --from DIR")
	}
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(a.set.Jobs), func(j configs.Job) bool { return !j.Runs() }), nil
	}
	var chosen []configs.Job
	for _, name := range names {
		j, ok := a.set.Job(name)
		if !ok {
			known := a.jobNames()
			hint := strings.Join(known, ", ")
			if near, found := declaration.Nearest(name, known); found {
				hint = near + "?"
			}
			return nil, usage(fmt.Sprintf("không có công việc %q; %s", name, hint), fmt.Sprintf("there is no job %q; %s", name, hint))
		}
		chosen = append(chosen, j)
	}
	return chosen, nil
}

func (a *app) jobNames() []string {
	names := make([]string, len(a.set.Jobs))
	for i, j := range a.set.Jobs {
		names[i] = j.Job
	}
	return names
}

func (a *app) completeJobs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	if a.load() != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.jobNames(), cobra.ShellCompDirectiveNoFileComp
}

// open takes hold of the warehouse and the archive, and clears what a crash left.
func (r *round) open(ctx context.Context) error {
	var err error
	if r.keys, err = r.app.readKeys(); err != nil {
		return err
	}
	if r.archive, err = r.app.openArchive(); err != nil {
		return err
	}
	if r.warehouse, err = r.app.openWarehouse(ctx, r.keys); err != nil {
		return err
	}
	if n := r.warehouse.Interrupted(); n > 0 {
		r.app.note("Lần chạy trước bị ngắt giữa chừng; phần đã ghi được giữ, phần còn lại được làm tiếp.", "An earlier run was interrupted; what it committed stands, the rest goes on now.")
	}
	if r.options.dryRun {
		return nil
	}
	if err := r.sweep(ctx); err != nil {
		return errors.Join(err, r.warehouse.Close())
	}
	return nil
}

func (r *round) sweep(ctx context.Context) error {
	if r.archive == nil {
		return nil
	}
	referenced, err := r.warehouse.Bundles(ctx)
	if err != nil {
		return err
	}
	removed, err := r.archive.Sweep(func(name string) bool { return referenced[name] })
	if removed > 0 {
		r.log.Info().Int("bundles", removed).Msg("archive swept")
	}
	return err
}

// note tells people something that is not part of a listing.
func (a *app) note(vi, en string, args ...any) {
	fmt.Fprintf(a.errOut, a.pick(vi, en)+"\n", args...)
}

// runJobs runs the jobs one after the other. What one of them meets, a panic too,
// does not keep the next from running.
func (r *round) runJobs(ctx context.Context, jobs []configs.Job) error {
	var errs []error
	for _, declared := range jobs {
		if ctx.Err() != nil || r.stopping() || r.warehouse == nil {
			break
		}
		if err := job.Guard(func() error { return r.runJob(ctx, declared) }); err != nil {
			errs = append(errs, &jobError{declared.Job, err})
		}
	}
	return errors.Join(append(errs, ctx.Err())...)
}

// jobError is an error that ended the run of a job.
type jobError struct {
	job   string
	cause error
}

func (e *jobError) Error() string { return "job " + e.job + ": " + e.cause.Error() }
func (e *jobError) Unwrap() error { return e.cause }

func (r *round) runJob(ctx context.Context, declared configs.Job) error {
	j, err := r.compile(declared)
	if err != nil {
		return err
	}
	run, err := r.warehouse.Begin(ctx, j.Name, j.Members(), r.options.dryRun)
	if err != nil {
		return err
	}
	var result job.Result
	failure := job.Guard(func() (err error) {
		result, err = r.pull(ctx, declared, j, run)
		return err
	})
	if errors.As(failure, new(*job.Panic)) {
		return r.salvage(ctx, run.ID(), j.Name, failure)
	}
	return r.close(ctx, run, j, result, failure)
}

// pull has the job bring what is new to it, and notes what the whole of a pull has
// shown.
func (r *round) pull(ctx context.Context, declared configs.Job, j *job.Job, run *warehouse.Run) (job.Result, error) {
	if r.options.again {
		if err := run.MeetAgain(ctx); err != nil {
			return job.Result{}, err
		}
	}
	if run.First() && !r.options.dryRun && r.options.own() {
		r.app.makeInbox(declared)
	}
	bar := r.app.newProgressBar(j.Name, r.options.listing)
	runtime := job.Runtime{
		Loader: halting{run, r.stop}, SpillDir: r.app.spillDir(), VerifyKnown: r.options.verify, Rehearsal: r.options.dryRun,
		Progress: bar.progress, Now: r.app.now, ChunkBytes: r.app.chunkBytes,
		ArchivePrefix: fmt.Sprintf("%s-%s-r%d", r.app.now().UTC().Format("20060102"), j.Name, run.ID()),
		Warn: func(payload int64, err error) {
			r.log.Warn().Str("job", j.Name).Int64("payload", payload).Str("error", identity.Redact(err).Error()).Msg("payload could not be read or put away")
		},
	}
	if r.archive != nil && !r.options.dryRun {
		runtime.Archive = vault{r.archive}
	}
	stop := bar.start(ctx)
	result, failure := j.Run(ctx, runtime)
	stop()
	if failure == nil {
		failure = run.SaveMoves(ctx)
	}
	if whole := result.Failed == 0 && result.Report.Unsettled == 0; failure == nil && whole && r.options.own() {
		failure = run.AbandonOpen(ctx)
	}
	return result, failure
}

// makeInbox makes the folder of a job that has never received anything, where it
// lies in the workspace: one that is older than the job has none. A folder that
// cannot be made is told by the pull.
func (a *app) makeInbox(j configs.Job) {
	if c, ok := filesConfig(j); ok && filepath.IsLocal(c.Path) {
		_ = os.MkdirAll(a.path(c.Path), 0o750) // the pull says what is wrong
	}
}

func (r *round) compile(declared configs.Job) (*job.Job, error) {
	pseudonyms, err := identity.NewPseudonyms(identity.Chain(r.keys))
	if err != nil {
		return nil, err
	}
	if r.options.own() {
		return r.app.newJob(declared, pseudonyms)
	}
	var src source.Source
	if r.options.file != "" {
		src, err = r.app.singleFile(r.options.file)
	} else {
		src, err = r.app.wholeFolder(r.options.from)
	}
	if err != nil {
		return nil, err
	}
	return r.app.newJobFrom(declared, src, pseudonyms)
}

// own reports whether jobs read from the sources that they declare.
func (o runOptions) own() bool { return o.file == "" && o.from == "" }

// wholeFolder is a source that offers the files of a folder, settled or not.
func (a *app) wholeFolder(name string) (source.Source, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("find the folder: %w", err)
	}
	if stat, err := os.Stat(name); err != nil || !stat.IsDir() {
		return nil, &usageError{&said{"không đọc được thư mục nêu ở --from", "the folder named by --from cannot be read", err}}
	}
	now := declaration.Duration(0)
	return files.New(a.dir, files.Config{Path: name, Settle: &now}, a.now)
}

// singleFile is a source that offers one file, settled or not.
func (a *app) singleFile(name string) (source.Source, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("find the file: %w", err)
	}
	if stat, err := os.Stat(name); err != nil || !stat.Mode().IsRegular() {
		return nil, &usageError{&said{"không đọc được tệp nêu ở --file", "the file named by --file cannot be read", err}}
	}
	no, now := false, declaration.Duration(0)
	c := files.Config{Path: filepath.Dir(name), Glob: []string{files.Quote(filepath.Base(name))}, Recursive: &no, Settle: &now}
	return files.New(a.dir, c, a.now)
}

// close ends the run in the ledger and prints its account.
func (r *round) close(ctx context.Context, run *warehouse.Run, j *job.Job, result job.Result, failure error) error {
	state, message := "succeeded", ""
	switch {
	case errors.Is(failure, context.Canceled):
		state, message = "interrupted", "stopped on request"
	case failure != nil:
		state, message = "failed", identity.Redact(failure).Error()
	}
	// The ledger is closed even where the run was told to stop.
	ctx = context.WithoutCancel(ctx)
	account, err := run.Account(ctx)
	if err != nil {
		return errors.Join(failure, err)
	}
	if state == "succeeded" && (needsLook(account, result) || run.RefusedExtracts() > 0) {
		state = "attention"
	}
	if state != "succeeded" {
		r.attention = true
	}
	tallies, err := run.End(ctx, state, message)
	if err != nil {
		return errors.Join(failure, err)
	}
	r.ended = append(r.ended, endedRun{j.Name, state, tallies})
	r.logRun(tallies, state, result)
	if err := r.printTally(tallies, state, result); err != nil {
		return errors.Join(failure, err)
	}
	if n := run.RefusedExtracts(); n > 0 && !r.options.listing.json && !r.options.listing.csv {
		r.app.say("  %d bản trích xuất đầy đủ thiếu quá nhiều hồ sơ, phần đó được giữ nguyên; xem: thidua quarantine list", "  %d complete extracts lack too much, which stays as it is; see: thidua quarantine list", n)
	}
	return failure
}

func needsLook(account []delivery.Tally, result job.Result) bool {
	for _, t := range account {
		if t.Quarantined > 0 {
			return true
		}
	}
	return result.Refused > 0 || result.Failed > 0 || result.Unmoved > 0 || result.Broken > 0 || len(result.Report.Unreadable) > 0
}

func (r *round) logRun(tallies []delivery.Tally, state string, result job.Result) {
	for _, t := range tallies {
		if t.Read == 0 && t.Dataset != delivery.Dossiers {
			continue
		}
		r.log.Info().Int64("run", t.Run).Str("job", t.Job).Str("dataset", t.Dataset).Str("state", state).
			Int64("payloads", t.Payloads).Int64("read", t.Read).Int64("loaded", t.Loaded).Int64("unchanged", t.Unchanged).
			Int64("superseded", t.Superseded).Int64("skipped", t.Skipped).Int64("quarantined", t.Quarantined).
			Int64("replaced", t.Replaced).Int64("removed", t.Removed).Int64("warned", t.Warned).Int64("bytes", t.Bytes).Float64("seconds", t.Seconds).Msg("run")
	}
	for _, n := range result.Notes {
		r.log.Info().Str("rule", n.Rule).Str("name", n.Name).Int("count", n.Count).Msg("noted")
	}
}
