package rest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"thidua/ingest/source"
)

// fetch reads all pages of a window onto the tape. Where records moved between the
// pages meanwhile, it reads them all once more, and so it does where they seem to
// have moved because one stands on two pages. One that still does is taken as the
// server gives it, and told in a note.
func (e *session) fetch(ctx context.Context, a ask, t *tape) error {
	p := e.source.patience()
	repeats, err := e.readPages(ctx, a, t, p)
	var f *failure
	if errors.As(err, &f) && f.moved {
		t.rewind(0)
		repeats, err = e.readPages(ctx, a, t, p)
	}
	if err == nil && repeats > 0 {
		t.rewind(0)
		repeats, err = e.readPages(ctx, a, t, p)
	}
	if err == nil {
		e.repeats += repeats
	}
	return err
}

// readPages reads the pages of a window one after the other, and returns how many
// records stand on two of them.
func (e *session) readPages(ctx context.Context, a ask, t *tape, p *patience) (int, error) {
	if e.source.config.Raw {
		return 0, e.do(ctx, e.fileCall(a, t), p)
	}
	if _, err := t.Write(e.source.preface(a)); err != nil {
		return 0, err
	}
	pages := newPager(e.source.config.Pages, e.source.pagePlaces)
	for {
		answer := &answer{}
		if err := e.do(ctx, e.pageCall(a, pages, t, answer), p); err != nil {
			return 0, err
		}
		switch last, err := pages.accept(answer.document, answer.from, answer.header); {
		case err != nil:
			return 0, err
		case last:
			return pages.repeats(), nil
		}
	}
}

// notes returns what a person should know of the windows that were taken.
func (e *session) notes() []source.Note {
	notes := e.skew.notes()
	if e.repeats > 0 {
		notes = append(notes, source.Note{Rule: "records_repeat", Count: e.repeats, Reason: text(
			"cùng một bản ghi nằm trên hai trang, cả sau khi đọc lại; nếu bản ghi dịch chuyển trong khi đọc, hãy sắp xếp theo một khóa ổn định",
			"the same record stands on two pages, also when read again; if records move while they are read, sort by a stable key",
		)})
	}
	return notes
}

// answer is what a page told, and where it came from.
type answer struct {
	document document
	from     *url.URL
	header   http.Header
}

// pageCall is the call for the next page of a window.
func (e *session) pageCall(a ask, pages *pager, t *tape, to *answer) call {
	c := e.bounded(t)
	c.make = func(ctx context.Context) (*http.Request, error) {
		if pages.next != nil {
			return e.requestTo(ctx, pages.next, methodGet, nil)
		}
		return e.request(ctx, append(e.source.parameters(a), pages.parameters()...))
	}
	c.take = func(r *http.Response, body io.Reader) error {
		before := t.sizeBytes
		doc := document{bodiless: true}
		var err error
		if r.StatusCode != http.StatusNoContent {
			doc, err = pages.take(io.TeeReader(body, t))
		}
		if err != nil {
			t.rewind(before)
			return err
		}
		*to = answer{doc, r.Request.URL, r.Header}
		if t.sizeBytes > before {
			_, err = t.Write([]byte{'\n'})
		}
		return err
	}
	return c
}

// fileCall is the call for a file.
func (e *session) fileCall(a ask, t *tape) call {
	c := e.bounded(t)
	c.make = func(ctx context.Context) (*http.Request, error) { return e.request(ctx, e.source.parameters(a)) }
	c.take = func(_ *http.Response, body io.Reader) error {
		text := bufio.NewReader(body)
		head, err := text.Peek(512)
		if err == nil || errors.Is(err, io.EOF) {
			err = looksLike(e.source.config.Content, head)
		}
		if err == nil {
			_, err = io.Copy(t, text)
		}
		if err != nil {
			t.rewind(0)
		}
		return err
	}
	return c
}

// bounded begins a call whose answer may be as large as the limits allow.
func (e *session) bounded(t *tape) call {
	limits := e.source.config.Limits
	left := limits.WindowBytes.Bytes() - t.sizeBytes
	if left < limits.ResponseBytes.Bytes() {
		return call{limit: left, tooLarge: windowTooLarge}
	}
	return call{limit: limits.ResponseBytes.Bytes(), tooLarge: responseTooLarge}
}

// looksLike refuses a file that is clearly not of the declared content.
func looksLike(content string, head []byte) error {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	page := bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html"))
	right := true
	switch content {
	case contentCSV:
		right = !bytes.HasPrefix(text, []byte("<"))
	case contentXLSX:
		right = bytes.HasPrefix(head, []byte("PK"))
	case contentXML:
		right = bytes.HasPrefix(text, []byte("<")) && !page
	}
	if !right {
		return contentMismatch.fail()
	}
	return nil
}

// parameters returns what asks for a window.
func (s *Source) parameters(a ask) []parameter {
	list := s.config.Window.parameters(a.span)
	if a.value != "" {
		list = append(list, parameter{s.config.Each.Parameter, a.value})
	}
	return list
}
