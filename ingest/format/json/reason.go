package json

import (
	"errors"
	"fmt"

	"thidua/ingest/format"
	"thidua/transform/delivery"
)

// The rules that refuse a payload whole. Their names are stable: they are what a
// rejection is filed under.
const (
	ruleEmpty     = "empty"
	ruleNotJSON   = "not_json"
	ruleHTML      = "html_instead_of_json"
	ruleTruncated = "truncated"
	ruleNotUTF8   = "not_utf8"
	ruleTooDeep   = "too_deep"
	ruleTooLarge  = "record_too_large"
	ruleFewer     = "fewer_records_than_declared"
	// ruleBehind: a member of an enclosing object stands too far behind the list.
	ruleBehind = "enclosing_member_behind"
)

// ruleNotObject is the fault of a dossier or line that is not an object.
const ruleNotObject = "not_an_object"

// The findings that do not stop a payload.
const (
	noteMissing = "records_missing"
	noteMore    = "more_records_than_declared"
	noteTotal   = "total_unreadable"
)

// refusals say why a payload is refused.
var refusals = map[string]delivery.Text{
	ruleEmpty:     {Vi: "Tệp rỗng", En: "The payload is empty"},
	ruleNotJSON:   {Vi: "Nội dung không đúng cú pháp JSON", En: "The content is not well-formed JSON"},
	ruleHTML:      {Vi: "Nhận được trang HTML thay vì JSON", En: "An HTML page stands where JSON is expected"},
	ruleTruncated: {Vi: "Nội dung bị cắt cụt, kết thúc giữa chừng", En: "The content is cut short"},
	ruleNotUTF8:   {Vi: "Nội dung có ký tự không phải UTF-8", En: "The content holds bytes that are not UTF-8"},
	ruleTooDeep:   {Vi: "Dữ liệu lồng nhau quá 512 cấp", En: "Lists and objects stand inside each other more than 512 deep"},
	ruleTooLarge:  {Vi: "Một bản ghi vượt quá kích thước cho phép (record_bytes)", En: "A record is larger than it may be (record_bytes)"},
	ruleBehind: {
		Vi: "Trường của đối tượng bao ngoài (^) nằm sau danh sách lớn hơn record_bytes; hãy đọc bằng envelope",
		En: "A member of an enclosing object (^) stands behind a list larger than record_bytes; read it as envelope",
	},
}

// findings say what a note reports.
var findings = map[string]delivery.Text{
	noteMissing: {Vi: "Tài liệu không có danh sách bản ghi.", En: "A document lacks the list of records."},
	noteMore:    {Vi: "Có nhiều bản ghi hơn số đã khai.", En: "There are more records than declared."},
	noteTotal:   {Vi: "Tổng số bản ghi đã khai không phải là số.", En: "The declared number of records is not a number."},
}

// note makes a finding. Name is a path of the configuration.
func note(rule, name string, count int) format.Note {
	return format.Note{Rule: rule, Name: name, Reason: findings[rule], Count: count}
}

// flaw is a rule that the bytes of a payload break where the window stands.
type flaw struct{ rule string }

// Error returns the name of the rule.
func (f *flaw) Error() string { return f.rule }

// refusal turns a flaw into a refusal of the payload that tells the place, and
// leaves all other errors as they are.
func (r *reader) refusal(err error, dossiers int) error {
	var flawed *flaw
	if !errors.As(err, &flawed) {
		return err
	}
	why, line := refusals[flawed.rule], r.w.line()
	reason := delivery.Text{
		Vi: fmt.Sprintf("%s (tài liệu %d, dòng %d).", why.Vi, r.document, line),
		En: fmt.Sprintf("%s (document %d, line %d).", why.En, r.document, line),
	}
	if flawed.rule == ruleEmpty {
		reason = delivery.Text{Vi: why.Vi + ".", En: why.En + "."}
	}
	return &format.Refusal{Rule: flawed.rule, Reason: reason, Dossiers: dossiers}
}

// fewer gives the reason for refusing a payload that is short of dossiers.
func fewer(declared int64, found int) delivery.Text {
	return delivery.Text{
		Vi: fmt.Sprintf("Khai %d bản ghi nhưng chỉ có %d.", declared, found),
		En: fmt.Sprintf("%d records are declared and %d are found.", declared, found),
	}
}

// notObject gives the reason why a dossier, or line number line of a kind, cannot
// be read.
func notObject(kind string, line int32) delivery.Text {
	if kind == headKind {
		return delivery.Text{Vi: "Bản ghi không phải là đối tượng JSON.", En: "The record is not a JSON object."}
	}
	return delivery.Text{
		Vi: fmt.Sprintf("Dòng %d của %s là một danh sách, không phải đối tượng.", line, kind),
		En: fmt.Sprintf("Line %d of %s is a list, not an object.", line, kind),
	}
}
