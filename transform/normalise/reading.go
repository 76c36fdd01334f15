package normalise

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"thidua/transform/delivery"
	"thidua/transform/value"
)

// ErrReading says that a type has no reading of that name.
var ErrReading = errors.New("unknown reading")

// ErrOptions says that options contradict the type or the reading they are for.
var ErrOptions = errors.New("options do not fit")

// maxPrecision is the number of decimal digits that always fit an int64.
const maxPrecision = 18

// Reading is a named way to read a text as a value of certain kinds.
type Reading struct {
	Name string
	// Kinds are the kinds of column it gives values for.
	Kinds []value.Kind
	// Doc says what it accepts and what it does to it.
	Doc delivery.Text
}

// entry is a reading with what makes its functions.
type entry struct {
	Reading
	make func(value.Type, Options) Func
}

// For returns the function that reads texts as values of type t. The error names
// the readings of the type where o asks for another one.
func For(t value.Type, o Options) (Func, error) {
	if err := o.check(t); err != nil {
		return nil, err
	}
	var known []string
	for _, e := range table() {
		if !slices.Contains(e.Kinds, t.Kind) {
			continue
		}
		// The first reading of a kind is its own.
		if o.Reading == "" || o.Reading == e.Name {
			return e.make(t, o), nil
		}
		known = append(known, e.Name)
	}
	return nil, fmt.Errorf("reading %q of type %s: %w, known are %s", o.Reading, t, ErrReading, strings.Join(known, ", "))
}

// Readings lists the readings, the own reading of a kind before its others.
func Readings() []Reading {
	entries := table()
	readings := make([]Reading, len(entries))
	for i, e := range entries {
		readings[i] = e.Reading
	}
	return readings
}

// check returns ErrOptions where the options cannot hold for t.
func (o Options) check(t value.Type) error {
	switch {
	case o.Length < 0 || o.MaxLength < 0:
		return fmt.Errorf("%w: a length is negative", ErrOptions)
	case o.MaxLength > 0 && o.Length > o.MaxLength:
		return fmt.Errorf("%w: length %d exceeds the greatest length %d", ErrOptions, o.Length, o.MaxLength)
	case o.Reading == "zero_padded" && o.Length == 0:
		return fmt.Errorf("%w: reading zero_padded needs a length", ErrOptions)
	case t.Kind == value.Decimal && (t.Precision < 1 || t.Precision > maxPrecision || t.Scale > t.Precision):
		return fmt.Errorf("%w: %s does not hold 1 to %d digits", ErrOptions, t, maxPrecision)
	}
	return nil
}

// table lists the readings in the order in which a kind chooses its own.
func table() []entry {
	return slices.Concat(textEntries(), numberEntries(), dateEntries())
}

func textEntries() []entry {
	kinds := []value.Kind{value.Text, value.Key}
	return []entry{
		{Reading{"text", kinds, delivery.Text{
			Vi: "Văn bản: bỏ khoảng trắng thừa và ký tự ẩn, đưa về Unicode dựng sẵn (NFC).",
			En: "Text: surplus blanks and invisible characters are dropped, Unicode is composed (NFC).",
		}}, newText},
		{Reading{"code", kinds, delivery.Text{
			Vi: "Mã: viết hoa, bỏ khoảng trắng; chỉ gồm chữ, số và . _ - / + ; :",
			En: "Code: upper case, without blanks; letters, digits and . _ - / + ; : only.",
		}}, newCode},
		{Reading{"code_lower", kinds, delivery.Text{
			Vi: "Mã viết thường, còn lại như code; dùng cho mã đơn thuốc quốc gia.",
			En: "A code in lower case, else as code: the national system writes prescriptions so.",
		}}, newLowerCode},
		{Reading{"label", kinds, delivery.Text{
			Vi: "Nhãn: như text nhưng viết thường, để so với bảng chuyển mã mà không kể chữ hoa.",
			En: "A label: as text but in lower case, so that a map compares it whatever its case.",
		}}, newLabel},
		{Reading{"icd10", kinds, delivery.Text{
			Vi: "Một mã bệnh ICD-10: giữ dấu chấm, bỏ dấu † và *.",
			En: "One ICD-10 code: the point is kept, the marks † and * are dropped.",
		}}, newICD},
		{Reading{"icd10_list", kinds, delivery.Text{
			Vi: "Danh sách mã bệnh ICD-10 cách nhau bằng dấu chấm phẩy.",
			En: "A list of ICD-10 codes separated by semicolons.",
		}}, newICDList},
		{Reading{"two_digits", kinds, delivery.Text{
			Vi: "Mã gồm hai chữ số; thêm lại số 0 đã mất.",
			En: "A code of two digits; a lost zero is restored.",
		}}, newTwoDigits},
		{Reading{"zero_padded", kinds, delivery.Text{
			Vi: "Mã gồm các chữ số theo độ dài khai báo; thêm lại số 0 đã mất.",
			En: "A code of as many digits as its length says; lost zeros are restored.",
		}}, newZeroPadded},
		{Reading{"class", kinds, delivery.Text{
			Vi: "Phần đứng trước dấu chấm của mã, ví dụ nhóm đối tượng khám chữa bệnh.",
			En: "The part of a code before its point, such as the class of an insured visit.",
		}}, newClass},
		{Reading{"facility", kinds, delivery.Text{
			Vi: "Mã cơ sở khám chữa bệnh gồm 5 ký tự; thêm lại số 0 đã mất.",
			En: "A facility code of five characters; a lost zero is restored.",
		}}, newFacility},
	}
}

