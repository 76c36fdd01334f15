package record_test

import (
	"testing"

	"thidua/transform/dataset"
	"thidua/transform/record"
	"thidua/transform/value"
)

// warn is a rule that counts.
func warn(name, must string) dataset.RuleDeclaration {
	return dataset.RuleDeclaration{Rule: name, Must: must, Otherwise: "warn", Title: titled(name)}
}

// drugs is a dataset with the columns and rules of a claim's drug lines, which
// are two thirds of all rows of a province.
func drugs(tb testing.TB) *dataset.Dataset {
	list := columns("facility_code code!", "visit_key key:visit!", "line_number integer", "drug_code code", "drug_name text",
		"strength text", "dosage_form text", "route code", "unit text", "registration_number code", "supplied_by code",
		"cost_group integer", "scope code=1|2|3", "quantity decimal(12,3)!", "unit_price_vnd decimal(15,3)",
		"covered_ratio decimal(5,2)", "benefit_level decimal(5,2)", "amount_vnd decimal(18,2)", "covered_amount_vnd decimal(18,2)",
		"other_paid_vnd decimal(18,2)", "self_paid_vnd decimal(18,2)", "co_paid_vnd decimal(18,2)", "fund_paid_vnd decimal(18,2)",
		"department code", "service_codes code", "ordered_at timestamp", "performed_at timestamp", "payment_method code=1|2|3",
		"funding_source code=1|2|3|4")
	for i := range list {
		if list[i].Type == "text" || list[i].Type == "code" {
			list[i].MaxLength = 1024
		}
	}
	return made(tb, "visit_drug", list,
		warn("drug_code_present", "drug_code is not null"),
		warn("performed_after_order", "performed_at is null or ordered_at is null or performed_at >= ordered_at"),
		warn("ordered_at_plausible", "ordered_at is null or year(ordered_at) between 2010 and 2100"),
		warn("cost_group_known", "cost_group is null or cost_group between 1 and 19"),
		warn("covered_ratio_plausible", "covered_ratio is null or covered_ratio between 0 and 100"),
		warn("benefit_level_plausible", "benefit_level is null or benefit_level between 0 and 100"),
		warn("quantity_positive", "quantity is null or quantity >= 0"),
		warn("amount_product", "amount_vnd is null or quantity is null or unit_price_vnd is null or abs(amount_vnd - quantity * unit_price_vnd) <= 1"),
		warn("covered_product", "covered_amount_vnd is null or quantity is null or unit_price_vnd is null or covered_ratio is null or abs(covered_amount_vnd - quantity * unit_price_vnd * covered_ratio * 0.01) <= 1"),
		warn("payers_sum", "amount_vnd is null or self_paid_vnd is null or co_paid_vnd is null or fund_paid_vnd is null or other_paid_vnd is null or abs(amount_vnd - self_paid_vnd - co_paid_vnd - fund_paid_vnd - other_paid_vnd) <= 1"),
	)
}

