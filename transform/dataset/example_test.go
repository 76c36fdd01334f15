package dataset_test

import (
	"fmt"

	"thidua/transform/dataset"
	"thidua/transform/declaration"
	"thidua/transform/value"
)

// A dataset is declared, checked, and then filled: its batch is an Arrow batch
// with the declared columns and, after them, where each row comes from.
func Example() {
	_, err := dataset.Compile(dataset.Declaration{Dataset: "Visit"})
	fmt.Println(err)

	visit, err := dataset.Compile(dataset.Declaration{
		Dataset: "visit",
		Title:   declaration.Title{Vi: "Lượt khám", En: "Visits"},
		Counts:  "events",
		Columns: []dataset.ColumnDeclaration{
			{Name: "facility_code", Title: declaration.Title{Vi: "Mã cơ sở", En: "Facility"}, Type: "code", Length: 5, Required: true},
			{Name: "cost_vnd", Title: declaration.Title{Vi: "Chi phí", En: "Cost"}, Type: "decimal(18,2)"},
		},
		Rules: []dataset.RuleDeclaration{{
			Rule: "cost_positive", Must: "cost_vnd is null or cost_vnd >= 0", Otherwise: "reject",
			Title: declaration.Title{Vi: "Chi phí âm", En: "The cost is negative"},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	batch := dataset.NewBatch(visit)
	// A decimal of two places is an integer of hundredths.
	batch.Append([]value.Value{value.OfText([]byte("15001")), value.OfInt(8850000)}, dataset.Lineage{Dossier: 17, Delivery: 1})
	batch.Append([]value.Value{value.OfText([]byte("15001")), {}}, dataset.Lineage{Dossier: 18, Delivery: 1})
	record := batch.Record()
	defer record.Release()
	for i, column := range record.Columns()[:3] {
		fmt.Println(record.ColumnName(i), column.ValueStr(0), column.ValueStr(1))
	}
	// Output:
	// $.dataset: "Visit" cannot name a table; use lower-case letters, digits and underscores
	// $.title: the title is missing in one language; give both vi and en
	// $.counts: unknown count ""; use persons, events or things
	// $.columns: a dataset needs columns
	// facility_code 15001 15001
	// cost_vnd 88500 (null)
	// dossier 17 18
}
