//go:build duckdb_arrow

package warehouse_test

import (
	"database/sql"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"thidua/transform/expr"
	"thidua/transform/expr/exprtest"
	"thidua/transform/value"
)

// TestExprDiff holds the two back ends of the expression language equal: what
// Eval yields for a row is what the database yields for its SQL, type and NULL
// included, and a condition selects the same rows in a WHERE.
func TestExprDiff(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, c := range exprtest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			loadCase(t, db, c)
			compared := 0
			for _, source := range c.Sources {
				compiled, err := expr.Compile(source, c.Columns)
				if err != nil {
					continue
				}
				compared++
				compareColumn(t, db, c, source, compiled)
				if compiled.Type().Kind == value.Boolean {
					compareWhere(t, db, c, source, compiled)
				}
			}
			if compared*20 < len(c.Sources)*19 {
				t.Errorf("only %d of %d sources compile", compared, len(c.Sources))
			}
		})
	}
}

// loadCase makes a table named after the case. Values travel as text, so that
// no conversion of the driver stands between the row and the database.
func loadCase(t *testing.T, db *sql.DB, c exprtest.Case) {
	t.Helper()
	definitions, casts := []string{"row_number INTEGER"}, []string{"?"}
	for _, column := range c.Columns {
		definitions = append(definitions, fmt.Sprintf("%q %s", column.Name, column.Type.SQL()))
		casts = append(casts, fmt.Sprintf("CAST(CAST(? AS VARCHAR) AS %s)", column.Type.SQL()))
	}
	if _, err := db.Exec(fmt.Sprintf("CREATE TABLE %s (%s)", c.Name, strings.Join(definitions, ", "))); err != nil {
		t.Fatal(err)
	}
	insert := fmt.Sprintf("INSERT INTO %s VALUES (%s)", c.Name, strings.Join(casts, ", "))
	for i, row := range c.Rows {
		arguments := []any{i}
		for j, cell := range row {
			arguments = append(arguments, written(cell, c.Columns[j].Type))
		}
		if _, err := db.Exec(insert, arguments...); err != nil {
			t.Fatal(err)
		}
	}
}

// compareColumn compares the expression on every row.
func compareColumn(t *testing.T, db *sql.DB, c exprtest.Case, source string, compiled *expr.Expr) {
	t.Helper()
	query := fmt.Sprintf("SELECT typeof(e), CAST(e AS VARCHAR) FROM (SELECT row_number, %s AS e FROM %s) ORDER BY row_number", compiled.SQL(), c.Name)
	rows, err := db.Query(query)
	if err != nil {
		t.Errorf("%s\n%s\n%v", source, compiled.SQL(), err)
		return
	}
	defer func() { _ = rows.Close() }()
	for i := 0; rows.Next(); i++ {
		var sqlType string
		var found sql.NullString
		if err := rows.Scan(&sqlType, &found); err != nil {
			t.Fatal(err)
		}
		var got any
		if found.Valid {
			got = found.String
		}
		want := written(compiled.Eval(c.Rows[i]), compiled.Type())
		if want != got || sqlType != compiled.Type().SQL() {
			t.Errorf("%s\n%s\nrow %d: Eval %v, database %v; type %v, database %v", source, compiled.SQL(), i, want, got, compiled.Type().SQL(), sqlType)
			return
		}
	}
	if err := rows.Err(); err != nil {
		t.Errorf("%s\n%s\n%v", source, compiled.SQL(), err)
	}
}

// compareWhere compares the rows for which a condition is true: a WHERE takes
// other paths through the database than a column does.
func compareWhere(t *testing.T, db *sql.DB, c exprtest.Case, source string, compiled *expr.Expr) {
	t.Helper()
	rows, err := db.Query(fmt.Sprintf("SELECT row_number FROM %s WHERE %s ORDER BY row_number", c.Name, compiled.SQL()))
	if err != nil {
		t.Errorf("%s\n%s\n%v", source, compiled.SQL(), err)
		return
	}
	defer func() { _ = rows.Close() }()
	var got, want []int
	for rows.Next() {
		var number int
		if err := rows.Scan(&number); err != nil {
			t.Fatal(err)
		}
		got = append(got, number)
	}
	if err := rows.Err(); err != nil {
		t.Errorf("%s\n%s\n%v", source, compiled.SQL(), err)
	}
	for i, row := range c.Rows {
		if outcome := compiled.Eval(row); outcome.Valid && outcome.Int == 1 {
			want = append(want, i)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s\nrows selected (-Eval +database):\n%s", source, compiled.SQL(), diff)
	}
}

// written writes a value as the database casts it to text; NULL is nil.
func written(cell value.Value, valueType value.Type) any {
	if !cell.Valid {
		return nil
	}
	switch valueType.Kind {
	case value.Integer:
		return fmt.Sprint(cell.Int)
	case value.Decimal:
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(valueType.Scale)), nil)
		decimal := new(big.Rat).SetFrac(big.NewInt(cell.Int), unit).FloatString(int(valueType.Scale))
		if valueType.Precision == valueType.Scale {
			// A type without whole digits is written without a zero for them.
			decimal = strings.Replace(decimal, "0.", ".", 1)
		}
		return decimal
	case value.Boolean:
		return fmt.Sprint(cell.Int == 1)
	case value.Date:
		return time.Unix(cell.Int*86_400, 0).UTC().Format("2006-01-02")
	case value.Timestamp:
		return time.UnixMicro(cell.Int).UTC().Format("2006-01-02 15:04:05.999999")
	default:
		return string(cell.Text)
	}
}
