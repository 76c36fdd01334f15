package province

import "math/rand/v2"

// Each question that chance answers has a stream of its own, so that asking one
// more of them in one place leaves all others as they were.
const (
	streamFacility uint64 = iota + 1
	streamPerson
	streamVisit
	streamFate
	streamFile
	streamStyle
	streamCheckIn
	streamPrescription
	streamDose
	streamRoutine
	streamIdentified
	streamPaper
	streamParcel
)

// dice is chance that can be repeated: the same seed, stream and number give the
// same throws, in whatever order the province is written.
type dice struct {
	pcg *rand.PCG
	*rand.Rand
}

func newDice() dice {
	pcg := rand.NewPCG(0, 0)
	return dice{pcg: pcg, Rand: rand.New(pcg)}
}

// start begins a stream for one numbered thing.
func (d dice) start(seed, stream, number uint64) {
	d.pcg.Seed(seed*0x9E3779B97F4A7C15+stream, number*0xD1342543DE82EF95+stream)
}

// chance is true in share of all throws.
func (d dice) chance(share float64) bool { return d.Float64() < share }

// between throws a number from lowest to highest, both included.
func (d dice) between(lowest, highest int) int { return lowest + d.IntN(highest-lowest+1) }

// pick throws one of the entries of a table.
func pick[T any](d dice, table []T) T { return table[d.IntN(len(table))] }

// hash numbers a text, such as the code of a facility (FNV-1a).
func hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}
