package claimxml

import (
	"fmt"

	"thidua/ingest/format/xmlscan"
	"thidua/transform/delivery"
)

// The rules that refuse a payload whole.
const (
	ruleEmpty       = "empty"
	ruleNoClaimFile = "not_a_claim_file"
	ruleMalformed   = "malformed"
	ruleTruncated   = "truncated"
	ruleMissing     = "dossiers_missing"
)

// The rules that a part breaks.
const (
	rulePartBase64    = "part_base64"
	rulePartMalformed = "part_malformed"
	rulePartRoot      = "part_root"
	ruleHeadMissing   = "head_missing"
)

// The rules that a payload or a part breaks.
const (
	ruleDTD        = "dtd_refused"
	ruleTooLarge   = "too_large"
	ruleNotUTF8    = "not_utf8"
	ruleUndeclared = "encoding_undeclared"
	ruleUnknown    = "encoding_unknown"
)

// The findings that stop nothing.
const (
	noteMoreDossiers = "dossiers_more_than_declared"
	noteCount        = "dossier_count_unreadable"
	noteUnknownPart  = "unknown_part"
	noteLabelMissing = "label_missing"
	notePartEmpty    = "part_empty"
	noteMislabelled  = "encoding_mismatch"
	noteUnknown      = "unknown_element"
	noteDuplicate    = "duplicate_element"
	noteAmpersand    = "bare_ampersand"
	noteStray        = "stray_text"
)

// refusals say why a payload is refused.
var refusals = map[string]delivery.Text{
	ruleEmpty:       {Vi: "Tệp rỗng.", En: "The file is empty."},
	ruleNoClaimFile: {Vi: "Tệp không phải hồ sơ giám định (GIAMDINHHS) hay trạng thái khám chữa bệnh (XML0).", En: "The file is neither a claim envelope (GIAMDINHHS) nor a check-in document (XML0)."},
	ruleMalformed:   {Vi: "Tệp không đúng cú pháp XML", En: "The file is not well-formed XML"},
	ruleTruncated:   {Vi: "Tệp bị cắt cụt, kết thúc giữa chừng", En: "The file is cut off and ends inside an element"},
	ruleDTD:         {Vi: "Tệp có khai báo DOCTYPE hoặc ENTITY, không được chấp nhận", En: "The file declares a document type or entity, which is not accepted"},
	ruleTooLarge:    {Vi: "Một phần tử của tệp vượt quá 64 MB", En: "One element of the file is larger than 64 MB"},
	ruleNotUTF8:     {Vi: "Thông tin chung của tệp không phải UTF-8.", En: "The envelope's own fields are not UTF-8."},
	ruleUndeclared:  {Vi: "Tệp được mã hóa UTF-16 nhưng không khai báo hoặc thiếu BOM.", En: "The file is UTF-16 without both a byte order mark and a declaration."},
	ruleUnknown:     {Vi: "Tệp khai báo bảng mã không được hỗ trợ.", En: "The file declares an encoding that is not supported."},
}

// faults say why a part could not be read.
var faults = map[string]delivery.Text{
	rulePartBase64:    {Vi: "nội dung base64 bị hỏng", En: "its base64 is broken"},
	rulePartMalformed: {Vi: "nội dung không đúng cú pháp XML", En: "its content is not well-formed XML"},
	rulePartRoot:      {Vi: "phần tử gốc không đúng với loại hồ sơ", En: "its root element does not fit its label"},
	ruleHeadMissing:   {Vi: "hồ sơ không có phần tổng hợp này", En: "the dossier lacks this summary part"},
	ruleDTD:           {Vi: "có khai báo DOCTYPE hoặc ENTITY, không được chấp nhận", En: "it declares a document type or entity, which is not accepted"},
	ruleTooLarge:      {Vi: "một dòng vượt quá 64 MB", En: "one of its records is larger than 64 MB"},
	ruleNotUTF8:       {Vi: "có ký tự không phải UTF-8 và không khai báo bảng mã", En: "it holds bytes that are not UTF-8 and declares no other encoding"},
	ruleUndeclared:    {Vi: "mã hóa UTF-16 nhưng không khai báo hoặc thiếu BOM", En: "it is UTF-16 without both a byte order mark and a declaration"},
	ruleUnknown:       {Vi: "khai báo bảng mã không được hỗ trợ", En: "it declares an encoding that is not supported"},
}

