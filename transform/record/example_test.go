package record_test

import (
	"bytes"
	"fmt"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/identity"
	"thidua/transform/record"
)

// A mapping says, column by column, where a row comes from. The format is told by
// the layout which fields to deliver; a record of theirs becomes a row, and what
// is wrong with it becomes findings.
func Example() {
	title := declaration.Title{Vi: "Lượt khám", En: "Visits"}
	visit, err := dataset.Compile(dataset.Declaration{
		Dataset: "visit", Title: title, Counts: "events",
		Columns: []dataset.ColumnDeclaration{
			{Name: "visit_key", Title: title, Type: "key", Identifier: "visit", Required: true},
			{Name: "sex", Title: title, Type: "text", Enum: []string{"male", "female"}},
			{Name: "arrived_at", Title: title, Type: "timestamp", Required: true},
			{Name: "total_vnd", Title: title, Type: "decimal(18,2)"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	pseudonyms, err := identity.NewPseudonyms([][]byte{bytes.Repeat([]byte("k"), identity.KeyBytes)})
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{"visit": {From: "XML1", Columns: map[string]record.Field{
			"visit_key":  {Join: []string{"MA_CSKCB", "MA_LK"}},
			"sex":        {Field: "GIOI_TINH", Map: map[string]string{"1": "male", "2": "female"}},
			"arrived_at": {Field: "NGAY_VAO"},
			"total_vnd":  {FirstOf: []string{"T_TONGCHI_BV", "T_TONGCHI"}},
		}}},
		Head: "visit", Keys: []string{"visit_key"},
		Datasets: map[string]*dataset.Dataset{"visit": visit}, Pseudonyms: pseudonyms,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan.Layout().Kinds[0].Fields)

	mapping := plan.Mappings(0)[0]
	for _, fields := range [][][]byte{
		{[]byte("15001"), []byte("LK-17"), []byte("2"), []byte("202501020830"), nil, []byte("88500.00")},
		{[]byte("15001"), []byte("LK-18"), []byte("7"), nil, nil, []byte("88.500,00")},
	} {
		row, findings := mapping.Row(fields, nil, nil)
		fmt.Printf("%d characters, %q, %d µs, %d\n", len(row[0].Text), row[1].Text, row[2].Int, row[3].Int)
		for _, f := range findings {
			fmt.Printf("  %s: %s; the row is rejected: %v\n", f.Column, f.Reason.En, f.Reject)
		}
	}
	// Output:
	// [MA_CSKCB MA_LK GIOI_TINH NGAY_VAO T_TONGCHI_BV T_TONGCHI]
	// 26 characters, "female", 1735806600000000 µs, 8850000
	// 26 characters, "", 0 µs, 0
	//   sex: the code is not in the job's code map; the row is rejected: false
	//   arrived_at: a required value is missing; the row is rejected: true
	//   total_vnd: The number separates thousands, but the source does not declare it.; the row is rejected: false
}
