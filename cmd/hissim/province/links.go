package province

import (
	"context"
	"time"

	"thidua/cmd/hissim/figure"
)

// links writes who is insured, and whose insurance is linked to the citizen ID: a
// file for each district.
func (w *feeder) links(ctx context.Context) error {
	f := w.open("insurance_link", feed{
		folder: FeedLinks, ext: ".csv",
		header: []string{
			"Mã số BHXH", "Mã thẻ BHYT", "Số CCCD", "Họ và tên", "Ngày sinh", "Giới tính",
			"Mã tỉnh", "Mã huyện", "Mã xã", "Trạng thái đồng bộ", "Ngày đồng bộ",
		},
		faults: []feedFault{
			{kind: "lost_digit", end: "the row is quarantined", row: w.brokenLink(func(n int) (string, string) { return "99" + digits(n, 7), "Chưa đồng bộ" })},
			{kind: "scientific_number", end: "the row is quarantined", row: w.brokenLink(func(int) (string, string) { return "9.91E+09", "Chưa đồng bộ" })},
			{kind: "unknown_status", end: "the row is quarantined", row: w.brokenLink(func(n int) (string, string) { return "99" + digits(n, 8), "Đang chờ" })},
			openQuote(), oldLetters(),
		},
	})
	shares := w.linkedShares()
	for first := 0; first < len(w.people.communes); {
		district := w.people.communes[first].district
		beyond := first + 1
		for beyond < len(w.people.communes) && w.people.communes[beyond].district == district {
			beyond++
		}
		from, _ := w.people.members(first)
		_, to := w.people.members(beyond - 1)
		p := parcel{unit: "huyen_" + district, day: w.profile.To.AddDate(0, 0, -2), habit: tableHabit{delimiter: ';', bom: true, crlf: true}, size: to - from}
		p.rows = func(s *sheet) {
			for c := first; c < beyond; c++ {
				w.communeLinks(f, s, c, shares[c])
			}
		}
		if err := w.send(ctx, f, p); err != nil {
			return err
		}
		first = beyond
	}
	w.settle(f)
	return nil
}

// mayLink reports whether a person is insured and shows a citizen ID.
func (w *feeder) mayLink(i int) bool { return w.traits()[i].citizenID && w.people.isInsured(i) }

// linkedShares divides the linked persons among the communes, some of which are
// better at it than others.
func (w *feeder) linkedShares() []int {
	weights, room := make([]int, len(w.people.communes)), make([]int, len(w.people.communes))
	for c := range w.people.communes {
		first, beyond := w.people.members(c)
		for i := first; i < beyond; i++ {
			room[c] += one(w.mayLink(i))
		}
		weights[c] = room[c] * (60 + int(hash(w.people.communes[c].code)>>8%80))
	}
	return fill(w.profile.Register.Linked, 0, weights, room)
}

// communeLinks writes the insured of a commune, of whom share are linked.
func (w *feeder) communeLinks(f *feed, s *sheet, c, share int) {
	first, beyond := w.people.members(c)
	candidates := 0
	for i := first; i < beyond; i++ {
		candidates += one(w.mayLink(i))
	}
	order := newPermutation(candidates, hash(w.people.communes[c].code))
	candidate := 0
	home := w.figures.Commune(w.people.communes[c].code)
	rows, linked := 0, 0
	for i := first; i < beyond; i++ {
		if !w.people.isInsured(i) {
			continue
		}
		status := linkNot
		if w.traits()[i].citizenID {
			switch place := order.at(candidate); {
			case place < share:
				status = linkDone
			case place%9 == 0:
				status = linkWrong
			}
			candidate++
		}
		if s.take() {
			w.link(s, i, status)
		}
		rows++
		linked += one(status == linkDone)
		if s.counts {
			f.truth.group("by_status", linkNames[status], 1)
			w.figures.Stand(figure.Insured, home)
			if status == linkDone {
				w.figures.Happen(figure.Linked, home, figure.DayOf(w.someDay(i)))
			}
		}
	}
	if s.counts {
		f.truth.Rows += rows
		f.truth.count("linked", linked)
		f.truth.group("by_commune", w.people.communes[c].code, rows)
		f.truth.group("linked_by_commune", w.people.communes[c].code, linked)
	}
}

// The outcomes of linking as they are written, and as the truth names them.
const (
	linkNot = iota
	linkDone
	linkWrong
)

var (
	linkLabels = [...]string{"Chưa đồng bộ", "Đã đồng bộ", "Sai thông tin"}
	linkNames  = [...]string{"not_linked", "linked", "mismatch"}
	sexLabels  = [...]string{"", "Nam", "Nữ"}
)

// link writes one person. Sent again, the linked day of those not linked is told
// as the day they were asked for.
func (w *feeder) link(s *sheet, i, status int) {
	p := w.people.person(w.dice, i)
	w.plant.person(&p)
	var day time.Time
	if status == linkDone || s.amended && status == linkWrong {
		day = w.someDay(i)
	}
	s.texts(p.card[5:], p.card, p.idNumber, p.name)
	s.day(p.born)
	s.texts(sexLabels[p.sex], w.profile.Province, p.homeDistrict, p.home, linkLabels[status])
	s.day(day)
	s.endRow()
}

// someDay is a day of the period, by the number of something.
func (w *feeder) someDay(n int) time.Time {
	return w.profile.From.AddDate(0, 0, n*7919%w.profile.days())
}

// brokenLink writes a person who is no inhabitant, with a number and a status.
func (w *feeder) brokenLink(broken func(n int) (number, status string)) func(*sheet, int) {
	return func(s *sheet, n int) {
		number, status := broken(n)
		name := familyNames[n%len(familyNames)] + " VĂN SAI"
		w.plant.value("social_number", number)
		w.plant.value("name", name)
		s.texts(number, "", "", name, "01/01/1970", "Nam", w.profile.Province, "", "", status, "")
		s.endRow()
	}
}
