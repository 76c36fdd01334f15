package rest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// session is what one pull or check asks with: the addresses and secrets as they
// are at its beginning, and the connections that are kept between its requests.
type session struct {
	source        *Source
	base          *url.URL
	client        *http.Client
	secretHeaders map[string]string
	credentials   credentials
	skew          skew
	// repeats counts the records that stand on two pages of a window that was taken.
	repeats int
}

// open begins a session.
func (s *Source) open() (*session, error) {
	e := &session{source: s, secretHeaders: map[string]string{}}
	var err error
	if e.base, err = s.address(); err != nil {
		return nil, err
	}
	for _, name := range sorted(s.config.SecretHeaders) {
		if e.secretHeaders[name], err = s.env.read(s.config.SecretHeaders[name]); err != nil {
			return nil, err
		}
	}
	if e.credentials, err = s.credentials(); err != nil {
		return nil, err
	}
	transport := s.env.Transport
	if transport == nil {
		if transport, err = s.transport(); err != nil {
			return nil, err
		}
	}
	e.client = &http.Client{Transport: transport, Timeout: s.config.Timeout.Std(), CheckRedirect: stayHere}
	return e, nil
}

// close ends the session's own connections.
func (e *session) close() {
	if e.source.env.Transport == nil {
		e.client.CloseIdleConnections()
	}
}

// address returns what is asked, without parameters.
func (s *Source) address() (*url.URL, error) {
	base, err := s.server()
	if err != nil {
		return nil, err
	}
	return below(base, s.config.Endpoint.Path), nil
}

// server returns the declared address of the server.
func (s *Source) server() (*url.URL, error) {
	text := s.config.BaseURL
	if s.config.BaseURLEnv != "" {
		text, _ = s.env.Getenv(s.config.BaseURLEnv)
	}
	base, ok := parseBase(text)
	if !ok {
		return nil, settingMissing(variable(s.config.BaseURLEnv))
	}
	return base, nil
}

// parseBase reads the address of a server. Names, queries and fragments have no
// place in it.
func parseBase(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, false
	}
	return u, true
}

// hosted reports whether text is an address that requests can be sent to.
func hosted(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// below returns the address of a path below the base.
func below(base *url.URL, path string) *url.URL {
	if path == "" {
		return base
	}
	return base.JoinPath(path)
}

// stayHere follows redirects on the same server that keep the method. Elsewhere
// they would carry secrets, and a request that changes is another one.
func stayHere(r *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > 5 || !sameOrigin(r.URL, first.URL) || r.Method != first.Method {
		return errRedirected
	}
	return nil
}

var errRedirected = errors.New("redirected elsewhere")

// transport makes the connections of a session. It looks at no proxy of the
// environment, and at no certificate that is not to be trusted.
func (s *Source) transport() (http.RoundTripper, error) {
	timeout := s.config.Timeout.Std()
	t := &http.Transport{
		// Connecting gives up before the request does, so that the two can be told
		// apart.
		DialContext:         (&net.Dialer{Timeout: timeout / 2, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: timeout / 2,
		MaxIdleConnsPerHost: 2,
		IdleConnTimeout:     90 * time.Second,
		ForceAttemptHTTP2:   true,
		// Answers are decompressed where they are counted.
		DisableCompression:     true,
		MaxResponseHeaderBytes: 1 << 20,
	}
	if name := s.config.ProxyURLEnv; name != "" {
		text, _ := s.env.Getenv(name)
		proxy, err := url.Parse(text)
		if err != nil || proxy.Host == "" {
			return nil, settingMissing(variable(name))
		}
		t.Proxy = http.ProxyURL(proxy)
	}
	if file := s.config.TLS.CAFile; file != "" {
		pool, err := s.authorities(file)
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return t, nil
}

// authorities returns those of the system and those of a file.
func (s *Source) authorities(file string) (*x509.CertPool, error) {
	content, err := s.env.ReadFile(file)
	if err != nil {
		return nil, settingMissing(text("tls.ca_file", "tls.ca_file"))
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(content) {
		return nil, settingMissing(text("tls.ca_file", "tls.ca_file"))
	}
	return pool, nil
}

// pause waits until the declared rate allows the next request.
func (e *session) pause(ctx context.Context) error {
	s := e.source
	if s.limiter == nil {
		return ctx.Err()
	}
	now := s.env.Now()
	if wait := s.limiter.ReserveN(now, 1).DelayFrom(now); wait > 0 {
		return s.env.Sleep(ctx, wait)
	}
	return ctx.Err()
}

// sleep waits for d, or for the end of the context.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isHTML reports whether a Content-Type is that of a web page.
func isHTML(contentType string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), "text/html")
}
