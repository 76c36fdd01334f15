package dataset_test

import "thidua/transform/declaration"

// titled is a title for things whose title does not matter.
func titled(s string) declaration.Title { return declaration.Title{Vi: s, En: s} }
