package expr

import (
	"thidua/transform/sqltext"
	"thidua/transform/value"
)

// checker gives a syntax tree its types over the columns of a dataset.
type checker struct {
	columns []Column
	used    []bool
}

// check makes the term of a tree, from the leaves up.
func (c *checker) check(tree *syntax) (*term, *Error) {
	parts := make([]*term, len(tree.parts))
	depth := 0
	for i, part := range tree.parts {
		checked, err := c.check(part)
		if err != nil {
			return nil, err
		}
		parts[i] = checked
		depth = max(depth, checked.depth)
	}
	if depth++; depth > maxDepth {
		return nil, tooDeep(tree.at)
	}
	made, err := c.build(tree, parts)
	if err != nil {
		return nil, err
	}
	made.at, made.depth = tree.at, depth
	return made, nil
}

// build makes the term of one construct from its checked parts.
func (c *checker) build(tree *syntax, parts []*term) (*term, *Error) {
	switch tree.form {
	case columnForm:
		return c.column(tree)
	case andForm, orForm:
		return connect(tree, parts)
	case notForm:
		return invert(parts[0])
	case isNullForm:
		return testNull(parts[0]), nil
	case compareForm:
		return compare(tree.at, tree.text, parts[0], parts[1])
	case inForm:
		return member(tree.at, parts[0], parts[1:])
	case betweenForm:
		return within(tree.at, parts)
	case arithmeticForm:
		return calculate(tree.at, tree.text, parts[0], parts[1])
	case negateForm:
		return negate(tree.at, parts[0])
	case callForm:
		return call(tree, parts)
	default:
		return literal(tree)
	}
}

// literal makes the term of a leaf that is no column.
func literal(tree *syntax) (*term, *Error) {
	switch tree.form {
	case numberForm:
		return numberTerm(tree.at, tree.text)
	case textForm:
		return literalTerm(text, value.OfText([]byte(tree.text)), sqltext.Text(tree.text)), nil
	case booleanForm:
		return literalTerm(boolean, value.OfBool(tree.text == "true"), tree.text), nil
	case dateForm:
		return parseDate(tree.at, tree.text)
	case timestampForm:
		return parseTimestamp(tree.at, tree.text)
	default:
		return nullTerm(), nil
	}
}

func (c *checker) column(tree *syntax) (*term, *Error) {
	for i, column := range c.columns {
		if column.Name == tree.text {
			c.used[i] = true
			return columnTerm(i, column), nil
		}
	}
	names := make([]string, len(c.columns))
	for i, column := range c.columns {
		names[i] = column.Name
	}
	return nil, problem(tree.at, "unknown column %s", tree.text).suggest(tree.text, names)
}

// want fails unless the term is of the kind.
func (t *term) want(kind kind, user string) *Error {
	if t.kind == kind {
		return nil
	}
	return problem(t.at, "%s takes a %s, not a %s", user, kind, t.kind)
}
