package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"thidua/transform/declaration"
)

// compile checks the configuration and reads what it writes as text.
func (s *Source) compile() error {
	var p declaration.Problems
	c := s.config
	s.compileWindow(&p)
	s.compilePages(&p)
	checkEndpoint(&p, c)
	checkAuth(&p, c)
	s.loginPlaces[tokenPlace] = compilePlace(&p, "$.auth.token_path", c.Auth.TokenPath)
	s.loginPlaces[expiresPlace] = compilePlace(&p, "$.auth.expires_in_path", c.Auth.ExpiresInPath)
	checkEach(&p, c)
	checkContent(&p, c)
	checkNumbers(&p, c)
	s.compileBody(&p)
	return p.Err()
}

func checkEndpoint(p *declaration.Problems, c Config) {
	switch _, ok := parseBase(c.BaseURL); {
	case c.BaseURL == "" && c.BaseURLEnv == "":
		p.Add("$.base_url", "no server is named", "write its address, such as https://api.example.vn, or base_url_env")
	case c.BaseURL != "" && c.BaseURLEnv != "":
		p.Add("$.base_url_env", "the server is named twice", "keep base_url or base_url_env")
	case c.BaseURL != "" && !ok:
		p.Add("$.base_url", "not the address of a server", "write https://, a host and a path, without account, ? and #")
	}
	if strings.ContainsAny(c.Endpoint.Path, "?#") {
		p.Add("$.path", "a path holds no ? and no #", "write parameters under query")
	}
	oneOf(p, "$.method", c.Endpoint.Method, methodGet, methodPost)
	if c.Endpoint.Method != methodPost && c.Body != nil {
		p.Add("$.body", "only a POST has a body", "write method: POST")
	}
	for _, name := range sorted(c.SecretHeaders) {
		checkSecret(p, "$.secret_headers."+name, c.SecretHeaders[name])
		if !isToken(name) {
			p.Add("$.secret_headers."+name, "not the name of a header", "write letters, digits and hyphens")
		}
	}
	for _, name := range sorted(c.Headers) {
		if !isToken(name) || strings.ContainsAny(c.Headers[name], "\r\n\x00") {
			p.Add("$.headers."+name, "not a header", "write letters, digits and hyphens, and a value of one line")
		}
		if slices.Contains([]string{"Authorization", "Cookie"}, http.CanonicalHeaderKey(name)) {
			p.Add("$.headers."+name, "the header is a secret", "write it under auth or secret_headers")
		}
	}
}

// isToken reports whether text can be the name of a header.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

func checkSecret(p *declaration.Problems, path string, s Secret) {
	if (s.Env == "") == (s.File == "") {
		p.Add(path, "a secret names one place", "write {env: NAME} or {file: PATH}")
	}
}

func checkAuth(p *declaration.Problems, c Config) {
	auth := c.Auth
	switch auth.Kind {
	case "":
	case authBasic:
		if auth.Username == "" {
			p.Add("$.auth.username", "no account is named", "write its name")
		}
		checkSecret(p, "$.auth.password", auth.Password)
	case authBearer:
		checkSecret(p, "$.auth.bearer", auth.Bearer)
	case authAPIKey:
		checkSecret(p, "$.auth.value", auth.Value)
		if (auth.Header == "") == (auth.Query == "") {
			p.Add("$.auth.header", "a key stands in one place", "write header or query")
		}
	case authLogin:
		checkLogin(p, auth)
	default:
		oneOf(p, "$.auth.kind", auth.Kind, authBasic, authBearer, authAPIKey, authLogin)
	}
	if auth.Header != "" && !isToken(auth.Header) {
		p.Add("$.auth.header", "not the name of a header", "write letters, digits and hyphens")
	}
}

func checkLogin(p *declaration.Problems, auth Auth) {
	if (auth.Path == "") == (auth.URL == "") {
		p.Add("$.auth.path", "a login has one address", "write path, or url where it is another server")
	}
	if auth.URL != "" && !hosted(auth.URL) {
		p.Add("$.auth.url", "not an address", "write https://, a host and a path")
	}
	oneOf(p, "$.auth.method", auth.Login.Method, methodGet, methodPost)
	for _, name := range sorted(auth.Body) {
		if v := auth.Body[name]; v.Text == "" || !v.Secret.unset() {
			checkSecret(p, "$.auth.body."+name, v.Secret)
		}
	}
}

func (s *Source) compilePages(p *declaration.Problems) {
	c := s.config.Pages
	oneOf(p, "$.pages.kind", c.Kind, pagesNone, pagesPage, pagesOffset, pagesCursor, pagesLink)
	s.pagePlaces[recordsPlace] = compilePlace(p, "$.pages.records", c.Records)
	s.pagePlaces[totalPlace] = compilePlace(p, "$.pages.total", c.Total)
	s.pagePlaces[cursorPlace] = compilePlace(p, "$.pages.cursor", c.Cursor)
	s.pagePlaces[morePlace] = compilePlace(p, "$.pages.more", c.More)
	numbered := c.Kind == pagesPage || c.Kind == pagesOffset
	if c.Parameter == "" && (numbered || c.Kind == pagesCursor) {
		p.Add("$.pages.parameter", "no parameter is named", "write which one asks for the next page")
	}
	if c.Records == "" && (numbered || c.Total != "") {
		p.Add("$.pages.records", "records cannot be counted", "write the path to their list")
	}
	if c.Records == "" && c.NullIsEmpty {
		p.Add("$.pages.null_is_empty", "no list is declared that can be null", "write the path to it under records")
	}
	if (c.Cursor != "") != (c.Kind == pagesCursor) {
		p.Add("$.pages.cursor", "a cursor belongs to pages of kind cursor", "write both or neither")
	}
	if c.Kind == pagesLink && s.config.Endpoint.Method == methodPost {
		p.Add("$.pages.kind", "a link leads to a GET", "write method: GET")
	}
	if c.SizeParameter != "" && c.Size <= 0 {
		p.Add("$.pages.size", "no size is given", "write how many records to ask for")
	}
}

