package calculation_test

import (
	"fmt"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
)

// model counts the indicators of measures one row after the other.
func model(rows []row, shown map[string]bool) map[string]string {
	m := &modelled{rows: rows, shown: shown, numbers: map[string]map[string]*number{}}
	for _, w := range windows() {
		for _, r := range rows {
			m.row(w, r)
		}
	}
	return m.told()
}

type modelled struct {
	rows    []row
	shown   map[string]bool
	numbers map[string]map[string]*number
}

// number is a count in the making: an amount, or different values.
type number struct {
	amount float64
	values map[string]bool
	any    bool
}

// of returns the number of a part of an indicator, in a window and for a unit.
func (m *modelled) of(id, part string, w campaign.Window, unit string) *number {
	key := fmt.Sprintf("%s %s..%s %s", id, w.Period.From, w.Period.To, unit)
	if m.numbers[key] == nil {
		m.numbers[key] = map[string]*number{}
	}
	if m.numbers[key][part] == nil {
		m.numbers[key][part] = &number{values: map[string]bool{}}
	}
	return m.numbers[key][part]
}

// facilityUnits are the units of a facility on a day, none where it is elsewhere.
func facilityUnits(code string, on calendar.Day) []string {
	commune := map[string]string{"F1": "C1", "F2": "C2", "F3": "C3"}[code]
	switch {
	case code == "F9":
		return nil
	case commune == "":
		return []string{"province 15"}
	case code == "F3" && on >= day("2024-02-01"):
		commune = "C1"
	}
	return append(communeUnits(commune, on), "facility "+code)
}

func communeUnits(code string, on calendar.Day) []string {
	district := map[string]string{"C1": "D1", "C2": "D1", "C3": "D2"}[code]
	if code == "C2" && on >= day("2024-03-01") {
		district = "D2"
	}
	return []string{"province 15", "district " + district, "commune " + code}
}

func personUnits(r row, on calendar.Day) []string {
	switch {
	case r.commune == "C9":
		return nil
	case r.commune != "":
		return communeUnits(r.commune, on)
	case r.district != "":
		return []string{"province 15", "district " + r.district}
	}
	return []string{"province 15"}
}

func (m *modelled) row(w campaign.Window, r row) {
	in, through := w.Period.From <= r.at && r.at <= w.Period.To, r.at <= w.Period.To
	units := facilityUnits(r.facility, r.at)
	each := func(id, part string, units []string, count func(*number)) {
		for _, u := range units {
			n := m.of(id, part, w, u)
			n.any = true
			count(n)
		}
	}
	one := func(n *number) { n.amount++ }
	value := func(known, v string) func(*number) {
		return func(n *number) {
			if known != "" {
				n.values[v] = true
			}
		}
	}
	if in {
		each("rows", "den", units, one)
		if r.kind == "a" {
			each("rows", "num", units, one)
		}
		each("sum", "num", units, func(n *number) { n.amount += float64(r.cost) })
		each("sum", "den", units, func(n *number) { n.amount = max(n.amount, float64(r.cost)) })
		each("distinct", "num", units, value(r.citizen, r.citizen+r.kind))
		if m.shown[r.key] {
			each("matched", "num", units, one)
		}
		each("no unit", "num", []string{"province 15"}, one)
	}
	if through {
		each("total", "num", personUnits(r, r.at), one)
		each("ever", "num", units, value(r.facility, r.facility))
		each("persons", "num", units, value(personOf(r), personOf(r)))
		if r.left >= w.Period.To {
			each("existing", "num", personUnits(r, w.Period.To), one)
		}
		each("register", "num", facilityUnits(r.facility, w.Period.To), value(r.insurance, r.insurance))
	}
}

// personOf is the citizen, or who the insurance is known to belong to.
func personOf(r row) string {
	switch {
	case r.citizen != "":
		return r.citizen
	case r.insurance == "i1":
		return "p1"
	case r.insurance == "i2":
		return "p9"
	}
	return r.insurance
}

func (m *modelled) told() map[string]string {
	all := map[string]string{}
	for key, parts := range m.numbers {
		scale := 1.0
		if key[:3] == "sum" {
			scale = 100
		}
		text := "0"
		if n := parts["num"]; n != nil {
			text = n.text(scale)
		}
		if key[:3] == "sum" || key[:4] == "rows" {
			text += "/" + parts["den"].text(scale)
		}
		if text != "0" {
			all[key] = text
		}
	}
	return all
}

func (n *number) text(scale float64) string {
	if len(n.values) > 0 {
		return fmt.Sprintf("%d", len(n.values))
	}
	return fmt.Sprintf("%g", n.amount/scale)
}
