package warehouse

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/dataset"
)

// insert writes records into a table. All columns of a record go to the columns
// of the same names.
//
// The statement is the only one that is ever run on an Arrow view: any other
// shape returns wrong columns, ignores filters or ends the process.
func (w *Warehouse) insert(ctx context.Context, table string, records ...arrow.RecordBatch) error {
	var rows int64
	for _, r := range records {
		rows += r.NumRows()
	}
	if rows == 0 {
		return nil
	}
	schema := records[0].Schema()
	reader, err := array.NewRecordReader(schema, records)
	if err != nil {
		return fmt.Errorf("warehouse: batch for %s: %w", table, err)
	}
	defer reader.Release()
	return w.conn.Raw(func(raw any) error {
		a, err := duckdb.NewArrowFromConn(raw.(driver.Conn))
		if err != nil {
			return wrap("open the Arrow interface", err)
		}
		release, err := a.RegisterView(reader, "arriving")
		if err != nil {
			return wrap("register a batch", err)
		}
		defer release()
		statement := fmt.Sprintf("INSERT INTO %s (%s) SELECT * FROM arriving", table, columnList(schema))
		result, err := a.QueryContext(ctx, statement)
		if err != nil {
			return wrap("insert into "+table, err)
		}
		result.Release()
		return nil
	})
}

func columnList(schema *arrow.Schema) string {
	names := make([]string, schema.NumFields())
	for i, f := range schema.Fields() {
		names[i] = quote(f.Name)
	}
	return strings.Join(names, ", ")
}

// instant is the Arrow type of the program's own instants: UTC, microseconds.
var instant = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}

// withKnownFrom returns the record with the instant of its commit as its last
// column. The caller releases it.
func withKnownFrom(r arrow.RecordBatch, at time.Time) arrow.RecordBatch {
	n := int(r.NumRows())
	stamps := make([]arrow.Timestamp, n)
	for i := range stamps {
		stamps[i] = arrow.Timestamp(at.UnixMicro())
	}
	data := array.NewData(instant, n, []*memory.Buffer{nil, memory.NewBufferBytes(arrow.TimestampTraits.CastToBytes(stamps))}, nil, 0, 0)
	defer data.Release()
	column := array.NewTimestampData(data)
	defer column.Release()
	fields := append(r.Schema().Fields(), arrow.Field{Name: dataset.ColumnKnownFrom, Type: instant})
	columns := append(append([]arrow.Array{}, r.Columns()...), column)
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, r.NumRows())
}

// sheet collects rows of one of the warehouse's own tables.
type sheet struct {
	table   table
	builder *array.RecordBuilder
}

func newSheet(t table) *sheet {
	return &sheet{table: t, builder: array.NewRecordBuilder(memory.DefaultAllocator, t.schema())}
}

// add appends a row: int64, string, bool, time.Time or nil, one per column.
func (s *sheet) add(values ...any) {
	for i, v := range values {
		field := s.builder.Field(i)
		switch v := v.(type) {
		case nil:
			field.AppendNull()
		case int64:
			field.(*array.Int64Builder).Append(v)
		case string:
			field.(*array.StringBuilder).Append(v)
		case bool:
			field.(*array.BooleanBuilder).Append(v)
		case float64:
			field.(*array.Float64Builder).Append(v)
		case time.Time:
			field.(*array.TimestampBuilder).Append(arrow.Timestamp(v.UnixMicro()))
		}
	}
}

// save writes the rows and empties the sheet.
func (w *Warehouse) save(ctx context.Context, s *sheet) error {
	record := s.builder.NewRecordBatch()
	defer record.Release()
	defer s.builder.Release()
	return w.insert(ctx, s.table.name, record)
}
