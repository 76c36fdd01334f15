package warehouse_test

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"thidua/sinks/warehouse"
	"thidua/transform/calendar"
	"thidua/transform/campaign"
	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/delivery"
	"thidua/transform/identity"
	"thidua/transform/indicator"
	"thidua/transform/value"
)

// province is a warehouse of a small province whose figures are computed: two
// districts of two communes, four facilities, and another province beside it.
type province struct {
	t       *testing.T
	config  warehouse.Config
	w       *warehouse.Warehouse
	now     *clock
	agenda  warehouse.Agenda
	dice    *rand.Rand
	keys    *identity.Pseudonyms
	sourced int64
	// settings are those of the engine when the warehouse was opened.
	settings []string
}

// declaredDataset makes a dataset of columns written as name:type, and for a key as
// name:key:identifier.
func declaredDataset(tb testing.TB, name, counts, columns string) *dataset.Dataset {
	tb.Helper()
	d := dataset.Declaration{Dataset: name, Title: title(name), Counts: counts}
	for _, c := range strings.Fields(columns) {
		parts := append(strings.Split(c, ":"), "")
		d.Columns = append(d.Columns, column(parts[0], parts[1], parts[2]))
	}
	return compile(tb, d)
}

// provinceDatasets are what figures are counted from.
func provinceDatasets(tb testing.TB) []*dataset.Dataset {
	tb.Helper()
	return []*dataset.Dataset{
		declaredDataset(tb, "checkup", "events", "checkup_key:key:checkup facility_code:code commune_code:code district_code:code kind:code seen_on:date cost:integer citizen_key:key:citizen insurance_key:key:insurance"),
		declaredDataset(tb, "showing", "events", "checkup_key:key:checkup ok:boolean"),
		declaredDataset(tb, "station", "things", "facility_code:code opened_on:date closed_on:date"),
		declaredDataset(tb, "insurance_link", "persons", "citizen_key:key:citizen insurance_key:key:insurance"),
		declaredDataset(tb, "zero_report", "things", "feed:code facility_code:code from_on:date to_on:date"),
		declaredDataset(tb, "unit_target", "things", "campaign:text id:text unit_level:code unit_code:code amount:decimal(18,4) decided_on:date"),
	}
}

const areaRows = `15 l24 province - 15 2020-03-01 - Mười_lăm
19 l24 province - 19 2020-03-01 - Mười_chín
D1 l24 district 15 15 2020-03-01 - Một
D2 l24 district 15 15 2020-03-01 - Hai
D9 l24 district 19 19 2020-03-01 - Chín
C1 l24 commune D1 15 2020-03-01 - Một
C2 l24 commune D1 15 2020-03-01 - Hai
C3 l24 commune D2 15 2020-03-01 - Ba
C4 l24 commune D2 15 2020-03-01 - Bốn
C9 l24 commune D9 19 2020-03-01 - Chín`

const facilityRows = `F1 C1 l24 15 station 2020-03-01 - Trạm_một
F2 C2 l24 15 station 2020-03-01 - Trạm_hai
F3 C3 l24 15 hospital 2020-03-01 - Viện_ba
F4 C4 l24 15 station 2020-03-01 - Trạm_bốn
F9 C9 l24 19 hospital 2020-03-01 - Viện_chín`

func provinceReferences(tb testing.TB) []warehouse.Reference {
	tb.Helper()
	return []warehouse.Reference{
		{
			Dataset: declaredDataset(tb, "area", "things", "code:code list:text level:text parent_code:code province_code:code valid_from:date valid_to:date name:text"),
			Rows:    table(areaRows),
		},
		{
			Dataset: declaredDataset(tb, "facility", "things", "code:code area_code:code area_list:text province_code:code kind:text valid_from:date valid_to:date name:text"),
			Rows:    table(facilityRows),
		},
	}
}

// table splits lines into cells; a hyphen is nothing.
func table(text string) [][]string {
	var rows [][]string
	for line := range strings.Lines(text) {
		cells := strings.Fields(line)
		for i, c := range cells {
			if c == "-" {
				cells[i] = ""
			}
		}
		rows = append(rows, cells)
	}
	return rows
}

