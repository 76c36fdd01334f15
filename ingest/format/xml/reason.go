package xml

import (
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
	"thidua/transform/delivery"
)

// The rules that a payload or a dossier breaks, beside those that XML has.
const (
	ruleOtherRoot = "other_root"
	ruleNotUTF8   = "not_utf8"
)

// The findings that stop nothing.
const (
	noteMislabelled = "encoding_mismatch"
	noteAmpersand   = "bare_ampersand"
	noteRepeated    = "duplicate_element"
	noteNoDossier   = "no_dossier"
	noteEnvelope    = "envelope_cut"
)

// tooLarge says what is too large in a payload outside its dossiers.
var tooLarge = delivery.Text{Vi: "Phần nằm ngoài các hồ sơ, hoặc một thẻ của tệp, quá lớn", En: "What stands outside the dossiers, or one tag of the file, is too large"}

// notUTF8 says that a payload is not UTF-8 outside its dossiers.
var notUTF8 = delivery.Text{Vi: "Thông tin chung của tệp không phải UTF-8.", En: "What stands outside the dossiers is not UTF-8."}

// faults say why a dossier could not be read.
var faults = map[string]delivery.Text{
	xmlscan.RuleTooLarge: {Vi: "Nội dung cần đọc của hồ sơ vượt quá giới hạn record_bytes.", En: "What is read of the dossier is more than record_bytes allows."},
	ruleNotUTF8:          {Vi: "Hồ sơ có ký tự không phải UTF-8 và tệp không khai báo bảng mã.", En: "The dossier holds bytes that are not UTF-8, and the file declares no other encoding."},
}

// findings say what a note reports.
var findings = map[string]delivery.Text{
	noteMislabelled: {Vi: "Khai báo UTF-16 nhưng nội dung không phải UTF-16; đã đọc theo UTF-8.", En: "UTF-16 is declared but the bytes are not; they were read as UTF-8."},
	noteAmpersand:   {Vi: "Dấu & không được mã hóa đúng; giữ nguyên văn.", En: "An ampersand begins no XML reference and was kept as it is."},
	noteRepeated:    {Vi: "Phần tử lặp lại ở nơi chỉ đọc một; lấy phần tử đầu tiên.", En: "An element is repeated where one is read; the first counts."},
	noteNoDossier:   {Vi: "Tệp không có phần tử nào ở đường dẫn của hồ sơ (records).", En: "The file has no element at the path of the dossiers (records)."},
	noteEnvelope:    {Vi: "Thông tin chung của tệp quá nhiều hoặc quá dài; phần vượt giới hạn không được lấy.", En: "More or longer fields stand outside the dossiers than the envelope takes; the rest was left out."},
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
	case xmlscan.RuleTooLarge:
		return delivery.Text{Vi: tooLarge.Vi + ".", En: tooLarge.En + "."}
	}
	return notUTF8
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