func compilePlace(p *declaration.Problems, path, text string) place {
	at, ok := placeOf(text)
	if !ok {
		p.Add(path, "not a path to one value", "write names joined by points, such as meta.total")
	}
	return at
}

func (s *Source) compileWindow(p *declaration.Problems) {
	w := s.config.Window
	oneOf(p, "$.window.every", w.Every, everyHour, everyDay, everyWeek, everyMonth, everyWhole)
	if w.Every == everyWhole {
		if w.From != "" || w.FromParameter != "" || w.ToParameter != "" {
			p.Add("$.window.every", "a window without length has no bounds", "write hour, day, week or month")
		}
		return
	}
	var ok bool
	if s.from, ok = w.start(); !ok {
		p.Add("$.window.from", "not an instant", "write where the first window begins, such as 2024-01-01")
	}
	if w.FromParameter == "" {
		p.Add("$.window.from_parameter", "no parameter is named", "write which one holds the window's begin")
	}
	if w.ToParameter == "" {
		p.Add("$.window.to_parameter", "no parameter is named", "write which one holds the window's end")
	}
	day := time.Date(2024, 3, 5, 0, 0, 0, 0, vietnam())
	next := w.next(day)
	for _, other := range []time.Time{next, day.AddDate(0, 0, 1), day.AddDate(0, 1, 0), day.AddDate(1, 0, 0)} {
		if !w.tells(day, other) {
			p.Add("$.window.format", "the format writes two windows alike", "write date, date_time, vn_date, epoch_s, epoch_ms or a layout such as 2006-01-02 15:04")
			return
		}
	}
}

func checkEach(p *declaration.Problems, c Config) {
	each := c.Each
	switch {
	case each.Parameter == "" && len(each.Values) > 0:
		p.Add("$.each.parameter", "no parameter is named", "write which one takes the values")
	case each.Parameter != "" && len(each.Values) == 0:
		p.Add("$.each.values", "there are no values", "write a list of them")
	case each.Parameter == "window_from" || each.Parameter == "window_to":
		p.Add("$.each.parameter", "the name stands for a bound of the window", "declare it under window")
	}
	seen := map[string]bool{}
	for i, v := range each.Values {
		if v == "" || seen[v] {
			p.Add(fmt.Sprintf("$.each.values[%d]", i), "the value is empty or stands twice", "leave it out")
		}
		seen[v] = true
	}
}

func checkContent(p *declaration.Problems, c Config) {
	if c.Content != "" && !c.Raw {
		p.Add("$.content", "content is that of a file", "write raw: true")
	}
	if c.Content != "" {
		oneOf(p, "$.content", c.Content, contentCSV, contentXLSX, contentXML)
	}
	if c.Raw && (c.Pages.Kind != pagesNone || c.Pages.Records != "" || c.Pages.Total != "") {
		p.Add("$.raw", "a file has no pages", "leave pages out")
	}
}

func checkNumbers(p *declaration.Problems, c Config) {
	for _, n := range []struct {
		path  string
		value int
	}{
		{"$.pages.size", c.Pages.Size},
		{"$.pages.first", *c.Pages.First},
		{"$.pages.max", c.Pages.Max},
		{"$.rate.requests", c.Rate.Requests},
		{"$.retry.attempts", c.Retry.Attempts},
	} {
		if n.value < 0 {
			p.Add(n.path, "less than zero", "leave it out for the default")
		}
	}
	if c.Retry.First > c.Retry.Most {
		p.Add("$.retry.most", "less than the first wait", "write a longer one")
	}
}

// compileBody writes the template as JSON, and puts each parameter into it once.
func (s *Source) compileBody(p *declaration.Problems) {
	c := s.config
	if c.Endpoint.Method != methodPost {
		return
	}
	template := c.Body
	if template == nil {
		template = Template{}
	}
	var err error
	if s.template, err = json.Marshal(template); err != nil {
		p.Add("$.body", "not a JSON document", "write keys as text, and no numbers such as .nan")
		return
	}
	object := map[string]any{}
	for _, named := range []struct{ path, name string }{
		{"$.window.from_parameter", c.Window.FromParameter},
		{"$.window.to_parameter", c.Window.ToParameter},
		{"$.each.parameter", c.Each.Parameter},
		{"$.pages.parameter", c.Pages.Parameter},
		{"$.pages.size_parameter", c.Pages.SizeParameter},
	} {
		if err := json.Unmarshal(s.template, &object); err != nil || named.name == "" {
			continue
		}
		if err := put(object, parameter{named.name, ""}); err != nil {
			p.Add(named.path, "leads to no member of the body", "write a name, or names joined by points")
		}
	}
}

// oneOf refuses a word that is not among those known.
func oneOf(p *declaration.Problems, path, word string, known ...string) {
	if !slices.Contains(known, word) {
		p.Add(path, "unknown word", "write one of "+strings.Join(known, ", "))
	}
}
