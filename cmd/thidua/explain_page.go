package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"thidua/sinks/calculation"
	"thidua/transform/campaign"
	"thidua/transform/indicator"
)

// labelWidth is how wide the labels of an explanation are.
const labelWidth = 16

func (a *app) printExplanation(x *explanation, o explainOptions, first bool) error {
	if o.json {
		names, row := a.explanationRow(x)
		return printJSON(a.out, table{names: names, rows: [][]any{row}})
	}
	if !first {
		fmt.Fprintln(a.out, "\n"+strings.Repeat("─", pageWidth))
	}
	f, e := x.figure, x.figure.Entry
	a.paragraph(fmt.Sprintf("%s. %s (%s)", e.ID, a.title(e.Title), a.title(e.MeasuredIn)))
	a.paragraph(fmt.Sprintf(a.pick("%s; nội dung %s. %s", "%s; task %s. %s"), a.title(x.campaign.Title), x.task.Number, a.title(x.task.Title)))
	a.say("Đơn vị: %s", "Unit: %s", unitName(f.Unit))
	fmt.Fprintln(a.out, a.momentWords(f.Window.Period, f.Window.Calendar, f.KnownAt))
	fmt.Fprintln(a.out)
	a.explainVerdict(x)
	a.explainPromise(x)
	a.explainCount(x)
	a.explainDefinition(x)
	a.explainRestatements(x)
	a.explainSQL(x)
	return nil
}

// paragraph prints a text, wrapped to the page.
func (a *app) paragraph(text string) {
	for _, line := range wrapped(text, pageWidth) {
		fmt.Fprintln(a.out, line)
	}
}

// labelled prints a text beside its label, nothing where there is no text.
func (a *app) labelled(vi, en, text string) {
	if text == "" {
		return
	}
	label := a.pick(vi, en)
	for _, line := range wrapped(text, pageWidth-labelWidth) {
		gap := strings.Repeat(" ", labelWidth-min(labelWidth, utf8.RuneCountInString(label)))
		fmt.Fprintln(a.out, strings.TrimRight(label+gap+line, " "))
		label = ""
	}
}

// explainVerdict says the value, and why it is rated as it is.
func (a *app) explainVerdict(x *explanation) {
	f := x.figure
	value := a.valueOf(f, f.Verdict.Value)
	if f.Entry.Definition != nil && f.Verdict.Value != nil && f.Kind != campaign.ReportedValue {
		if formula := a.formula(f, a.counted(f.Count.Numerator), a.counted(f.Count.Denominator)); formula != value {
			value += " = " + formula
		}
	}
	a.labelled("Giá trị", "Value", value)
	a.labelled("Đánh giá", "Status", a.verdictWords(f))
	for _, note := range a.notesOf(f) {
		label, text, _ := strings.Cut(note, ": ")
		if !strings.HasPrefix(label, a.pick("chưa rõ", "of no known")) {
			a.labelled(capital(label), capital(label), text)
		}
	}
}

// verdictWords says the status with its reason, once where the reason begins with it or
// is nothing else. A reason that has the same words of single units does not say it.
func (a *app) verdictWords(f campaign.Figure) string {
	status, marks, _ := strings.Cut(a.statusOf(f), "\n")
	text := a.words(f.Verdict.Reason)
	at := strings.Index(strings.ToLower(text), strings.ToLower(status))
	if at != 0 && (at < 0 || f.Verdict.Status != campaign.NotRated) {
		text = status + ". " + text
	}
	return strings.TrimSpace(text + " " + strings.ReplaceAll(marks, "\n", " "))
}

// capital writes the first letter large.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(string(first)) + text[size:]
}

// formula writes how the value comes from its parts, in words or in numbers. The share
// of units that meet a target comes from verdicts, which the reason tells.
func (a *app) formula(f campaign.Figure, numerator, denominator string) string {
	if byEachUnit(f) {
		return a.pick("số đơn vị đạt ÷ số đơn vị đủ số liệu × 100", "units that meet the target ÷ units with enough data × 100")
	}
	text := numerator
	if f.Entry.Definition.Denominator != nil {
		text += " ÷ " + denominator
	}
	if scale := f.Entry.Scale.String(); scale != "1" && scale != "0" {
		text += " × " + a.words(campaign.Amount(f.Entry.Scale.Float(), decimalPlaces(f.Entry.Scale.Float(), 2)))
	}
	return text
}

