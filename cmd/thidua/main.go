// Command thidua pulls the records of a province's health systems, keeps them, and
// shows how its campaigns stand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/transform/identity"
)

// version is set when the program is linked.
var version = "dev"

// Exit codes. The second says that the program did its work and a person should
// look at something; the third that nothing was done.
const (
	exitWell      = 0
	exitAttention = 1
	exitUsage     = 2
)

// errAttention ends a command whose output has already said what needs looking at.
var errAttention = errors.New("something needs attention")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(execute(ctx, os.Args[1:]))
}

func execute(ctx context.Context, args []string) int {
	return (&app{out: os.Stdout, errOut: os.Stderr}).execute(ctx, args)
}

// execute runs one command and returns its exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	if err := forbidCoreDumps(); err != nil {
		a.complain(err)
		return exitAttention
	}
	// The standard library's HTTP client writes to its global log what a server sends
	// too much, quoted: that may be a record.
	log.SetOutput(io.Discard)
	// A file that may not grow further is an error of writing, and not the end of
	// the process in the middle of it.
	signal.Ignore(syscall.SIGXFSZ)
	root := a.command()
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitWell
	case errors.Is(err, errAttention):
		return exitAttention
	}
	// What the command line parser refuses comes before any command has begun.
	if !a.begun && !errors.As(err, new(*usageError)) {
		err = &usageError{err}
	}
	a.complain(err)
	if errors.As(err, new(*usageError)) || errors.As(err, new(configs.Errors)) {
		return exitUsage
	}
	return exitAttention
}

// forbidCoreDumps keeps the system from writing the memory of a crash to a file:
// it holds the payload that was being read, with the names of patients.
func forbidCoreDumps() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}

// usageError is a command that was called wrongly.
type usageError struct{ error }

func (u *usageError) Unwrap() error { return u.error }

func usage(vi, en string) error { return &usageError{&said{vi, en, nil}} }

// said is an error with a sentence in both languages.
type said struct {
	vi, en string
	cause  error
}

func (s *said) Error() string { return s.en }
func (s *said) Unwrap() error { return s.cause }

// Safe says that the sentences hold no values of records.
func (s *said) Safe() bool { return true }

// complain prints an error as a person reads it, each of those that are joined in
// it by itself. What comes from elsewhere passes through identity.Redact.
func (a *app) complain(err error) {
	for _, e := range parts(err) {
		a.complainOfOne(worldly(e))
	}
}

func (a *app) complainOfOne(err error) {
	var s *said
	var wrong configs.Errors
	switch {
	case errors.As(err, &s):
		fmt.Fprintln(a.errOut, a.pick("Lỗi: ", "error: ")+a.pick(s.vi, s.en))
		if s.cause != nil {
			fmt.Fprintln(a.errOut, "  "+identity.Redact(s.cause).Error())
		}
	case errors.As(err, &wrong):
		fmt.Fprintln(a.errOut, wrong.Error())
	case isCobraUsage(err):
		fmt.Fprintln(a.errOut, a.pick("Lỗi: ", "error: ")+err.Error())
	default:
		fmt.Fprintln(a.errOut, a.pick("Lỗi: ", "error: ")+identity.Redact(err).Error())
	}
}

// isCobraUsage recognises what the command line parser says of a wrong call.
func isCobraUsage(err error) bool {
	var u *usageError
	return errors.As(err, &u)
}

// command builds the command tree.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "thidua",
		Short:         "Theo dõi phong trào thi đua ngành y tế / how a health department's campaigns stand",
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().StringVarP(&a.dir, "directory", "C", ".", "thư mục làm việc / workspace")
	root.PersistentFlags().StringVar(&a.lang, "lang", "", "vi | en")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	for _, c := range []*cobra.Command{
		a.initCommand(), a.checkCommand(), a.runCommand(), a.jobsCommand(), a.runsCommand(), a.queryCommand(),
		a.quarantineCommand(), a.archiveCommand(), a.keysCommand(), a.indicatorsCommand(), a.explainCommand(), a.testCommand(),
		a.serveCommand(), a.versionCommand(),
	} {
		root.AddCommand(c)
	}
	return root
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "phiên bản / version",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(a.out, "thidua", version)
			return nil
		},
	}
}

// noArgs and its like turn cobra's word on arguments into a usage error.
func noArgs(c *cobra.Command, args []string) error {
	if err := cobra.NoArgs(c, args); err != nil {
		return &usageError{err}
	}
	return nil
}

func exactArgs(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := cobra.ExactArgs(n)(c, args); err != nil {
			return &usageError{err}
		}
		return nil
	}
}
