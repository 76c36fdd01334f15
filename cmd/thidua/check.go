package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"thidua/configs"
	"thidua/transform/identity"
	"thidua/transform/record"
)

func (a *app) checkCommand() *cobra.Command {
	var l listing
	var offline bool
	c := &cobra.Command{
		Use:   "check",
		Short: "kiểm tra thư mục làm việc trước khi chạy / check the workspace before a run",
		Long: `Kiểm tra cấu hình, khóa, nguồn, quyền ghi, dung lượng đĩa và kho dữ liệu. Mỗi dòng một việc: OK, CHÚ Ý hoặc
LỖI, kèm cách khắc phục. Có LỖI thì kết thúc với mã 1.
Checks configuration, keys, sources, rights to write, disk and warehouse. One line each: OK, WARN or FAIL, with
the remedy. Ends with 1 where something fails.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.check(c.Context(), offline, l) },
	}
	c.Flags().BoolVar(&offline, "offline", false, "không gọi ra mạng / call nothing over the network")
	l.flags(c)
	return c
}

// level is how grave a finding is.
type level string

const (
	levelOK   level = "ok"
	levelWarn level = "warn"
	levelFail level = "fail"
)

// finding is what a check has found, and what a person can do about it.
type finding struct {
	check           string
	level           level
	message, remedy string
}

// checker goes through the workspace and keeps what it finds.
type checker struct {
	app      *app
	offline  bool
	findings []finding
}

func (a *app) check(ctx context.Context, offline bool, l listing) error {
	if err := a.loadBy(configs.LoadTested); err != nil {
		return err
	}
	c := &checker{app: a, offline: offline}
	c.configuration()
	c.keyFile()
	c.recipient()
	c.privateKey()
	for _, j := range a.set.Jobs {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.job(ctx, j)
	}
	c.folders()
	c.disk()
	c.warehouse(ctx)
	c.workItems(ctx)
	if err := a.printFindings(c.findings, l); err != nil {
		return err
	}
	for _, f := range c.findings {
		if f.level == levelFail {
			return errAttention
		}
	}
	return nil
}

func (c *checker) add(check string, l level, message, remedy string) {
	c.findings = append(c.findings, finding{check, l, message, remedy})
}

func (c *checker) ok(check, vi, en string, args ...any) {
	c.add(check, levelOK, fmt.Sprintf(c.app.pick(vi, en), args...), "")
}

// cause shows an error of elsewhere beside a finding.
func (c *checker) cause(err error) string {
	var s *said
	var wrong configs.Errors
	if told := ofEndpoint(err); told != nil {
		err = told
	}
	switch {
	case errors.As(err, &wrong):
		return wrong.Error()
	case errors.As(err, &s):
		return c.app.pick(s.vi, s.en)
	}
	return identity.Redact(err).Error()
}

// printFindings prints a line for each finding, and its remedy below it.
func (a *app) printFindings(findings []finding, l listing) error {
	if l.json || l.csv {
		t := table{names: []string{"check", "level", "message", "remedy"}}
		for _, f := range findings {
			t.rows = append(t.rows, []any{f.check, string(f.level), f.message, f.remedy})
		}
		return a.print(l, t)
	}
	names := map[level]string{levelOK: "OK", levelWarn: a.pick("CHÚ Ý", "WARN"), levelFail: a.pick("LỖI", "FAIL")}
	for _, f := range findings {
		message := strings.ReplaceAll(f.message, "\n", "\n       ")
		if _, err := fmt.Fprintf(a.out, "%-5s  %s\n", names[f.level], message); err != nil {
			return err
		}
		if f.remedy == "" {
			continue
		}
		if _, err := fmt.Fprintf(a.out, "       → %s\n", f.remedy); err != nil {
			return err
		}
	}
	return nil
}

// configuration says what was loaded; what is wrong in it ends the command before.
func (c *checker) configuration() {
	const check = "configuration"
	a, set := c.app, c.app.set
	c.ok(check, "cấu hình: %d bộ dữ liệu, %d bảng tham chiếu, %d công việc, %d chỉ số, %d phong trào",
		"configuration: %d datasets, %d reference tables, %d jobs, %d indicators, %d campaigns",
		len(set.Datasets), len(set.References), len(set.Jobs), len(set.Indicators), len(set.Campaigns))
	for _, name := range set.Untested() {
		c.add(check, levelWarn, fmt.Sprintf(a.pick("chỉ số %s chưa có phép thử nào", "indicator %s has no test"), name),
			fmt.Sprintf(a.pick("viết configs/indicators/%s.test.yaml: vài dòng dữ liệu và số phải ra", "write configs/indicators/%s.test.yaml: a few rows, and the figures that have to come out"), name))
	}
	for _, of := range a.campaigns() {
		if !set.HasFacilities(of.Province) {
			c.add(check, levelWarn, fmt.Sprintf(a.pick("phong trào %s: bảng facility không có cơ sở nào của tỉnh %s trong danh mục %s", "campaign %s: table facility has no facility of province %s in the list %s"), of.Name, of.Province.Code, of.Province.List),
				a.pick("đưa danh mục cơ sở của tỉnh vào configs/reference/facility.csv", "put the facilities of the province into configs/reference/facility.csv"))
		}
	}
}

// job makes the source and the format that a job declares, and asks the source
// whether it can be reached.
func (c *checker) job(ctx context.Context, j configs.Job) {
	a, check := c.app, "source:"+j.Job
	src, err := a.newSource(j.Source)
	if err == nil {
		err = a.checkFormat(j)
	}
	if err != nil {
		c.add(check, levelFail, fmt.Sprintf(a.pick("công việc %s: khai báo sai: %s", "job %s: wrong declaration: %s"), j.Job, c.cause(err)),
			a.pick("sửa tệp của công việc trong configs/jobs", "correct the file of the job in configs/jobs"))
		return
	}
	switch {
	case !j.Runs():
		c.ok(check, "công việc %s: đang tắt", "job %s: switched off", j.Job)
		return
	case c.offline && overNetwork(j.Source.Kind()):
		c.ok(check, "công việc %s: không hỏi nguồn (--offline)", "job %s: source not asked (--offline)", j.Job)
		return
	}
	err = src.Check(ctx)
	switch {
	case err == nil:
		c.ok(check, "công việc %s: tới được nguồn", "job %s: the source can be reached", j.Job)
	case errors.Is(err, fs.ErrNotExist) && a.ownInbox(j):
		c.add(check, levelWarn, fmt.Sprintf(a.pick("công việc %s: chưa có thư mục nguồn trong thư mục làm việc", "job %s: its folder in the workspace is not there"), j.Job),
			a.pick("lần chạy đầu tiên của công việc sẽ tạo; nếu công việc đã từng chạy thì xem thư mục hoặc ổ đĩa mạng đi đâu", "the job's first run makes it; where the job has run before, look where the folder or the network share has gone"))
	default:
		c.add(check, levelFail, fmt.Sprintf(a.pick("công việc %s: không tới được nguồn: %s", "job %s: the source cannot be reached: %s"), j.Job, c.cause(err)),
			a.remedyOf(j, err))
	}
}

// ownInbox reports whether a job reads a folder of the workspace.
func (a *app) ownInbox(j configs.Job) bool {
	c, ok := filesConfig(j)
	return ok && filepath.IsLocal(c.Path)
}

// remedyOf says what can be done about a source that cannot be reached, empty where
// the error says so itself.
func (a *app) remedyOf(j configs.Job, err error) string {
	if ofEndpoint(err) != nil {
		return ""
	}
	if overNetwork(j.Source.Kind()) {
		return a.pick("kiểm tra địa chỉ, tài khoản và mạng; sửa source của công việc nếu cần", "look at the address, the account and the network; correct source of the job where needed")
	}
	return a.pick("tạo thư mục hoặc cho quyền đọc, hoặc sửa source.path của công việc", "make the folder or give the right to read it, or correct source.path of the job")
}

// overNetwork reports whether a source of the kind is asked over the network.
func overNetwork(kind string) bool {
	switch kind {
	case "files":
		return false
	default:
		return true
	}
}

// checkFormat makes the format of a job and compares its fields with the job's.
func (a *app) checkFormat(j configs.Job) error {
	f, err := a.newFormat(j.Format)
	if err != nil {
		return err
	}
	return j.Locate(record.CheckFields(j.Into, j.Heads(), f))
}
