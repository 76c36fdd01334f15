package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"thidua/ingest/path"
)

// parameter is a part of a request that changes from one to the next. Its value is
// a string or an int64.
type parameter struct {
	name  string
	value any
}

// request makes the request for one page: with the parameters in its query, or in
// its body where it has one.
func (e *session) request(ctx context.Context, parameters []parameter) (*http.Request, error) {
	config := e.source.config.Endpoint
	target := *e.base
	query := target.Query()
	for name, value := range config.Query {
		query.Set(name, value)
	}
	var body io.Reader
	if config.Method == methodPost {
		content, err := e.source.fill(parameters)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(content)
	} else {
		for _, p := range parameters {
			query.Set(p.name, decimal(p.value))
		}
	}
	target.RawQuery = query.Encode()
	return e.requestTo(ctx, &target, config.Method, body)
}

// requestTo makes a request to a whole address, with the headers that every request
// carries. Secret ones go to the server of the endpoint alone.
func (e *session) requestTo(ctx context.Context, target *url.URL, method string, body io.Reader) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		// Its text holds the address, and with it the query.
		return nil, fmt.Errorf("make a request: %w", ErrSetting)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	accept := "application/json"
	if e.source.config.Raw {
		accept = "*/*"
	}
	r.Header.Set("Accept", accept)
	for name, value := range e.source.config.Headers {
		r.Header.Set(name, value)
	}
	if sameOrigin(target, e.base) {
		for name, value := range e.secretHeaders {
			r.Header.Set(name, value)
		}
	}
	return r, nil
}

// fill puts the parameters into a copy of the body's template.
func (s *Source) fill(parameters []parameter) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(s.template))
	decoder.UseNumber()
	object := map[string]any{}
	if err := decoder.Decode(&object); err != nil {
		return nil, fmt.Errorf("fill the body: %w", err)
	}
	for _, p := range parameters {
		if err := put(object, p); err != nil {
			return nil, err
		}
	}
	content, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("fill the body: %w", err)
	}
	return content, nil
}

// put sets the member that the name of a parameter leads to. Objects on the way are
// made where there is nothing.
func put(object map[string]any, p parameter) error {
	at, err := path.Parse(p.name)
	if err != nil {
		return err
	}
	if len(at.Steps) == 0 || at.Up > 0 || slices.ContainsFunc(at.Steps, func(s path.Step) bool { return s.All }) {
		return fmt.Errorf("%w: a parameter is a name, or names joined by points", path.ErrPath)
	}
	last := len(at.Steps) - 1
	for _, step := range at.Steps[:last] {
		next, ok := object[step.Name].(map[string]any)
		if !ok && object[step.Name] != nil {
			return fmt.Errorf("%w: no object stands where the parameter leads", path.ErrPath)
		}
		if !ok {
			next = map[string]any{}
			object[step.Name] = next
		}
		object = next
	}
	object[at.Steps[last].Name] = p.value
	return nil
}

// appendJSON writes a text as JSON.
func appendJSON(b []byte, text string) []byte {
	// A string can always be written.
	quoted, _ := json.Marshal(text)
	return append(b, quoted...)
}

// sorted lists the names of a map in their order.
func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
