package xml

import (
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
	"thidua/transform/delivery"
)

// The rules that refuse a payload whole.
const (
	ruleEmpty      = "empty"
	ruleOtherRoot  = "other_root"
	ruleMalformed  = "malformed"
	ruleTruncated  = "truncated"
	ruleDTD        = "dtd_refused"
	ruleUndeclared = "encoding_undeclared"
	ruleUnknown    = "encoding_unknown"
)

// The rules that a payload breaks outside its dossiers, or a dossier.
const (
	ruleTooLarge = "too_large"
	ruleNotUTF8  = "not_utf8"
)

// The findings that stop nothing.
const (
	noteMislabelled = "encoding_mismatch"
	noteAmpersand   = "bare_ampersand"
	noteRepeated    = "duplicate_element"
	noteNoDossier   = "no_dossier"
	noteEnvelope    = "envelope_cut"
)

// refusals say why a payload is refused.
var refusals = map[string]delivery.Text{
	ruleEmpty:      {Vi: "Tệp rỗng.", En: "The file is empty."},
	ruleMalformed:  {Vi: "Tệp không đúng cú pháp XML", En: "The file is not well-formed XML"},
	ruleTruncated:  {Vi: "Tệp bị cắt cụt, kết thúc giữa chừng", En: "The file is cut off and ends inside an element"},
	ruleDTD:        {Vi: "Tệp có khai báo DOCTYPE hoặc ENTITY, không được chấp nhận", En: "The file declares a document type or entity, which is not accepted"},
	ruleTooLarge:   {Vi: "Phần nằm ngoài các hồ sơ, hoặc một thẻ của tệp, quá lớn", En: "What stands outside the dossiers, or one tag of the file, is too large"},
	ruleNotUTF8:    {Vi: "Thông tin chung của tệp không phải UTF-8.", En: "What stands outside the dossiers is not UTF-8."},
	ruleUndeclared: {Vi: "Tệp được mã hóa UTF-16 nhưng không khai báo hoặc thiếu BOM.", En: "The file is UTF-16 without both a byte order mark and a declaration."},
	ruleUnknown:    {Vi: "Tệp khai báo bảng mã không được hỗ trợ.", En: "The file declares an encoding that is not supported."},
}

// faults say why a dossier could not be read.
var faults = map[string]delivery.Text{
	ruleTooLarge: {Vi: "Nội dung cần đọc của hồ sơ vượt quá giới hạn record_bytes.", En: "What is read of the dossier is more than record_bytes allows."},
	ruleNotUTF8:  {Vi: "Hồ sơ có ký tự không phải UTF-8 và tệp không khai báo bảng mã.", En: "The dossier holds bytes that are not UTF-8, and the file declares no other encoding."},
}

// findings say what a note reports.
var findings = map[string]delivery.Text{
	noteMislabelled: {Vi: "Khai báo UTF-16 nhưng nội dung không phải UTF-16; đã đọc theo UTF-8.", En: "UTF-16 is declared but the bytes are not; they were read as UTF-8."},
	noteAmpersand:   {Vi: "Dấu & không được mã hóa đúng; giữ nguyên văn.", En: "An ampersand begins no XML reference and was kept as it is."},
	noteRepeated:    {Vi: "Phần tử lặp lại ở nơi chỉ đọc một; lấy phần tử đầu tiên.", En: "An element is repeated where one is read; the first counts."},
	noteNoDossier:   {Vi: "Tệp không có phần tử nào ở đường dẫn của hồ sơ (records).", En: "The file has no element at the path of the dossiers (records)."},
	noteEnvelope:    {Vi: "Thông tin chung của tệp quá nhiều hoặc quá dài; phần vượt giới hạn không được lấy.", En: "More or longer fields stand outside the dossiers than the envelope takes; the rest was left out."},
}

// ruleOf names the rule that a fault of the scanner breaks.
func ruleOf(f xmlscan.Fault) string {
	switch f {
	case xmlscan.DoctypeRefused:
		return ruleDTD
	case xmlscan.TooLarge:
		return ruleTooLarge
	case xmlscan.Truncated:
		return ruleTruncated
	case xmlscan.Empty:
		return ruleEmpty
	}
	return ruleMalformed
}

// refused gives the reason for refusing a payload that may begin with roots.
func refused(rule string, roots []string) delivery.Text {
	switch rule {
	case ruleOtherRoot:
		names := strings.Join(roots, ", ")
		return delivery.Text{
			Vi: fmt.Sprintf("Phần tử gốc của tệp không phải %s.", names),
			En: fmt.Sprintf("The root element of the file is not %s.", names),
		}
	case ruleTooLarge:
		return delivery.Text{Vi: refusals[rule].Vi + ".", En: refusals[rule].En + "."}
	}
	return refusals[rule]
}

// refusedAt gives the reason together with the place.
func refusedAt(rule string, at *xmlscan.Error) delivery.Text {
	if rule == ruleEmpty {
		return refusals[rule]
	}
	return delivery.Text{
		Vi: fmt.Sprintf("%s (dòng %d:%d).", refusals[rule].Vi, at.Line, at.Column),
		En: fmt.Sprintf("%s (line %d:%d: %s).", refusals[rule].En, at.Line, at.Column, at.Problem),
	}
}

// note makes a finding.
func note(rule, name string, count int) format.Note {
	return format.Note{Rule: rule, Name: name, Reason: findings[rule], Count: count}
}

// flaw is a rule that a payload breaks outside its dossiers, or a dossier. Which
// of the two it is, is known to whoever reads it.
type flaw struct{ rule string }

// Error returns the name of the rule.
func (f *flaw) Error() string { return f.rule }
