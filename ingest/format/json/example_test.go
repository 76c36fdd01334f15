package json_test

import (
	"context"
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/format/json"
	"thidua/transform/record"
)

// printer prints what it is shown.
type printer struct{ layout record.Layout }

func (printer) BeginDossier(n int32) (bool, error) {
	fmt.Println("dossier", n)
	return true, nil
}

func (p printer) Record(r *record.Record) error {
	fmt.Printf("%s line %d: %q\n", p.layout.Kinds[r.Kind].Name, r.Line, r.Fields)
	return nil
}

func (printer) Fault(f format.Fault) error { fmt.Println(f.Rule, f.Part); return nil }
func (printer) EndDossier() error          { fmt.Println("end"); return nil }
func (printer) Note(n format.Note)         { fmt.Println("note", n.Rule, n.Name, n.Count) }

// A page of prescriptions, each with its drugs: the page is inspected whole before
// it is decoded.
func Example() {
	const page = `{"code": 1, "data": [
  {"ma_don_thuoc": "79z9xk3m9p2q-c", "chan_doan": [{"ma": "I10"}, {"ma": "E11"}],
   "thong_tin_don_thuoc": [{"ma_thuoc": "DQG00000001", "so_luong": 10}, {"ma_thuoc": "DQG00000002", "so_luong": 30}]},
  {"ma_don_thuoc": "79z9xk3m9p2r-c", "thong_tin_thuoc": {"ma_thuoc": "DQG00000003", "so_luong": null}}
], "meta": {"total": 2}}`
	f, err := json.New(json.Config{
		Records: "data",
		Total:   "meta.total",
		Lines:   map[string][]string{"drug": {"thong_tin_don_thuoc", "thong_tin_thuoc"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	layout := record.Layout{Kinds: []record.Kind{
		{Name: "record", Fields: []string{"ma_don_thuoc", "chan_doan[*].ma", "^code"}, Head: true},
		{Name: "drug", Fields: []string{"@line", "ma_thuoc", "so_luong"}},
	}}
	frame, err := f.Inspect(context.Background(), strings.NewReader(page), layout)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("dossiers found:", frame.Dossiers, "code:", frame.Envelope["code"])
	if err := f.Decode(context.Background(), strings.NewReader(page), frame, layout, printer{layout}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// dossiers found: 2 code: 1
	// dossier 1
	// record line 1: ["79z9xk3m9p2q-c" "I10;E11" "1"]
	// drug line 1: ["1" "DQG00000001" "10"]
	// drug line 2: ["2" "DQG00000002" "30"]
	// end
	// dossier 2
	// record line 1: ["79z9xk3m9p2r-c" "" "1"]
	// drug line 1: ["1" "DQG00000003" ""]
	// end
}
