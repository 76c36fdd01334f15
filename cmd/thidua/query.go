package main

import "github.com/spf13/cobra"

func (a *app) queryCommand() *cobra.Command {
	return &cobra.Command{Use: "query", Args: noArgs, RunE: func(*cobra.Command, []string) error { return nil }}
}
