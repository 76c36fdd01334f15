package campaign

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"thidua/transform/declaration"
	"thidua/transform/delivery"
)

// unknownMark stands where there is no number to show.
const unknownMark = "–"

// wholeBelow is the power of two below which a float64 holds every whole number.
const wholeBelow = 1 << 53

// Rounded returns the number to that many decimal places, halves away from zero. It
// rounds the decimal that is written, so that 0.285 becomes 0.29 whatever binary
// fraction holds it.
func Rounded(f float64, places int) float64 {
	decimal := exact(f)
	if decimal == nil {
		return f
	}
	rounded, err := strconv.ParseFloat(plain(decimal, places), 64)
	if err != nil {
		return f
	}
	return rounded
}

// Amount writes the number to that many decimal places, rounded as Rounded does:
// 1.234,5 in Vietnamese and 1,234.5 in English. A number that is none is a dash.
func Amount(f float64, places int) delivery.Text { return amount(exact(f), places) }

// Percent writes a number that is in per cent: 86.1 as 86,1 % and 86.1%.
func Percent(f float64, places int) delivery.Text { return perCent(exact(f), places) }

// Share writes a share of one in per cent: 0.861 as 86,1 % and 86.1%.
func Share(f float64, places int) delivery.Text { return share(exact(f), places) }

// Shown writes a value of the entry with the decimals of its definition, and with
// the sign of per cent where it is measured in it.
func (e *Entry) Shown(f float64) delivery.Text { return e.measured(exact(f), e.Decimals) }

// Measured writes a number in what the entry is measured in, with that many decimal
// places.
func (e *Entry) Measured(f float64, places int) delivery.Text { return e.measured(exact(f), places) }

// InPerCent reports whether the figure is measured in per cent.
func (e *Entry) InPerCent() bool { return e.MeasuredIn.Vi == percentSign }

// Words names the status for people.
func (s Status) Words() delivery.Text {
	switch s {
	case NotRated:
		return delivery.Text{Vi: "Không xếp loại", En: "Not rated"}
	case NotYetDue:
		return delivery.Text{Vi: "Chưa đến kỳ đánh giá", En: "Not yet due"}
	case NotEnoughData:
		return delivery.Text{Vi: "Chưa đủ số liệu", En: "Not enough data"}
	case Missed:
		return delivery.Text{Vi: "Không đạt", En: "Missed"}
	case Late:
		return delivery.Text{Vi: "Chậm", En: "Late"}
	case Watch:
		return delivery.Text{Vi: "Cần chú ý", En: "Watch"}
	case OnTrack:
		return delivery.Text{Vi: "Đúng tiến độ", En: "On track"}
	case Met:
		return delivery.Text{Vi: "Đạt", En: "Met"}
	case Exceeded:
		return delivery.Text{Vi: "Vượt", En: "Exceeded"}
	}
	return delivery.Text{Vi: string(s), En: string(s)}
}

// Statuses lists the statuses in their order of precedence.
func Statuses() []Status {
	return []Status{NotRated, NotYetDue, NotEnoughData, Missed, Late, Watch, OnTrack, Met, Exceeded}
}

// exact returns the decimal that the shortest writing of a counted number states,
// nil where it is no number. Counted numbers are decimals of at most 15 digits, which
// a float64 gives back unharmed that way.
func exact(f float64) *big.Rat {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	if whole := int64(f); math.Abs(f) < wholeBelow && float64(whole) == f {
		return new(big.Rat).SetInt64(whole)
	}
	r, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	if !ok {
		return nil
	}
	return r
}

// float returns the binary fraction nearest to r, nil for nil.
func float(r *big.Rat) *float64 {
	if r == nil {
		return nil
	}
	f, _ := r.Float64()
	return &f
}

// plain writes r with that many decimals and never as minus zero.
func plain(r *big.Rat, places int) string {
	text := r.FloatString(places)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return text
}

func amount(r *big.Rat, places int) delivery.Text {
	if r == nil {
		return delivery.Text{Vi: unknownMark, En: unknownMark}
	}
	text := plain(r, places)
	return delivery.Text{Vi: grouped(text, ".", ","), En: grouped(text, ",", ".")}
}

// grouped sets a sign between thousands and another before the decimals.
func grouped(text, thousands, decimal string) string {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(thousands)
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(decimal + fraction)
	}
	return b.String()
}

func perCent(r *big.Rat, places int) delivery.Text {
	text := amount(r, places)
	if r == nil {
		return text
	}
	return delivery.Text{Vi: text.Vi + " %", En: text.En + "%"}
}

func share(r *big.Rat, places int) delivery.Text {
	if r == nil {
		return amount(nil, places)
	}
	return perCent(new(big.Rat).Mul(r, big.NewRat(hundred, 1)), places)
}

// measured writes a number in what the entry is measured in, where that is per cent.
func (e *Entry) measured(r *big.Rat, places int) delivery.Text {
	if e.InPerCent() {
		return perCent(r, places)
	}
	return amount(r, places)
}

// Written writes a number of the declaration with the decimals it was written with, in
// what the entry is measured in.
func (e *Entry) Written(n declaration.Number) delivery.Text {
	_, fraction, _ := strings.Cut(n.String(), ".")
	return e.measured(n.Rat(), len(fraction))
}