// Measures that several indicators share.
func ofCheckups(where string, distinct ...string) indicator.MeasureDeclaration {
	return indicator.MeasureDeclaration{
		Title: title("checkups"), Count: "rows", Of: "checkup", Where: where, Distinct: distinct, At: "seen_on",
		Unit: indicator.UnitDeclaration{Facility: "facility_code", Commune: "commune_code", District: "district_code"},
	}
}

// provinceIndicators are one indicator for each way of counting that a change can
// take another way through.
func provinceIndicators() []indicator.Declaration {
	all := ofCheckups("")
	shown := ofCheckups("")
	shown.Matching = &indicator.MatchingDeclaration{Of: "showing", On: []string{"checkup_key"}, Where: "ok"}
	cost := ofCheckups("")
	cost.Count, cost.Sum = "", "cost"
	least := ofCheckups("")
	least.Count, least.Min = "", "cost"
	stations := indicator.MeasureDeclaration{
		Title: title("stations"), Count: "rows", Of: "station", At: "opened_on", Until: "closed_on", ExistingAt: "cut_off",
		Unit: indicator.UnitDeclaration{Facility: "facility_code"},
	}
	return []indicator.Declaration{
		{Indicator: "kind_a", Behaviour: "ratio", Scale: 100, Numerator: ofCheckups("kind = 'a'"), Denominator: &all},
		{Indicator: "each", Behaviour: "ratio", Scale: 100, Numerator: ofCheckups("kind = 'a'"), Denominator: &all},
		{Indicator: "kind_b", Behaviour: "cumulative", Numerator: ofCheckups("kind = 'b'")},
		{Indicator: "kinds", Behaviour: "cumulative", Numerator: all, SumOf: []string{"kind_a", "kind_b"}},
		{Indicator: "shown", Behaviour: "ratio", Scale: 100, Numerator: shown, Denominator: &all},
		{Indicator: "ever", Behaviour: "running_total", Numerator: all},
		{Indicator: "paid", Behaviour: "cumulative", Numerator: cost},
		{Indicator: "persons", Behaviour: "cumulative_distinct", Numerator: ofCheckups("", "person")},
		{Indicator: "stations", Behaviour: "stock", Numerator: stations},
		{Indicator: "eachd", Behaviour: "cumulative", Numerator: ofCheckups("kind = 'b'")},
		{Indicator: "eachsum", Behaviour: "ratio", Scale: 1, Numerator: cost, Denominator: &all},
		{Indicator: "dist", Behaviour: "cumulative_distinct", Numerator: ofCheckups("", "kind", "facility_code")},
		{Indicator: "least", Behaviour: "cumulative", Numerator: least},
	}
}

// compiledIndicators checks the definitions against the datasets.
func compiledIndicators(tb testing.TB, declared []indicator.Declaration) map[string]*indicator.Indicator {
	tb.Helper()
	datasets, references := map[string]*dataset.Dataset{}, map[string]*dataset.Dataset{}
	for _, d := range provinceDatasets(tb) {
		datasets[d.Name] = d
	}
	for _, r := range provinceReferences(tb) {
		references[r.Dataset.Name] = r.Dataset
	}
	all := map[string]*indicator.Indicator{}
	for _, d := range declared {
		d.Title, d.MeasuredIn, d.Direction = title(d.Indicator), title("things"), "up"
		i, err := indicator.Compile(d, datasets, references)
		if err != nil {
			tb.Fatal(err)
		}
		all[d.Indicator] = i
	}
	return all
}

