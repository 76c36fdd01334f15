package normalise

import "thidua/transform/delivery"

// Findings about texts and codes.
var (
	// NotUTF8 refuses bytes that are not UTF-8.
	NotUTF8 = &Reason{"not_utf8", delivery.Text{
		Vi: "Nội dung không đúng mã UTF-8.",
		En: "The text is not UTF-8.",
	}}
	// TooLong refuses a text longer than its column.
	TooLong = &Reason{"too_long", delivery.Text{
		Vi: "Nội dung dài hơn giới hạn của cột.",
		En: "The text is longer than its column allows.",
	}}
	// ControlRemoved marks a text that held control characters.
	ControlRemoved = &Reason{"control_removed", delivery.Text{
		Vi: "Đã bỏ ký tự điều khiển trong nội dung.",
		En: "Control characters were removed from the text.",
	}}
	// CodeMalformed refuses a code with signs that no code has, or with
	// something other than digits where only digits can stand.
	CodeMalformed = &Reason{"code_malformed", delivery.Text{
		Vi: "Mã có ký tự không hợp lệ.",
		En: "The code holds characters that are not allowed in it.",
	}}
	// CodeLength refuses a code of another length than declared.
	CodeLength = &Reason{"code_length", delivery.Text{
		Vi: "Mã không đủ hoặc thừa ký tự.",
		En: "The code has the wrong number of characters.",
	}}
	// SpacesRemoved marks a code or number with blanks inside.
	SpacesRemoved = &Reason{"spaces_removed", delivery.Text{
		Vi: "Đã bỏ khoảng trắng bên trong mã.",
		En: "Blanks inside the code were removed.",
	}}
	// LeadingZeroRestored marks a code that had lost leading zeros.
	LeadingZeroRestored = &Reason{"leading_zero_restored", delivery.Text{
		Vi: "Đã thêm lại số 0 đứng đầu mã.",
		En: "Leading zeros of the code were restored.",
	}}
	// ExcelScientific refuses a number in scientific notation: a spreadsheet has
	// destroyed its last digits.
	ExcelScientific = &Reason{"excel_scientific", delivery.Text{
		Vi: "Số ở dạng khoa học do bảng tính ghi (ví dụ dạng E+), không khôi phục được.",
		En: "A spreadsheet wrote the number in scientific notation; its digits are lost.",
	}}
	// ICDMalformed refuses what is not an ICD-10 code.
	ICDMalformed = &Reason{"icd10_malformed", delivery.Text{
		Vi: "Mã bệnh không đúng dạng ICD-10.",
		En: "The code does not have the shape of an ICD-10 code.",
	}}
	// ICDRepaired marks an ICD-10 code whose point was missing or a comma, or a
	// list of codes with commas between them.
	ICDRepaired = &Reason{"icd10_repaired", delivery.Text{
		Vi: "Đã sửa dấu chấm hoặc dấu phân cách của mã ICD-10.",
		En: "The point or the separator of an ICD-10 code was put right.",
	}}
)

// Findings about numbers and booleans.
var (
	// NumberMalformed refuses what is not a number.
	NumberMalformed = &Reason{"number_malformed", delivery.Text{
		Vi: "Nội dung không phải là số.",
		En: "The text is not a number.",
	}}
	// NumberComma refuses a comma in a source that declares a decimal point.
	NumberComma = &Reason{"number_comma", delivery.Text{
		Vi: "Số có dấu phẩy trong khi nguồn khai báo dấu chấm thập phân.",
		En: "The number holds a comma, but the source declares a decimal point.",
	}}
	// NumberPoint refuses a point that is not between thousands in a source that
	// declares a decimal comma.
	NumberPoint = &Reason{"number_point", delivery.Text{
		Vi: "Số có dấu chấm không ở vị trí hàng nghìn trong khi nguồn khai báo dấu phẩy thập phân.",
		En: "The number holds a point that does not separate thousands, but the source declares a decimal comma.",
	}}
	// NumberThousands refuses signs between thousands where the source has none.
	NumberThousands = &Reason{"number_thousands", delivery.Text{
		Vi: "Số có dấu phân cách hàng nghìn trong khi nguồn không khai báo.",
		En: "The number separates thousands, but the source does not declare it.",
	}}
	// NumberFraction refuses a fraction in a whole number.
	NumberFraction = &Reason{"number_fraction", delivery.Text{
		Vi: "Số lẻ trong cột chỉ nhận số nguyên.",
		En: "The number has a fraction, but the column holds whole numbers.",
	}}
	// NumberZeroFraction marks a whole number written with a fraction of zeros.
	NumberZeroFraction = &Reason{"number_zero_fraction", delivery.Text{
		Vi: "Đã bỏ phần thập phân bằng 0 của số nguyên.",
		En: "A fraction of zeros was dropped from a whole number.",
	}}
	// NumberRounded marks a decimal with more digits than its column.
	NumberRounded = &Reason{"number_rounded", delivery.Text{
		Vi: "Đã làm tròn số theo số chữ số thập phân của cột.",
		En: "The number was rounded to the decimals of its column.",
	}}
	// NumberTooLarge refuses a number that its column cannot hold.
	NumberTooLarge = &Reason{"number_too_large", delivery.Text{
		Vi: "Số vượt quá giới hạn của cột.",
		En: "The number is larger than its column can hold.",
	}}
	// BooleanMalformed refuses what is neither yes nor no.
	BooleanMalformed = &Reason{"boolean_malformed", delivery.Text{
		Vi: "Nội dung không phải là có hoặc không.",
		En: "The text is neither yes nor no.",
	}}
)

