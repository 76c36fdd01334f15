package csv

import (
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/transform/delivery"
)

// The rules that refuse a payload whole.
const (
	ruleEmpty       = "empty"
	ruleNotText     = "not_text"
	ruleEncoding    = "encoding_unknown"
	ruleSpreadsheet = "spreadsheet_instead_of_csv"
	ruleHTML        = "html_instead_of_csv"
	ruleHeader      = "header_not_found"
	ruleQuoteOpen   = "quote_open_at_end"
	ruleRowTooLarge = "row_too_large"
)

// ruleRowTooLong is broken by a row with more cells than the header.
const ruleRowTooLong = "row_too_long"

// noteStray is a finding that stops nothing.
const noteStray = "quote_inside"

// refusals say why a payload is refused, where the reason needs no place.
var refusals = map[string]delivery.Text{
	ruleEmpty:       {Vi: "Tệp rỗng.", En: "The file is empty."},
	ruleNotText:     {Vi: "Tệp có byte 0, không phải văn bản.", En: "The file holds zero bytes and is no text."},
	ruleEncoding:    {Vi: "Không nhận ra bảng mã của tệp; khai báo encoding trong cấu hình.", En: "The encoding of the file cannot be told; declare it as encoding."},
	ruleSpreadsheet: {Vi: "Tệp là bảng tính hoặc tệp nén mang tên CSV; hãy lưu lại dưới dạng CSV.", En: "The file is a workbook or an archive under the name of a CSV file; save it as CSV."},
	ruleHTML:        {Vi: "Tệp là trang HTML, không phải CSV.", En: "The file is an HTML page and no CSV."},
}

// refuse makes a refusal without a place.
func refuse(rule string) *format.Refusal {
	return &format.Refusal{Rule: rule, Reason: refusals[rule]}
}

// maxNames is how many missing columns are told by name.
const maxNames = 12

// refuseHeader says which columns are missing, by the names that the job uses.
func refuseHeader(missing []string) *format.Refusal {
	names := strings.Join(missing[:min(len(missing), maxNames)], ", ")
	if len(missing) > maxNames {
		names += ", …"
	}
	return &format.Refusal{Rule: ruleHeader, Reason: delivery.Text{
		Vi: fmt.Sprintf("Không tìm thấy dòng tiêu đề; thiếu cột: %s.", names),
		En: fmt.Sprintf("No header was found; columns missing: %s.", names),
	}}
}

// refuseRow makes a refusal for what is wrong with a row beyond repair.
func refuseRow(rule string, row, dossiers int) *format.Refusal {
	reason := delivery.Text{
		Vi: fmt.Sprintf("Dòng %d có dấu nháy mở mà không đóng cho đến hết tệp.", row),
		En: fmt.Sprintf("A quotation mark that opens in row %d is not closed before the file ends.", row),
	}
	if rule == ruleRowTooLarge {
		reason = delivery.Text{
			Vi: fmt.Sprintf("Dòng %d vượt quá 16 MB; có thể thiếu dấu nháy đóng.", row),
			En: fmt.Sprintf("Row %d is larger than 16 MB; a quotation mark may not be closed.", row),
		}
	}
	return &format.Refusal{Rule: rule, Reason: reason, Dossiers: dossiers}
}

// tooLong says that a row has more cells than the header.
func tooLong(row, cells, width int) delivery.Text {
	return delivery.Text{
		Vi: fmt.Sprintf("Dòng %d có %d ô nhưng tiêu đề chỉ có %d; các cột có thể bị lệch.", row, cells, width),
		En: fmt.Sprintf("Row %d has %d cells, the header %d; its columns may be shifted.", row, cells, width),
	}
}

// strayNote counts quotation marks inside of cells that were not written twice.
func strayNote(count int) format.Note {
	return format.Note{Rule: noteStray, Count: count, Reason: delivery.Text{
		Vi: "Dấu nháy bên trong ô không được viết đôi; giữ nguyên văn.",
		En: "Quotation marks inside of a cell were not doubled and were kept as they are.",
	}}
}
