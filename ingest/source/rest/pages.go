package rest

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/cespare/xxhash/v2"
)

// The places of a page.
const (
	recordsPlace = iota
	totalPlace
	cursorPlace
	morePlace
)

// pager knows where the pages of one window stand: what to ask for next, and
// whether all were had.
type pager struct {
	config Pages
	// at are the places of the configuration.
	at [places]place

	// read counts the pages, records what stood on them. full says that one of them
	// had as many records as were asked for.
	read    int
	records int64
	full    bool
	// hashes holds those of the records, each once a page: eight bytes a record.
	hashes []uint64
	// total is what the server declares, -1 before it does.
	total  int64
	cursor string
	// next is the whole address of the next page, nil where parameters lead there.
	next *url.URL
	last document
	// seen holds the cursors and links that led to a page.
	seen map[uint64]bool
}

func newPager(c Pages, at [places]place) *pager {
	return &pager{config: c, at: at, total: -1, seen: map[uint64]bool{}}
}

// parameters returns what asks for the next page.
func (p *pager) parameters() []parameter {
	var list []parameter
	first := int64(*p.config.First)
	switch {
	case p.config.Kind == pagesPage:
		list = append(list, parameter{p.config.Parameter, first + int64(p.read)})
	case p.config.Kind == pagesOffset:
		list = append(list, parameter{p.config.Parameter, first + p.records})
	case p.config.Kind == pagesCursor && p.read > 0:
		list = append(list, parameter{p.config.Parameter, p.cursor})
	}
	if p.config.SizeParameter != "" {
		list = append(list, parameter{p.config.SizeParameter, int64(p.config.Size)})
	}
	return list
}

// take reads a page. It keeps nothing of it: a page counts when it is accepted.
func (p *pager) take(r io.Reader) (document, error) {
	list := -1
	if p.at[recordsPlace].named {
		list = recordsPlace
	}
	doc, err := scan(r, p.at, list, p.config.Kind == pagesNone)
	if err == nil && list >= 0 && !p.listed(doc) {
		return doc, recordsMissing.fail()
	}
	return doc, err
}

// listed reports whether a page has its list of records. Null is an empty one where
// that is declared, or where the page says that there are no records; else it is
// what a server writes that went wrong.
func (p *pager) listed(doc document) bool {
	return doc.listed || doc.null && (p.config.NullIsEmpty || doc.found[totalPlace].text == "0")
}

// accept counts a page and reports whether it was the last one.
func (p *pager) accept(doc document, from *url.URL, header http.Header) (bool, error) {
	if err := p.count(doc); err != nil {
		return false, err
	}
	end, err := p.ends(doc, from, header)
	switch {
	case err != nil:
		return false, err
	case end:
		return true, p.settle()
	case p.read >= p.config.Max:
		return false, tooManyPages.fail()
	}
	return false, nil
}

// count adds a page to what was had, and compares it with the page before.
func (p *pager) count(doc document) error {
	numbered := p.config.Kind == pagesPage || p.config.Kind == pagesOffset
	repeats := p.read > 0 && slices.Equal(doc.records, p.last.records)
	if repeats && p.at[recordsPlace].named && (numbered || len(doc.records) > 0) {
		return pagesRepeat.fail()
	}
	if err := p.declare(doc); err != nil {
		return err
	}
	p.read++
	p.records += int64(len(doc.records))
	p.full = p.full || len(doc.records) >= p.config.Size
	p.last = doc
	p.remember(doc.records)
	return nil
}

// remember keeps the hashes of a page, each once: a record that stands twice on the
// same page has not moved.
func (p *pager) remember(records []uint64) {
	before := len(p.hashes)
	p.hashes = append(p.hashes, records...)
	page := p.hashes[before:]
	slices.Sort(page)
	p.hashes = p.hashes[:before+len(slices.Compact(page))]
}

