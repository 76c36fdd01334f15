// Command hissim is a stand-in province: it writes and serves what the systems of
// real hospitals would send, with the truth beside it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes: the command was given wrongly, or it did not succeed.
const (
	exitUsage  = 2
	exitFailed = 1
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "hissim:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hissim",
		Short: "A stand-in province that writes and serves what health systems hold",
		Long: `hissim invents the outside of a health department: claim files, registers,
prescriptions, certificates, with the habits and faults of real systems, and a
truth beside them that says what a reader must find. All persons are invented. The same flags give the same bytes.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(writeCommand(), serveCommand())
	return root
}
