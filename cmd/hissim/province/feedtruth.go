package province

import (
	"encoding/json"
	"maps"
	"slices"
)

// FeedTruth is what stands of one dataset after everything that has arrived so far
// is loaded. It is counted from what was invented, never from what was written.
//
// As JSON its figures and groups stand beside rows under their own names.
type FeedTruth struct {
	// Rows stand.
	Rows int
	// Files have arrived, RefusedFiles of them are refused whole.
	Files        int
	RefusedFiles int
	// Figures are single counts, such as signed; Groups are counts by something,
	// such as by_month.
	Figures map[string]int
	Groups  map[string]map[string]int
	// Dirt says how often each fault has arrived and what comes of it.
	Dirt []Dirt
}

// MarshalJSON writes all counts side by side.
func (t FeedTruth) MarshalJSON() ([]byte, error) {
	flat := map[string]any{"rows": t.Rows, "files": t.Files, "refused_files": t.RefusedFiles, "dirt": t.Dirt}
	for name, n := range t.Figures {
		flat[name] = n
	}
	for name, group := range t.Groups {
		flat[name] = group
	}
	return json.Marshal(flat)
}

// count adds to a figure.
func (t *FeedTruth) count(figure string, n int) {
	if t.Figures == nil {
		t.Figures = map[string]int{}
	}
	t.Figures[figure] += n
}

// group adds to the counts by something. Adding nothing leaves no trace.
func (t *FeedTruth) group(name, key string, n int) {
	if n == 0 {
		return
	}
	if t.Groups == nil {
		t.Groups = map[string]map[string]int{}
	}
	if t.Groups[name] == nil {
		t.Groups[name] = map[string]int{}
	}
	t.Groups[name][key] += n
}

// stand adds rows of a facility and a month.
func (t *FeedTruth) stand(facility, month string, n int) {
	t.Rows += n
	t.group("by_facility", facility, n)
	t.group("by_month", month, n)
	t.group("by_facility_month", facility+" "+month, n)
}

// addDirt merges the faults of a feed, in the order of their names.
func (t *FeedTruth) addDirt(counts map[string]int, faults []feedFault) {
	known := map[string]*Dirt{}
	for i := range t.Dirt {
		known[t.Dirt[i].Kind] = &t.Dirt[i]
	}
	more := map[string]Dirt{}
	for _, f := range faults {
		if old := known[f.kind]; old != nil {
			old.Count += counts[f.kind]
			continue
		}
		more[f.kind] = Dirt{f.kind, f.level(), counts[f.kind], f.end}
	}
	for _, kind := range slices.Sorted(maps.Keys(more)) {
		t.Dirt = append(t.Dirt, more[kind])
	}
}
