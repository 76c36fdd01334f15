package rest

import (
	"time"

	"thidua/transform/declaration"
)

// Config is the source block of a job that asks an HTTP endpoint. The zero value of
// each field but the address stands for its default.
type Config struct {
	Endpoint `yaml:",inline"`

	Auth   Auth   `yaml:"auth,omitempty" jsonschema_description:"how the server knows who asks; default: it does not ask"`
	Pages  Pages  `yaml:"pages,omitempty" jsonschema_description:"how an answer is divided; default: it is not"`
	Window Window `yaml:"window,omitempty" jsonschema_description:"how time is divided into requests; default: everything at once, anew in each run"`
	Each   Each   `yaml:"each,omitempty" jsonschema_description:"a parameter that is asked for with one value after the other"`
	Rate   Rate   `yaml:"rate,omitempty" jsonschema_description:"how often the server may be asked; default: as fast as it answers"`
	Retry  Retry  `yaml:"retry,omitempty" jsonschema_description:"how often and how long a request is tried again"`
	// Timeout bounds one request to the last byte of its answer.
	Timeout declaration.Duration `yaml:"timeout,omitempty" jsonschema_description:"longest time for one request and its answer; default 60s"`
	Limits  Limits               `yaml:"limits,omitempty" jsonschema_description:"greatest sizes of what is answered"`
	TLS     TLS                  `yaml:"tls,omitempty" jsonschema_description:"whose certificates are trusted; default: those of the system"`
	// ProxyURLEnv names the variable that holds the address of a proxy. The usual
	// variables of the environment are not looked at.
	ProxyURLEnv string `yaml:"proxy_url_env,omitempty" jsonschema_description:"environment variable that holds the address of a proxy; default: no proxy"`
	// Raw says that the answer is a file and no JSON: it is passed on as it is.
	Raw     bool   `yaml:"raw,omitempty" jsonschema_description:"the answer is a file and no JSON; it is passed on as it is"`
	Content string `yaml:"content,omitempty" jsonschema:"enum=csv,enum=xlsx,enum=xml" jsonschema_description:"with raw: what the file has to look like; csv, xlsx or xml"`
}

// Endpoint is what is asked: the address, and what each request carries beside its
// parameters.
type Endpoint struct {
	BaseURL    string            `yaml:"base_url,omitempty" jsonschema_description:"address of the server, such as https://api.example.vn/v1"`
	BaseURLEnv string            `yaml:"base_url_env,omitempty" jsonschema_description:"environment variable that holds the address of the server"`
	Path       string            `yaml:"path,omitempty" jsonschema_description:"path below the address"`
	Method     string            `yaml:"method,omitempty" jsonschema:"enum=GET,enum=POST" jsonschema_description:"GET (the default) or POST"`
	Query      map[string]string `yaml:"query,omitempty" jsonschema_description:"parameters that every request carries"`
	Headers    map[string]string `yaml:"headers,omitempty" jsonschema_description:"headers that every request carries"`
	// SecretHeaders are headers whose values are secrets.
	SecretHeaders map[string]Secret `yaml:"secret_headers,omitempty" jsonschema_description:"headers whose values are secrets: name to {env: …} or {file: …}"`
	// Body is the JSON document that a POST sends. Parameters are put into it by
	// name; a name with points, such as filter.from, leads to a member of a member.
	Body Template `yaml:"body,omitempty" jsonschema_description:"with POST: the document that is sent; parameters are put into it by name"`
}

// Auth is how the server knows who asks. Kind says which of the other fields are
// read: basic (Username, Password), bearer (Bearer), api_key (Header or Query, and
// Value), login (Login, Header).
type Auth struct {
	Kind     string `yaml:"kind,omitempty" jsonschema:"enum=basic,enum=bearer,enum=api_key,enum=login" jsonschema_description:"basic, bearer, api_key or login"`
	Username string `yaml:"username,omitempty" jsonschema_description:"with basic: name of the account"`
	Password Secret `yaml:"password,omitempty" jsonschema_description:"with basic: {env: …} or {file: …}"`
	Bearer   Secret `yaml:"bearer,omitempty" jsonschema_description:"with bearer: the token, {env: …} or {file: …}"`
	Header   string `yaml:"header,omitempty" jsonschema_description:"with api_key: header of the key; with login: header of the token, default Authorization"`
	Query    string `yaml:"query,omitempty" jsonschema_description:"with api_key: parameter of the key"`
	Value    Secret `yaml:"value,omitempty" jsonschema_description:"with api_key: the key, {env: …} or {file: …}"`
	Login    `yaml:",inline"`
}

