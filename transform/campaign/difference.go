package campaign

import (
	"fmt"
	"math/big"
	"strconv"

	"thidua/transform/indicator"
)

// Compare tells each difference between a figure and what the test expects of the
// same unit and period, a sentence each. A figure that the test says nothing about
// has none.
func (t *Trial) Compare(f Figure) []string {
	var differences []string
	for i, x := range t.Expect {
		if t.speaksOf(i, f) {
			differences = append(differences, t.differences(x, f)...)
		}
	}
	return differences
}

// Check compares all figures of a run, and tells each expected figure that is not
// among them.
func (t *Trial) Check(figures []Figure) []string {
	var differences []string
	for i, x := range t.Expect {
		found := false
		for _, f := range figures {
			if t.speaksOf(i, f) {
				found = true
				differences = append(differences, t.differences(x, f)...)
			}
		}
		if !found {
			differences = append(differences, t.about(x)+": there is no such figure")
		}
	}
	return differences
}

// speaksOf reports whether the expected figure is of the unit and window of f.
func (t *Trial) speaksOf(i int, f Figure) bool {
	unit := t.Expect[i].Unit
	own := unit == "" && f.Unit.Level == indicator.Province && f.Unit.Code == t.Campaign.Province.Code
	named := t.Expect[i].Period != ""
	return (own || unit != "" && f.Unit.Code == unit) && named == (f.Window.Extent == OfMonth) &&
		f.Window.Calendar == t.Moment.Calendar && f.Window.Period == t.windows[i]
}

// about names an expected figure for people.
func (t *Trial) about(x ExpectedFigure) string {
	unit, period := x.Unit, x.Period
	if unit == "" {
		unit = t.Campaign.Province.Code
	}
	if period == "" {
		period = "to " + t.Moment.CutOffOn.String()
	}
	return "unit " + unit + ", " + period
}

func (t *Trial) differences(x ExpectedFigure, f Figure) []string {
	d := difference{about: t.about(x)}
	decimals := f.Entry.Decimals
	d.number("numerator", x.Numerator, f.Count.Numerator, exactly)
	d.number("denominator", x.Denominator, f.Count.Denominator, exactly)
	d.number("value", x.Value, f.Verdict.Value, decimals)
	d.number("expected", x.Expected, f.Verdict.Expected, 1)
	attainment := f.Verdict.Attainment
	if attainment != nil {
		if share := exact(*attainment); share != nil {
			attainment = float(share.Mul(share, big.NewRat(hundred, 1)))
		}
	}
	d.number("attainment", x.Attainment, attainment, 1)
	if x.Status != "" && x.Status != f.Verdict.Status {
		d.tell("status", string(x.Status), string(f.Verdict.Status)+" ("+f.Verdict.Reason.En+")")
	}
	d.count("units_reported", x.UnitsReported, f.Count.UnitsReported)
	d.count("units_expected", x.UnitsExpected, f.Count.UnitsExpected)
	d.flag("provisional", x.Provisional, f.Verdict.Provisional)
	d.flag("over_hundred", x.OverHundred, f.Verdict.OverHundred)
	return d.told
}

// exactly stands for the decimals of a number that is compared unrounded.
const exactly = -1

// difference collects what is not as it was expected to be.
type difference struct {
	about string
	told  []string
}

func (d *difference) tell(what, want, got string) {
	d.told = append(d.told, fmt.Sprintf("%s: %s is %s, want %s", d.about, what, got, want))
}

// number compares a number, rounded half up to the decimals unless it is exact.
func (d *difference) number(what string, want *Expected, got *float64, decimals int) {
	if want == nil {
		return
	}
	wanted := "none"
	if !want.None {
		wanted = want.Number.String()
	}
	found := counted(got)
	if found == nil {
		if !want.None {
			d.tell(what, wanted, "none")
		}
		return
	}
	text := strconv.FormatFloat(*got, 'f', -1, 64)
	if decimals != exactly {
		text = plain(found, decimals)
		found, _ = new(big.Rat).SetString(text)
	}
	if want.None || found == nil || found.Cmp(want.Number.Rat()) != 0 {
		d.tell(what, wanted, text)
	}
}

func (d *difference) count(what string, want *int, got int) {
	if want != nil && *want != got {
		d.tell(what, strconv.Itoa(*want), strconv.Itoa(got))
	}
}

func (d *difference) flag(what string, want *bool, got bool) {
	if want != nil && *want != got {
		d.tell(what, strconv.FormatBool(*want), strconv.FormatBool(got))
	}
}
