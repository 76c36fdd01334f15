package main

import (
	"fmt"
	"strings"

	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// printHead says what the page is: whose campaign, which unit, and which days.
func (a *app) printHead(s *sheet) {
	c := s.campaign
	fmt.Fprintln(a.out, a.title(c.Title))
	if c.Slogan != "" {
		fmt.Fprintf(a.out, "“%s”\n", c.Slogan)
	}
	if s.unit.Level != indicator.Province {
		a.say("Đơn vị: %s", "Unit: %s", unitName(s.unit.Unit))
	}
	period := calendar.Period{From: c.PeriodIn(s.moment.Calendar).From, To: s.moment.CutOffOn}
	fmt.Fprintln(a.out, a.momentWords(period, s.moment.Calendar, s.reckoner.shownAt))
	fmt.Fprintln(a.out)
}

// printTasks prints the figures task by task, in the order of the text.
func (a *app) printTasks(s *sheet) error {
	g := &grid{columns: []gridColumn{
		{title: a.pick("Mã", "Id")},
		{title: a.pick("Chỉ số", "Figure"), rest: true},
		{title: a.pick("Đơn vị tính", "Measured in"), wrap: 11},
		{title: a.pick("Giá trị", "Value"), right: true},
		{title: a.pick("Chỉ tiêu", "Target"), right: true},
		{title: a.pick("Kỳ vọng", "Expected"), right: true},
		{title: a.pick("% đạt", "Attained"), right: true},
		{title: a.pick("Đánh giá", "Status"), wrap: 18},
		{title: a.pick("Báo cáo", "Reports"), right: true},
	}}
	byEntry := map[*campaign.Entry]campaign.Figure{}
	for _, f := range s.figures {
		byEntry[f.Entry] = f
	}
	for _, task := range s.campaign.Tasks {
		heading := gridRow{heading: fmt.Sprintf(a.pick("Nội dung %s. %s", "Task %s. %s"), task.Number, a.title(task.Title))}
		for _, e := range task.Entries {
			f, ok := byEntry[e]
			if !ok {
				continue
			}
			if heading.heading != "" {
				g.rows = append(g.rows, heading)
				heading = gridRow{}
			}
			g.rows = append(g.rows, a.figureRow(f))
		}
	}
	if len(g.rows) == 0 {
		a.say("Không có số liệu nào của đơn vị này: không có dòng nào và không phải báo cáo gì.", "There is no figure of this unit: it has no rows and owes none.")
		return nil
	}
	if err := g.print(a.out); err != nil {
		return err
	}
	if s.unit.Level == indicator.Province {
		fmt.Fprintln(a.out, "\n"+a.summaryOf(s.whole))
	}
	return nil
}

// summaryOf says how many targets are met, and how those stand that are not.
func (a *app) summaryOf(figures []campaign.Figure) string {
	sum := campaign.Summary(figures)
	if sum.Assigned == 0 {
		return a.pick("Văn bản không giao chỉ tiêu bằng số nên không xếp loại.", "The text sets no target in figures, so nothing is rated.")
	}
	text := fmt.Sprintf(a.pick("Đạt %d/%d chỉ tiêu (trong đó vượt %d)", "Met %d of %d targets (%d of them exceeded)"), sum.Met, sum.Assigned, sum.Exceeded)
	var others []string
	for _, status := range campaign.Statuses() {
		n := 0
		for _, f := range figures {
			if f.Verdict.Status == status && f.Entry.Target != nil {
				n++
			}
		}
		if n > 0 && status != campaign.Met && status != campaign.Exceeded {
			others = append(others, fmt.Sprintf("%s %d", strings.ToLower(a.words(status.Words())), n))
		}
	}
	if len(others) > 0 {
		text += "; " + strings.Join(others, ", ")
	}
	return text + "."
}

// figureRow is a figure on the page of a campaign.
func (a *app) figureRow(f campaign.Figure) gridRow {
	value := a.valueOf(f, f.Verdict.Value)
	if fraction := a.fractionOf(f); fraction != "" && f.Kind != campaign.ReportedValue {
		value += "\n" + fraction
	}
	return gridRow{notes: a.notesOf(f), cells: []string{
		f.Entry.ID, a.title(f.Entry.Title), a.title(f.Entry.MeasuredIn), value, a.targetOf(f), a.expectedOf(f), a.attainmentOf(f), a.statusOf(f), a.reportsOf(f),
	}}
}

// notesOf are the lines below a figure: what the text printed, what it waits for, and
// what no unit below the province is known for.
func (a *app) notesOf(f campaign.Figure) []string {
	var notes []string
	if f.Reported != nil {
		note := a.pick("văn bản: ", "printed: ") + a.printedOf(f.Entry, *f.Reported)
		if difference := a.differenceOf(f); difference != "" {
			note += "; " + difference
		}
		notes = append(notes, note)
	}
	if f.Unit.Level == indicator.Province {
		for _, r := range f.Entry.AnnualReported() {
			notes = append(notes, fmt.Sprintf(a.pick("văn bản, năm %d: %s", "printed, year %d: %s"), r.Year, a.printedOf(f.Entry, r.Reported)))
		}
	}
	nothing := f.Verdict.Value == nil || f.Kind == campaign.ReportedValue
	if f.Entry.WaitsFor != nil && nothing {
		notes = append(notes, a.pick("đang chờ: ", "waits for: ")+a.title(*f.Entry.WaitsFor))
	}
	if f.Count.Unassigned > 0 {
		n := f.Count.Unassigned
		notes = append(notes, a.pick("chưa rõ đơn vị: ", "of no known unit: ")+a.counted(&n))
	}
	return notes
}

// printBy prints for each figure a table of units or months.
func (a *app) printBy(s *sheet, by string) error {
	byEntry := map[*campaign.Entry][]campaign.Figure{}
	for _, f := range s.figures {
		byEntry[f.Entry] = append(byEntry[f.Entry], f)
	}
	shown := 0
	for _, whole := range s.whole {
		parts := byEntry[whole.Entry]
		if len(parts) == 0 || whole.Entry.Definition == nil {
			continue
		}
		if shown++; shown > 1 {
			fmt.Fprintln(a.out)
		}
		for _, line := range wrapped(fmt.Sprintf("%s. %s (%s)", whole.Entry.ID, a.title(whole.Entry.Title), a.title(whole.Entry.MeasuredIn)), pageWidth) {
			fmt.Fprintln(a.out, line)
		}
		if err := a.partsOf(whole, parts, by).print(a.out); err != nil {
			return err
		}
	}
	if shown == 0 {
		a.say("Không có số liệu nào theo cách chia này.", "There is no figure divided this way.")
	}
	return nil
}

// partsOf is the table of one figure: its units or months, the whole last.
func (a *app) partsOf(whole campaign.Figure, parts []campaign.Figure, by string) *grid {
	g := &grid{columns: []gridColumn{
		{title: a.pick("Mã", "Code")},
		{title: a.pick("Đơn vị", "Unit"), rest: true},
		{title: a.pick("Giá trị", "Value"), right: true},
		{title: a.pick("Tử số", "Numerator"), right: true},
		{title: a.pick("Mẫu số", "Denominator"), right: true},
		{title: a.pick("Chỉ tiêu", "Target"), right: true},
		{title: a.pick("% đạt", "Attained"), right: true},
		{title: a.pick("Đánh giá", "Status"), wrap: 18},
		{title: a.pick("Báo cáo", "Reports"), right: true},
	}}
	if by == byMonth {
		g.columns[0].title, g.columns[1].title = a.pick("Tháng", "Month"), a.pick("Ngày", "Days")
	}
	for _, f := range parts {
		row := a.partRow(f)
		if by == byMonth {
			row.cells[0], row.cells[1] = a.monthName(f.Window), a.days(f.Window.Period)
		}
		g.rows = append(g.rows, row)
	}
	if n := whole.Count.Unassigned; n > 0 && by != byMonth {
		unknown := []string{"", a.pick("(chưa rõ đơn vị)", "(of no known unit)"), a.counted(&n), "", "", "", "", "", ""}
		if whole.Entry.Definition.Denominator != nil {
			unknown[2], unknown[3] = "", unknown[2]
		}
		g.rows = append(g.rows, gridRow{cells: unknown})
	}
	// A unit that is a part of nothing smaller is the whole itself.
	if len(parts) == 1 && parts[0].Unit == whole.Unit && by != byMonth {
		return g
	}
	total := a.partRow(whole)
	if by == byMonth {
		total.cells[0], total.cells[1] = a.pick("Lũy kế", "To date"), a.days(whole.Window.Period)
	}
	g.rows = append(g.rows, total)
	return g
}

func (a *app) partRow(f campaign.Figure) gridRow {
	cells := []string{f.Unit.Code, f.Unit.Name, a.valueOf(f, f.Verdict.Value), "", "", "", "", "", ""}
	if f.Entry.Definition.Denominator != nil || byEachUnit(f) {
		cells[3], cells[4] = a.counted(f.Count.Numerator), a.counted(f.Count.Denominator)
	}
	if f.Verdict.Status != campaign.NotRated {
		cells[5], cells[6] = a.targetOf(f), a.attainmentOf(f)
	}
	cells[7] = a.statusOf(f)
	if f.Verdict.Status == campaign.NotRated {
		_, cells[7], _ = strings.Cut(cells[7], "\n")
	}
	if f.Count.UnitsExpected > 0 {
		cells[8] = a.reportsOf(f)
	}
	return gridRow{cells: cells}
}

// monthName names the month that a window lies in.
func (a *app) monthName(w campaign.Window) string {
	name := w.Calendar.Name(w.Calendar.Month(w.Period.To))
	year, month, _ := strings.Cut(name, "-")
	return a.pick(strings.TrimPrefix(month, "0")+"/"+year, name)
}

// printText prints what the text says of movements, awards and ranking.
func (a *app) printText(c *campaign.Campaign) {
	if len(c.Movements) > 0 {
		a.say("\nPhong trào liên quan", "\nMovements")
		for _, m := range c.Movements {
			a.printItem(a.title(m))
		}
	}
	for n, w := range c.Awards {
		if n == 0 {
			a.say("\nKhen thưởng theo văn bản", "\nAwards as the text states them")
		}
		a.printItem(a.awardWords(w))
	}
	if c.Scoring != nil {
		a.say("\nXếp hạng", "\nRanking")
		a.printItem(a.title(*c.Scoring))
	}
}

func (a *app) printItem(text string) {
	for n, line := range wrapped(text, pageWidth-2) {
		mark := "  "
		if n == 0 {
			mark = "- "
		}
		fmt.Fprintln(a.out, mark+line)
	}
}

func (a *app) awardWords(w campaign.AwardDeclaration) string {
	stage := map[string]string{
		"proposed": a.pick("đề nghị", "proposed"), "submitted": a.pick("đang trình", "submitted"), "awarded": a.pick("đã tặng", "awarded"),
	}[w.Stage]
	parts := []string{stage}
	if w.Collectives > 0 {
		parts = append(parts, fmt.Sprintf(a.pick("%d tập thể", "%d collectives"), w.Collectives))
	}
	if w.Individuals > 0 {
		parts = append(parts, fmt.Sprintf(a.pick("%d cá nhân", "%d individuals"), w.Individuals))
	}
	if w.Year > 0 {
		parts = append(parts, fmt.Sprintf(a.pick("năm %d", "year %d"), w.Year))
	}
	text := w.ID + ". " + a.title(w.Title) + ": " + strings.Join(parts, ", ")
	if w.Note != nil {
		text += " (" + a.title(*w.Note) + ")"
	}
	return text
}
