package main

import "github.com/spf13/cobra"

func (a *app) jobsCommand() *cobra.Command {
	return &cobra.Command{Use: "jobs", Args: noArgs, RunE: func(*cobra.Command, []string) error { return nil }}
}
