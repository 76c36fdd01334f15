package rest_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"thidua/ingest/source"
	"thidua/ingest/source/rest"
	"thidua/ingest/source/sourcetest"
)

// cabinet is a server of files, and a source that asks for each of them by its
// name. It is declared anew where there are other files.
type cabinet struct {
	world *world
	files map[string][]byte
}

func (c *cabinet) serve(out http.ResponseWriter, r *http.Request) {
	_, _ = out.Write(c.files[r.URL.Query().Get("name")])
}

func (c *cabinet) source() (*rest.Source, error) {
	config := rest.Config{
		Endpoint: rest.Endpoint{BaseURL: c.world.server.URL}, Raw: true,
		Window: rest.Window{Every: "day", From: "2024-03-09", FromParameter: "from", ToParameter: "to"},
	}
	for name := range c.files {
		config.Each.Parameter = "name"
		config.Each.Values = append(config.Each.Values, name)
	}
	slices.Sort(config.Each.Values)
	if len(c.files) == 0 {
		config.Window.From = "2025-01-01"
	}
	return rest.New(config, c.world.environment())
}

// Pull asks for what is final by the end of the first window alone.
func (c *cabinet) Pull(ctx context.Context, known func(source.Item) bool, yield func(source.Payload) error) (source.Report, error) {
	s, err := c.source()
	if err != nil {
		return source.Report{}, err
	}
	return s.Pull(ctx, known, yield)
}

func (c *cabinet) Check(ctx context.Context) error {
	s, err := c.source()
	if err != nil {
		return err
	}
	return s.Check(ctx)
}

func TestConformance(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T) sourcetest.Fixture {
		c := &cabinet{files: map[string][]byte{}}
		c.world = newWorld(t, c.serve)
		// Midnight: the first window is over, and the next one has not begun.
		c.world.pass(-12 * 60 * 60 * 1e9)
		return sourcetest.Fixture{
			Source: c, Held: true,
			Put:    func(name string, content []byte) error { c.files[name] = content; return nil },
			Remove: func(name string) error { delete(c.files, name); return nil },
			Break:  func() error { c.files["a.txt"] = nil; c.world.server.Close(); return nil },
		}
	})
}
