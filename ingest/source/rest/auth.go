package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"thidua/ingest/path"
)

// credentials are what a session puts into its requests so that the server knows
// who asks.
type credentials struct {
	kind               string
	username, password string
	// header or query takes secret: a key, or a token with what stands before it.
	header, query, secret string
	login                 login
}

// login is the request that gives a token, with its secrets.
type login struct {
	target *url.URL
	body   map[string]string
}

// credentials reads the secrets of the declaration.
func (s *Source) credentials() (credentials, error) {
	auth := s.config.Auth
	c := credentials{kind: auth.Kind, username: auth.Username, header: auth.Header, query: auth.Query}
	var err error
	switch auth.Kind {
	case authBasic:
		c.password, err = s.env.read(auth.Password)
	case authBearer:
		c.header = "Authorization"
		c.secret, err = s.env.read(auth.Bearer)
		c.secret = "Bearer " + c.secret
	case authAPIKey:
		c.secret, err = s.env.read(auth.Value)
	case authLogin:
		c.login, err = s.login()
	}
	return c, err
}

// login reads what the login sends.
func (s *Source) login() (login, error) {
	l := login{body: map[string]string{}}
	auth := s.config.Auth
	base, err := s.server()
	if err != nil {
		return l, err
	}
	l.target = below(base, auth.Path)
	if auth.URL != "" {
		// The declaration was checked.
		l.target, _ = url.Parse(auth.URL)
	}
	for _, name := range sorted(auth.Body) {
		value, err := s.env.text(auth.Body[name])
		if err != nil {
			return l, err
		}
		l.body[name] = value
	}
	return l, nil
}

// renewable reports whether a login can give new credentials.
func (c *credentials) renewable() bool { return c.kind == authLogin }

// add puts the credentials into a request.
func (c *credentials) add(r *http.Request) {
	switch {
	case c.kind == authBasic:
		r.SetBasicAuth(c.username, c.password)
	case c.query != "":
		query := r.URL.Query()
		query.Set(c.query, c.secret)
		r.URL.RawQuery = query.Encode()
	case c.header != "":
		r.Header.Set(c.header, c.secret)
	}
}

// token is what a login gave. It lives as long as its source.
type token struct {
	text string
	// renewAt is when a new one is fetched, zero where the token does not expire.
	renewAt time.Time
}

// renewEarly is how long before its end a token is renewed.
const renewEarly = time.Minute

// usable reports whether the token can be sent.
func (t token) usable(now time.Time) bool {
	return t.text != "" && (t.renewAt.IsZero() || now.Before(t.renewAt))
}

// renew puts a token into the credentials: the one at hand while it is usable, a
// new one where it is not or where force says that the server refused it.
func (e *session) renew(ctx context.Context, p *patience, force bool) error {
	s := e.source
	s.tokenLock.Lock()
	defer s.tokenLock.Unlock()
	// Another session may have renewed the token that was refused.
	sent := e.credentials.secret
	if force && sent == *s.config.Auth.Prefix+s.token.text {
		s.token = token{}
	}
	if !s.token.usable(s.env.Now()) {
		fresh, err := e.logIn(ctx, p)
		if err != nil {
			return err
		}
		s.token = fresh
	}
	e.credentials.secret = *s.config.Auth.Prefix + s.token.text
	return nil
}

// loginBytes bounds the answer to a login.
const loginBytes = 1 << 20

// The places of the answer to a login.
const (
	tokenPlace = iota
	expiresPlace
)

// logIn asks for a token.
func (e *session) logIn(ctx context.Context, p *patience) (token, error) {
	s := e.source
	var answer document
	err := e.do(ctx, call{
		make: e.loginRequest, limit: loginBytes, tooLarge: loginWithoutToken, login: true,
		take: func(_ *http.Response, body io.Reader) (err error) {
			answer, err = scan(body, s.loginPlaces, -1, false)
			return err
		},
	}, p)
	var f *failure
	switch {
	case errors.As(err, &f) && !f.again && f.ends == nil, errors.As(err, &f) && f.rule == unauthorised.rule:
		refused := loginRefused.fail()
		refused.status, refused.told = f.status, f.told
		return token{}, refused
	case errors.As(err, &f):
		// The login was tried as often as is allowed: what waits for it is not.
		f.again = false
		return token{}, f
	case err != nil:
		return token{}, err
	}
	found := answer.found[tokenPlace]
	if found.text == "" || strings.ContainsAny(found.text, "\r\n\x00") {
		return token{}, loginWithoutToken.fail()
	}
	return token{found.text, s.renewAt(answer.found[expiresPlace])}, nil
}

// loginRequest makes the request of a login.
func (e *session) loginRequest(ctx context.Context) (*http.Request, error) {
	l, auth := e.credentials.login, e.source.config.Auth
	target := *l.target
	form := url.Values{}
	for name, value := range l.body {
		form.Set(name, value)
	}
	if auth.Login.Method == methodGet {
		target.RawQuery = form.Encode()
		return e.requestTo(ctx, &target, methodGet, nil)
	}
	content, kind := []byte(form.Encode()), "application/x-www-form-urlencoded"
	if !auth.Form {
		kind = "application/json"
		// A map of texts can always be written.
		content, _ = json.Marshal(l.body)
	}
	r, err := e.requestTo(ctx, &target, methodPost, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", kind)
	return r, nil
}

// renewAt returns when a token that is fresh now is renewed: a minute before it
// expires, or at half of a life that is shorter than two. What is told as expiry is
// a number of seconds, or an instant.
func (s *Source) renewAt(expires finding) time.Time {
	now := s.env.Now()
	life := s.config.Auth.Lifetime.Std()
	if seconds, err := strconv.ParseFloat(expires.text, 64); err == nil && seconds > 0 && seconds < longestWait.Seconds() {
		life = time.Duration(seconds * float64(time.Second))
	} else if at, err := time.Parse(time.RFC3339, expires.text); err == nil {
		life = max(at.Sub(now), time.Second)
	}
	if life == 0 {
		return time.Time{}
	}
	return now.Add(life - min(renewEarly, life/2))
}

// placeOf parses the path of a place, which leads down and to one value.
func placeOf(text string) (place, bool) {
	if text == "" {
		return place{}, true
	}
	p, err := path.Parse(text)
	if err != nil || p.Up > 0 {
		return place{}, false
	}
	for _, step := range p.Steps {
		if step.All {
			return place{}, false
		}
	}
	return place{p.Steps, true}, true
}
