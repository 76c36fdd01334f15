package main

import (
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"thidua/ingest/schedule"
	"thidua/sinks/snapshot"
	"thidua/transform/delivery"
)

// meters is what /metrics tells. Labels are names of jobs, datasets, states and
// outcomes, never anything that came in a payload.
type meters struct {
	registry *prometheus.Registry
	rows     *prometheus.CounterVec
	rounds   *prometheus.CounterVec
	seconds  prometheus.Histogram
	snapshot struct{ at, bytes prometheus.Gauge }
	config   prometheus.Gauge
}

func newMeters(jobs *schedule.Scheduler) (*meters, error) {
	m := &meters{
		registry: prometheus.NewRegistry(),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "thidua_run_rows_total", Help: "Rows that runs have met since the process started, by what became of them; the dataset dossier counts dossiers.",
		}, []string{"job", "dataset", "outcome"}),
		rounds: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "thidua_rounds_total", Help: "Rounds since the process started, by how they came out.",
		}, []string{"outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "thidua_round_seconds", Help: "How long rounds take, from waiting for the workspace to the published snapshot.",
			Buckets: []float64{0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000},
		}),
		config: gauge("thidua_config_ok", "1 where the configuration on disk is the one that rules, 0 where it is wrong and the last good one does."),
	}
	m.snapshot.at = gauge("thidua_snapshot_timestamp_seconds", "When the newest snapshot was published, 0 where there is none.")
	m.snapshot.bytes = gauge("thidua_snapshot_bytes", "Size of all files of the newest snapshot.")
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "thidua_build_info", Help: "Always 1; the labels say which program this is."}, []string{"version", "go_version"})
	build.WithLabelValues(version, runtime.Version()).Set(1)
	for _, outcome := range []string{roundSucceeded, roundAttention, roundFailed, roundInterrupted} {
		m.rounds.WithLabelValues(outcome)
	}
	for _, c := range []prometheus.Collector{
		m.rows, m.rounds, m.seconds, m.config, m.snapshot.at, m.snapshot.bytes, build,
		jobMeters{jobs},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := m.registry.Register(c); err != nil {
			return nil, fmt.Errorf("register the metrics: %w", err)
		}
	}
	return m, nil
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
}

func (m *meters) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// count adds the account of a run.
func (m *meters) count(run endedRun) {
	for _, t := range run.tallies {
		for _, f := range fates(t) {
			if f.rows > 0 {
				m.rows.WithLabelValues(run.job, t.Dataset, f.name).Add(float64(f.rows))
			}
		}
	}
}

// fate is what became of a number of rows.
type fate struct {
	name string
	rows int64
}

// fates are those that a tally adds up: all rows that were read, each once.
// Standing rows that were replaced or removed stand beside the sum and are told too.
func fates(t delivery.Tally) []fate {
	return []fate{
		{"loaded", t.Loaded},
		{"unchanged", t.Unchanged},
		{"superseded", t.Superseded},
		{"skipped", t.Skipped},
		{"quarantined", t.Quarantined},
		{"replaced", t.Replaced},
		{"removed", t.Removed},
	}
}

func (m *meters) round(took time.Duration, outcome string) {
	m.rounds.WithLabelValues(outcome).Inc()
	m.seconds.Observe(took.Seconds())
}

func (m *meters) showConfig(ok bool) {
	m.config.Set(map[bool]float64{true: 1}[ok])
}

// showSnapshot reads when the newest snapshot was published and how large it is.
// One that cannot be read is shown as none.
func (m *meters) showSnapshot(a *app) {
	manifest, err := snapshot.Newest(a.publishedDir())
	if err != nil {
		m.snapshot.at.Set(0)
		m.snapshot.bytes.Set(0)
		return
	}
	var bytes int64
	for _, f := range manifest.Files {
		bytes += f.SizeBytes
	}
	m.snapshot.at.Set(seconds(manifest.PublishedAt))
	m.snapshot.bytes.Set(float64(bytes))
}

// seconds is an instant as metrics tell it.
func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// jobMeters tells how the jobs stand at the moment it is asked.
type jobMeters struct{ schedule *schedule.Scheduler }

// What is told of a job. The descriptions are made for each asking: they are few.
func (jobMeters) lastRun() *prometheus.Desc {
	return prometheus.NewDesc("thidua_job_last_run_timestamp_seconds", "When the last run of the job began.", []string{"job"}, nil)
}

func (jobMeters) lastSuccess() *prometheus.Desc {
	return prometheus.NewDesc("thidua_job_last_success_timestamp_seconds", "When the last run of the job began that did its work.", []string{"job"}, nil)
}

func (jobMeters) state() *prometheus.Desc {
	return prometheus.NewDesc("thidua_job_state", "1 for the state that the job is in.", []string{"job", "state"}, nil)
}

// Describe tells the collector's registry what there is.
func (m jobMeters) Describe(to chan<- *prometheus.Desc) {
	to <- m.lastRun()
	to <- m.lastSuccess()
	to <- m.state()
}

// Collect tells the metrics of all scheduled jobs.
func (m jobMeters) Collect(to chan<- prometheus.Metric) {
	for _, j := range m.schedule.Status() {
		if j.Job == computing {
			continue
		}
		if !j.Last.StartedAt.IsZero() {
			to <- told(m.lastRun(), seconds(j.Last.StartedAt), j.Job)
		}
		if !j.Last.SucceededAt.IsZero() {
			to <- told(m.lastSuccess(), seconds(j.Last.SucceededAt), j.Job)
		}
		to <- told(m.state(), 1, j.Job, string(j.State))
	}
}

// told makes a metric. One that cannot be made is told as an error of the asking.
func told(d *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
	m, err := prometheus.NewConstMetric(d, prometheus.GaugeValue, value, labels...)
	if err != nil {
		return prometheus.NewInvalidMetric(d, err)
	}
	return m
}
