package configs

import "thidua/transform/dataset"

// DecodeDataset parses one file and decodes it as a dataset, without all that
// Load reads besides: a fuzz target does it thousands of times.
func DecodeDataset(text []byte) error {
	var found Errors
	if d, ok := parse(file{name: "configs/datasets/sample.yaml", text: text}, &found); ok {
		var stated dataset.Declaration
		d.decode(d.root, &stated, &found)
	}
	return found.err()
}