// claim is the plan of a claim with drug lines.
func claim(tb testing.TB) *record.Plan {
	visit := made(tb, "visit", columns("facility_code code!", "visit_key key:visit!"))
	line := drugs(tb)
	mapped := map[string]record.Field{"facility_code": {Parent: "facility_code"}, "visit_key": {Parent: "visit_key"}}
	for column, field := range map[string]string{
		"line_number": "STT", "drug_code": "MA_THUOC", "drug_name": "TEN_THUOC", "strength": "HAM_LUONG", "dosage_form": "DANG_BAO_CHE",
		"route": "DUONG_DUNG", "unit": "DON_VI_TINH", "registration_number": "SO_DANG_KY", "supplied_by": "MA_CSKCB_THUOC",
		"cost_group": "MA_NHOM", "scope": "PHAM_VI", "quantity": "SO_LUONG", "unit_price_vnd": "DON_GIA", "benefit_level": "MUC_HUONG",
		"amount_vnd": "THANH_TIEN_BV", "self_paid_vnd": "T_BNTT", "co_paid_vnd": "T_BNCCT", "fund_paid_vnd": "T_BHTT",
		"department": "MA_KHOA", "service_codes": "MA_DICH_VU", "ordered_at": "NGAY_YL", "performed_at": "NGAY_TH_YL",
		"payment_method": "MA_PTTT", "funding_source": "NGUON_CTRA",
	} {
		mapped[column] = record.Field{Field: field}
	}
	mapped["covered_ratio"] = record.Field{FirstOf: []string{"TYLE_TT_BH", "TYLE_TT"}}
	mapped["covered_amount_vnd"] = record.Field{FirstOf: []string{"THANH_TIEN_BH", "THANH_TIEN"}}
	mapped["other_paid_vnd"] = record.Field{FirstOf: []string{"T_NGUONKHAC", "T_NGUON_KHAC"}}
	plan, err := record.Compile(record.Config{
		Into: map[string]record.Declaration{
			"visit": {From: "XML1", Columns: map[string]record.Field{
				"facility_code": {Field: "MA_CSKCB", As: "facility"}, "visit_key": {Join: []string{"MA_CSKCB", "MA_LK"}},
			}},
			"visit_drug": {From: "XML2", Match: "MA_LK", Columns: mapped},
		},
		Head: "visit", Keys: []string{"facility_code", "visit_key"},
		Datasets: map[string]*dataset.Dataset{"visit": visit, "visit_drug": line}, Pseudonyms: chain(tb, 1),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return plan
}

// drugLine is a line as hospitals send it, clean.
func drugLine() map[string]string {
	return map[string]string{
		"MA_LK": "LK0001", "STT": "3", "MA_THUOC": "40.559", "TEN_THUOC": "Hỗn dịch uống Amoxicilin", "HAM_LUONG": "250mg/5ml",
		"DANG_BAO_CHE": "Bột pha hỗn dịch", "DUONG_DUNG": "1.01", "DON_VI_TINH": "Gói", "SO_DANG_KY": "VD-12345-20",
		"MA_CSKCB_THUOC": "C", "MA_NHOM": "4", "PHAM_VI": "1", "SO_LUONG": "14.000", "DON_GIA": "1250.000", "TYLE_TT_BH": "100",
		"MUC_HUONG": "80", "THANH_TIEN_BV": "17500.00", "THANH_TIEN_BH": "17500.00", "T_NGUONKHAC": "0.00", "T_BNTT": "0.00",
		"T_BNCCT": "3500.00", "T_BHTT": "14000.00", "MA_KHOA": "K03", "NGAY_YL": "202501020830", "NGAY_TH_YL": "202501020845",
		"MA_PTTT": "1", "NGUON_CTRA": "1",
	}
}

// claimHead is the record of the visit that the line belongs to.
func claimHead() map[string]string { return map[string]string{"MA_CSKCB": "15001", "MA_LK": "LK0001"} }

// held copies a row, so that it outlives the next one.
func held(row []value.Value) []value.Value {
	kept := make([]value.Value, len(row))
	for i, v := range row {
		v.Text = append([]byte(nil), v.Text...)
		kept[i] = v
	}
	return kept
}

// BenchmarkRow makes the row of a drug line, with its ten rules.
func BenchmarkRow(b *testing.B) {
	plan := claim(b)
	row, found := plan.Mappings(0)[0].Row(fill(b, plan, 0, claimHead()), nil, nil)
	if len(found) > 0 {
		b.Fatalf("the head is not clean: %v", found)
	}
	head, fields, m := held(row), fill(b, plan, 1, drugLine()), plan.Mappings(1)[0]
	b.ReportAllocs()
	for b.Loop() {
		if _, found = m.Row(fields, head, found[:0]); len(found) > 0 {
			b.Fatalf("the line is not clean: %v", found)
		}
	}
}