// findings say what a note reports.
var findings = map[string]delivery.Text{
	noteMoreDossiers: {Vi: "Tệp có nhiều hồ sơ hơn số đã khai (SOLUONGHOSO).", En: "The file holds more dossiers than it declares (SOLUONGHOSO)."},
	noteCount:        {Vi: "Số lượng hồ sơ đã khai (SOLUONGHOSO) không phải là số.", En: "The declared number of dossiers (SOLUONGHOSO) is not a number."},
	noteUnknownPart:  {Vi: "Loại hồ sơ không được hỗ trợ, đã bỏ qua.", En: "A part of a kind that is not read was left out."},
	noteLabelMissing: {Vi: "Phần hồ sơ không ghi LOAIHOSO, được nhận biết theo phần tử gốc.", En: "A part has no label (LOAIHOSO) and was told by its root element."},
	notePartEmpty:    {Vi: "Phần hồ sơ không có nội dung.", En: "A part has no content."},
	noteMislabelled:  {Vi: "Khai báo UTF-16 nhưng nội dung không phải UTF-16; đã đọc theo UTF-8.", En: "UTF-16 is declared but the bytes are not; they were read as UTF-8."},
	noteUnknown:      {Vi: "Phần tử không có trong quy định, đã bỏ qua.", En: "An element that the layouts do not know was left out."},
	noteDuplicate:    {Vi: "Phần tử lặp lại trong một dòng; lấy giá trị không trống đầu tiên.", En: "An element is repeated in a record; the first that is not blank counts."},
	noteAmpersand:    {Vi: "Dấu & không được mã hóa đúng; giữ nguyên văn.", En: "An ampersand begins no XML reference and was kept as it is."},
	noteStray:        {Vi: "Có văn bản nằm ngoài các phần tử, đã bỏ qua.", En: "Text between elements was left out."},
}

// ruleOf names the rule that a fault of the scanner breaks; malformed is the name
// of all that has none of its own.
func ruleOf(f xmlscan.Fault, malformed string) string {
	switch f {
	case xmlscan.DoctypeRefused:
		return ruleDTD
	case xmlscan.TooLarge:
		return ruleTooLarge
	case xmlscan.Truncated:
		if malformed == ruleMalformed {
			return ruleTruncated
		}
	case xmlscan.Empty:
		if malformed == ruleMalformed {
			return ruleEmpty
		}
	}
	return malformed
}

// refused gives the reason for refusing a payload.
func refused(rule string) delivery.Text { return refusals[rule] }

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

// missing gives the reason for refusing a payload that is short of dossiers.
func missing(declared, found int) delivery.Text {
	return delivery.Text{
		Vi: fmt.Sprintf("Tệp khai %d hồ sơ nhưng chỉ có %d.", declared, found),
		En: fmt.Sprintf("The file declares %d dossiers and holds %d.", declared, found),
	}
}

// faulted gives the reason why a part could not be read at a record; line 0 is
// before the first.
func faulted(rule, part string, line int32) delivery.Text {
	if part == "" {
		part = "?"
	}
	why := faults[rule]
	if line == 0 {
		return delivery.Text{
			Vi: fmt.Sprintf("Phần %s: %s.", part, why.Vi),
			En: fmt.Sprintf("Part %s: %s.", part, why.En),
		}
	}
	return delivery.Text{
		Vi: fmt.Sprintf("Phần %s, dòng %d: %s.", part, line, why.Vi),
		En: fmt.Sprintf("Part %s, record %d: %s.", part, line, why.En),
	}
}

// flaw is a rule that a part breaks. What it broke in is known to whoever reads
// the part.
type flaw struct{ rule string }

// Error returns the name of the rule.
func (f *flaw) Error() string { return f.rule }
