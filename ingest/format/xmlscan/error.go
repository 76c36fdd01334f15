package xmlscan

import (
	"fmt"

	"thidua/ingest/format"
	"thidua/transform/delivery"
)

// Fault is the class of a syntax error.
type Fault uint8

// A document breaks the grammar, ends too early, declares a document type, holds
// a token or a kept record above the limit, nests too deep, holds no element at
// all, is UTF-16 without saying so twice, or declares an encoding that nobody
// reads. The last two come from Begin alone.
const (
	Malformed Fault = iota
	Truncated
	DoctypeRefused
	TooLarge
	TooDeep
	Empty
	EncodingUndeclared
	EncodingUnknown
)

// The rules that a document breaks as a whole. Their names are stable: they are
// what a rejection is filed under.
const (
	RuleMalformed  = "malformed"
	RuleTruncated  = "truncated"
	RuleDoctype    = "dtd_refused"
	RuleTooLarge   = "too_large"
	RuleEmpty      = "empty"
	RuleUndeclared = "encoding_undeclared"
	RuleUnknown    = "encoding_unknown"
)

var faultNames = [...]string{
	Malformed: "malformed", Truncated: "truncated", DoctypeRefused: "document type refused", TooLarge: "too large",
	TooDeep: "nested too deep", Empty: "empty", EncodingUndeclared: "of undeclared encoding", EncodingUnknown: "of unknown encoding",
}

var faultRules = [...]string{
	Malformed: RuleMalformed, Truncated: RuleTruncated, DoctypeRefused: RuleDoctype, TooLarge: RuleTooLarge,
	TooDeep: RuleMalformed, Empty: RuleEmpty, EncodingUndeclared: RuleUndeclared, EncodingUnknown: RuleUnknown,
}

// Rule returns the rule that a document with the fault breaks.
func (f Fault) Rule() string { return faultRules[f] }

// Error is a document that is not what the scanner accepts. Line and Column
// count from 1; Column counts bytes. It never holds text of the document.
type Error struct {
	Fault  Fault
	Line   int
	Column int
	// Problem says which rule of the grammar is broken.
	Problem string
}

// Error returns the class, the place and the rule.
func (e *Error) Error() string {
	return fmt.Sprintf("xml %s at %d:%d: %s", faultNames[e.Fault], e.Line, e.Column, e.Problem)
}

// The reasons that need no place are whole sentences, to the others it is added.
var reasons = map[string]delivery.Text{
	RuleMalformed:  {Vi: "Tệp không đúng cú pháp XML", En: "The file is not well-formed XML"},
	RuleTruncated:  {Vi: "Tệp bị cắt cụt, kết thúc giữa chừng", En: "The file is cut off and ends inside an element"},
	RuleDoctype:    {Vi: "Tệp có khai báo DOCTYPE hoặc ENTITY, không được chấp nhận", En: "The file declares a document type or entity, which is not accepted"},
	RuleEmpty:      {Vi: "Tệp rỗng.", En: "The file is empty."},
	RuleUndeclared: {Vi: "Tệp được mã hóa UTF-16 nhưng không khai báo hoặc thiếu BOM.", En: "The file is UTF-16 without both a byte order mark and a declaration."},
	RuleUnknown:    {Vi: "Tệp khai báo bảng mã không được hỗ trợ.", En: "The file declares an encoding that is not supported."},
}

// Refusal refuses a payload that is this document, after so many dossiers. What is
// too large in it only the format knows: tooLarge tells it, without a full stop.
func (e *Error) Refusal(dossiers int, tooLarge delivery.Text) *format.Refusal {
	rule := e.Fault.Rule()
	why := reasons[rule]
	switch e.Fault {
	case Empty, EncodingUndeclared, EncodingUnknown:
		return &format.Refusal{Rule: rule, Reason: why, Dossiers: dossiers}
	case TooLarge:
		why = tooLarge
	}
	return &format.Refusal{Rule: rule, Dossiers: dossiers, Reason: delivery.Text{
		Vi: fmt.Sprintf("%s (dòng %d:%d).", why.Vi, e.Line, e.Column),
		En: fmt.Sprintf("%s (line %d:%d: %s).", why.En, e.Line, e.Column, e.Problem),
	}}
}
