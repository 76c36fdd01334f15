package configs

import (
	"fmt"
	"slices"
	"strings"

	"thidua/transform/campaign"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Reference tables: of provinces, districts and communes, and of facilities.
const (
	areaTable     = "area"
	facilityTable = "facility"
)

// reference finds a reference table by its name.
func (s *Set) reference(name string) (Reference, bool) {
	i := slices.IndexFunc(s.References, func(r Reference) bool { return r.Dataset.Name == name })
	if i < 0 {
		return Reference{}, false
	}
	return s.References[i], true
}

// checkProvince finds a campaign of a province that the table of areas does not have:
// it would be judged over no unit at all. A campaign that names no province is told so
// by its compiler, and a table that has problems of its own says nothing.
func (l *loader) checkProvince(d *document, stated campaign.ProvinceDeclaration) {
	lists, ok := l.provinces()
	if !ok || stated.Code == "" || stated.List == "" || slices.Contains(lists[stated.List], stated.Code) {
		return
	}
	l.found.add(d, d.at("$.province.code"), fmt.Sprintf("table %s has no province %q of the list %q", areaTable, stated.Code, stated.List), provinceHint(lists, stated))
}

// provinces returns the codes of the provinces by the list they are of, and false where
// the table cannot tell them.
func (l *loader) provinces() (map[string][]string, bool) {
	table, ok := l.set.reference(areaTable)
	if !ok {
		return nil, false
	}
	code, hasCode := table.Dataset.Index("code")
	list, hasList := table.Dataset.Index("list")
	level, hasLevel := table.Dataset.Index("level")
	if !hasCode || !hasList || !hasLevel {
		return nil, false
	}
	lists := map[string][]string{}
	for _, row := range table.Rows {
		if row[level] == string(indicator.Province) && !slices.Contains(lists[row[list]], row[code]) {
			lists[row[list]] = append(lists[row[list]], row[code])
		}
	}
	return lists, true
}

// provinceHint tells the lists that have the code, else the codes of the list that are
// nearest, else the lists that there are.
func provinceHint(lists map[string][]string, stated campaign.ProvinceDeclaration) string {
	var having, all []string
	for list, codes := range lists {
		all = append(all, list)
		if slices.Contains(codes, stated.Code) {
			having = append(having, list)
		}
	}
	slices.Sort(having)
	slices.Sort(all)
	switch {
	case len(having) > 0:
		return fmt.Sprintf("province %q is of the list %s", stated.Code, strings.Join(having, " and of "))
	case len(lists[stated.List]) > 0:
		return declaration.Hint(stated.Code, slices.Sorted(slices.Values(lists[stated.List])))
	}
	return declaration.Hint(stated.List, all)
}

// HasFacilities reports whether the table of facilities has one of the province, also
// where the table cannot tell.
func (s *Set) HasFacilities(of campaign.Area) bool {
	table, ok := s.reference(facilityTable)
	if !ok {
		return true
	}
	province, hasProvince := table.Dataset.Index("province_code")
	list, hasList := table.Dataset.Index("area_list")
	return !hasProvince || !hasList || slices.ContainsFunc(table.Rows, func(row []string) bool { return row[province] == of.Code && row[list] == of.List })
}