// givenToUnit reports whether the unit is judged by a target of its own. All other units
// below the province are judged only where each of their level has to meet the target
// of the campaign.
func givenToUnit(f campaign.Figure) bool {
	t := f.Entry.Target
	return f.Verdict.Target != nil && f.Unit.Level != indicator.Province &&
		(t == nil || t.EachUnit != f.Unit.Level || *f.Verdict.Target != t.Value.Float())
}

// explainPromise says what was promised, for when, and what is expected on the way.
func (a *app) explainPromise(x *explanation) {
	f, e := x.figure, x.figure.Entry
	if f.Verdict.Target == nil {
		return
	}
	target := strings.ReplaceAll(a.targetOf(f), "\n", " ") + a.pick(", hạn ", ", due ") + a.day(x.due())
	if givenToUnit(f) {
		a.labelled("Chỉ tiêu", "Target", target+a.pick("; giao riêng cho đơn vị, dòng của bảng ", "; given to the unit, a row of the table ")+calculation.AssignedDataset)
	} else {
		if e.Target.Source != nil {
			target += "; " + a.title(*e.Target.Source)
		}
		a.labelled("Chỉ tiêu", "Target", target+". "+a.fileOf(x.promise))
		a.labelled("Xuất phát", "Baseline", a.baselineWords(e))
	}
	expected := a.expectedOf(f)
	if expected != dash {
		expected += "; "
	} else {
		expected = ""
	}
	a.labelled("Kỳ vọng", "Expected", expected+a.pathWords(x))
	a.labelled("Ngưỡng", "Thresholds", fmt.Sprintf(a.pick(
		"đúng tiến độ từ %s mức kỳ vọng, cần chú ý từ %s; đánh giá khi có từ %s đơn vị báo cáo, dưới %s thì ghi thiếu báo cáo",
		"on track from %s of what is expected, watch from %s; judged from %s of the units reporting, marked incomplete below %s"),
		a.words(campaign.Share(e.Thresholds.OnTrack, 0)), a.words(campaign.Share(e.Thresholds.Watch, 0)),
		a.words(campaign.Share(x.campaign.Completeness.Judge, 0)), a.words(campaign.Share(x.campaign.Completeness.Show, 0))))
}

func (a *app) baselineWords(e *campaign.Entry) string {
	b := e.Baseline
	if b == nil {
		return ""
	}
	var parts []string
	if b.Value != nil {
		parts = append(parts, a.written(e, *b.Value))
	}
	if b.Numerator != nil {
		text := a.words(campaign.Amount(float64(*b.Numerator), 0))
		if b.Denominator != nil {
			text += "/" + a.words(campaign.Amount(float64(*b.Denominator), 0))
		}
		parts = append(parts, text)
	}
	if b.On != "" {
		parts = append(parts, b.On)
	}
	if b.Source != nil {
		parts = append(parts, a.title(*b.Source))
	}
	return strings.Join(parts, "; ")
}

// pathWords says how expectation grows.
func (a *app) pathWords(x *explanation) string {
	e := x.figure.Entry
	switch e.Path.Kind {
	case campaign.Linear:
		return fmt.Sprintf(a.pick("tăng đều theo ngày từ %s đến %s", "grows evenly by the day from %s to %s"),
			a.day(x.campaign.PeriodIn(x.figure.Window.Calendar).From), a.day(x.due()))
	case campaign.Milestones:
		var all []string
		for _, m := range e.Path.Milestones {
			all = append(all, a.day(m.On)+": "+a.written(e, m.Value))
		}
		return a.pick("theo mốc: ", "by milestones: ") + strings.Join(all, "; ")
	case campaign.Full:
		return a.pick("phải giữ ở mọi thời điểm", "has to hold on every day")
	case campaign.AfterRound:
		on := x.due()
		if e.Path.RoundOn != nil {
			on = *e.Path.RoundOn
		}
		return a.pick("chỉ đánh giá sau đợt ngày ", "judged only after the round of ") + a.day(on)
	}
	return a.pick("không có lộ trình, chỉ đánh giá khi đến hạn", "there is no path, judged when due")
}

