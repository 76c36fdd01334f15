package configs_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"thidua/configs"
	"thidua/transform/identity"
	"thidua/transform/normalise"
	"thidua/transform/record"
	"thidua/transform/value"
)

// items lists the elements that are one record each; in other documents the root
// is the record.
var items = []string{"TRANG_THAI_KCB", "CHI_TIET_THUOC", "CHI_TIET_DVKT", "CHI_TIET_CLS", "CHI_TIET_DIEN_BIEN_BENH", "DU_LIEU_GIAY_CHUNG_SINH"}

// recordsOf reads invented records: texts by the names that the job gives fields.
func recordsOf(t *testing.T, name string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(name) == ".json" {
		return listedRecords(t, text)
	}
	return elementRecords(t, text)
}

// listedRecords reads a list of flat objects; null stands for a blank field.
func listedRecords(t *testing.T, text []byte) []map[string]string {
	t.Helper()
	var records []map[string]string
	if err := json.Unmarshal(text, &records); err != nil {
		t.Fatal(err)
	}
	for _, fields := range records {
		maps.DeleteFunc(fields, func(_, s string) bool { return s == "" })
	}
	return records
}

// elementRecords reads a claim document: texts by element.
func elementRecords(t *testing.T, text []byte) []map[string]string {
	t.Helper()
	isList := slices.ContainsFunc(items, func(item string) bool { return bytes.Contains(text, []byte("<"+item+">")) })
	d := xml.NewDecoder(bytes.NewReader(text))
	var records []map[string]string
	fields, element, depth := map[string]string{}, "", 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			element, depth = e.Name.Local, depth+1
			if slices.Contains(items, element) {
				fields = map[string]string{}
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(e)); s != "" {
				fields[element] = s
			}
		case xml.EndElement:
			depth--
			if slices.Contains(items, e.Name.Local) || (depth == 0 && !isList) {
				records = append(records, fields)
			}
		}
	}
	return records
}

// planOf compiles the plan of a shipped job with keys that are of no use.
func planOf(t *testing.T, set *configs.Set, name string) *record.Plan {
	t.Helper()
	pseudonyms, err := identity.NewPseudonyms([][]byte{bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	job, ok := set.Job(name)
	if !ok {
		t.Fatalf("no job %s", name)
	}
	locale, _ := normalise.ParseLocale(job.Locale)
	plan, err := record.Compile(record.Config{
		Into: job.Into, Head: job.Dossier.Head, Keys: job.Dossier.Keys, NewestBy: job.Dossier.NewestBy,
		Datasets: set.Datasets, Tables: set.Tables(), Locale: locale, Pseudonyms: pseudonyms,
	})
	if err != nil {
		t.Fatal(err)
	}
	plan.SetEnvelope(map[string]string{"MACSKCB": "79999", "NGAYLAP": "20261010", "HEADER.SENDER_CODE": "79999"})
	return plan
}

// claimCases are the invented documents of claims and check-ins, and their jobs. The
// records of any other job bear its name.
var claimCases = map[string]string{
	"visit1": "claims", "visit2": "claims", "visit3": "claims", "visit3names": "claims", "visit4210": "claims", "dirty": "claims",
	"checkin": "check_ins",
}

// TestShippedMappings reads invented documents through the shipped jobs and holds
// the rows and findings against a file.
func TestShippedMappings(t *testing.T) {
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	cases := maps.Clone(claimCases)
	for _, j := range set.Jobs {
		if j.Format.Kind() != "claimxml" {
			cases[j.Job] = j.Job
		}
	}
	for name, job := range cases {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, set, job)
			var out strings.Builder
			var head []value.Value
			for kind, k := range orderedKinds(plan) {
				for _, document := range documentsOf(name, k.Name) {
					for _, texts := range recordsOf(t, document) {
						row := writeRow(&out, plan, kind, k, texts, head)
						if k.Head {
							head = slices.Clone(row)
						}
					}
				}
			}
			compare(t, filepath.Join("testdata", "records", name+".golden"), out.String())
		})
	}
}

// documentsOf lists the files with the records of a kind, one or none.
func documentsOf(name, kind string) []string {
	var found []string
	for _, ending := range []string{".xml", ".json"} {
		file := filepath.Join("testdata", "records", name+"_"+kind+ending)
		if _, err := os.Stat(file); err == nil {
			found = append(found, file)
		}
	}
	return found
}

// orderedKinds yields the kinds of record with their indexes, the head first.
func orderedKinds(plan *record.Plan) func(func(int, record.Kind) bool) {
	kinds := plan.Layout().Kinds
	order := make([]int, len(kinds))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case kinds[a].Head:
			return -1
		case kinds[b].Head:
			return 1
		}
		return len(kinds[a].Name)*100 + int(kinds[a].Name[len(kinds[a].Name)-1]) - len(kinds[b].Name)*100 - int(kinds[b].Name[len(kinds[b].Name)-1])
	})
	return func(yield func(int, record.Kind) bool) {
		for _, i := range order {
			if !yield(i, kinds[i]) {
				return
			}
		}
	}
}

func writeRow(out *strings.Builder, plan *record.Plan, kind int, k record.Kind, texts map[string]string, head []value.Value) []value.Value {
	fields := make([][]byte, len(k.Fields))
	for i, f := range k.Fields {
		if s, ok := texts[f]; ok {
			fields[i] = []byte(s)
		}
	}
	var made []value.Value
	for _, m := range plan.Mappings(kind) {
		row, findings := m.Row(fields, head, nil)
		made = row
		if m.Skips(row, findings) {
			fmt.Fprintf(out, "%s\n  (skipped)\n", m.Dataset.Name)
			continue
		}
		fmt.Fprintf(out, "%s\n", m.Dataset.Name)
		for i, column := range m.Dataset.Columns {
			if row[i].Valid {
				fmt.Fprintf(out, "  %s: %s\n", column.Name, shown(column.Type, row[i]))
			}
		}
		for _, f := range findings {
			fmt.Fprintf(out, "  ! %s %s reject=%v\n", f.Column, f.Rule, f.Reject)
		}
	}
	return made
}

// shown writes a value as a person reads it, and of a key that there is one.
func shown(t value.Type, v value.Value) string {
	switch t.Kind {
	case value.Key:
		return "(key)"
	case value.Text:
		return string(v.Text)
	case value.Date:
		return time.Unix(v.Int*86400, 0).UTC().Format(time.DateOnly)
	case value.Timestamp:
		return time.UnixMicro(v.Int).UTC().Format(time.DateTime)
	case value.Decimal:
		digits := fmt.Sprintf("%0*d", int(t.Scale)+1, v.Int)
		return digits[:len(digits)-int(t.Scale)] + "." + digits[len(digits)-int(t.Scale):]
	default:
		return fmt.Sprint(v.Int)
	}
}

// TestEverythingMappedOccurs holds that no golden row is missing a dataset: each
// dataset that a shipped job feeds is exercised by an invented document.
func TestEverythingMappedOccurs(t *testing.T) {
	set, err := configs.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range filesLike(t, "records/*.golden") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			seen[strings.TrimSpace(line)] = true
		}
	}
	for _, job := range set.Jobs {
		for _, name := range slices.Sorted(maps.Keys(job.Into)) {
			if !seen[name] {
				t.Errorf("job %s: no invented document makes a row of %s", job.Job, name)
			}
		}
	}
}