// Findings about dates and times.
var (
	// DateUnreadable refuses a text in none of the shapes of a date.
	DateUnreadable = &Reason{"date_unreadable", delivery.Text{
		Vi: "Nội dung không đúng dạng ngày tháng.",
		En: "The text does not have the shape of a date.",
	}}
	// DateInvalid refuses a day or time of day that does not exist.
	DateInvalid = &Reason{"date_invalid", delivery.Text{
		Vi: "Ngày hoặc giờ không có thật.",
		En: "The day or the time of day does not exist.",
	}}
	// DateOutOfRange refuses a year before 1900 or after 2100.
	DateOutOfRange = &Reason{"date_out_of_range", delivery.Text{
		Vi: "Năm nằm ngoài khoảng 1900–2100.",
		En: "The year is outside 1900–2100.",
	}}
	// DatePartial refuses a year, or a year and month, where a day is needed.
	DatePartial = &Reason{"date_partial", delivery.Text{
		Vi: "Ngày thiếu ngày hoặc tháng.",
		En: "The date lacks its day or month.",
	}}
	// DateSerial refuses a number that looks like the serial day of a
	// spreadsheet in a column that does not declare the reading.
	DateSerial = &Reason{"date_serial", delivery.Text{
		Vi: "Ngày ở dạng số thứ tự của bảng tính; cần khai báo cách đọc excel hoặc excel_1904.",
		En: "The date is a spreadsheet's serial number; declare the reading excel or excel_1904.",
	}}
	// DateZone refuses a time that names a zone other than Vietnam's.
	DateZone = &Reason{"date_zone", delivery.Text{
		Vi: "Thời điểm ghi múi giờ khác giờ Việt Nam.",
		En: "The time names a zone other than that of Vietnam.",
	}}
	// TimeMissing marks a timestamp that was a date only: it is midnight.
	TimeMissing = &Reason{"time_missing", delivery.Text{
		Vi: "Thiếu giờ; lấy 00:00 của ngày.",
		En: "The time of day is missing; midnight was taken.",
	}}
	// MidnightMoved marks 24:00, which is 00:00 of the next day.
	MidnightMoved = &Reason{"midnight_moved", delivery.Text{
		Vi: "24:00 được chuyển thành 00:00 của ngày hôm sau.",
		En: "24:00 was read as 00:00 of the next day.",
	}}
	// PeriodShortened marks a month and year given for one of the two.
	PeriodShortened = &Reason{"period_shortened", delivery.Text{
		Vi: "Nội dung ghi tháng/năm; chỉ lấy phần cần dùng.",
		En: "The text holds month and year; only the part asked for was taken.",
	}}
	// MonthInvalid refuses what is not a month of the year.
	MonthInvalid = &Reason{"month_invalid", delivery.Text{
		Vi: "Nội dung không phải là tháng từ 1 đến 12.",
		En: "The text is not a month from 1 to 12.",
	}}
)

// Reasons lists all findings of this package, for documentation.
func Reasons() []*Reason {
	return []*Reason{
		NotUTF8, TooLong, ControlRemoved,
		CodeMalformed, CodeLength, SpacesRemoved, LeadingZeroRestored, ExcelScientific, ICDMalformed, ICDRepaired,
		NumberMalformed, NumberComma, NumberPoint, NumberThousands, NumberFraction, NumberZeroFraction,
		NumberRounded, NumberTooLarge, BooleanMalformed,
		DateUnreadable, DateInvalid, DateOutOfRange, DatePartial, DateSerial, DateZone,
		TimeMissing, MidnightMoved, PeriodShortened, MonthInvalid,
	}
}