// explainCount says what was counted, who reported, and where the rows came from.
func (a *app) explainCount(x *explanation) {
	f := x.figure
	d := f.Entry.Definition
	if d == nil {
		return
	}
	fmt.Fprintln(a.out)
	a.explainFormula(f, d)
	if len(f.Count.NeverReceived) > 0 {
		a.labelled("Chưa nhận", "Never came", strings.Join(f.Count.NeverReceived, ", "))
	}
	a.labelled("Báo cáo", "Reports", a.reportsWords(x))
	if n := x.evidence.Unplaced; n > 0 {
		rows := a.words(campaign.Amount(float64(n), 0))
		a.labelled("Chưa rõ đơn vị", "No known unit", fmt.Sprintf(a.pick("%s dòng của tử số, chỉ tính cho toàn tỉnh", "rows of the numerator: %s, counted in the province only"), rows))
	}
	a.labelled("Các lô", "Payloads", a.sourcesWords(x))
}

// explainFormula says how the value comes from numerator and denominator, and what these
// are. Of a target that every unit has to meet they are units, each with a value of its
// own.
func (a *app) explainFormula(f campaign.Figure, d *indicator.Indicator) {
	numerator, denominator := f.Count.Numerator, f.Count.Denominator
	formula := a.formula(f, a.pick("tử số", "numerator"), a.pick("mẫu số", "denominator"))
	if byEachUnit(f) {
		a.labelled("Cách tính", "Formula", formula)
		a.labelled("Đơn vị đạt", "Units meeting", a.counted(numerator))
		a.labelled("Đủ số liệu", "Enough data", a.counted(denominator)+
			a.pick("; số của từng đơn vị: thidua indicators --by ", "; each unit: thidua indicators --by ")+string(f.Entry.Target.EachUnit)+" --id "+f.Entry.ID)
		numerator, denominator = nil, nil
	} else if formula != a.pick("tử số", "numerator") {
		a.labelled("Cách tính", "Formula", formula)
	}
	a.labelled("Tử số", "Numerator", a.measureWords(d.Numerator, numerator))
	if d.Denominator != nil {
		a.labelled("Mẫu số", "Denominator", a.measureWords(d.Denominator, denominator))
	}
}

// measureWords says what is counted, over which dataset.
func (a *app) measureWords(m *indicator.Measure, n *float64) string {
	text := a.title(m.Title)
	if n != nil {
		text += ": " + a.counted(n)
	}
	return fmt.Sprintf(a.pick("%s (bộ dữ liệu %s)", "%s (dataset %s)"), text, strings.Join(m.Relations(), ", "))
}

// reportsWords says how many units reported, and names those that did not.
func (a *app) reportsWords(x *explanation) string {
	if x.figure.Count.UnitsExpected == 0 {
		return a.pick("không đơn vị nào phải báo cáo số này theo kỳ", "no unit owes anything for this figure")
	}
	text := fmt.Sprintf(a.pick("%s đơn vị đã báo cáo đủ", "%s units have reported in full"), a.reportsOf(x.figure))
	var names []string
	for _, u := range x.evidence.Silent[:min(mostSilent, len(x.evidence.Silent))] {
		names = append(names, unitName(u))
	}
	if len(names) == 0 {
		return text
	}
	text += a.pick("; chưa đủ: ", "; not in full: ") + strings.Join(names, "; ")
	if n := len(x.evidence.Silent) - len(names); n > 0 {
		text += fmt.Sprintf(a.pick("; … và %d đơn vị khác", "; … and %d others"), n)
	}
	return text
}

// sourcesWords lists the deliveries that the rows came in, by job and sequence.
func (a *app) sourcesWords(x *explanation) string {
	var lots []string
	for _, s := range x.evidence.Sources {
		text := fmt.Sprintf("%s #%d: ", s.Job, s.Delivery)
		if s.Job == "" {
			text = fmt.Sprintf("#%d: ", s.Delivery)
		}
		text += fmt.Sprintf(a.pick("%s dòng", "%s rows"), a.words(campaign.Amount(float64(s.Rows), 0)))
		if !s.ReceivedAt.IsZero() {
			text += ", " + a.instant(s.ReceivedAt)
		}
		lots = append(lots, text)
	}
	if n := x.evidence.OtherSources; n > 0 {
		lots = append(lots, fmt.Sprintf(a.pick("… và %s lô khác: %s dòng", "… and %s others: %s rows"),
			a.words(campaign.Amount(float64(n), 0)), a.words(campaign.Amount(float64(x.evidence.OtherRows), 0))))
	}
	return beside(lots, pageWidth-labelWidth)
}

