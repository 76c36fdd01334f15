package rest

import (
	"io"
	"net/http"
	"net/url"
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

	// read counts the pages, records what stood on them.
	read    int
	records int64
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
	if err == nil && list >= 0 && !doc.listed {
		return doc, pageShape.fail()
	}
	return doc, err
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
	repeats := p.read > 0 && doc.records == p.last.records && doc.digest == p.last.digest
	if repeats && p.at[recordsPlace].named && (numbered || doc.records > 0) {
		return pagesRepeat.fail()
	}
	if err := p.declare(doc); err != nil {
		return err
	}
	p.read++
	p.records += int64(doc.records)
	p.last = doc
	return nil
}

// declare takes the total that a page declares. A first page without records may
// leave it out.
func (p *pager) declare(doc document) error {
	if !p.at[totalPlace].named {
		return nil
	}
	total, err := strconv.ParseInt(doc.found[totalPlace].text, 10, 64)
	switch {
	case err == nil && total >= 0 && (p.total < 0 || p.total == total):
		p.total = total
	case err == nil && total >= 0:
		return totalChanges.fail()
	case doc.found[totalPlace].kind != missing, p.total < 0 && doc.records > 0:
		return pageShape.fail()
	case p.total < 0:
		p.total = 0
	}
	return nil
}

// ends reports whether no page follows. Where one does, it is what parameters and
// next ask for.
func (p *pager) ends(doc document, from *url.URL, header http.Header) (bool, error) {
	switch p.config.Kind {
	case pagesCursor:
		p.cursor = doc.found[cursorPlace].text
		if kind := doc.found[cursorPlace].kind; kind == missing || kind == boolean || p.cursor == "" {
			return true, nil
		}
		return false, p.follow(p.cursor)
	case pagesLink:
		p.seen[xxhash.Sum64String(from.RequestURI())] = true
		target, ok := nextLink(header.Values("Link"))
		if !ok {
			return true, nil
		}
		return false, p.followLink(target, from)
	case pagesNone:
		return true, nil
	}
	return p.endsByCount(doc), nil
}

// endsByCount judges pages that are numbered: by the total, by what the page says
// of others, or by its being short.
func (p *pager) endsByCount(doc document) bool {
	more := doc.found[morePlace]
	if p.at[totalPlace].named {
		return p.records >= p.total || doc.records == 0
	}
	if last, err := strconv.Atoi(more.text); err == nil {
		return p.number() >= last
	}
	switch more.text {
	case "true":
		return false
	case "false":
		return true
	}
	return doc.records == 0 || doc.records < p.config.Size
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
