package claimxml_test

import (
	"context"
	"fmt"
	"strings"

	"thidua/ingest/format"
	"thidua/ingest/format/claimxml"
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

// A payload is inspected whole before it is decoded.
func Example() {
	const payload = `<GIAMDINHHS><THONGTINHOSO><SOLUONGHOSO>1</SOLUONGHOSO><DANHSACHHOSO><HOSO>
<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE><TONG_HOP><MA_LK>79999_1</MA_LK><GIOI_TINH/></TONG_HOP></NOIDUNGFILE></FILEHOSO>
<FILEHOSO><LOAIHOSO>XML2</LOAIHOSO><NOIDUNGFILE>PENI</NOIDUNGFILE></FILEHOSO>
<FILEHOSO><LOAIHOSO>XML16</LOAIHOSO><NOIDUNGFILE/></FILEHOSO>
</HOSO></DANHSACHHOSO></THONGTINHOSO></GIAMDINHHS>`
	f := claimxml.New()
	frame, err := f.Inspect(context.Background(), strings.NewReader(payload), record.Layout{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("dossiers found:", frame.Dossiers)
	layout := record.Layout{Kinds: []record.Kind{
		{Name: "XML1", Fields: []string{"MA_LK", "GIOI_TINH", "@layout"}, Head: true},
		{Name: "XML2", Fields: []string{"MA_THUOC"}},
	}}
	if err := f.Decode(context.Background(), strings.NewReader(payload), format.Frame{}, layout, printer{layout}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// dossiers found: 1
	// dossier 1
	// XML1 line 1: ["79999_1" "" "130"]
	// part_malformed XML2
	// end
	// note unknown_part XML16 1
}