// Login is a request that answers with a token. The token is kept in memory, and
// renewed a minute before it expires and where the server no longer takes it.
type Login struct {
	Path   string           `yaml:"path,omitempty" jsonschema_description:"with login: path below the address of the server"`
	URL    string           `yaml:"url,omitempty" jsonschema_description:"with login: whole address, where it is another server"`
	Method string           `yaml:"method,omitempty" jsonschema:"enum=GET,enum=POST" jsonschema_description:"with login: POST (the default) or GET"`
	Body   map[string]Value `yaml:"body,omitempty" jsonschema_description:"with login: what is sent; each value is a text, {env: …} or {file: …}"`
	Form   bool             `yaml:"form,omitempty" jsonschema_description:"with login: the body is a form and no JSON"`
	// TokenPath leads to the token in the answer, ExpiresInPath to the seconds that
	// it is valid for, or to the instant at which it expires.
	TokenPath     string               `yaml:"token_path,omitempty" jsonschema_description:"with login: where the token stands in the answer; default token"`
	ExpiresInPath string               `yaml:"expires_in_path,omitempty" jsonschema_description:"with login: where the answer says for how many seconds the token is valid"`
	Lifetime      declaration.Duration `yaml:"lifetime,omitempty" jsonschema_description:"with login: how long a token is valid, where the answer does not say"`
	Prefix        *string              `yaml:"prefix,omitempty" jsonschema_description:"with login: what stands before the token in its header; default \"Bearer \""`
}

// Pages is how an answer is divided into pages. Paths lead to a place in the JSON
// document of a page; "@" is the document itself.
type Pages struct {
	Kind      string `yaml:"kind,omitempty" jsonschema:"enum=none,enum=page,enum=offset,enum=cursor,enum=link" jsonschema_description:"none (the default), page, offset, cursor or link"`
	Parameter string `yaml:"parameter,omitempty" jsonschema_description:"parameter of the page number, the offset or the cursor"`
	First     *int   `yaml:"first,omitempty" jsonschema_description:"number of the first page, default 1; first offset, default 0"`
	// Size asks for so many records a page. Where neither total nor more says so, a
	// page with fewer is the last one if one before it had as many; if none had, the
	// server may give less than is asked for, and an empty page is the last one.
	Size          int    `yaml:"size,omitempty" jsonschema:"minimum=0" jsonschema_description:"records a page; behind a full page, one with fewer is the last"`
	SizeParameter string `yaml:"size_parameter,omitempty" jsonschema_description:"parameter of the size"`
	Records       string `yaml:"records,omitempty" jsonschema_description:"path to the list of records on a page; @ where the page is the list"`
	Total         string `yaml:"total,omitempty" jsonschema_description:"path to the number of records of all pages together, which every page has"`
	// NullIsEmpty says that a server writes null for a list without records. Else
	// null is one only beside a declared total of 0: many servers write it on a page
	// that went wrong.
	NullIsEmpty bool   `yaml:"null_is_empty,omitempty" jsonschema_description:"null in place of the list means no records; default: only beside a total of 0"`
	Cursor      string `yaml:"cursor,omitempty" jsonschema_description:"with cursor: path to the cursor of the next page"`
	More        string `yaml:"more,omitempty" jsonschema_description:"path to true where more pages follow, or to the number of the last page"`
	Max         int    `yaml:"max,omitempty" jsonschema:"minimum=0" jsonschema_description:"greatest number of pages of one window; default 100000"`
}

// Window is how time is divided into requests. Local time is Vietnam's.
type Window struct {
	Every         string `yaml:"every,omitempty" jsonschema:"enum=hour,enum=day,enum=week,enum=month,enum=whole" jsonschema_description:"hour, day, week (from Monday), month or whole (the default: no bounds, asked anew in each run)"`
	From          string `yaml:"from,omitempty" jsonschema_description:"where the first window begins, such as 2024-01-01 or 2024-01-01T08:00:00+07:00"`
	FromParameter string `yaml:"from_parameter,omitempty" jsonschema_description:"parameter of the window's begin"`
	ToParameter   string `yaml:"to_parameter,omitempty" jsonschema_description:"parameter of the window's end"`
	Format        string `yaml:"format,omitempty" jsonschema_description:"how instants are written: date_time (2024-01-01T00:00:00+07:00, the default), date, vn_date (dd/MM/yyyy), epoch_s, epoch_ms, or a layout of Go"`
	// ToInclusive says that the server counts the end as part of the window: it is
	// sent the last day, or the last second.
	ToInclusive bool `yaml:"to_inclusive,omitempty" jsonschema_description:"the server takes the end for the last day itself, or the last second"`
	// LookBack is how long after its end a window is still asked for in each run.
	LookBack declaration.Duration `yaml:"look_back,omitempty" jsonschema_description:"how long a window is asked for again after its end, such as 7d; default 0s"`
	Lag      declaration.Duration `yaml:"lag,omitempty" jsonschema_description:"how long after its end a window is complete; default 0s"`
}

