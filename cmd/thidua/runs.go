package main

import "github.com/spf13/cobra"

func (a *app) runsCommand() *cobra.Command {
	return &cobra.Command{Use: "runs", Args: noArgs, RunE: func(*cobra.Command, []string) error { return nil }}
}
