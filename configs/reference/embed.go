// Package reference holds the reference tables that are shipped: areas and
// facilities with the days they are valid, and the declarations of both. Where
// the rows come from and which codes are invented is told in README.md beside
// them.
package reference

import "embed"

// Files are the tables as CSV and their declarations as YAML.
//
//go:embed *.csv *.yaml
var Files embed.FS
