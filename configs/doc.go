// Package configs reads what a province edits: datasets, jobs, reference tables,
// indicators with their tests, campaigns, and the workspace itself. The files that come
// with the program are defaults; a workspace replaces them one by one under the same
// name, or adds to them.
//
// All files are read and checked before anything runs, and everything wrong in
// them is told at once, with file, line and column. What belongs to a source or
// a format stays a Node, which the kind itself decodes.
//
// # The folders
//
//	datasets    what a row is; one file a dataset
//	jobs        where payloads come from and which field becomes which column
//	reference   tables whose rows come with the configuration, each with its CSV file
//	indicators  how something is counted, and beside each definition its tests
//	campaigns   what was promised: tasks, targets, paths, cut-offs, printed figures
//	schema      what editors check the files with
//	template    the workspace that thidua init writes
//
// # What it may import
//
// Transform alone, which knows what declarations mean: a file is decoded into the
// declaration of its package and compiled there. Paths of problems that a compiler finds
// become lines and columns here.
//
// # How to add to it
//
// A dataset, a job, an indicator or a campaign is a file whose name is the one that it
// declares. An indicator has its tests beside it, in NAME.test.yaml, or the build
// fails. A key of a declaration is a field of its struct with the tags yaml and
// jsonschema; go generate writes the schemas anew. A mistake that can be made is a file
// in testdata, *.bad.yaml, with what is told of it in *.bad.txt.
//
// # What was decided, and what lost
//
//   - A workspace replaces whole files. Merging key by key lost: nobody could read from
//     one file what rules.
//   - The name of a file is the name that it declares, so that one is found by the other
//     and nothing is declared twice.
//   - YAML is decoded strictly: an unknown key is a mistake with a place and, where one is
//     near, the key that was meant. Passing it over lost: a misspelt target judges nothing.
//   - What refers to something broken is not told so too. A list of all that follows from
//     one mistake lost: the mistake itself was not seen in it.
//   - A secret is the name of an environment variable or of a file, never the value.
package configs
