package xml_test

import (
	"context"
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/format/xml"
	"thidua/transform/record"
)

// printer prints what it is shown.
type printer struct{ layout record.Layout }

func (printer) BeginDossier(n int32) (bool, error) {
	fmt.Println("dossier", n)
	return true, nil
}

func (p printer) Record(r *record.Record) error {
	fmt.Printf("%s %d: %q\n", p.layout.Kinds[r.Kind].Name, r.Line, r.Fields)
	return nil
}

func (printer) Fault(f format.Fault) error { fmt.Println(f.Rule, f.Part); return nil }
func (printer) EndDossier() error          { fmt.Println("end"); return nil }
func (printer) Note(n format.Note)         { fmt.Println("note", n.Rule, n.Name, n.Count) }

// The job says where the dossiers and their lines stand; fields are paths from
// there.
func Example() {
	const payload = `<DATA>
  <HEADER><SENDER_CODE>79999</SENDER_CODE></HEADER>
  <BODY>
    <HOSOSUCKHOE>
      <THONGTINCHUNG><MA_NHANKHAU>1001</MA_NHANKHAU><NGAYSINH/></THONGTINCHUNG>
      <TIEMCHUNG>
        <THONGTINMUITIEM><MAVACXIN>BCG</MAVACXIN></THONGTINMUITIEM>
        <THONGTINMUITIEM><MAVACXIN>OPV</MAVACXIN></THONGTINMUITIEM>
      </TIEMCHUNG>
    </HOSOSUCKHOE>
  </BODY>
</DATA>`
	f, err := xml.New(xml.Config{
		Root: xml.Names{"DATA"}, Records: "BODY.HOSOSUCKHOE",
		Lines: map[string][]string{"vaccination": {"TIEMCHUNG.THONGTINMUITIEM"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	layout := record.Layout{Kinds: []record.Kind{
		{Name: "record", Fields: []string{"THONGTINCHUNG.MA_NHANKHAU", "THONGTINCHUNG.NGAYSINH", "^^HEADER.SENDER_CODE"}, Head: true},
		{Name: "vaccination", Fields: []string{"MAVACXIN", "^^THONGTINCHUNG.MA_NHANKHAU", "@line"}},
	}}
	frame, err := f.Inspect(context.Background(), strings.NewReader(payload), layout)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("dossiers found:", frame.Dossiers, frame.Envelope)
	if err := f.Decode(context.Background(), strings.NewReader(payload), frame, layout, printer{layout}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// dossiers found: 1 map[HEADER.SENDER_CODE:79999]
	// dossier 1
	// record 1: ["1001" "" "79999"]
	// vaccination 1: ["BCG" "1001" "1"]
	// vaccination 2: ["OPV" "1001" "2"]
	// end
}
