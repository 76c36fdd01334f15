package csv_test

import (
	"context"
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/format/csv"
	"thidua/ingest/format/tabular"
	"thidua/transform/record"
)

// printer prints what it is shown.
type printer struct{}

func (printer) BeginDossier(n int32) (bool, error) { return true, nil }

func (printer) Record(r *record.Record) error {
	fmt.Printf("%q\n", r.Fields)
	return nil
}

func (printer) Fault(f format.Fault) error { fmt.Println(f.Rule, f.Reason.En); return nil }
func (printer) EndDossier() error          { return nil }
func (printer) Note(n format.Note)         { fmt.Println("note", n.Rule, n.Name, n.Count) }

// A payload is inspected whole before it is decoded.
func Example() {
	const payload = `DANH SÁCH TIÊM CHỦNG
Mã đối tượng;Ngày tiêm (*);Trạng thái
0001;05/10/2026;Đã tiêm
0002;06/10/2026;Đã tiêm;?
Tổng cộng: 2;;
`
	f, err := csv.New(csv.Config{Config: tabular.Config{Columns: map[string][]string{"status": {"Trạng thái"}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	layout := record.Layout{Kinds: []record.Kind{{Name: csv.Kind, Fields: []string{"@row", "Mã đối tượng", "ngày tiêm", "status"}, Head: true}}}
	frame, err := f.Inspect(context.Background(), strings.NewReader(payload), layout)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(frame.Dossiers, frame.Envelope["@encoding"], frame.Envelope["@delimiter"], frame.Notes[0].Rule)
	if err := f.Decode(context.Background(), strings.NewReader(payload), frame, layout, printer{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 2 utf-8 ; total_row
	// ["3" "0001" "05/10/2026" "Đã tiêm"]
	// row_too_long Row 4 has 4 cells, the header 3; its columns may be shifted.
}
