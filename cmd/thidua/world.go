package main

import (
	"errors"
	"strings"
	"syscall"

	"thidua/configs"
	"thidua/ingest/source/files"
	"thidua/ingest/source/rest"
	"thidua/sinks/warehouse"
)

// worldly says in both languages what is wrong with the world and what a person
// can do about it. Errors that say so themselves, and those it does not know, pass
// as they are.
func worldly(err error) error {
	if err == nil || errors.As(err, new(*said)) {
		return err
	}
	if told := ofEndpoint(err); told != nil {
		return told
	}
	if isFull(err) {
		return &said{
			"đĩa đã đầy; giải phóng chỗ rồi chạy lại. Những gì đã ghi vẫn còn nguyên",
			"the disk is full; make room and call again. What is committed stands", err,
		}
	}
	for _, w := range worlds() {
		if errors.Is(err, w.is) {
			return &said{w.vi, w.en, ours(err, w.is)}
		}
	}
	return err
}

// ofEndpoint tells what an endpoint did and what can be done, nil for other errors.
func ofEndpoint(err error) error {
	var asked *rest.Error
	if !errors.As(err, &asked) {
		return nil
	}
	vi, en := "", ""
	if failed := (&jobError{}); errors.As(err, &failed) {
		vi, en = "công việc "+failed.job+": ", "job "+failed.job+": "
	}
	return &said{vi + asked.Reason.Vi + "; " + asked.Hint.Vi, en + asked.Reason.En + "; " + asked.Hint.En, nil}
}

// trouble is an error of the world in words.
type trouble struct {
	is     error
	vi, en string
}

func worlds() []trouble {
	return []trouble{
		{
			files.ErrFolder,
			"không mở được thư mục nguồn; kiểm tra đường dẫn, quyền đọc và ổ đĩa mạng",
			"the source folder cannot be opened; look at its path, the right to read it, and the network share",
		},
		{
			warehouse.ErrLocked,
			"một tiến trình khác đang mở kho dữ liệu; đợi tiến trình đó, hoặc đọc published/current/records.duckdb",
			"another process holds the warehouse open; wait for it, or read published/current/records.duckdb",
		},
		{
			warehouse.ErrCorrupt,
			"tệp trong state/ bị hỏng; không ghi đè gì. Khôi phục internal.duckdb từ bản sao lưu, records.duckdb từ bản sao lưu hoặc từ published/current, rồi chạy lại",
			"a file in state/ is damaged; nothing is overwritten. Restore internal.duckdb from a copy, records.duckdb from a copy or from published/current, and call again",
		},
		{
			warehouse.ErrClock,
			"đồng hồ của máy chậm hơn lần ghi cuối; chỉnh lại đồng hồ rồi chạy lại",
			"the clock of this machine stands before the last commit; set it right and call again",
		},
		{
			warehouse.ErrKeys,
			"tệp khóa không phải là tệp đã dùng cho kho dữ liệu này; đưa đúng tệp về chỗ ghi ở keys.file",
			"the key file is not the one that this warehouse was written with; bring the right one back to where keys.file says",
		},
		{
			warehouse.ErrRotation,
			"lần thay khóa trước bị ngắt giữa chừng; làm tiếp bằng: thidua keys rotate",
			"a rotation of the keys was interrupted; finish it with: thidua keys rotate",
		},
		{
			warehouse.ErrSchema,
			"khai báo bộ dữ liệu mâu thuẫn với kho dữ liệu",
			"the declaration of a dataset contradicts the warehouse",
		},
	}
}

// ours returns an error whose text is our own throughout, marked as safe to print:
// the fingerprint of a key would not survive the loss of its digits, nor what a
// person can do the loss of all that follows the name of a folder.
func ours(err, is error) error {
	if is == warehouse.ErrKeys || is == warehouse.ErrRotation || is == warehouse.ErrClock || is == warehouse.ErrSchema {
		return &said{err.Error(), err.Error(), err}
	}
	return err
}

// isFull reports whether there was no room to write. The engine hands on the
// system's word for it as text only.
func isFull(err error) bool {
	for _, errno := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, errno) || strings.Contains(strings.ToLower(err.Error()), errno.Error()) {
			return true
		}
	}
	return false
}

// parts takes apart what errors.Join has put together, so that each part is told
// as what it is. Other errors are one part.
func parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if _, one := err.(configs.Errors); one || !ok || errors.Join(joined.Unwrap()...).Error() != err.Error() {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, parts(e)...)
	}
	return all
}