func numberEntries() []entry {
	integer := []value.Kind{value.Integer}
	return []entry{
		{Reading{"number", []value.Kind{value.Integer, value.Decimal}, delivery.Text{
			Vi: "Số theo cách viết mà nguồn khai báo.",
			En: "A number as its source declares to write numbers.",
		}}, newNumber},
		{Reading{"year", integer, delivery.Text{
			Vi: "Năm: yyyy, tháng/năm hoặc ngày đầy đủ.",
			En: "A year: yyyy, month/year or a whole date.",
		}}, newYear},
		{Reading{"month", integer, delivery.Text{
			Vi: "Tháng từ 1 đến 12, hoặc tháng/năm.",
			En: "A month from 1 to 12, or month/year.",
		}}, newMonth},
		{Reading{"birth_year", integer, delivery.Text{
			Vi: "Năm sinh, lấy từ ngày sinh đầy đủ hoặc chỉ có năm.",
			En: "The year of birth, from a whole date of birth or a year alone.",
		}}, newBirthYear},
		{Reading{"boolean", []value.Kind{value.Boolean}, delivery.Text{
			Vi: "Có hoặc không: 1/0, true/false, có/không, x.",
			En: "Yes or no: 1/0, true/false, có/không, x.",
		}}, newBoolean},
	}
}

func dateEntries() []entry {
	kinds := []value.Kind{value.Date, value.Timestamp}
	return []entry{
		{Reading{"date", kinds, delivery.Text{
			Vi: "Ngày, có thể kèm giờ: yyyyMMdd, yyyyMMddHHmm, yyyyMMddHHmmss, yyyy-MM-dd, dd/MM/yyyy.",
			En: "A date, also with a time: yyyyMMdd, yyyyMMddHHmm, yyyyMMddHHmmss, yyyy-MM-dd, dd/MM/yyyy.",
		}}, newDate},
		{Reading{"epoch_ms", kinds, delivery.Text{
			Vi: "Số mili giây từ 1/1/1970 (UTC), đổi sang giờ Việt Nam.",
			En: "Milliseconds since 1970-01-01 UTC, told in Vietnam's time.",
		}}, newEpoch},
		{Reading{"excel", kinds, delivery.Text{
			Vi: "Số thứ tự ngày của bảng tính (gốc 1900), hoặc một dạng ngày thông thường.",
			En: "A spreadsheet's serial day (1900 system), or any shape of a date.",
		}}, newExcel},
		{Reading{"excel_1904", kinds, delivery.Text{
			Vi: "Số thứ tự ngày của bảng tính (gốc 1904), hoặc một dạng ngày thông thường.",
			En: "A spreadsheet's serial day (1904 system), or any shape of a date.",
		}}, newExcel1904},
	}
}
