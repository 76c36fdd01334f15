package warehouse

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"thidua/transform/sqltext"
)

// table is one of the warehouse's own tables: what it is and what its columns
// mean stands in the database as comments, for those who read it.
type table struct {
	name    string
	comment string
	columns []column
}

type column struct {
	name    string
	kind    kind
	comment string
}

// kind is what a column of an own table holds.
type kind uint8

const (
	number kind = iota
	text
	truth
	moment
	real
	day
)

func (k kind) sql() string {
	return [...]string{"BIGINT", "VARCHAR", "BOOLEAN", "TIMESTAMPTZ", "DOUBLE", "DATE"}[k]
}

func (k kind) arrow() arrow.DataType {
	return [...]arrow.DataType{
		arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, arrow.FixedWidthTypes.Boolean, instant, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Date32,
	}[k]
}

func (t table) schema() *arrow.Schema {
	fields := make([]arrow.Field, len(t.columns))
	for i, c := range t.columns {
		fields[i] = arrow.Field{Name: c.name, Type: c.kind.arrow(), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// create returns the statements that make the table where it is missing.
func (t table) create() []string {
	columns := make([]string, len(t.columns))
	statements := []string{}
	for i, c := range t.columns {
		columns[i] = sqltext.Name(c.name) + " " + c.kind.sql()
		statements = append(statements, fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", t.name, sqltext.Name(c.name), sqltext.Text(c.comment)))
	}
	first := fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s)", t.name, strings.Join(columns, ", "))
	return append([]string{first, fmt.Sprintf("COMMENT ON TABLE %s IS %s", t.name, sqltext.Text(t.comment))}, statements...)
}

// addColumn returns the statements that add a column at the end of the table.
func (t table) addColumn(c column) []string {
	zero := [...]string{"0", "''", "false", "NULL", "0", "NULL"}[c.kind]
	return []string{
		fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s DEFAULT %s", t.name, sqltext.Name(c.name), c.kind.sql(), zero),
		fmt.Sprintf("COMMENT ON COLUMN %s.%s IS %s", t.name, sqltext.Name(c.name), sqltext.Text(c.comment)),
	}
}

// Tables of records.duckdb, which is published.
var (
	appliedTable = table{"records.applied", "Commits / Các lần ghi: one row per committed chunk", []column{
		{"n", number, "sequence of the commit"},
		{"committed_at", moment, "instant of the commit"},
		{"run", number, "run that made it"},
	}}
	dossierTable = table{"records.dossier", "Standing dossiers / Hồ sơ hiện hành: what is replaced whole, with its rank", []column{
		{"dossier", number, "dossier, as in the rows"},
		{"key_check", number, "second half of the keyed digest of its key"},
		{"head", text, "dataset that has one row per dossier"},
		{"newest_by", number, "declared time, microseconds since 1970"},
		{"source_at", number, "time given by its source, microseconds since 1970"},
		{"receipt", number, "delivery that gives the rank"},
		{"position", number, "number of the dossier in that delivery"},
		{"revision", number, "revision of the decoder"},
		{"whole", truth, "false where a part could not be read"},
		{"content", number, "digest of all its rows"},
		{"delivery", number, "delivery that its rows come from"},
		{"known_from", moment, "instant of the commit that brought its rows"},
		{"scope", number, "what the extract that brought it is complete for, 0 where it is not complete"},
		{"removed", truth, "true where a complete extract lacked it: it has no rows"},
	}}
	extractTable = table{"records.extract", "Complete extracts / Bản trích xuất đầy đủ: the latest by scope", []column{
		{"scope", number, "digest of the job and of what the extract is complete for"},
		{"source_at", number, "time given by its source, microseconds since 1970"},
		{"receipt", number, "delivery"},
	}}
	warningTable = table{"records.warning", "Warnings / Cảnh báo: rows that were loaded and break a rule, by unit", []column{
		{"n", number, "commit"},
		{"run", number, "run"},
		{"job", text, "job"},
		{"dataset", text, "dataset"},
		{"column_name", text, "column, where the rule is about one"},
		{"rule", text, "rule"},
		{"unit", text, "facility code"},
		{"rows", number, "rows warned of"},
	}}
	runTable = table{"records.run", "Runs / Các lần chạy: the account of each run by dataset, and of its dossiers", []column{
		{"run", number, "run"},
		{"job", text, "job"},
		{"dataset", text, "dataset, or dossier"},
		{"state", text, "succeeded, attention, failed or interrupted"},
		{"started_at", moment, "start"},
		{"ended_at", moment, "end"},
		{"payloads", number, "payloads that ended in the run"},
		{"read", number, "= loaded + unchanged + superseded + skipped + quarantined"},
		{"loaded", number, "rows that stand now"},
		{"unchanged", number, "rows equal to those that stood"},
		{"superseded", number, "rows of an older version, kept in history"},
		{"skipped", number, "identical lines repeated inside a dossier"},
		{"quarantined", number, "rows set aside with a reason"},
		{"replaced", number, "rows that stood before and went to history"},
		{"removed", number, "rows removed because a complete extract lacks them"},
		{"warned", number, "findings that did not stop a row"},
		{"ties", number, "versions that only the order of receipt tells apart"},
		{"bytes", number, "size of the payloads"},
		{"seconds", real, "wall time of the run"},
	}}
	summaryTable = table{"records.quarantine_summary", "Quarantine by reason / Tổng hợp cách ly: counts only", []column{
		{"job", text, "job"},
		{"level", text, "delivery, dossier, part or row"},
		{"dataset", text, "dataset"},
		{"rule", text, "rule"},
		{"reason_vi", text, "lý do"},
		{"reason_en", text, "reason"},
		{"items", number, "items set aside"},
		{"first_seen_at", moment, "first seen"},
		{"last_seen_at", moment, "last seen"},
	}}
	dictionaryTable = table{"records.data_dictionary", "Data dictionary / Từ điển dữ liệu", []column{
		{"dataset", text, "dataset"},
		{"position", number, "position of the column"},
		{"column_name", text, "column"},
		{"type", text, "declared type"},
		{"title_vi", text, "tên tiếng Việt"},
		{"title_en", text, "English title"},
		{"required", truth, "a row without it is rejected"},
		{"privacy", text, "open, or pseudonym"},
		{"identifier", text, "what a pseudonym stands for"},
		{"reference", text, "reference table of its codes"},
		{"counts", text, "what a row of the dataset is: persons, events or things"},
	}}
	settingTable = table{"records.setting", "Settings of this file / Thiết lập của tệp", []column{
		{"name", text, "name"},
		{"value", text, "value"},
	}}
)

// Tables of internal.duckdb, which never leaves the house. Rows with n belong to
// the commit of that number and are void until records has applied it.
var (
	runLedger = table{"internal.run", "Runs", []column{
		{"run", number, "run"},
		{"job", text, "job"},
		{"state", text, "running, succeeded, attention, failed or interrupted"},
		{"started_at", moment, "start"},
		{"ended_at", moment, "end"},
		{"seconds", real, "wall time"},
		{"message", text, "why it failed, without values"},
	}}
	tallyLedger = table{"internal.tally", "Accounts by commit", []column{
		{"n", number, "commit"},
		{"run", number, "run"},
		{"dataset", text, "dataset, or dossier"},
		{"payloads", number, ""},
		{"read", number, ""},
		{"loaded", number, ""},
		{"unchanged", number, ""},
		{"superseded", number, ""},
		{"skipped", number, ""},
		{"quarantined", number, ""},
		{"replaced", number, ""},
		{"removed", number, ""},
		{"warned", number, ""},
		{"ties", number, ""},
		{"bytes", number, ""},
	}}
	deliveryLedger = table{"internal.delivery", "Deliveries and how far they have come", []column{
		{"n", number, "commit"},
		{"delivery", number, "receipt sequence"},
		{"job", text, "job"},
		{"name", number, "keyed digest of the name"},
		{"size_bytes", number, "size"},
		{"modified_at", number, "modification time, nanoseconds since 1970"},
		{"inode", number, "inode"},
		{"sha256", text, "digest of the bytes"},
		{"received_at", moment, "instant of receipt"},
		{"state", text, "open, loaded or refused"},
		{"position", number, "last dossier committed"},
		{"dossiers", number, "dossiers in it"},
		{"bundle", text, "sealed bundle that holds its bytes"},
	}}
	quarantineLedger = table{"internal.quarantine", "What was read and not loaded", []column{
		{"n", number, "commit"},
		{"id", number, "number of the entry"},
		{"run", number, "run"},
		{"job", text, "job"},
		{"delivery", number, "receipt sequence"},
		{"level", text, "delivery, dossier, part or row"},
		{"place_dossier", number, "HOSO number"},
		{"place_part", text, "part"},
		{"place_line", number, "line of the part"},
		{"dataset", text, ""},
		{"column_name", text, ""},
		{"rule", text, ""},
		{"reason_vi", text, ""},
		{"reason_en", text, ""},
		{"dossier", number, "dossier, where it could be keyed"},
		{"seen_at", moment, "instant of the commit"},
	}}
)

// recordTables and internalTables are made in every warehouse.
var (
	recordTables = []table{
		appliedTable, dossierTable, extractTable, warningTable, runTable, summaryTable, dictionaryTable, settingTable,
		valueTable, statusTable, restatementTable, definitionTable, payloadTable,
	}
	internalTables = []table{runLedger, tallyLedger, deliveryLedger, quarantineLedger}
)
