package tabular

import (
	"thidua/ingest/format"
	"thidua/transform/delivery"
)

// The findings that stop nothing.
const (
	noteTwice  = "column_twice"
	noteTotal  = "total_row"
	noteRepeat = "header_repeated"
)

// findings say what a note reports.
var findings = map[string]delivery.Text{
	noteTwice:  {Vi: "Bảng có hai cột cùng tên; lấy cột đầu tiên.", En: "Two columns have the same name; the first counts."},
	noteTotal:  {Vi: "Dòng tổng cộng, đã bỏ qua.", En: "A row of totals was left out."},
	noteRepeat: {Vi: "Dòng tiêu đề lặp lại, đã bỏ qua.", En: "A row that repeats the header was left out."},
}

// counts counts the findings of a sheet.
type counts struct {
	twice           []string
	totals, repeats int
}

// notes lists the findings. Names are those that the job gives to its fields.
func (c counts) notes() []format.Note {
	var list []format.Note
	for _, name := range c.twice {
		list = append(list, format.Note{Rule: noteTwice, Name: name, Reason: findings[noteTwice], Count: 1})
	}
	if c.totals > 0 {
		list = append(list, format.Note{Rule: noteTotal, Reason: findings[noteTotal], Count: c.totals})
	}
	if c.repeats > 0 {
		list = append(list, format.Note{Rule: noteRepeat, Reason: findings[noteRepeat], Count: c.repeats})
	}
	return list
}
