package main

import "github.com/spf13/cobra"

func (a *app) quarantineCommand() *cobra.Command {
	return &cobra.Command{Use: "quarantine", Args: noArgs, RunE: func(*cobra.Command, []string) error { return nil }}
}
