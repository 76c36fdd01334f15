// Package ingest is the room that brings: it finds payloads, takes them apart and
// hands their rows on. Its way has a name a step: a schedule wakes job.Run, which
// pulls payloads from a source, decodes them with a format, has them transformed,
// and loads, computes and publishes through interfaces it declares itself.
//
// # The folders
//
//	source              where payloads come from; one folder a kind
//	source/sourcetest   what every source must satisfy
//	format              bytes in, records out; one folder a format, and what they share:
//	format/charset      texts of old and foreign encodings to UTF-8
//	format/tabular      the columns of a table, found by the names in its header
//	format/xmlscan      XML as a stream of tags and texts, whatever its encoding
//	path                places in nested documents, as jobs write them
//	spool               bytes that are too many for memory, readable by nobody else
//	job                 the runner: pull, decode, transform, load, publish
//	schedule            when: the slots of jobs, what was missed, one round at a time
//
// # What it may import
//
// Its own folders and transform, never sinks: the runner declares what it needs of
// a warehouse where it uses it, and cmd introduces the two. A source knows no
// format and a format no source; the runner knows the contracts and no kind of
// either. Only the runner and the schedule start goroutines.
//
// # How to add to it
//
// A feed that an existing source and format can read is a YAML file under
// configs/jobs and no Go. It is the first thing to try: json and xml are told the
// places of records and fields by paths, csv and xlsx find columns by the names in
// the header, rest is told how a portal pages, signs in and names its windows.
//
// A source is one folder below source with a configuration struct, whose test
// calls sourcetest, and one line in cmd/thidua/wire.go. A way to sign in or to
// page that a portal asks for is a case of source/rest, not a source of its own.
//
// A format is one folder below format with a configuration struct, golden samples,
// a fuzz target and a test of its memory, one case in cmd/thidua/wire.go, and the
// ending of its files in cmd/thidua/replay.go. It reads its payload through
// format.NewReader. A format of rows under a header
// takes its columns from format/tabular, one of text its letters from
// format/charset, one in XML its tokens from format/xmlscan, which sees to
// declared encodings and says why a document is refused.
//
// An encoding in which people saved texts is a case of format/charset: a name, its
// decoder, and a sample that Detect must tell from all others. One that XML
// documents declare is a line of format/xmlscan.
//
// A tool that formats or sources share is a folder listed in transform/law_test.go.
// It knows the contracts and other tools, and no kind.
//
// # What was decided, and what lost
//
//   - A payload is read twice: once to judge its frame and hash it, once to decode.
//     One pass lost: half of a cut file was loaded before the cut was seen.
//   - A delivery is committed in bounded pieces of whole dossiers. One transaction
//     for a file lost: its memory grows with the file.
//   - What is replaced is the dossier, a visit with all its lines. Replacing row by
//     row lost: a drug that the amended visit no longer has would stay.
//   - Rank decides which version stands: the declared time, the source's time, the
//     order of receipt. Last come, first served lost: a late re-delivery of an old
//     file would overwrite a correction.
//   - Everything read is accounted for: read = loaded + unchanged + superseded +
//     skipped + quarantined, checked before each commit. Counting only what went
//     well lost: nobody notices what is missing.
//   - A bad record is a quarantine row, a bad file stops itself only, a bad world
//     is tried again, and a bad configuration is an error before anything runs.
//   - The claim scanner is written by hand, because it is the hot path; the
//     standard decoder takes the whole time budget several times over. Elsewhere a
//     well-kept library is taken before code of our own.
//   - Bytes of a payload are not moved or deleted by default: the folder belongs to
//     whoever fills it. A file is known by path, size, time and inode, else by
//     content.
package ingest
