package expr

import (
	"slices"
	"strings"
)

// Limits on what an author, or an attacker, may write. Depth bounds the stack
// of this parser and of the database's.
const (
	maxLength = 4096 // bytes
	maxDepth  = 64   // levels
)

// form is the construct a syntax node stands for.
type form uint8

const (
	columnForm form = iota
	numberForm
	textForm
	booleanForm
	nullForm
	dateForm
	timestampForm
	compareForm
	andForm
	orForm
	notForm
	isNullForm
	inForm
	betweenForm
	arithmeticForm
	negateForm
	callForm
)

// syntax is an expression before its types are known. Text is the name, the
// operator or the literal.
type syntax struct {
	form  form
	at    int
	text  string
	parts []*syntax
}

// How tightly operators bind, from loose to tight.
const (
	bindAny = iota
	bindOr
	bindAnd
	bindNot
	bindPredicate
	bindSum
	bindProduct
	bindSign
)

// reserved words cannot name a column.
var reserved = [...]string{"and", "or", "not", "in", "between", "is", "null", "true", "false"}

type parser struct {
	tokens []token
	depth  int
}

// parse reads a whole source.
func parse(source string) (*syntax, *Error) {
	tokens, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	tree, err := p.expression(bindAny)
	if err != nil {
		return nil, err
	}
	if rest := p.peek(); rest.sort != atEnd {
		return nil, problem(rest.at, "unexpected %s", rest.shown())
	}
	return tree, nil
}

func (p *parser) peek() token { return p.tokens[0] }

// next takes a token; the end is never taken.
func (p *parser) next() token {
	taken := p.tokens[0]
	if taken.sort != atEnd {
		p.tokens = p.tokens[1:]
	}
	return taken
}

// accept takes the token if it is the keyword.
func (p *parser) accept(keyword string) bool {
	if !p.peek().is(keyword) {
		return false
	}
	p.next()
	return true
}

// expect takes the symbol or fails.
func (p *parser) expect(symbol string) *Error {
	if found := p.peek(); !found.symbol(symbol) {
		return problem(found.at, "expected %s, found %s", symbol, found.shown())
	}
	p.next()
	return nil
}

// expression reads operands joined by operators that bind at least as tightly
// as floor.
func (p *parser) expression(floor int) (*syntax, *Error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, tooDeep(p.peek().at)
	}
	left, err := p.operand(floor)
	for compared := false; err == nil; {
		operator := p.peek()
		binding := p.binding()
		if binding == bindAny || binding < floor {
			return left, nil
		}
		if compared && binding == bindPredicate {
			return nil, problem(operator.at, "unexpected %s after a comparison", operator.shown()).
				hinted("put the comparison in parentheses")
		}
		compared = binding == bindPredicate
		left, err = p.infix(left, binding)
	}
	return nil, err
}

func tooDeep(at int) *Error { return problem(at, "expression is deeper than %d levels", maxDepth) }

// binding tells how tightly the coming token binds as an infix operator;
// bindAny means that it is none.
func (p *parser) binding() int {
	switch t := p.peek(); {
	case t.is("or"):
		return bindOr
	case t.is("and"):
		return bindAnd
	case t.is("is"), t.is("in"), t.is("between"), t.is("not"):
		return bindPredicate
	case t.sort != aSymbol:
		return bindAny
	default:
		return symbolBinding(t.text)
	}
}

func symbolBinding(symbol string) int {
	switch symbol {
	case "+", "-":
		return bindSum
	case "*", "/":
		return bindProduct
	case "(", ")", ",":
		return bindAny
	default:
		return bindPredicate
	}
}

// infix reads an operator and what follows it.
func (p *parser) infix(left *syntax, binding int) (*syntax, *Error) {
	operator := p.next()
	if binding == bindPredicate && operator.sort == aName {
		return p.wordPredicate(left, operator)
	}
	right, err := p.expression(binding + 1)
	if err != nil {
		return nil, err
	}
	switch binding {
	case bindOr:
		return chain(orForm, operator, left, right), nil
	case bindAnd:
		return chain(andForm, operator, left, right), nil
	case bindPredicate:
		return &syntax{compareForm, operator.at, operator.text, []*syntax{left, right}}, nil
	default:
		return &syntax{arithmeticForm, operator.at, operator.text, []*syntax{left, right}}, nil
	}
}

// chain keeps a row of equal connectives flat, so that a long list of
// conditions is no deeper than a short one.
func chain(form form, operator token, left, right *syntax) *syntax {
	if left.form == form {
		left.parts = append(left.parts, right)
		return left
	}
	return &syntax{form, operator.at, operator.text, []*syntax{left, right}}
}

