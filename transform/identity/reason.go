package identity

import (
	"thidua/transform/delivery"
	"thidua/transform/normalise"
)

// Findings about identifiers. Those about codes in general, such as lost zeros
// and scientific notation, are those of normalise.
var (
	// CitizenMalformed refuses what is neither a citizen ID nor an old one nor a
	// passport number.
	CitizenMalformed = &normalise.Reason{ID: "citizen_id_malformed", Text: delivery.Text{
		Vi: "Số định danh không đúng dạng: cần 12 số, 9 số hoặc số hộ chiếu.",
		En: "The citizen ID is neither 12 digits nor 9 digits nor a passport number.",
	}}
	// CitizenPlaceholder refuses one digit repeated, typed to get past a form.
	CitizenPlaceholder = &normalise.Reason{ID: "citizen_id_placeholder", Text: delivery.Text{
		Vi: "Số định danh là một chữ số lặp lại, không phải của ai.",
		En: "The citizen ID is one digit repeated and belongs to nobody.",
	}}
	// CardMalformed refuses what is neither a card nor a number of social
	// insurance.
	CardMalformed = &normalise.Reason{ID: "card_malformed", Text: delivery.Text{
		Vi: "Mã thẻ BHYT không đúng dạng: cần 2 chữ cái và 13 số, hoặc mã số BHXH 10 số.",
		En: "The insurance card is neither two letters and 13 digits nor a social insurance number.",
	}}
	// CardLevel marks a card whose benefit level is not 1 to 5.
	CardLevel = &normalise.Reason{ID: "card_level_unknown", Text: delivery.Text{
		Vi: "Mức hưởng trên mã thẻ BHYT không nằm trong khoảng 1–5.",
		En: "The benefit level of the insurance card is not 1 to 5.",
	}}
	// CaseRaised marks an identifier with lower-case letters.
	CaseRaised = &normalise.Reason{ID: "case_raised", Text: delivery.Text{
		Vi: "Đã chuyển chữ thường trong số định danh hoặc mã thẻ thành chữ hoa.",
		En: "Lower-case letters of the identifier were raised.",
	}}
)

// Reasons lists the findings of this package, for documentation.
func Reasons() []*normalise.Reason {
	return []*normalise.Reason{CitizenMalformed, CitizenPlaceholder, CardMalformed, CardLevel, CaseRaised}
}
