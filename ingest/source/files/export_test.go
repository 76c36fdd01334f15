package files

// Match matches name against one pattern.
func Match(pattern, name string) (bool, error) {
	p, err := compile([]string{pattern}, "$")
	if err != nil {
		return false, err
	}
	return p.match(name), nil
}
