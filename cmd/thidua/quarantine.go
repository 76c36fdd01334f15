package main

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"thidua/sinks/warehouse"
)

func (a *app) quarantineCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "quarantine",
		Short: "những gì bị cách ly / what was set aside",
		Long: `Những gì đã đọc mà không nạp, với lý do. Giá trị của hồ sơ không được lưu ở đây.
What was read and not loaded, with the reason. No value of a record is kept here.`,
		Args: needSubcommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.quarantineListCommand(), a.quarantineShowCommand())
	return c
}

// needSubcommand turns an unknown subcommand into a usage error.
func needSubcommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	known := strings.Join(names, ", ")
	return usage(fmt.Sprintf("thidua %s không có lệnh này; có: %s", c.Name(), known), fmt.Sprintf("thidua %s has no such command; there are: %s", c.Name(), known))
}

// quarantineFilter says which entries are listed.
type quarantineFilter struct {
	limit     int
	job, rule string
}

func (a *app) quarantineListCommand() *cobra.Command {
	var l listing
	var f quarantineFilter
	c := &cobra.Command{
		Use:   "list",
		Short: "liệt kê / list",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.quarantineList(c.Context(), f, l) },
	}
	c.Flags().IntVar(&f.limit, "limit", 100, "số mục / how many")
	c.Flags().StringVar(&f.job, "job", "", "chỉ công việc này / of this job only")
	c.Flags().StringVar(&f.rule, "rule", "", "chỉ quy tắc này / of this rule only")
	l.flags(c)
	return c
}

func (a *app) quarantineShowCommand() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "show ID",
		Short: "xem một mục / show one entry",
		Args:  exactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			id, err := number(args[0])
			if err != nil {
				return err
			}
			return a.quarantineShow(c.Context(), id, l)
		},
	}
	l.flags(c)
	return c
}

// number reads the number of an entry or a payload as listings print it.
func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, usage("số thứ tự phải là số nguyên từ 1 trở lên", "the number is a whole one, 1 or more")
	}
	return n, nil
}

// quarantined returns what was set aside, the one entry where id is not zero.
func (a *app) quarantined(ctx context.Context, id int64) (list []warehouse.Quarantined, err error) {
	err = a.readLedger(ctx, func(w *warehouse.Warehouse) error {
		list, err = w.Quarantine(ctx, id, math.MaxInt32)
		return err
	})
	return list, err
}

func (a *app) quarantineList(ctx context.Context, f quarantineFilter, l listing) error {
	if f.limit < 1 {
		return usage("--limit phải từ 1 trở lên", "--limit is 1 or more")
	}
	if err := a.load(); err != nil {
		return err
	}
	all, err := a.quarantined(ctx, 0)
	if err != nil {
		return err
	}
	var list []warehouse.Quarantined
	for _, q := range all {
		if (f.job == "" || q.Job == f.job) && (f.rule == "" || q.Rule == f.rule) {
			list = append(list, q)
		}
	}
	shown := list[:min(f.limit, len(list))]
	if len(shown) < len(list) {
		defer a.note("(%d trong %d mục; thêm: --limit)", "(%d of %d entries; for more: --limit)", len(shown), len(list))
	}
	switch {
	case l.json || l.csv:
		return a.printLocal(l, quarantineTable(shown))
	case len(shown) == 0:
		a.say("Không có gì bị cách ly.", "Nothing is in quarantine.")
		return nil
	}
	return a.printLocal(l, a.quarantineForPeople(shown))
}

// quarantineTable holds all there is of each entry.
func quarantineTable(list []warehouse.Quarantined) table {
	t := table{names: []string{
		"id", "run", "job", "payload", "level", "hoso", "part", "line", "dataset", "column", "rule",
		"reason_vi", "reason_en", "first_seen_at", "last_seen_at", "bundle",
	}}
	for _, q := range list {
		t.rows = append(t.rows, []any{
			q.ID, q.Run, q.Job, q.Delivery, q.Level, q.Dossier, q.Part, q.Line, q.Dataset, q.Column, q.Rule,
			q.ReasonVi, q.ReasonEn, q.FirstSeenAt, q.LastSeenAt, q.Bundle,
		})
	}
	return t
}

// quarantineForPeople holds what fits a terminal.
func (a *app) quarantineForPeople(list []warehouse.Quarantined) table {
	t := table{names: make([]string, 12), titles: []string{
		a.pick("số", "id"), a.pick("công việc", "job"), a.pick("tệp", "payload"), "HOSO", a.pick("phần", "part"), a.pick("dòng", "line"),
		a.pick("bộ dữ liệu", "dataset"), a.pick("cột", "column"), a.pick("quy tắc", "rule"), a.pick("lý do", "reason"),
		a.pick("thấy lần đầu", "first seen"), a.pick("thấy lần cuối", "last seen"),
	}}
	for _, q := range list {
		t.rows = append(t.rows, []any{
			q.ID, q.Job, q.Delivery, unlessZero(q.Dossier), q.Part, unlessZero(q.Line), q.Dataset, q.Column, q.Rule,
			a.pick(q.ReasonVi, q.ReasonEn), q.FirstSeenAt, q.LastSeenAt,
		})
	}
	return t
}

// unlessZero leaves a place blank that an entry does not have.
func unlessZero(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func (a *app) quarantineShow(ctx context.Context, id int64, l listing) error {
	if err := a.load(); err != nil {
		return err
	}
	list, err := a.quarantined(ctx, id)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return &said{
			fmt.Sprintf("không có mục cách ly số %d; xem: thidua quarantine list", id),
			fmt.Sprintf("there is no quarantined entry %d; see: thidua quarantine list", id), nil,
		}
	}
	t := quarantineTable(list)
	if l.json || l.csv {
		return a.printLocal(l, t)
	}
	a.printFields(t.names, t.rows[0])
	if list[0].Bundle != "" {
		a.say("\nLấy lại tệp gốc: thidua archive open %d --key TỆP_KHÓA", "\nTo get the file itself: thidua archive open %d --key FILE", list[0].Delivery)
	}
	return nil
}

// printFields prints a row one field a line, without those it does not have.
func (a *app) printFields(names []string, row []any) {
	width := 0
	for _, n := range names {
		width = max(width, utf8.RuneCountInString(n))
	}
	for i, n := range names {
		if text := show(localCell(row[i])); text != "" && text != "0" {
			fmt.Fprintf(a.out, "%-*s  %s\n", width, n, text)
		}
	}
}
