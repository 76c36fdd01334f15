package record

import (
	"thidua/transform/delivery"
	"thidua/transform/identity"
	"thidua/transform/value"
)

// citizenCheck holds a citizen ID against the birth year and sex beside it: the
// number carries both (century and sex in its fourth digit, year in the fifth and
// sixth). A mismatch is a warning, since numbers are cancelled and issued anew.
type citizenCheck struct {
	citizen, birthYear, sex int
}

var (
	otherYear = delivery.Text{
		Vi: "năm sinh trong số định danh khác năm sinh khai trong hồ sơ",
		En: "the birth year in the citizen ID differs from the one in the record",
	}
	otherSex = delivery.Text{
		Vi: "giới tính trong số định danh khác giới tính khai trong hồ sơ",
		En: "the sex in the citizen ID differs from the one in the record",
	}
)

func newCitizenCheck(m *Mapping) citizenCheck {
	check := citizenCheck{-1, -1, -1}
	for i, c := range m.Dataset.Columns {
		switch {
		case c.Identifier == "citizen" && m.cells[i].pseudonym != nil:
			check.citizen = i
		case c.Name == "birth_year" && c.Type.Kind == value.Integer:
			check.birthYear = i
		case c.Name == "sex" && c.Type.Kind == value.Text:
			check.sex = i
		}
	}
	return check
}

func (k citizenCheck) judge(m *Mapping, found []Finding) []Finding {
	if k.citizen < 0 || m.cells[k.citizen].pseudonym.shape != identity.Citizen12 {
		return found
	}
	id, name := m.cells[k.citizen].pseudonym.identifier, m.Dataset.Columns[k.citizen].Name
	if k.birthYear >= 0 && m.row[k.birthYear].Valid {
		if year, ok := identity.CitizenBirthYear(id); ok && int64(year) != m.row[k.birthYear].Int {
			found = append(found, Finding{Column: name, Rule: "citizen_birth_year", Reason: otherYear})
		}
	}
	if k.sex >= 0 && m.row[k.sex].Valid {
		sex, ok := identity.CitizenSex(id)
		if ok && contradicts(sex, m.row[k.sex].Text) {
			found = append(found, Finding{Column: name, Rule: "citizen_sex", Reason: otherSex})
		}
	}
	return found
}

// contradicts compares the sex in a citizen ID with the dataset's code. Nothing
// contradicts a sex that is undetermined.
func contradicts(sex int, code []byte) bool {
	switch string(code) {
	case "male":
		return sex != 1
	case "female":
		return sex != 2
	}
	return false
}
