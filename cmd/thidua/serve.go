package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"thidua/ingest/schedule"
	"thidua/sinks/question"
)

// serveOptions are the flags of thidua serve.
type serveOptions struct {
	// listen is where health and metrics are told, as thidua.yaml says where empty.
	listen string
	// grace is how long a round may take to reach its next commit after a stop.
	grace time.Duration
}

func (a *app) serveCommand() *cobra.Command {
	var o serveOptions
	c := &cobra.Command{
		Use:   "serve",
		Short: "tự chạy các công việc theo lịch / run the jobs by their schedules",
		Long: `Chạy các công việc theo lịch đã khai báo, rồi tính và công bố sau mỗi vòng, cho đến khi nhận SIGTERM hoặc SIGINT.
/healthz và /metrics trả lời tại địa chỉ serve.listen của thidua.yaml.
Runs the jobs by their schedules, computes and publishes after each round, until SIGTERM or SIGINT.
/healthz and /metrics answer at the address that serve.listen of thidua.yaml names.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context(), o) },
	}
	c.Flags().StringVar(&o.listen, "listen", "", "địa chỉ của /healthz và /metrics, khác với thidua.yaml / address of /healthz and /metrics instead of that of thidua.yaml")
	c.Flags().DurationVar(&o.grace, "grace", time.Minute, "khi dừng, chờ vòng đang chạy đến lần ghi kế tiếp tối đa / when stopping, how long a round may take to its next commit")
	return c
}

// server is the program running by itself. The goroutine of the schedule alone
// touches app, config and memory; what HTTP answers from is under the lock.
type server struct {
	app       *app
	options   serveOptions
	schedule  *schedule.Scheduler
	meters    *meters
	startedAt time.Time
	config    configMark
	// memory holds the last runs of jobs, as the newest snapshot and the rounds since
	// have told.
	memory map[string]schedule.Run

	mu   sync.Mutex
	last lastRound
}

// lastRound is how the last round came out.
type lastRound struct {
	at time.Time
	// fault says why it could not run or publish, nil where it could.
	fault *said
	// wrongConfig says what is wrong with the files on disk while the last good ones
	// rule, nil where nothing is.
	wrongConfig *said
}

// serve runs rounds until the context ends. Nothing is lost by ending it: the
// runner repairs what even a kill leaves.
func (a *app) serve(ctx context.Context, o serveOptions) (err error) {
	if err := a.load(); err != nil {
		return err
	}
	if o.listen == "" {
		o.listen = a.set.Workspace.Serve.Listen
	}
	if o.grace < 0 {
		return usage("--grace không được âm", "--grace is not negative")
	}
	a.boundMemory()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return &said{
			"không mở được địa chỉ của /healthz và /metrics; chọn địa chỉ khác bằng --listen hoặc serve.listen",
			"the address of /healthz and /metrics cannot be had; choose another one by --listen or serve.listen", err,
		}
	}
	release, err := a.holdWorkspace(listener.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, release()) }()
	s, err := newServer(a, o)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	a.say("thidua serve đang chạy; tình trạng: http://%s/healthz", "thidua serve is running; health: http://%s/healthz", listener.Addr())
	return s.run(ctx, listener)
}

func newServer(a *app, o serveOptions) (*server, error) {
	s := &server{app: a, options: o, startedAt: a.now(), memory: make(map[string]schedule.Run)}
	s.recall()
	s.config = a.markConfig()
	s.schedule = schedule.New(schedule.Config{Now: a.now, After: a.after, Jobs: s.jobs, Round: s.round, Broken: s.broken})
	var err error
	if s.meters, err = newMeters(s.schedule); err != nil {
		return nil, err
	}
	s.meters.showConfig(true)
	s.meters.showSnapshot(a)
	return s, nil
}

// run keeps the schedule in this goroutine and answers HTTP in another, which has
// ended when run returns.
func (s *server) run(ctx context.Context, listener net.Listener) error {
	const slowest = 10 * time.Second
	web := &http.Server{Handler: s.handler(), ReadTimeout: slowest, WriteTimeout: slowest, MaxHeaderBytes: 1 << 14}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	s.schedule.Serve(ctx)
	err := web.Close()
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	s.app.say("thidua serve đã dừng.", "thidua serve has stopped.")
	return err
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.serveHealth)
	mux.Handle("GET /metrics", s.meters.handler())
	return mux
}

// holder is who runs by itself in a workspace, as its file in the folder state says.
type holder struct {
	PID       int       `json:"pid"`
	Listen    string    `json:"listen"`
	StartedAt time.Time `json:"started_at"`
}

// holdWorkspace makes this process the only one that runs by itself in the
// workspace. The end of the process, whatever it is, gives the place up.
func (a *app) holdWorkspace(listen string) (release func() error, err error) {
	if err := os.MkdirAll(a.stateDir(), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for the warehouse: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(a.stateDir(), "serve.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &said{"không ghi được vào thư mục làm việc", "the workspace cannot be written to", err}
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(heldBy(file), file.Close())
	}
	if err == nil {
		err = writeHolder(file, holder{os.Getpid(), listen, a.now().UTC()})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("hold the workspace: %w", err), file.Close())
	}
	return file.Close, nil
}

func writeHolder(file *os.File, h holder) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(append(text, '\n'), 0)
	return errors.Join(file.Truncate(int64(len(text)+1)), err)
}

// heldBy says who runs by itself in the workspace already.
func heldBy(file *os.File) error {
	var h holder
	// Its holder may be writing it just now: then it goes unnamed.
	if err := json.NewDecoder(file).Decode(&h); err != nil {
		return &said{"một thidua serve khác đang chạy trong thư mục làm việc này", "another thidua serve is running in this workspace", nil}
	}
	at := question.Local(h.StartedAt)
	return &said{
		fmt.Sprintf("một thidua serve khác đang chạy trong thư mục làm việc này: tiến trình %d, từ %s, tại %s", h.PID, at.Format("15:04 02/01/2006"), h.Listen),
		fmt.Sprintf("another thidua serve is running in this workspace: process %d, since %s, at %s", h.PID, at.Format(time.DateTime), h.Listen), nil,
	}
}