// wordPredicate reads is [not] null, [not] in and [not] between.
func (p *parser) wordPredicate(left *syntax, word token) (*syntax, *Error) {
	var result *syntax
	var err *Error
	negated := word.is("not")
	switch {
	case word.is("is"):
		negated = p.accept("not")
		if !p.accept("null") {
			return nil, problem(p.peek().at, "expected null, found %s", p.peek().shown())
		}
		result = &syntax{isNullForm, word.at, word.text, []*syntax{left}}
	case word.is("in"), negated && p.accept("in"):
		result, err = p.list(left, word)
	case word.is("between"), negated && p.accept("between"):
		result, err = p.bounds(left, word)
	default:
		return nil, problem(p.peek().at, "expected in or between, found %s", p.peek().shown())
	}
	if err != nil || !negated {
		return result, err
	}
	return &syntax{notForm, word.at, "not", []*syntax{result}}, nil
}

// list reads the parenthesis after in.
func (p *parser) list(left *syntax, word token) (*syntax, *Error) {
	elements, err := p.arguments()
	if err != nil {
		return nil, err
	}
	if len(elements) == 0 {
		return nil, problem(word.at, "empty list")
	}
	return &syntax{inForm, word.at, "in", append([]*syntax{left}, elements...)}, nil
}

// bounds reads what follows between.
func (p *parser) bounds(left *syntax, word token) (*syntax, *Error) {
	low, err := p.expression(bindSum)
	if err != nil {
		return nil, err
	}
	if !p.accept("and") {
		return nil, problem(p.peek().at, "expected and, found %s", p.peek().shown())
	}
	high, err := p.expression(bindSum)
	if err != nil {
		return nil, err
	}
	return &syntax{betweenForm, word.at, "between", []*syntax{left, low, high}}, nil
}

// arguments reads a list in parentheses, which may be empty.
func (p *parser) arguments() ([]*syntax, *Error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var list []*syntax
	for !p.peek().symbol(")") {
		if len(list) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		argument, err := p.expression(bindAny)
		if err != nil {
			return nil, err
		}
		list = append(list, argument)
	}
	p.next()
	return list, nil
}

// operand reads what an operator can stand after.
func (p *parser) operand(floor int) (*syntax, *Error) {
	switch t := p.next(); {
	case t.sort == aNumber:
		return &syntax{form: numberForm, at: t.at, text: t.text}, nil
	case t.sort == aText:
		return &syntax{form: textForm, at: t.at, text: t.text}, nil
	case t.symbol("("):
		inner, err := p.expression(bindAny)
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	case t.symbol("-"):
		return p.negative(t)
	case t.is("not") && floor <= bindNot:
		inner, err := p.expression(bindNot)
		return &syntax{notForm, t.at, t.text, []*syntax{inner}}, err
	case t.is("not"):
		return nil, problem(t.at, "not binds looser than the operator before it").hinted("put parentheses around not …")
	case t.sort == aName:
		return p.named(t)
	default:
		return nil, problem(t.at, "expected a value, found %s", t.shown())
	}
}

// negative folds the sign into a number, so that the least integer can be
// written.
func (p *parser) negative(sign token) (*syntax, *Error) {
	if number := p.peek(); number.sort == aNumber {
		p.next()
		return &syntax{form: numberForm, at: sign.at, text: "-" + number.text}, nil
	}
	inner, err := p.expression(bindSign)
	return &syntax{negateForm, sign.at, sign.text, []*syntax{inner}}, err
}

// named reads what begins with a name: a keyword, a literal of a day or an
// instant, a call or a column.
func (p *parser) named(name token) (*syntax, *Error) {
	word := strings.ToLower(name.text)
	following := p.peek()
	switch {
	case word == "true" || word == "false":
		return &syntax{form: booleanForm, at: name.at, text: word}, nil
	case word == "null":
		return &syntax{form: nullForm, at: name.at, text: word}, nil
	case slices.Contains(reserved[:], word):
		return nil, problem(name.at, "expected a value, found %s", name.text)
	case following.sort == aText && word == "date":
		return &syntax{form: dateForm, at: name.at, text: p.next().text}, nil
	case following.sort == aText && word == "timestamp":
		return &syntax{form: timestampForm, at: name.at, text: p.next().text}, nil
	case following.symbol("("):
		parts, err := p.arguments()
		return &syntax{callForm, name.at, word, parts}, err
	default:
		return &syntax{form: columnForm, at: name.at, text: name.text}, nil
	}
}
