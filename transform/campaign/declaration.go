package campaign

import "thidua/transform/declaration"

// Declaration is a campaign as its YAML file states it: what was promised, by whom,
// for when, and what its source text printed.
type Declaration struct {
	Campaign string             `yaml:"campaign" jsonschema:"required" jsonschema_description:"name of the campaign, the same as its file's"`
	Title    declaration.Title  `yaml:"title" jsonschema:"required"`
	Slogan   string             `yaml:"slogan,omitempty"`
	Owner    declaration.Title  `yaml:"owner" jsonschema:"required" jsonschema_description:"who runs the campaign"`
	Scope    *declaration.Title `yaml:"scope,omitempty" jsonschema_description:"which units take part"`
	// Province is the unit that the whole campaign is judged for.
	Province ProvinceDeclaration `yaml:"province" jsonschema:"required"`
	Period   SpanDeclaration     `yaml:"period" jsonschema:"required" jsonschema_description:"first and last day of the campaign"`
	// Calendar is that of the targets; Reports are further cut-offs, each by a
	// calendar of its own.
	Calendar     string                   `yaml:"calendar" jsonschema:"required,enum=civil,enum=administrative" jsonschema_description:"calendar of the targets and their paths"`
	Reports      []ReportDeclaration      `yaml:"reports,omitempty" jsonschema_description:"cut-offs whose figures are kept and published"`
	Thresholds   *ThresholdDeclaration    `yaml:"thresholds,omitempty" jsonschema_description:"shares of what is expected that part late, watch and on_track"`
	Completeness *CompletenessDeclaration `yaml:"completeness,omitempty" jsonschema_description:"shares of reporting units that a verdict and a display need"`
	LegalBasis   []string                 `yaml:"legal_basis,omitempty"`
	Source       string                   `yaml:"source,omitempty" jsonschema_description:"the text that the campaign was taken from"`
	Enabled      *bool                    `yaml:"enabled,omitempty" jsonschema_description:"false leaves the campaign out; true where not stated"`

	Tasks     []TaskDeclaration   `yaml:"tasks" jsonschema:"required"`
	Movements []declaration.Title `yaml:"movements,omitempty" jsonschema_description:"movements that the campaign belongs to, as the text names them"`
	Awards    []AwardDeclaration  `yaml:"awards,omitempty" jsonschema_description:"honours as the text states them; totals are formed inside one stage only"`
	Scoring   *declaration.Title  `yaml:"scoring,omitempty" jsonschema_description:"how units are ranked, in words"`
}

// ProvinceDeclaration is a province in a list of areas: a code alone names nothing.
type ProvinceDeclaration struct {
	Code string `yaml:"code" jsonschema:"required" jsonschema_description:"code of the province, in quotes"`
	List string `yaml:"list" jsonschema:"required" jsonschema_description:"list of areas that the code is of, such as dvhc_2024"`
}

// SpanDeclaration is two days.
type SpanDeclaration struct {
	From string `yaml:"from" jsonschema:"required" jsonschema_description:"first day, as 2024-01-01"`
	To   string `yaml:"to" jsonschema:"required" jsonschema_description:"last day, as 2024-12-31"`
}

// ReportDeclaration is a cut-off of a report.
type ReportDeclaration struct {
	CutOffOn string             `yaml:"cut_off_on" jsonschema:"required" jsonschema_description:"events are counted through this day"`
	Calendar string             `yaml:"calendar" jsonschema:"required,enum=civil,enum=administrative"`
	Title    *declaration.Title `yaml:"title,omitempty"`
}

// ThresholdDeclaration holds shares of what is expected.
type ThresholdDeclaration struct {
	OnTrack float64 `yaml:"on_track" jsonschema:"required" jsonschema_description:"share of what is expected from which a figure is on track; 1 by default"`
	Watch   float64 `yaml:"watch" jsonschema:"required" jsonschema_description:"share from which it is to be watched, below which it is late; 0.9 by default"`
}

// CompletenessDeclaration holds shares of the units that are expected to report.
type CompletenessDeclaration struct {
	Judge float64 `yaml:"judge" jsonschema:"required" jsonschema_description:"share of reporting units below which nothing is judged; 1 by default"`
	Show  float64 `yaml:"show" jsonschema:"required" jsonschema_description:"share below which the figure is marked as incomplete; 0.8 by default"`
}

// TaskDeclaration is a task with its indicators.
type TaskDeclaration struct {
	Task       string              `yaml:"task" jsonschema:"required" jsonschema_description:"number of the task in the text, in quotes"`
	Title      declaration.Title   `yaml:"title" jsonschema:"required"`
	Indicators []EntryDeclaration  `yaml:"indicators,omitempty"`
	Notes      []declaration.Title `yaml:"notes,omitempty" jsonschema_description:"what the text asks for without a figure"`
}

