// Package cmd is the room where the others meet. What brings, what knows and what keeps
// do not know each other; here they are introduced, and given the clock, the environment
// and the terminal, which nobody else may reach for.
//
// # The folders
//
//	thidua            the one binary that a health department runs
//	hissim            a stand-in province: writes and serves what real systems would
//	hissim/province   its people, facilities, dirt and truth
//	hissim/portal     its web services, with the bad days they can have
//	hissim/figure     the figures of campaigns as it counts them itself
//	bench             measures the budgets as ratios within one run
//	bench/duck        DuckDB alone: what loading is held against, and rows to compute over
//
// # What it may import
//
// Everything; nobody imports it. In thidua one file knows all sources, formats and sinks,
// wire.go; hissim and bench know the program from outside, by its commands and files.
// Hissim counts its truth by itself and imports nothing that counts.
//
// # How to add to it
//
// A subcommand is one file of thidua with its cobra.Command, its options as a struct and
// its messages in both languages; what it prints as a list comes as a table, so that
// --json and --csv are there. It is driven by a script in testdata/script or a page in
// testdata/pages. A new kind of source, format or sink is a line of wire.go.
//
// # What was decided, and what lost
//
//   - One binary with subcommands. A daemon with a client lost: what one runs by hand and
//     what runs at night would be two programs.
//   - Exit codes are three: well, attention, and nothing done. A code for each fault lost:
//     whoever schedules wants to know whether to wake somebody.
//   - The stand-in invents persons and counts them itself; its second reader counts what it
//     wrote. Truth taken from the program under test lost: it would always agree.
package cmd
