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

	"thidua/transform/calendar"
	"thidua/transform/dataset"
	"thidua/transform/sqltext"
)

// arrival is a batch that waits under a view to be inserted.
type arrival struct {
	table   string
	view    string
	columns string
	release func()
}

// arrive puts a batch under a view. Making a view is a write to the engine's
// in-memory database, and a transaction can write to one database only: batches
// arrive before the transaction that takes them begins.
func (w *Warehouse) arrive(table string, record arrow.RecordBatch) (*arrival, error) {
	schema := record.Schema()
	a := &arrival{table: table, columns: columnList(schema), release: func() {}}
	if record.NumRows() == 0 {
		return a, nil
	}
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{record})
	if err != nil {
		return nil, fmt.Errorf("warehouse: batch for %s: %w", table, err)
	}
	w.views++
	a.view = fmt.Sprintf("arriving_%d", w.views%maxViews)
	err = w.conn.Raw(func(raw any) error {
		engine, err := duckdb.NewArrowFromConn(raw.(driver.Conn))
		if err != nil {
			return wrap("open the Arrow interface", err)
		}
		release, err := engine.RegisterView(reader, a.view)
		if err != nil {
			return wrap("register a batch", err)
		}
		a.release = func() {
			release()
			reader.Release()
		}
		return nil
	})
	if err != nil {
		reader.Release()
	}
	return a, err
}

// maxViews bounds the views that exist at once; more than any commit needs.
const maxViews = 256

// take inserts a batch that arrived: all its columns into those of the same names.
//
// The statement is the only one that is ever run on an Arrow view: any other
// shape returns wrong columns, ignores filters or ends the process.
func (w *Warehouse) take(ctx context.Context, a *arrival) error {
	if a.view == "" {
		return nil
	}
	_, err := w.conn.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) SELECT * FROM memory.main.%s", a.table, a.columns, a.view))
	return wrap("insert into "+a.table, err)
}

// insert is arrive and take in one, for tables that no transaction is open for.
func (w *Warehouse) insert(ctx context.Context, table string, record arrow.RecordBatch) error {
	a, err := w.arrive(table, record)
	if err != nil {
		return err
	}
	defer a.release()
	return w.take(ctx, a)
}

// eachBatch asks a question and visits the batches of its answer. They are valid
// during the visit only.
func (w *Warehouse) eachBatch(ctx context.Context, query string, visit func(arrow.RecordBatch) error, args ...any) error {
	return w.conn.Raw(func(raw any) error {
		engine, err := duckdb.NewArrowFromConn(raw.(driver.Conn))
		if err != nil {
			return wrap("open the Arrow interface", err)
		}
		answer, err := engine.QueryContext(ctx, query, args...)
		if err != nil {
			return wrap("ask for batches", err)
		}
		defer answer.Release()
		for answer.Next() {
			if err := visit(answer.RecordBatch()); err != nil {
				return err
			}
		}
		return wrap("read batches", answer.Err())
	})
}

func columnList(schema *arrow.Schema) string {
	names := make([]string, schema.NumFields())
	for i, f := range schema.Fields() {
		names[i] = sqltext.Name(f.Name)
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

// add appends a row: int64, string, bool, float64, time.Time, calendar.Day or nil, one
// per column.
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
		case calendar.Day:
			field.(*array.Date32Builder).Append(arrow.Date32(v))
		case time.Time:
			field.(*array.TimestampBuilder).Append(arrow.Timestamp(v.UnixMicro()))
		}
	}
}

// rows returns how many there are.
func (s *sheet) rows() int { return s.builder.Field(0).Len() }

// record returns the rows as a batch, which the caller releases.
func (s *sheet) record() arrow.RecordBatch {
	defer s.builder.Release()
	return s.builder.NewRecordBatch()
}

// arriveSheet lets the rows of a sheet arrive.
func (w *Warehouse) arriveSheet(s *sheet) (*arrival, error) {
	record := s.record()
	defer record.Release()
	return w.arrive(s.table.name, record)
}

// save writes the rows of a sheet at once.
func (w *Warehouse) save(ctx context.Context, s *sheet) error {
	record := s.record()
	defer record.Release()
	return w.insert(ctx, s.table.name, record)
}
