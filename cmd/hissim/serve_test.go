package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a server may take to listen or to stop.
const patience = 20 * time.Second

// TestServeScripts drives the server as people do. Scripts have three commands
// beside the usual ones, which speak to the server whose URL the file address holds
// and print the status, the headers and the body of an answer:
//
//	await FILE              waits until a file is there
//	login ACCOUNT PASSWORD  logs a facility in; get shows the token from then on
//	get PATH                asks for a path, whose query may have blanks
func TestServeScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join("testdata", "serve"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"await": await, "login": login, "get": get},
	})
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	ts.Check(awaitFile(ts.MkAbs(args[0])))
}

func awaitFile(name string) error {
	for began := time.Now(); time.Since(began) < patience; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(name); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s is not there", filepath.Base(name))
}

func login(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: login ACCOUNT PASSWORD")
	}
	text, err := json.Marshal(map[string]string{"ma_lien_thong_co_so_kham_chua_benh": args[0], "password": args[1]})
	ts.Check(err)
	body := show(ts, http.MethodPost, "/api/auth/dang-nhap-co-so-kham-chua-benh", text)
	var answer struct{ Token string }
	ts.Check(json.Unmarshal(body, &answer))
	ts.Setenv("TOKEN", answer.Token)
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: get PATH")
	}
	show(ts, http.MethodGet, args[0], nil)
}

// show sends a request, prints the answer and returns its body.
func show(ts *testscript.TestScript, method, path string, body []byte) []byte {
	base := strings.TrimSpace(ts.ReadFile("address"))
	path, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	ts.Check(err)
	r, err := http.NewRequest(method, base+path+"?"+values.Encode(), bytes.NewReader(body))
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+ts.Getenv("TOKEN"))
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), answer.StatusCode)
	for name := range answer.Header {
		fmt.Fprintf(ts.Stdout(), "%s: %s\n", name, answer.Header.Get(name))
	}
	fmt.Fprintln(ts.Stdout(), string(text))
	return text
}

// A server that is told to stop ends in time and well, also while a client waits
// for an answer.
func TestServeStopsOnSIGTERM(t *testing.T) {
	address := filepath.Join(t.TempDir(), "address")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	server := &exec.Cmd{
		Path: self, Stdout: &out, Stderr: &errOut,
		Args: []string{"hissim", "serve", "--scale", "0.001", "--address-file", address, "--fault", "slow,seconds=3600,on=login"},
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill() })
	if err := awaitFile(address); err != nil {
		t.Fatal(err, errOut.String())
	}
	base, err := os.ReadFile(address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	waiting, asked := make(chan error, 1), make(chan struct{})
	go func() {
		trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(asked) }}
		r, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodPost,
			strings.TrimSpace(string(base))+"/api/auth/dang-nhap-co-so-kham-chua-benh", strings.NewReader("{}"))
		if err == nil {
			var answer *http.Response
			if answer, err = http.DefaultClient.Do(r); err == nil {
				_ = answer.Body.Close()
			}
		}
		waiting <- err
	}()
	select {
	case <-asked:
		// What the client has sent, the server still has to read.
		time.Sleep(200 * time.Millisecond)
	case <-ctx.Done():
		t.Fatal("the client could not ask")
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("the server ended with %v: %s", err, errOut.String())
	}
	if err := <-waiting; err == nil || ctx.Err() != nil {
		t.Errorf("the client got %v, want a connection that ends with the server", err)
	}
	if !strings.Contains(out.String(), "1 requests served, 1 struck by a fault") {
		t.Errorf("the server does not account for its request: %s", out.String())
	}
}
