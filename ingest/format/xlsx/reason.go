package xlsx

import (
	"errors"
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/format/xmlscan"
	"thidua/transform/delivery"
)

// The rules that refuse a payload whole.
const (
	ruleEmpty      = "empty"
	ruleNoWorkbook = "not_a_workbook"
	ruleEncrypted  = "encrypted_or_old_workbook"
	ruleTruncated  = "truncated"
	ruleBroken     = "workbook_broken"
	ruleBomb       = "archive_bomb"
	ruleMalformed  = "malformed"
	ruleDTD        = "dtd_refused"
	ruleTooLarge   = "too_large"
	ruleNotUTF8    = "not_utf8"
	ruleNoSheet    = "sheet_not_found"
	ruleNoHeader   = "header_not_found"
	ruleColumn     = "column_beyond_end"
	ruleNoText     = "shared_string_missing"
)

// The findings that stop nothing.
const (
	noteCellError = "cell_error"
	noteCellTwice = "cell_twice"
	noteRowOrder  = "rows_out_of_order"
	noteDate1904  = "date_system_1904"
)

// refusals say why a payload is refused.
var refusals = map[string]delivery.Text{
	ruleEmpty:      {Vi: "Tệp rỗng.", En: "The file is empty."},
	ruleNoWorkbook: {Vi: "Tệp không phải sổ tính XLSX.", En: "The file is no XLSX workbook."},
	ruleEncrypted:  {Vi: "Sổ tính có mật khẩu hoặc thuộc định dạng cũ (.xls); hãy lưu lại thành .xlsx không mật khẩu.", En: "The workbook has a password or is of the old format (.xls); save it as .xlsx without a password."},
	ruleTruncated:  {Vi: "Tệp bị cắt cụt: không đọc được mục lục của tệp nén.", En: "The file is cut off: the directory of its archive cannot be read."},
	ruleBroken:     {Vi: "Sổ tính bị hỏng: một phần bị thiếu, không giải nén được hoặc sai mã kiểm tra.", En: "The workbook is damaged: a part is missing, cannot be unpacked or fails its checksum."},
	ruleBomb:       {Vi: "Sổ tính giải nén ra quá lớn so với giới hạn.", En: "The workbook unpacks to more than the limits allow."},
	ruleMalformed:  {Vi: "không đúng cú pháp XML", En: "is not well-formed XML"},
	ruleDTD:        {Vi: "có khai báo DOCTYPE hoặc ENTITY, không được chấp nhận", En: "declares a document type or entity, which is not accepted"},
	ruleTooLarge:   {Vi: "Một ô, một dòng hoặc một danh mục của sổ tính vượt quá giới hạn.", En: "A cell, a row or a list of the workbook is larger than any sheet holds."},
	ruleNotUTF8:    {Vi: "Sổ tính có ký tự không phải UTF-8.", En: "The workbook holds bytes that are not UTF-8."},
	ruleColumn:     {Vi: "Có ô nằm ngoài cột cuối cùng (XFD).", En: "A cell stands beyond the last column (XFD)."},
	ruleNoText:     {Vi: "Có ô tham chiếu đến chuỗi dùng chung không tồn tại.", En: "A cell refers to a shared string that the workbook does not hold."},
}

// partNames are the parts in Vietnamese.
var partNames = map[string]string{
	partWorkbook:      "Danh sách trang tính",
	partRelationships: "Danh sách liên kết",
	partStyles:        "Bảng định dạng",
	partTexts:         "Bảng chuỗi dùng chung",
	partSheet:         "Trang tính",
}

// findings say what a note reports.
var findings = map[string]delivery.Text{
	noteCellError: {Vi: "Ô chứa lỗi công thức (như #N/A), coi như trống.", En: "A cell holds an error of its formula, such as #N/A, and is taken for blank."},
	noteCellTwice: {Vi: "Một dòng có hai ô cùng cột; lấy ô đầu tiên không trống.", En: "A row has two cells in one column; the first that is not blank counts."},
	noteRowOrder:  {Vi: "Các dòng không theo thứ tự; đọc theo thứ tự trong tệp.", En: "Rows do not stand in order; they were read as the file has them."},
	noteDate1904:  {Vi: "Sổ tính đếm ngày từ năm 1904: số ngày không định dạng phải đọc theo hệ này.", En: "The workbook counts days from 1904: serial days without a date format have to be read so."},
}

// flaw is a rule that the payload breaks. Its reason is set where it says more than
// the rule.
type flaw struct {
	rule   string
	reason delivery.Text
}

// Error returns the name of the rule.
func (f *flaw) Error() string { return f.rule }

// refusal turns what is wrong with the payload into a refusal, and leaves all other
// errors as they are. Part is what was being read.
func refusal(err error, part string, dossiers int) error {
	var syntax *xmlscan.Error
	if errors.As(err, &syntax) {
		err = syntaxFlaw(syntax, part)
	}
	var flawed *flaw
	if !errors.As(err, &flawed) {
		return err
	}
	reason := flawed.reason
	if reason == (delivery.Text{}) {
		reason = refusals[flawed.rule]
	}
	return &format.Refusal{Rule: flawed.rule, Reason: reason, Dossiers: dossiers}
}

// syntaxFlaw tells where a part is no XML that is accepted.
func syntaxFlaw(at *xmlscan.Error, part string) *flaw {
	rule := ruleMalformed
	switch at.Fault {
	case xmlscan.TooLarge:
		return &flaw{rule: ruleTooLarge}
	case xmlscan.DoctypeRefused:
		rule = ruleDTD
	}
	why := refusals[rule]
	return &flaw{rule, delivery.Text{
		Vi: fmt.Sprintf("%s %s (dòng %d:%d).", partNames[part], why.Vi, at.Line, at.Column),
		En: fmt.Sprintf("The %s %s (line %d:%d: %s).", part, why.En, at.Line, at.Column, at.Problem),
	}}
}

// noSheet gives the reason for refusing a workbook without the sheet that the job
// names, or without any.
func noSheet(names []string) *flaw {
	if len(names) == 0 {
		return &flaw{ruleNoSheet, delivery.Text{Vi: "Sổ tính không có trang tính nào hiển thị.", En: "The workbook has no visible sheet."}}
	}
	list := strings.Join(names, ", ")
	return &flaw{ruleNoSheet, delivery.Text{
		Vi: fmt.Sprintf("Sổ tính không có trang tính: %s.", list),
		En: fmt.Sprintf("The workbook has no sheet named: %s.", list),
	}}
}

// noHeader gives the reason for refusing a workbook whose sheet lacks columns.
func noHeader(missing []string) *flaw {
	list := strings.Join(missing, ", ")
	return &flaw{ruleNoHeader, delivery.Text{
		Vi: fmt.Sprintf("Không tìm thấy dòng tiêu đề; thiếu cột: %s.", list),
		En: fmt.Sprintf("The header was not found; columns missing: %s.", list),
	}}
}
