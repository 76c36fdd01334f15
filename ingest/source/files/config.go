package files

import (
	"slices"
	"time"

	"thidua/transform/declaration"
)

// Config is the source block of a job that reads a folder. The zero value of each
// field but Path stands for its default.
type Config struct {
	Path string `yaml:"path" jsonschema:"required" jsonschema_description:"folder, absolute or relative to the workspace"`
	// Glob and Exclude are patterns over the path relative to Path. A file is
	// matched without the suffix of its compression, a member of an archive as if
	// the archive were a folder; a pattern that matches the archive itself takes
	// all its members.
	Glob      []string `yaml:"glob,omitempty" jsonschema_description:"patterns of the files to read, relative to the folder; ** stands for any number of folders, endings match in either case; default **"`
	Exclude   []string `yaml:"exclude,omitempty" jsonschema_description:"patterns of files not to read"`
	Recursive *bool    `yaml:"recursive,omitempty" jsonschema_description:"read the folders below as well; default true"`
	// Settle is how long a file has to lie unchanged before it is read.
	Settle *declaration.Duration `yaml:"settle,omitempty" jsonschema_description:"how long a file must lie unchanged before it is read; default 10s"`
	Order  string                `yaml:"order,omitempty" jsonschema:"enum=modified,enum=name" jsonschema_description:"modified (oldest first, the default) or name"`
	Limits Limits                `yaml:"limits,omitempty" jsonschema_description:"bounds of what compressed files may hold"`
	After  After                 `yaml:"after,omitempty" jsonschema_description:"where files go when they were dealt with; default: they stay"`
}

// Limits bound what compressed files may hold, against files made to exhaust the
// machine. Decompressed bytes are counted; what a file declares is not trusted.
type Limits struct {
	MemberBytes declaration.Size `yaml:"member_bytes,omitempty" jsonschema_description:"greatest size of one decompressed file or member; default 4GB"`
	TotalBytes  declaration.Size `yaml:"total_bytes,omitempty" jsonschema_description:"greatest size of all members of one archive; default 32GB"`
	Members     int              `yaml:"members,omitempty" jsonschema:"minimum=0" jsonschema_description:"greatest number of members of one archive; default 100000"`
	// Ratio bounds decompressed bytes by compressed ones, beyond the first 16 MiB.
	Ratio int `yaml:"ratio,omitempty" jsonschema:"minimum=0" jsonschema_description:"greatest ratio of decompressed to compressed size; default 200"`
}

// After names the folders that files are moved to: Done when they were read,
// Failed when they were refused. Both keep the path below Path. They are absolute
// or relative to the workspace, and lie on the same file system as Path.
type After struct {
	Done   string `yaml:"done,omitempty" jsonschema_description:"folder for files that were read"`
	Failed string `yaml:"failed,omitempty" jsonschema_description:"folder for files that were refused"`
}

const (
	orderModified = "modified"
	orderName     = "name"

	defaultSettle      = declaration.Duration(10 * time.Second)
	defaultMemberBytes = 4e9
	defaultTotalBytes  = 32e9
	defaultMembers     = 100_000
	defaultRatio       = 200
)

// check returns the problems of c.
func (c Config) check() error {
	var p declaration.Problems
	if c.Path == "" {
		p.Add("$.path", "no folder is named", "write the folder that files arrive in")
	}
	if !slices.Contains([]string{"", orderModified, orderName}, c.Order) {
		p.Add("$.order", "unknown order", "write modified or name")
	}
	if c.Limits.Members < 0 {
		p.Add("$.limits.members", "less than zero", "leave it out for the default")
	}
	if c.Limits.Ratio < 0 {
		p.Add("$.limits.ratio", "less than zero", "leave it out for the default")
	}
	return p.Err()
}

// withDefaults returns c with every field set but After.
func (c Config) withDefaults() Config {
	if len(c.Glob) == 0 {
		c.Glob = []string{"**"}
	}
	if c.Recursive == nil {
		yes := true
		c.Recursive = &yes
	}
	if c.Settle == nil {
		settle := defaultSettle
		c.Settle = &settle
	}
	if c.Order == "" {
		c.Order = orderModified
	}
	c.Limits = c.Limits.withDefaults()
	return c
}

func (l Limits) withDefaults() Limits {
	if l.MemberBytes == 0 {
		l.MemberBytes = defaultMemberBytes
	}
	if l.TotalBytes == 0 {
		l.TotalBytes = defaultTotalBytes
	}
	if l.Members == 0 {
		l.Members = defaultMembers
	}
	if l.Ratio == 0 {
		l.Ratio = defaultRatio
	}
	return l
}
