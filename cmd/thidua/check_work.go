package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"thidua/sinks/question"
	"thidua/sinks/snapshot"
)

// workItems tells what people have to add to reference tables: codes that rows hold
// and the tables do not know. The rows are loaded all the same.
func (c *checker) workItems(ctx context.Context) {
	const check = "reference"
	path, err := snapshot.RecordsPath(c.app.publishedDir())
	if errors.Is(err, snapshot.ErrNone) {
		return
	}
	var codes []string
	var rows int64
	if err == nil {
		codes, rows, err = unknownUnits(ctx, path)
	}
	switch {
	case err != nil:
		c.add(check, levelWarn, c.app.pick("không đọc được cảnh báo của bản chụp mới nhất", "the warnings of the newest snapshot cannot be read")+": "+c.cause(err), "")
	case len(codes) == 0:
		c.ok(check, "mọi mã cơ sở trong dữ liệu đều có trong bảng facility", "the facility table knows every facility code in the rows")
	default:
		c.add(check, levelWarn,
			fmt.Sprintf(c.app.pick("%d mã cơ sở chưa có trong bảng facility (%d dòng): %s", "%d facility codes are not in the facility table (%d rows): %s"), len(codes), rows, strings.Join(codes[:min(len(codes), 10)], ", ")),
			c.app.pick("thêm các mã này vào configs/reference/facility.csv của thư mục làm việc", "add them to configs/reference/facility.csv of the workspace"))
	}
}

// unknownUnits lists the facility codes that a snapshot's rows were warned of, the
// most frequent first, and how many rows hold one.
func unknownUnits(ctx context.Context, path string) (codes []string, rows int64, err error) {
	s, err := question.Open(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	answer, err := s.Ask(ctx, "SELECT unit, sum(rows)::BIGINT FROM warning WHERE rule = 'unknown_facility' AND unit <> '' GROUP BY unit ORDER BY 2 DESC, unit")
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, answer.Close()) }()
	for answer.Next() {
		row, err := answer.Row()
		if err != nil {
			return nil, 0, err
		}
		var n int64
		if _, err := fmt.Sscan(show(row[1]), &n); err != nil {
			return nil, 0, fmt.Errorf("read a count of warnings: %w", err)
		}
		codes, rows = append(codes, show(row[0])), rows+n
	}
	return codes, rows, answer.Err()
}