// Each is a parameter that is asked for with one value after the other, such as
// the codes of facilities. Each value has windows of its own.
type Each struct {
	Parameter string   `yaml:"parameter,omitempty" jsonschema_description:"name of the parameter"`
	Values    []string `yaml:"values,omitempty" jsonschema_description:"its values"`
}

// Rate bounds how often the server is asked, evenly spaced.
type Rate struct {
	Requests int                  `yaml:"requests,omitempty" jsonschema:"minimum=0" jsonschema_description:"number of requests"`
	Per      declaration.Duration `yaml:"per,omitempty" jsonschema_description:"in this time; default 1s"`
}

// Retry says how a request is tried again that may go well the next time.
type Retry struct {
	Attempts int `yaml:"attempts,omitempty" jsonschema:"minimum=0" jsonschema_description:"attempts for one request, the first among them; default 5"`
	// Budget bounds what all requests of a window wait and lose together.
	Budget declaration.Duration `yaml:"budget,omitempty" jsonschema_description:"longest time that one window may spend on waiting and on failed attempts; default 2m"`
	First  declaration.Duration `yaml:"first,omitempty" jsonschema_description:"first wait, which grows from attempt to attempt; default 500ms"`
	Most   declaration.Duration `yaml:"most,omitempty" jsonschema_description:"longest wait, where the server asks for no longer one; default 30s"`
}

// Limits bound what is answered, decompressed.
type Limits struct {
	ResponseBytes declaration.Size `yaml:"response_bytes,omitempty" jsonschema_description:"greatest size of one answer; default 64MB"`
	WindowBytes   declaration.Size `yaml:"window_bytes,omitempty" jsonschema_description:"greatest size of all answers of one window; default 4GB"`
}

// TLS names who is trusted beside the authorities of the system.
type TLS struct {
	CAFile string `yaml:"ca_file,omitempty" jsonschema_description:"file with certificates (PEM) that are trusted beside those of the system"`
}

const (
	methodGet  = "GET"
	methodPost = "POST"

	authBasic  = "basic"
	authBearer = "bearer"
	authAPIKey = "api_key"
	authLogin  = "login"

	pagesNone   = "none"
	pagesPage   = "page"
	pagesOffset = "offset"
	pagesCursor = "cursor"
	pagesLink   = "link"

	everyHour  = "hour"
	everyDay   = "day"
	everyWeek  = "week"
	everyMonth = "month"
	everyWhole = "whole"

	contentCSV  = "csv"
	contentXLSX = "xlsx"
	contentXML  = "xml"

	defaultTimeout       = declaration.Duration(time.Minute)
	defaultPages         = 100_000
	defaultAttempts      = 5
	defaultBudget        = declaration.Duration(2 * time.Minute)
	defaultFirst         = declaration.Duration(500 * time.Millisecond)
	defaultMost          = declaration.Duration(30 * time.Second)
	defaultResponseBytes = 64e6
	defaultWindowBytes   = 4e9
)

// withDefaults returns c with every field set that has a default.
func (c Config) withDefaults() Config {
	setDefault(&c.Endpoint.Method, methodGet)
	setDefault(&c.Timeout, defaultTimeout)
	setDefault(&c.Auth.Login.Method, methodPost)
	setDefault(&c.Auth.TokenPath, "token")
	if c.Auth.Kind == authLogin {
		setDefault(&c.Auth.Header, "Authorization")
	}
	if c.Auth.Prefix == nil {
		bearer := "Bearer "
		c.Auth.Prefix = &bearer
	}
	setDefault(&c.Pages.Kind, pagesNone)
	setDefault(&c.Pages.Max, defaultPages)
	if c.Pages.First == nil {
		first := 1
		if c.Pages.Kind == pagesOffset {
			first = 0
		}
		c.Pages.First = &first
	}
	setDefault(&c.Window.Every, everyWhole)
	setDefault(&c.Window.Format, "date_time")
	setDefault(&c.Rate.Per, declaration.Duration(time.Second))
	setDefault(&c.Retry.Attempts, defaultAttempts)
	setDefault(&c.Retry.Budget, defaultBudget)
	setDefault(&c.Retry.First, defaultFirst)
	setDefault(&c.Retry.Most, defaultMost)
	setDefault(&c.Limits.ResponseBytes, defaultResponseBytes)
	setDefault(&c.Limits.WindowBytes, defaultWindowBytes)
	return c
}

// setDefault sets what is not set.
func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
