package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/klauspost/compress/gzip"
	"github.com/valyala/fastjson"
)

// call is one request and what takes its answer.
type call struct {
	// make makes the request, anew for each attempt.
	make func(ctx context.Context) (*http.Request, error)
	// take reads the answer. What it keeps of one that breaks off it has to take
	// back itself.
	take func(r *http.Response, body io.Reader) error
	// limit bounds the body, and tooLarge says what it means to exceed it.
	limit    int64
	tooLarge reason
	// login says that the call is the login itself: no credentials go with it.
	login bool
}

// once sends the request of a call and has its answer taken. Its errors are
// failures, those of the context, and those of what the answer is written to.
func (e *session) once(ctx context.Context, c call) error {
	if err := e.pause(ctx); err != nil {
		return err
	}
	request, err := c.make(ctx)
	if err != nil {
		return err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	if agent := e.source.env.UserAgent; agent != "" {
		request.Header.Set("User-Agent", agent)
	}
	if !c.login {
		e.credentials.add(request)
	}
	response, err := e.client.Do(request)
	if err != nil {
		return notAnswered(ctx, err)
	}
	defer response.Body.Close()
	e.skew.observe(response, e.source.env.Now())
	if !answers(response.StatusCode) {
		return e.refused(response)
	}
	return c.read(ctx, response)
}

// answers reports whether a status says that the body is what was asked for.
func answers(status int) bool {
	switch status {
	case http.StatusOK, http.StatusCreated, http.StatusNonAuthoritativeInfo, http.StatusNoContent:
		return true
	}
	return false
}

// read has the body taken, and tells a body that breaks off from one that is wrong.
func (c call) read(ctx context.Context, r *http.Response) error {
	if r.StatusCode == http.StatusNoContent || r.Request.Method == http.MethodHead {
		return c.take(r, http.NoBody)
	}
	b := &body{r: r.Body, left: c.limit}
	decoded, err := b.decode(r.Header.Get("Content-Encoding"))
	if err != nil {
		return err
	}
	err = c.take(r, decoded)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case b.exceeded:
		return c.tooLarge.fail()
	case b.err != nil:
		return brokenOff(b.err)
	}
	var f *failure
	if errors.As(err, &f) && f.rule == notJSON.rule && isHTML(r.Header.Get("Content-Type")) {
		return htmlInsteadOfJSON.fail()
	}
	return err
}

// body reads the body of an answer, decompressed and bounded, and remembers how
// that ended.
type body struct {
	r io.Reader
	// left is how many decompressed bytes may still come.
	left     int64
	exceeded bool
	err      error
}

// decode undoes the declared compression.
func (b *body) decode(encoding string) (io.Reader, error) {
	switch encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(b.r)
		if err != nil {
			return nil, brokenOff(err)
		}
		b.r = z
	default:
		return nil, encodingUnknown.fail()
	}
	return b, nil
}

// Read reads on, up to the first byte beyond the limit.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		b.exceeded = true
		return 0, io.EOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// brokenOff says what an error in the middle of a body means.
func brokenOff(err error) error {
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return timedOut.fail()
	case errors.As(err, new(*net.OpError)):
		return connectionBroken.fail()
	}
	// Fewer bytes than declared, or a compression that does not end well.
	return truncatedBody.fail()
}

// notAnswered says what it means that no answer came.
func notAnswered(ctx context.Context, err error) error {
	var network net.Error
	var operation *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errRedirected):
		return redirectedElsewhere.fail()
	case errors.As(err, &certificate):
		return certificateUntrusted.fail()
	case errors.As(err, new(*net.DNSError)), errors.As(err, &operation) && (operation.Op == "dial" || operation.Op == "proxyconnect"):
		return hostUnreachable.fail()
	case errors.As(err, &network) && network.Timeout():
		return timedOut.fail()
	}
	return connectionBroken.fail()
}

// refused says what the status of an answer means that is not what was asked for.
func (e *session) refused(r *http.Response) error {
	f := requestRefused.fail()
	switch r.StatusCode {
	case http.StatusUnauthorized:
		f = unauthorised.fail()
	case http.StatusTooManyRequests:
		f = rateLimited.fail()
		f.wait = e.retryAfter(r)
	case http.StatusServiceUnavailable:
		f = serverBusy.fail()
		f.wait = e.retryAfter(r)
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		f = serverError.fail()
	}
	f.status, f.told = r.StatusCode, countErrors(r.Body)
	return f
}

// errorBytes is as much of an error's body as is looked at.
const errorBytes = 64 << 10

// countErrors counts the errors that a body lists, as the e-prescription system
// does: a list of texts, or texts by field. The texts may hold values: they are not
// read.
func countErrors(r io.Reader) int {
	content, err := io.ReadAll(io.LimitReader(r, errorBytes))
	if err != nil {
		return 0
	}
	document, err := fastjson.ParseBytes(content)
	if err != nil {
		return 0
	}
	for _, name := range []string{"danh_sach_cac_loi", "error"} {
		switch list := document.Get(name); {
		case list == nil:
		case list.Type() == fastjson.TypeArray:
			return len(list.GetArray())
		case list.Type() == fastjson.TypeObject:
			return list.GetObject().Len()
		case list.Type() == fastjson.TypeString:
			return 1
		}
	}
	return 0
}