// repeats counts the records that stand on another page as well. Nothing can be
// asked of the pager after it.
func (p *pager) repeats() int {
	slices.Sort(p.hashes)
	return len(p.hashes) - len(slices.Compact(p.hashes))
}

// declare takes the total: the first page with content declares it, and no later one
// another.
func (p *pager) declare(doc document) error {
	if !p.at[totalPlace].named || doc.bodiless {
		return nil
	}
	total, err := strconv.ParseInt(doc.found[totalPlace].text, 10, 64)
	switch {
	case err == nil && total >= 0 && (p.total < 0 || p.total == total):
		p.total = total
		return nil
	case err == nil && total >= 0:
		return totalChanges.fail()
	case doc.found[totalPlace].kind == missing && p.total >= 0:
		return nil
	case doc.found[totalPlace].kind == missing:
		return totalMissing.fail()
	}
	return pageShape.fail()
}

// ends reports whether no page follows. Where one does, it is what parameters and
// next ask for.
func (p *pager) ends(doc document, from *url.URL, header http.Header) (bool, error) {
	switch p.config.Kind {
	case pagesNone:
		return true, nil
	case pagesPage, pagesOffset:
		return p.endsByCount(doc), nil
	}
	more, told := p.others(doc)
	if told && !more {
		return true, nil
	}
	end, err := p.leads(doc, from, header)
	if end && told {
		return false, nextMissing.fail()
	}
	return end, err
}

// leads takes the cursor or the link of a page to the next one, and reports whether
// there is none.
func (p *pager) leads(doc document, from *url.URL, header http.Header) (bool, error) {
	if p.config.Kind == pagesLink {
		p.seen[xxhash.Sum64String(from.RequestURI())] = true
		target, ok := nextLink(header.Values("Link"))
		if !ok {
			return true, nil
		}
		return false, p.followLink(target, from)
	}
	p.cursor = doc.found[cursorPlace].text
	if kind := doc.found[cursorPlace].kind; kind == missing || kind == boolean || p.cursor == "" {
		return true, nil
	}
	return false, p.follow(p.cursor)
}

// endsByCount judges pages that are numbered: by the total, by what the page says
// of others, or by its being empty, or short behind a full one. Short alone is not
// enough: the server may give less than is asked for.
func (p *pager) endsByCount(doc document) bool {
	records := len(doc.records)
	if p.at[totalPlace].named {
		return p.records >= p.total || records == 0
	}
	if more, told := p.others(doc); told {
		return !more
	}
	return records == 0 || p.full && records < p.config.Size
}

// others returns what a page says of pages behind it: whether there are more, and
// whether it says so at all.
func (p *pager) others(doc document) (more, told bool) {
	said := doc.found[morePlace].text
	if last, err := strconv.Atoi(said); err == nil {
		return p.number() < last, true
	}
	return said == "true", said == "true" || said == "false"
}

// number is that of the last page read, as the server counts it.
func (p *pager) number() int {
	if p.config.Kind == pagesPage {
		return *p.config.First + p.read - 1
	}
	return p.read
}

// follow remembers a cursor, and refuses one that led to a page before.
func (p *pager) follow(cursor string) error {
	digest := xxhash.Sum64String(cursor)
	if p.seen[digest] {
		return cursorRepeats.fail()
	}
	p.seen[digest] = true
	return nil
}

// followLink takes the address of the next page, which lies on the same server.
func (p *pager) followLink(target string, from *url.URL) error {
	next, err := from.Parse(target)
	if err != nil || !sameOrigin(next, from) {
		return redirectedElsewhere.fail()
	}
	next.Fragment = ""
	p.next = next
	return p.follow(next.RequestURI())
}

// settle compares what was had with what was declared.
func (p *pager) settle() error {
	switch {
	case p.total < 0 || p.records == p.total:
		return nil
	case p.records < p.total:
		return pagesMissing.fail()
	}
	return pagesSurplus.fail()
}

// sameOrigin reports whether two addresses lead to the same server in the same way.
func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }
