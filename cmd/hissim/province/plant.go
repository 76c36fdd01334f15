package province

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// planter lists every value of a person that was written, one a line behind its
// type and a tab, so that a test can search for them where none may be; and at
// the end canaries: harmless codes that must be found by the same search.
type planter struct {
	to *bufio.Writer
	// known are the persons listed already, without and with their card: under
	// layout 4210 everybody has one.
	known    map[knownPerson]bool
	canaries map[[2]string]bool
}

type knownPerson struct {
	number  int
	insured bool
}

func newPlanter(w io.Writer) *planter {
	if w == nil {
		return nil
	}
	return &planter{to: bufio.NewWriter(w), known: map[knownPerson]bool{}, canaries: map[[2]string]bool{}}
}

func (p *planter) line(kind, value string) {
	if value != "" {
		_, _ = p.to.WriteString(kind + "\t" + value + "\n") // the error stays and is told by Flush
	}
}

// visit lists the values of a visit as it was written. A nil planter lists none.
func (p *planter) visit(v *visit) {
	if p == nil {
		return
	}
	who := &v.person
	p.line("visit_key", v.key)
	composed := v.person
	if v.fault == faultNFD {
		composed.name, composed.address = norm.NFC.String(who.name), norm.NFC.String(who.address)
	}
	p.person(&composed)
	switch v.fault {
	case faultLostZero:
		p.line("citizen_id", v.writtenID())
	case faultNFD:
		p.line("name", who.name)
		p.line("address", who.address)
	}
	for _, c := range v.children {
		p.line("name", c.name)
		p.line("name", c.father)
	}
}

// person lists the values of a person, once.
func (p *planter) person(who *person) {
	if p == nil {
		return
	}
	key := knownPerson{who.number, who.insured}
	if p.known[key] {
		return
	}
	p.known[key] = true
	p.line("name", who.name)
	p.line("address", who.address)
	p.line("phone", who.phone)
	p.line("citizen_id", who.idNumber)
	p.line("patient_number", who.patientNo)
	if who.insured {
		p.line("card", who.card)
		p.line("social_number", who.card[5:])
	}
}

// value lists one more value. A nil planter lists none.
func (p *planter) value(kind, value string) {
	if p != nil {
		p.line(kind, value)
	}
}

// canary remembers a code of a version that stands.
func (p *planter) canary(v *visit) {
	if p == nil {
		return
	}
	p.canaries[[2]string{"canary_facility", v.facility.Code}] = true
	p.canaries[[2]string{"canary_icd10", v.disease.icd}] = true
	if v.fault != faultNone {
		return
	}
	for i := range v.drugs {
		p.canaries[[2]string{"canary_drug", v.drugs[i].code}] = true
	}
}

// finish writes staff and canaries and empties the buffer.
func (p *planter) finish() error {
	if p == nil {
		return nil
	}
	for _, name := range []string{doctorName, midwifeName, escortName} {
		p.line("staff_name", name)
	}
	for _, number := range []string{doctor, technician, headOfFacility} {
		p.line("staff_number", number)
	}
	for _, c := range slices.SortedFunc(maps.Keys(p.canaries), func(a, b [2]string) int {
		if a[0]+a[1] < b[0]+b[1] {
			return -1
		}
		return 1
	}) {
		p.line(c[0], c[1])
	}
	if err := p.to.Flush(); err != nil {
		return fmt.Errorf("write the list of planted values: %w", err)
	}
	return nil
}
