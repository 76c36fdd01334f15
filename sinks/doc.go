// Package sinks is the room that keeps and shows: rows and their history, sealed
// payloads, and the immutable copies that people and programs read.
//
// # The folders
//
//	warehouse   DuckDB: load, history, quarantine, run ledger, compute
//	calculation the statements of indicators, run over the warehouse or a snapshot
//	question    a question in SQL, asked of a snapshot by whoever may read it
//	archive     payloads as received, compressed and sealed for one key
//	snapshot    published copies: make, switch, keep the last, open the newest
//	durable     names of files that outlast a loss of power
//
// # What it may import
//
// Its own folders and transform, never ingest: rows, deliveries, rejections and
// tallies arrive as the plain values of transform/delivery. This is the only room
// that opens a database.
//
// # How to add to it
//
// A sink is one folder, and one line in cmd/thidua/wire.go where the runner's
// interface is met. A table that people read has a comment, and so has each of its
// columns. Whatever writes a file says beside each step what a crash there leaves
// and who repairs it, and is tested with the step failing before and after it took
// effect.
//
// # What was decided, and what lost
//
//   - Two files: internal.duckdb, with quarantine, cursors and the ledger, is
//     written first; records.duckdb is written second and is the commit. One file
//     lost: a copy of it would carry the quarantine out of the house.
//   - No primary keys and no indexes on loaded tables. They double the file and the
//     time, and after a crash the index can be silently wrong. Dossiers are staged,
//     compared and replaced instead.
//   - Rows enter as Arrow batches of one row group, and the only statement run on
//     such a view takes it whole. The row appender lost by a factor of four; a
//     projection or a filter on a view gives wrong columns.
//   - Readers get a copy under a name of its own, and a pointer is switched. One
//     shared file lost: the database lets one process hold it, and a file renamed
//     over an open one goes unnoticed by those who read it.
//   - The copy is made after a checkpoint, file by file, in a child process.
//     Exporting the database lost by a factor of forty; opening the live file in
//     the writer's own process drops the writer's lock.
//   - The archive is sealed to a public key whose other half is not in the
//     workspace. Encryption by the database lost: it needs an extension that is not
//     inside, and nothing is fetched at run time.
//   - Figures are computed from the rows that stand, in one transaction that is a commit
//     like any other; only cells that changed rows touch are counted again. Keeping
//     running sums lost: a corrected file would have to be subtracted exactly, and
//     different persons cannot be.
//   - What is published for dashboards is a file of its own, without rows and without
//     small numbers. A view over the records lost: who may open the one could open the
//     other.
//   - Losers and replaced rows go to history with the instants between which they
//     were known. Overwriting lost: a figure printed in June has to be found again.
package sinks