// EntryDeclaration is an indicator as a campaign uses it. One without a definition
// of its own says what it waits for.
type EntryDeclaration struct {
	ID        string `yaml:"id" jsonschema:"required" jsonschema_description:"id in the inventory of the text, such as TN.D.2"`
	Indicator string `yaml:"indicator,omitempty" jsonschema_description:"definition that counts it"`
	// Title is the definition's own where not stated.
	Title      *declaration.Title `yaml:"title,omitempty"`
	MeasuredIn *declaration.Title `yaml:"measured_in,omitempty" jsonschema_description:"đơn vị tính; only without a definition"`
	Direction  string             `yaml:"direction,omitempty" jsonschema:"enum=up,enum=down,enum=equal" jsonschema_description:"only without a definition"`
	Behaviour  string             `yaml:"behaviour,omitempty" jsonschema:"enum=ratio,enum=cumulative,enum=cumulative_distinct,enum=running_total,enum=stock,enum=survey_round,enum=official,enum=milestone,enum=judgement" jsonschema_description:"only without a definition"`
	WaitsFor   *declaration.Title `yaml:"waits_for,omitempty" jsonschema_description:"what has to come before it can be counted"`
	Owner      *declaration.Title `yaml:"owner,omitempty" jsonschema_description:"who is responsible"`

	Target     *TargetDeclaration    `yaml:"target,omitempty" jsonschema_description:"what was promised; without it nothing is judged"`
	Baseline   *BaselineDeclaration  `yaml:"baseline,omitempty"`
	Path       *PathDeclaration      `yaml:"path,omitempty" jsonschema_description:"what is expected before the target is due; by the behaviour where not stated"`
	Thresholds *ThresholdDeclaration `yaml:"thresholds,omitempty"`
	Reported   []ReportedDeclaration `yaml:"reported,omitempty" jsonschema_description:"figures that the text printed"`
	Note       *declaration.Title    `yaml:"note,omitempty"`
}

// TargetDeclaration is a promise. Exactly one of the five comparisons is stated, as
// a number in English writing.
type TargetDeclaration struct {
	AtLeast  *declaration.Number `yaml:"at_least,omitempty"`
	MoreThan *declaration.Number `yaml:"more_than,omitempty" jsonschema_description:"strictly more: 90 does not meet more_than 90"`
	AtMost   *declaration.Number `yaml:"at_most,omitempty"`
	LessThan *declaration.Number `yaml:"less_than,omitempty"`
	Equal    *declaration.Number `yaml:"equal,omitempty"`
	// DueOn is the last day of the campaign where not stated.
	DueOn string `yaml:"due_on,omitempty"`
	// EachUnit judges every unit of a level by the target; the campaign's own value
	// is then the share of units that meet it.
	EachUnit string             `yaml:"each_unit,omitempty" jsonschema:"enum=district,enum=commune,enum=facility" jsonschema_description:"every unit of this level has to meet the target"`
	Source   *declaration.Title `yaml:"source,omitempty" jsonschema_description:"where the target is written"`
}

// BaselineDeclaration is where a figure started.
type BaselineDeclaration struct {
	Value       *declaration.Number `yaml:"value,omitempty"`
	Numerator   *int64              `yaml:"numerator,omitempty"`
	Denominator *int64              `yaml:"denominator,omitempty"`
	On          string              `yaml:"on,omitempty"`
	Source      *declaration.Title  `yaml:"source,omitempty"`
}

// PathDeclaration says what is expected on the way to the target.
type PathDeclaration struct {
	Kind string `yaml:"kind" jsonschema:"required,enum=linear,enum=milestones,enum=full,enum=after_round,enum=none" jsonschema_description:"linear over the campaign's calendar; milestones; full: the target holds on every day; after_round: judged once a round has been held; none: judged when due"`
	// Milestones are values expected from a day on.
	Milestones []MilestoneDeclaration `yaml:"milestones,omitempty"`
	// RoundOn is the day from which a round counts as held.
	RoundOn string `yaml:"round_on,omitempty"`
}

// MilestoneDeclaration is a value expected from a day on.
type MilestoneDeclaration struct {
	On    string             `yaml:"on" jsonschema:"required"`
	Value declaration.Number `yaml:"value" jsonschema:"required"`
}

// ReportedDeclaration is a figure as the text printed it. It stands beside the
// computed one and never replaces it.
type ReportedDeclaration struct {
	// On is the cut-off that the text states, empty where it says "to date" only.
	On          string              `yaml:"on,omitempty"`
	Year        int                 `yaml:"year,omitempty" jsonschema_description:"year of an annual figure"`
	Numerator   *declaration.Number `yaml:"numerator,omitempty"`
	Denominator *declaration.Number `yaml:"denominator,omitempty"`
	Value       *declaration.Number `yaml:"value,omitempty"`
	Printed     string              `yaml:"printed,omitempty" jsonschema_description:"letter for letter"`
}

// AwardDeclaration is an honour as the text states it.
type AwardDeclaration struct {
	ID          string             `yaml:"id" jsonschema:"required"`
	Title       declaration.Title  `yaml:"title" jsonschema:"required"`
	Stage       string             `yaml:"stage" jsonschema:"required,enum=proposed,enum=submitted,enum=awarded" jsonschema_description:"đề nghị, trình, tặng"`
	Individuals int                `yaml:"individuals,omitempty"`
	Collectives int                `yaml:"collectives,omitempty"`
	Year        int                `yaml:"year,omitempty" jsonschema_description:"year of merit"`
	Movement    string             `yaml:"movement,omitempty"`
	Printed     string             `yaml:"printed,omitempty"`
	Note        *declaration.Title `yaml:"note,omitempty"`
}
