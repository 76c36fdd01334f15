package delivery

import "github.com/apache/arrow-go/v18/arrow"

// Chunk is what is committed at once: whole dossiers of one or more deliveries,
// with everything that has to be known about them in the same instant.
type Chunk struct {
	// Records holds the rows by member dataset, in the order of Dossiers.
	Records  []arrow.RecordBatch
	Dossiers []Dossier
	// Open says that the last rows belong to a dossier that goes on in the next
	// chunk: too large for one. Nothing is committed before it is closed. An open
	// chunk brings rows only: their dossiers and all that is known about them come
	// with the chunk that closes it.
	Open bool

	Rejections []Rejection
	Warnings   map[Warning]int64
	// Progress says how far each delivery of the chunk has come.
	Progress []Progress
	// Rows counts by member dataset, Heads the dossiers.
	Rows  []Counts
	Heads Counts
	// Bytes is the size of the payloads that end in this chunk.
	Bytes int64
	// Extract ends a complete extract. It comes in a chunk of its own, after all
	// dossiers of the extract.
	Extract *Extract
}

// Extract is a delivery that its source declares complete: what stands in its
// scopes, was last seen before it and is not in it has gone.
type Extract struct {
	Delivery int64
	// SourceAt is the source's own time, as in the rank of its dossiers.
	SourceAt int64
	Scopes   []int64
	// Present are dossiers that are in the extract and could not be loaded: they are
	// not absent.
	Present []int64
	// MostPercent is the greatest share of what stands that may be removed at once.
	MostPercent int
}

// State is how a delivery stands.
type State string

// A delivery is open while chunks of it are outstanding, then loaded, or refused
// whole; unread where its bytes could not be had. A container is an archive whose
// members are deliveries of their own.
const (
	StateOpen      State = "open"
	StateLoaded    State = "loaded"
	StateRefused   State = "refused"
	StateUnread    State = "unread"
	StateContainer State = "container"
)

// Ended reports whether the delivery was a payload that was dealt with. One whose
// bytes could not be had is asked for again.
func (s State) Ended() bool { return s == StateLoaded || s == StateRefused }

// Progress is how far a delivery has come when its chunk is committed.
type Progress struct {
	Delivery Delivery
	State    State
	// Position is the number of the last dossier that is in this chunk or before.
	Position int32
	// Dossiers is how many the delivery holds.
	Dossiers int32
	// Bundle is the sealed bundle that holds the bytes, empty without archive.
	Bundle string
}

// Counts is the account of rows, or of dossiers:
//
//	read = loaded + unchanged + superseded + skipped + quarantined
//
// Replaced and Removed count rows that stood before and no longer do; Warned and
// Ties stand beside the sum as well.
type Counts struct {
	Read        int64 `json:"read"`
	Loaded      int64 `json:"loaded"`
	Unchanged   int64 `json:"unchanged"`
	Superseded  int64 `json:"superseded"`
	Skipped     int64 `json:"skipped"`
	Quarantined int64 `json:"quarantined"`
	Replaced    int64 `json:"replaced"`
	Removed     int64 `json:"removed"`
	Warned      int64 `json:"warned"`
	Ties        int64 `json:"ties"`
}

// Closed reports whether the account adds up.
func (c Counts) Closed() bool {
	return c.Read == c.Loaded+c.Unchanged+c.Superseded+c.Skipped+c.Quarantined
}

// Add adds o to c.
func (c *Counts) Add(o Counts) {
	c.Read += o.Read
	c.Loaded += o.Loaded
	c.Unchanged += o.Unchanged
	c.Superseded += o.Superseded
	c.Skipped += o.Skipped
	c.Quarantined += o.Quarantined
	c.Replaced += o.Replaced
	c.Removed += o.Removed
	c.Warned += o.Warned
	c.Ties += o.Ties
}

// Tally is the account of one run for one dataset, or for its dossiers.
type Tally struct {
	Run      int64  `json:"run"`
	Job      string `json:"job"`
	Dataset  string `json:"dataset"`
	Payloads int64  `json:"payloads"`
	Counts
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
}

// Dossiers is the name under which a tally counts dossiers instead of rows.
const Dossiers = "dossier"
