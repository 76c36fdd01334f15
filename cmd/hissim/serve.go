package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"thidua/cmd/hissim/portal"
	"thidua/cmd/hissim/province"
	"thidua/configs/reference"
)

// graceSeconds is how long requests at work may take when the server is told to
// stop.
const graceSeconds = 5

// samplePassword is the password where no other is handed over.
const samplePassword = "mau"

// serveFlags are the flags of serve as given.
type serveFlags struct {
	listen, addressFile string
	anyAddress          bool
	profile             string
	seed                uint64
	scale               float64
	now                 string
	passwordEnv         string
	tokenLifetime       time.Duration
	rate                float64
	faults              []string
}

func serveCommand() *cobra.Command {
	var f serveFlags
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve prescriptions and transfers over HTTP, with faults on request",
		Long: `Serves the national e-prescription system's log-in and look-up, and an invented
provincial gateway that lists prescriptions and transfers of health records, until
it is stopped by SIGTERM or an interrupt. What it serves is what hissim write
--profile writes with the same profile, seed and scale. GET / tells the addresses.

A fault is NAME, =N for the first request that it strikes, and further settings:
every=N strikes each Nth from there on, times=N (or forever) how many, seconds=N how
long, on=ENDPOINT (list, transfers, lookup, login) where. The faults are:

` + faultTable(),
		Example: `  hissim serve --profile thai-nguyen-2022h1 --scale 0.01 --address-file address
  hissim serve --fault token-expiry=3 --fault 503=5,every=5,times=forever`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 {
				return fmt.Errorf("%w: serve takes no arguments", errUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return serve(c.Context(), c.OutOrStdout(), f) },
	}
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errUsage, err) })
	f.bind(command)
	return command
}

func (f *serveFlags) bind(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	flags.BoolVar(&f.anyAddress, "any-address", false, "allow an address that other machines can reach")
	flags.StringVar(&f.addressFile, "address-file", "", "file for the base URL, written when the server listens")
	flags.StringVar(&f.profile, "profile", "thai-nguyen-2022h1", "province profile")
	flags.Uint64Var(&f.seed, "seed", 1, "number that decides all chance")
	flags.Float64Var(&f.scale, "scale", 0.01, "size against the real province")
	flags.StringVar(&f.now, "now", "", "instant such as 2022-06-15T08:00:00+07:00 that the server's clock stands still at (default: it runs)")
	flags.StringVar(&f.passwordEnv, "password-env", "", "environment variable with the password and app-key (default: both are "+samplePassword+")")
	flags.DurationVar(&f.tokenLifetime, "token-lifetime", 7*24*time.Hour, "how long a token is good for")
	flags.Float64Var(&f.rate, "rate", 0, "requests in a second, beyond which the answer is 429; 0 sets no bound")
	flags.StringArrayVar(&f.faults, "fault", nil, "fault to play, may be repeated")
}

// faultTable lists the faults for the help.
func faultTable() string {
	var text strings.Builder
	for _, f := range portal.FaultNames() {
		fmt.Fprintf(&text, "  %-16s %s\n", f[0], f[1])
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// config turns the flags into what a portal is made of, all but its records.
func (f serveFlags) config() (portal.Config, error) {
	c := portal.Config{Now: time.Now, Password: samplePassword, TokenLifetime: f.tokenLifetime, Rate: f.rate}
	if f.now != "" {
		at, err := time.Parse(time.RFC3339, f.now)
		if err != nil {
			return c, fmt.Errorf("%w: --now is an instant such as 2022-06-15T08:00:00+07:00", errUsage)
		}
		c.Now = func() time.Time { return at }
	}
	if f.passwordEnv != "" {
		if c.Password = os.Getenv(f.passwordEnv); c.Password == "" {
			return c, fmt.Errorf("%w: the environment variable that --password-env names is empty", errUsage)
		}
	}
	if f.tokenLifetime <= 0 || f.rate < 0 {
		return c, fmt.Errorf("%w: --token-lifetime and --rate are not negative, and a token has some life", errUsage)
	}
	for _, text := range f.faults {
		fault, err := portal.ParseFault(text)
		if err != nil {
			return c, fmt.Errorf("%w: %w", errUsage, err)
		}
		c.Faults = append(c.Faults, fault)
	}
	return c, nil
}

// address refuses to be reached from other machines unless that is allowed: the
// password is no secret.
func (f serveFlags) address() error {
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return fmt.Errorf("%w: --listen is an address such as 127.0.0.1:8080", errUsage)
	}
	ip := net.ParseIP(host)
	if !f.anyAddress && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%w: --listen is a loopback address; others only with --any-address", errUsage)
	}
	return nil
}

func serve(ctx context.Context, out io.Writer, f serveFlags) error {
	c, err := f.config()
	if err == nil {
		err = f.address()
	}
	if err != nil {
		return err
	}
	facilities, err := allFacilities()
	if err != nil {
		return err
	}
	outside, err := province.NewOutside(f.profile, f.seed, f.scale, facilities)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	c.Records = outside
	p, err := portal.New(c)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	url := "http://" + listener.Addr().String()
	if f.addressFile != "" {
		if err := writeAddress(f.addressFile, url); err != nil {
			_ = listener.Close()
			return err
		}
	}
	if _, err := fmt.Fprintln(out, "serving on", url); err != nil {
		_ = listener.Close()
		return fmt.Errorf("say the address: %w", err)
	}
	if err := serveUntil(ctx, listener, p); err != nil {
		return err
	}
	return account(out, p.Requests())
}

// allFacilities reads the reference table of facilities.
func allFacilities() ([]province.Facility, error) {
	table, err := reference.Files.Open("facility.csv")
	if err != nil {
		return nil, fmt.Errorf("open the facilities: %w", err)
	}
	defer func() { _ = table.Close() }()
	return province.ReadFacilities(table)
}

// writeAddress gives the file its name when it is whole: who waits for it finds
// the address in it.
func writeAddress(name, url string) error {
	err := os.WriteFile(name+".part", []byte(url+"\n"), 0o644)
	if err == nil {
		err = os.Rename(name+".part", name)
	}
	if err != nil {
		return fmt.Errorf("write the address: %w", err)
	}
	return nil
}

// serveUntil serves until ctx is done, and lets the requests at work come to
// their end.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second,
		// A request that is made to wait ends with the server.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	// The server is waited for below: it ends when Shutdown begins.
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceSeconds*time.Second)
		defer cancel()
		stopped <- server.Shutdown(grace)
	})
	err := server.Serve(listener)
	if stop() {
		return fmt.Errorf("serve: %w", err)
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

// account says how much was served.
func account(out io.Writer, seen []portal.Seen) error {
	struck := 0
	for _, s := range seen {
		if s.Fault != "" {
			struck++
		}
	}
	_, err := fmt.Fprintf(out, "%d requests served, %d struck by a fault\n", len(seen), struck)
	return err
}
