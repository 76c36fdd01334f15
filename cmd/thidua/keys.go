package main

import "github.com/spf13/cobra"

func (a *app) keysCommand() *cobra.Command {
	return &cobra.Command{Use: "keys", Args: noArgs, RunE: func(*cobra.Command, []string) error { return nil }}
}
