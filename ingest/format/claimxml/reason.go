package claimxml

import (
	"fmt"

	"thidua/ingest/format/xmlscan"
	"thidua/transform/delivery"
)

// The rules that refuse a payload whole, beside those that XML has.
const (
	ruleNoClaimFile = "not_a_claim_file"
	ruleMissing     = "dossiers_missing"
)

// The rules that a part breaks.
const (
	rulePartBase64    = "part_base64"
	rulePartMalformed = "part_malformed"
	rulePartRoot      = "part_root"
	ruleHeadMissing   = "head_missing"
)

// ruleNotUTF8 is broken by a payload outside its parts, or by a part.
const ruleNotUTF8 = "not_utf8"

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
	ruleNoClaimFile: {Vi: "Tệp không phải hồ sơ giám định (GIAMDINHHS) hay trạng thái khám chữa bệnh (XML0).", En: "The file is neither a claim envelope (GIAMDINHHS) nor a check-in document (XML0)."},
	ruleNotUTF8:     {Vi: "Thông tin chung của tệp không phải UTF-8.", En: "The envelope's own fields are not UTF-8."},
}

// tooLarge says what of an envelope is too large.
var tooLarge = delivery.Text{Vi: "Một phần tử của tệp vượt quá 64 MB", En: "One element of the file is larger than 64 MB"}

// faults say why a part could not be read.
var faults = map[string]delivery.Text{
	rulePartBase64:         {Vi: "nội dung base64 bị hỏng", En: "its base64 is broken"},
	rulePartMalformed:      {Vi: "nội dung không đúng cú pháp XML", En: "its content is not well-formed XML"},
	rulePartRoot:           {Vi: "phần tử gốc không đúng với loại hồ sơ", En: "its root element does not fit its label"},
	ruleHeadMissing:        {Vi: "hồ sơ không có phần tổng hợp này", En: "the dossier lacks this summary part"},
	xmlscan.RuleDoctype:    {Vi: "có khai báo DOCTYPE hoặc ENTITY, không được chấp nhận", En: "it declares a document type or entity, which is not accepted"},
	xmlscan.RuleTooLarge:   {Vi: "một dòng vượt quá 64 MB", En: "one of its records is larger than 64 MB"},
	ruleNotUTF8:            {Vi: "có ký tự không phải UTF-8 và không khai báo bảng mã", En: "it holds bytes that are not UTF-8 and declares no other encoding"},
	xmlscan.RuleUndeclared: {Vi: "mã hóa UTF-16 nhưng không khai báo hoặc thiếu BOM", En: "it is UTF-16 without both a byte order mark and a declaration"},
	xmlscan.RuleUnknown:    {Vi: "khai báo bảng mã không được hỗ trợ", En: "it declares an encoding that is not supported"},
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

// partRule names the rule that a part with a fault of the scanner breaks.
func partRule(f xmlscan.Fault) string {
	switch f {
	case xmlscan.Malformed, xmlscan.Truncated, xmlscan.TooDeep, xmlscan.Empty:
		return rulePartMalformed
	}
	return f.Rule()
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