// beside sets texts in columns as wide as the longest of them.
func beside(texts []string, width int) string {
	longest := 0
	for _, text := range texts {
		longest = max(longest, utf8.RuneCountInString(text))
	}
	columns := max(1, (width+2)/(longest+2))
	var lines []string
	for line := range slices.Chunk(texts, columns) {
		var b strings.Builder
		for _, text := range line {
			b.WriteString(text + strings.Repeat(" ", longest+2-utf8.RuneCountInString(text)))
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return strings.Join(lines, "\n")
}

// fileOf names the file and the version of a definition.
func (a *app) fileOf(s declared) string {
	text := s.path
	if s.builtIn {
		text += a.pick(" (có sẵn trong chương trình)", " (built in)")
	}
	return text
}

// explainDefinition says what the figure was counted by, since when, and on which basis.
func (a *app) explainDefinition(x *explanation) {
	d, s := x.figure.Entry.Definition, x.definition
	if d == nil {
		return
	}
	text := a.fileOf(s) + a.pick(", phiên bản ", ", version ") + s.version
	if s.since.IsZero() {
		text += a.pick("; chưa lần chạy nào tính theo bản này", "; no round has computed with it yet")
	} else {
		text += a.pick(", áp dụng từ ", ", in force since ") + a.instant(s.since)
	}
	fmt.Fprintln(a.out)
	a.labelled("Định nghĩa", "Definition", text)
	a.labelled("Căn cứ", "Legal basis", d.LegalBasis)
	if d.Note != nil {
		a.labelled("Lưu ý", "Note", a.title(*d.Note))
	}
	if note := x.figure.Entry.Note; note != nil {
		a.labelled("Ghi chú", "Remark", a.title(*note))
	}
}

// explainRestatements tells how the figure changed since it was first published.
func (a *app) explainRestatements(x *explanation) {
	for n, r := range x.restated {
		text := fmt.Sprintf("%s: %s → %s", a.instant(r.ToKnownAt), a.valueOf(x.figure, r.FromValue), a.valueOf(x.figure, r.ToValue))
		if x.figure.Entry.Definition != nil && x.figure.Entry.Definition.Denominator != nil {
			text += fmt.Sprintf(" (%s/%s → %s/%s)", a.counted(r.FromNumerator), a.counted(r.FromDenominator), a.counted(r.ToNumerator), a.counted(r.ToDenominator))
		}
		text += "; " + a.causeWords(r.Cause)
		if r.Through != "" {
			text += a.pick("; qua ", "; through ") + r.Through
		}
		label := [2]string{"Điều chỉnh", "Restated"}
		if n > 0 {
			label = [2]string{}
		}
		a.labelled(label[0], label[1], text)
	}
}

// causeWords names what brought a change.
func (a *app) causeWords(cause string) string {
	if cause == "" {
		return a.pick("có báo cáo đến hạn", "reports became due")
	}
	words := map[string][2]string{
		"late":       {"bản ghi đến muộn", "rows that came late"},
		"amended":    {"bản ghi được sửa", "rows that were amended"},
		"removed":    {"bản ghi bị gỡ", "rows that were taken away"},
		"definition": {"định nghĩa hoặc danh mục thay đổi", "a changed definition or reference table"},
	}
	var all []string
	for _, kind := range strings.Split(cause, "+") {
		if w, ok := words[kind]; ok {
			all = append(all, a.pick(w[0], w[1]))
		}
	}
	return strings.Join(all, ", ")
}

// explainSQL prints the statements that give the two numbers.
func (a *app) explainSQL(x *explanation) {
	if x.evidence.Numerator == "" {
		return
	}
	a.say("\nTử số, hỏi lại được bằng: thidua query -", "\nThe numerator, to be asked again by: thidua query -")
	fmt.Fprintln(a.out, x.evidence.Numerator)
	if x.evidence.Denominator != "" {
		a.say("\nMẫu số", "\nThe denominator")
		fmt.Fprintln(a.out, x.evidence.Denominator)
	}
}
