// Package transform is the room that knows: what a dataset is, how a text
// becomes a value, who a pseudonym stands for, what an indicator means. It is
// pure. Nothing below it opens a file, a connection or a database, starts a
// goroutine or asks for the time: what it needs is handed in, so that the same
// input gives the same output in a test, in a replay and in a later year.
//
// # The folders
//
//	value, record, delivery, declaration   the plain values and what states them
//	dataset                                columns, rules, privacy; Arrow batches
//	expr                                   the closed language of rules and measures
//	normalise                              text in, value or reason out
//	identity                               keyed pseudonyms; what is withheld
//	calendar                               days and periods in the two calendars
//	indicator                              how a figure is counted: measures, what units owe, the SQL
//	campaign                               what was promised: tasks, targets, paths, the verdict
//	disclosure                             which small numbers are hidden when figures are published
//
// # What it may import
//
// Its own folders, the standard library without the packages that reach outside
// the process, and Arrow for batches in memory. The law is held by a test beside
// this file, which reads the whole module: ingest and sinks import transform and
// never each other, configs imports transform only, and nobody imports cmd.
//
// # How to add to it
//
// A dataset, an indicator or a campaign is a YAML file under configs and no Go. A
// reading of a text (a new shape of date, a new kind of code) is one function and
// one row of the table in normalise, with its reasons in both languages. A
// function of the expression language needs both its back ends and a case in
// exprtest, which runs it in Go and in the database and compares.
//
// # What was decided, and what lost
//
//   - Records are texts by position, not maps by name: a layout lists the fields
//     once, and a row costs no allocation. Maps cost more than the parsing.
//   - Rules are a closed, typed language. SQL typed by people lost, because what
//     is pasted into a database cannot be checked when the file is read and reads
//     more than it should. A general expression library lost, because its NULL is
//     not the database's.
//   - A rule is false, true or unknown, and unknown breaks it. Letting NULL pass
//     lost: a missing date would prove that it is in order.
//   - Decimals are scaled integers. Floating point lost: sums of money have to
//     agree with the sender to the đồng.
//   - Identifiers become keyed digests in a chain, so that a new key can be added
//     and stored pseudonyms advanced. Plain digests lost, because twelve digits
//     are guessed in an hour; encryption lost, because it can be undone.
//   - Counting is apart from promising: an indicator says how, a campaign what for, so
//     that one definition serves every province and year. One file for both lost: two
//     provinces that count alike would drift apart.
//   - A figure is counted in all windows and at all levels by one statement. A number
//     of different things is counted anew at each level and never added up.
//   - Verdicts are given on fractions, not on binary numbers: 27 of 30 is 90.0, and
//     does not exceed it.
//   - Small numbers are hidden together with a change of the whole table that keeps
//     every sum. Hiding until no single equation gives one back lost: several
//     equations together do.
//   - A reason is a stable name with a sentence in both languages. Errors made
//     from the value lost: they carry persons into logs.
package transform
