package main

import "github.com/spf13/cobra"

func (a *app) archiveCommand() *cobra.Command {
	return &cobra.Command{Use: "archive", Args: noArgs, RunE: func(*cobra.Command, []string) error { return nil }}
}
