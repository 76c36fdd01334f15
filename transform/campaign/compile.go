package campaign

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"thidua/transform/calendar"
	"thidua/transform/declaration"
	"thidua/transform/indicator"
)

// Shares that hold where a campaign states none: a figure is on track from all that
// is expected and to be watched from nine tenths of it, is judged when every unit
// has reported and marked as incomplete below four fifths of them.
const (
	defaultOnTrack = 1
	defaultWatch   = 0.9
	defaultJudge   = 1
	defaultShow    = 0.8
)

var nameShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// Compile checks a declaration against the definitions that it may use, by their
// names. Its error is declaration.Problems, with paths relative to the declaration.
func Compile(d Declaration, indicators map[string]*indicator.Indicator) (*Campaign, error) {
	b := builder{indicators: indicators, ids: make(map[string]bool)}
	c := b.campaign(d)
	if err := b.problems.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// builder collects a campaign and what is wrong with its declaration.
type builder struct {
	indicators map[string]*indicator.Indicator
	problems   declaration.Problems
	// ids are those of entries and awards seen so far.
	ids map[string]bool
	// period is nil where it could not be read; days are not held against it then.
	period     *calendar.Period
	thresholds Thresholds
}

func (b *builder) campaign(d Declaration) *Campaign {
	c := &Campaign{
		Name: d.Campaign, Title: d.Title, Slogan: d.Slogan, Owner: d.Owner, Scope: d.Scope,
		LegalBasis: d.LegalBasis, Source: d.Source, Movements: d.Movements, Awards: d.Awards, Scoring: d.Scoring,
		Enabled: d.Enabled == nil || *d.Enabled,
	}
	if !nameShape.MatchString(d.Campaign) {
		b.problems.Add("$.campaign", fmt.Sprintf("%q cannot name a campaign", d.Campaign), "use lower-case letters, digits, hyphens and underscores")
	}
	b.title("$.title", d.Title)
	b.title("$.owner", d.Owner)
	b.titled("$.scope", d.Scope)
	b.titled("$.scoring", d.Scoring)
	for i, m := range d.Movements {
		b.title(fmt.Sprintf("$.movements[%d]", i), m)
	}
	c.Province = b.province("$.province", d.Province)
	if b.period = b.span("$.period", d.Period); b.period != nil {
		c.Period = *b.period
	}
	c.Calendar = b.calendar("$.calendar", d.Calendar)
	c.Reports = b.reports(c, d.Reports)
	c.Completeness = b.completeness("$.completeness", d.Completeness)
	b.thresholds = b.shares("$.thresholds", d.Thresholds, Thresholds{OnTrack: defaultOnTrack, Watch: defaultWatch})
	c.Thresholds = b.thresholds
	c.Tasks = b.tasks(d.Tasks)
	b.awards(d.Awards)
	return c
}

func (b *builder) province(path string, d ProvinceDeclaration) Area {
	b.stated(path+".code", d.Code, "the code of the province", `write it in quotes, such as "15"`)
	b.stated(path+".list", d.List, "the list that the code is of", "codes were used again on 1 July 2025; name a list such as dvhc_2024")
	return Area(d)
}

// span reads days from one to another, nil where they are none.
func (b *builder) span(path string, d SpanDeclaration) *calendar.Period {
	from, to := b.day(path+".from", d.From), b.day(path+".to", d.To)
	if from == nil || to == nil {
		return nil
	}
	if *to < *from {
		b.problems.Add(path, fmt.Sprintf("the last day %s lies before the first %s", to, from), "")
		return nil
	}
	return &calendar.Period{From: *from, To: *to}
}

func (b *builder) reports(c *Campaign, declared []ReportDeclaration) []Report {
	var all []Report
	for i, d := range declared {
		path := fmt.Sprintf("$.reports[%d]", i)
		cal, cutOff := b.calendar(path+".calendar", d.Calendar), b.day(path+".cut_off_on", d.CutOffOn)
		b.titled(path+".title", d.Title)
		if cutOff == nil || cal == "" || c.Calendar == "" || b.period == nil {
			continue
		}
		if from := c.PeriodIn(cal).From; *cutOff < from {
			b.problems.Add(path+".cut_off_on", fmt.Sprintf("%s lies before the campaign, which begins on %s in this calendar", cutOff, from), "")
			continue
		}
		twice := slices.ContainsFunc(all, func(r Report) bool { return r.CutOffOn == *cutOff && r.Calendar == cal })
		if twice {
			b.problems.Add(path, "the same cut-off in the same calendar is declared twice", "")
			continue
		}
		all = append(all, Report{CutOffOn: *cutOff, Calendar: cal, Title: d.Title})
	}
	return all
}

func (b *builder) completeness(path string, d *CompletenessDeclaration) Completeness {
	if d == nil {
		return Completeness{Judge: defaultJudge, Show: defaultShow}
	}
	for _, share := range []struct {
		name string
		of   float64
	}{{".judge", d.Judge}, {".show", d.Show}} {
		if !(share.of >= 0 && share.of <= 1) {
			b.problems.Add(path+share.name, "a share lies between 0 and 1", "write four fifths as 0.8")
		}
	}
	return Completeness(*d)
}

func (b *builder) shares(path string, d *ThresholdDeclaration, standard Thresholds) Thresholds {
	if d == nil {
		return standard
	}
	if !(d.Watch > 0 && d.Watch <= d.OnTrack) {
		b.problems.Add(path, "the thresholds do not ascend", "watch is greater than 0 and not above on_track, such as watch: 0.9, on_track: 1")
	}
	return Thresholds(*d)
}

func (b *builder) tasks(declared []TaskDeclaration) []Task {
	if len(declared) == 0 {
		b.problems.Add("$.tasks", "a campaign needs tasks", "")
	}
	numbers := make(map[string]bool)
	all := make([]Task, len(declared))
	for i, d := range declared {
		path := fmt.Sprintf("$.tasks[%d]", i)
		b.stated(path+".task", d.Task, "the number of the task", `write it in quotes, such as "3"`)
		if numbers[d.Task] && d.Task != "" {
			b.problems.Add(path+".task", fmt.Sprintf("task %q is declared twice", d.Task), "")
		}
		numbers[d.Task] = true
		b.title(path+".title", d.Title)
		for j, note := range d.Notes {
			b.title(fmt.Sprintf("%s.notes[%d]", path, j), note)
		}
		all[i] = Task{Number: d.Task, Title: d.Title, Notes: d.Notes}
		for j, e := range d.Indicators {
			all[i].Entries = append(all[i].Entries, b.entry(fmt.Sprintf("%s.indicators[%d]", path, j), d.Task, e))
		}
	}
	return all
}

func (b *builder) awards(declared []AwardDeclaration) {
	for i, d := range declared {
		path := fmt.Sprintf("$.awards[%d]", i)
		b.id(path+".id", d.ID)
		b.title(path+".title", d.Title)
		b.titled(path+".note", d.Note)
		b.oneOf(path+".stage", "stage", d.Stage, []string{"proposed", "submitted", "awarded"})
		if d.Individuals < 0 || d.Collectives < 0 {
			b.problems.Add(path, "nobody receives a negative number of honours", "")
		}
	}
}

// id checks that an id is stated once in the campaign.
func (b *builder) id(path, id string) {
	b.stated(path, id, "the id in the inventory of the text", "such as TN.D.2")
	if b.ids[id] && id != "" {
		b.problems.Add(path, fmt.Sprintf("id %q is declared twice", id), "")
	}
	b.ids[id] = true
}

func (b *builder) stated(path, text, what, hint string) {
	if strings.TrimSpace(text) == "" {
		b.problems.Add(path, what+" is missing", hint)
	}
}

func (b *builder) title(path string, t declaration.Title) {
	if strings.TrimSpace(t.Vi) == "" || strings.TrimSpace(t.En) == "" {
		b.problems.Add(path, "the title is missing in one language", "give both vi and en")
	}
}

// titled checks a title that may be left out.
func (b *builder) titled(path string, t *declaration.Title) {
	if t != nil {
		b.title(path, *t)
	}
}

// day reads a day, nil where it is none.
func (b *builder) day(path, text string) *calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		b.problems.Add(path, fmt.Sprintf("%q is not a day", text), "write it as 2024-06-14")
		return nil
	}
	return &d
}

// dayWithin reads a day that lies in the campaign, nil where it does not.
func (b *builder) dayWithin(path, text string) *calendar.Day {
	d := b.day(path, text)
	if d != nil && b.period != nil && !b.period.Holds(*d) {
		b.problems.Add(path, fmt.Sprintf("%s lies outside the campaign, which is from %s to %s", d, b.period.From, b.period.To), "")
		return nil
	}
	return d
}

func (b *builder) calendar(path, text string) calendar.Calendar {
	c, err := calendar.ParseCalendar(text)
	if err != nil {
		b.oneOf(path, "calendar", text, []string{string(calendar.Civil), string(calendar.Administrative)})
	}
	return c
}

// oneOf checks a word against those that are known, and tells the one that was
// probably meant.
func (b *builder) oneOf(path, what, word string, known []string) {
	if !slices.Contains(known, word) {
		b.unknown(path, what, word, known, "use "+strings.Join(known[:len(known)-1], ", ")+" or "+known[len(known)-1])
	}
}

// unknown tells a word that is not among the known ones.
func (b *builder) unknown(path, what, word string, known []string, hint string) {
	if near, ok := declaration.Nearest(word, known); ok {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	b.problems.Add(path, fmt.Sprintf("unknown %s %q", what, word), hint)
}
