package warehouse

import (
	"context"
	"database/sql"
)

// Query lets tests look into both files while they are open.
func (w *Warehouse) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return w.conn.QueryContext(ctx, query, args...)
}