// campaignOf is a campaign of the first quarter of 2024 over the indicators, with a
// report by the other calendar. Every commune has to meet the target of the one named each.
func campaignOf(tb testing.TB, name string, indicators map[string]*indicator.Indicator) *campaign.Campaign {
	tb.Helper()
	d := campaign.Declaration{
		Campaign: name, Title: title(name), Owner: title("department"), Calendar: "civil",
		Province: campaign.ProvinceDeclaration{Code: "15", List: "l24"},
		Period:   campaign.SpanDeclaration{From: "2024-01-01", To: "2024-03-31"},
		Reports:  []campaign.ReportDeclaration{{CutOffOn: "2024-02-14", Calendar: "administrative"}},
		Tasks:    []campaign.TaskDeclaration{{Task: "1", Title: title("task")}},
	}
	var names []string
	for n := range indicators {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		e := campaign.EntryDeclaration{ID: "X." + n, Indicator: n}
		if strings.HasPrefix(n, "each") {
			ninety, err := declaration.ParseNumber(map[string]string{"each": "90", "eachd": "1", "eachsum": "20"}[n])
			if err != nil {
				tb.Fatal(err)
			}
			e.Target = &campaign.TargetDeclaration{AtLeast: &ninety, EachUnit: map[string]string{"each": "commune", "eachd": "facility", "eachsum": "commune"}[n]}
		}
		d.Tasks[0].Indicators = append(d.Tasks[0].Indicators, e)
	}
	c, err := campaign.Compile(d, indicators)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// agendaOf is what is computed every morning over the indicators.
func agendaOf(tb testing.TB, today string, declared ...indicator.Declaration) warehouse.Agenda {
	tb.Helper()
	a := warehouse.Agenda{
		Campaigns: []*campaign.Campaign{campaignOf(tb, "quarter", compiledIndicators(tb, declared))}, Today: dayOf(tb, today),
		Expectations: []*indicator.Expectation{{Job: "checkups", Of: "checkup", At: "seen_on", Facility: "facility_code", Every: indicator.Monthly, UnitShare: 1}},
		Definitions:  []warehouse.Definition{{Kind: "campaign", Name: "quarter", Version: "1", Title: title("quarter"), Text: "campaign: quarter"}},
	}
	for _, d := range declared {
		a.Definitions = append(a.Definitions, warehouse.Definition{Kind: "indicator", Name: d.Indicator, Version: "1", Title: title(d.Indicator), Text: "indicator: " + d.Indicator})
	}
	return a
}

func dayOf(tb testing.TB, text string) calendar.Day {
	tb.Helper()
	d, err := calendar.ParseDay(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// newProvince opens an empty warehouse. Its agenda holds all indicators on the tenth
// of March.
func newProvince(t *testing.T, seed uint64) *province {
	t.Helper()
	_, keys, prints := chain(t, 1)
	now := newClock()
	p := &province{t: t, now: now, keys: keys, dice: rand.New(rand.NewPCG(seed, 8)), agenda: agendaOf(t, "2024-03-10", provinceIndicators()...)}
	p.config = warehouse.Config{
		Dir: t.TempDir(), Datasets: provinceDatasets(t), References: provinceReferences(t), Keys: prints, Now: now.now, MemoryBytes: 128 << 20,
	}
	p.w = open(t, p.config)
	return p
}

func (p *province) close() {
	p.t.Helper()
	if err := p.w.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// reopen closes the warehouse and opens it again, as the next round does.
func (p *province) reopen() {
	p.t.Helper()
	p.close()
	p.w = open(p.t, p.config)
}

// from is the province as it was closed, in a warehouse of its own. Its clock stands
// still.
func (p *province) from(t *testing.T, fault func(string) error) *province {
	t.Helper()
	own, now := *p, *p.now
	own.t, own.now, own.config = t, &now, p.config
	own.config.Dir, own.config.Now, own.config.Fault = copied(t, p.config.Dir), own.now.now, fault
	own.w = open(t, own.config)
	own.settings = own.engineSettings()
	return &own
}

// document is a dossier of one row on its way in. One without a row has gone.
type document struct {
	id  int
	row []value.Value
}

// checkup is a visit as a facility sends it; an empty text is nothing.
type checkup struct {
	id                          int
	facility, commune, kind, on string
	district                    string
	cost                        int64
	citizen, insurance          string
}

func (p *province) checkup(c checkup) document {
	return document{c.id, []value.Value{
		p.key("checkup", c.id), textOf(c.facility), textOf(c.commune), textOf(c.district), textOf(c.kind), p.dated(c.on), value.OfInt(c.cost),
		p.named("citizen", c.citizen), p.named("insurance", c.insurance),
	}}
}

func (p *province) linked(name string) []value.Value {
	kind := map[byte]string{'p': "citizen", 'i': "insurance"}[name[0]]
	return []value.Value{p.named(kind, name)}
}

// station is a facility that was open from the beginning of the year.
func (p *province) station(id int, closed string) document {
	return document{id, []value.Value{textOf(fmt.Sprint("F", 1+id%4)), p.dated("2024-01-01"), p.dated(closed)}}
}

func (p *province) showing(id int, ok bool) document {
	return document{id, []value.Value{p.key("checkup", id), value.OfBool(ok)}}
}

func textOf(s string) value.Value {
	if s == "" {
		return value.Value{}
	}
	return value.OfText([]byte(s))
}

func (p *province) dated(on string) value.Value {
	p.t.Helper()
	if on == "" {
		return value.Value{}
	}
	return value.OfInt(int64(dayOf(p.t, on)))
}

func (p *province) key(kind string, id int) value.Value {
	return value.OfText(p.keys.Key(nil, kind, binary.BigEndian.AppendUint32(nil, uint32(id))))
}

func (p *province) named(kind, name string) value.Value {
	if name == "" {
		return value.Value{}
	}
	return value.OfText(p.keys.Key(nil, kind, []byte(name)))
}

// dossierKey tells dossiers of a dataset apart.
func dossierKey(dataset string, id int) delivery.Key {
	h := fnv.New64a()
	_, _ = h.Write(binary.BigEndian.AppendUint32([]byte(dataset), uint32(id)))
	return delivery.Key{ID: int64(h.Sum64()), Check: int64(id)}
}

// scope is what the complete extracts here are complete for.
const scope = 7

// send loads documents of a dataset in a run of their own and returns the receipt
// sequence of their delivery. The job has the name of the dataset.
func (p *province) send(name string, documents ...document) int64 {
	return p.deliver(name, false, documents)
}

// extract loads documents as everything that there is.
func (p *province) extract(name string, documents ...document) int64 {
	return p.deliver(name, true, documents)
}

func (p *province) deliver(name string, complete bool, documents []document) int64 {
	p.t.Helper()
	at := slices.IndexFunc(p.config.Datasets, func(d *dataset.Dataset) bool { return d.Name == name })
	members := p.config.Datasets[at : at+1]
	r, err := p.w.Begin(p.t.Context(), name, members, false)
	if err != nil {
		p.t.Fatal(err)
	}
	p.sourced++
	receipt := r.NextDelivery()
	load(p.t, r, p.chunk(members[0], receipt, documents))
	if complete {
		c := p.chunk(members[0], receipt, nil)
		c.Extract = &delivery.Extract{Delivery: receipt, SourceAt: p.sourced, Scopes: []int64{scope}, MostPercent: 100}
		load(p.t, r, c)
	}
	last := p.chunk(members[0], receipt, nil)
	last.Progress = []delivery.Progress{progress(receipt, name, delivery.StateLoaded)}
	load(p.t, r, last)
	end(p.t, r)
	return receipt
}

// chunk puts documents together into a chunk whose account closes.
func (p *province) chunk(member *dataset.Dataset, receipt int64, documents []document) *delivery.Chunk {
	var hasher dataset.Hasher
	c := &delivery.Chunk{Rows: make([]delivery.Counts, 1), Warnings: map[delivery.Warning]int64{}}
	batch := dataset.NewBatch(member)
	for n, doc := range documents {
		d := delivery.Dossier{
			Key: dossierKey(member.Name, doc.id), Delivery: receipt, Number: int32(n + 1), Whole: true, Rows: []int32{1}, Scope: scope,
			Rank: delivery.Rank{SourceAt: p.sourced, Receipt: receipt, Position: int32(n + 1), Revision: 1},
		}
		c.Heads.Read++
		if doc.row == nil {
			d.Gone, d.Rows = true, []int32{0}
			c.Heads.Skipped++
		} else {
			d.Content = hasher.Content(member, doc.row)
			batch.Append(doc.row, dataset.Lineage{Dossier: d.Key.ID, Delivery: receipt, PlaceDossier: d.Number, PlaceLine: 1, Content: d.Content})
			c.Rows[0].Read++
		}
		c.Dossiers = append(c.Dossiers, d)
	}
	c.Records = []arrow.RecordBatch{batch.Record()}
	return c
}

// compute brings the figures up to date.
func (p *province) compute() warehouse.Computed {
	p.t.Helper()
	p.now.pass(60e9)
	done, err := p.w.Compute(p.t.Context(), p.agenda)
	if err != nil {
		p.t.Fatal(err)
	}
	return done
}

// rows returns the rows of a query, each as the text of a struct.
func (p *province) rows(columns, from string, args ...any) []string {
	p.t.Helper()
	return texts(p.t, p.w, "SELECT r::VARCHAR FROM (SELECT "+columns+" FROM "+from+") AS r ORDER BY 1", args...)
}
