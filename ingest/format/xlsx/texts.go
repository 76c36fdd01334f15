package xlsx

import (
	"encoding/binary"

	"thidua/ingest/format/xmlscan"
	"thidua/ingest/spool"
)

const (
	// blockTexts is how many shared strings are kept and fetched together.
	blockTexts = 64
	// maxTexts bounds how many there are: the places of their blocks stay in memory.
	maxTexts = 1 << 25
	// slots is how many blocks of the spill file are held, slotBytes the size up to
	// which a block is worth it; of larger ones, one is held.
	slots     = 256
	slotBytes = 64 << 10
)

// texts are the shared strings of a workbook, which cells refer to by number. The
// first ones, and with them those that occur most, stay in memory; beyond the limit
// they lie in a spill file.
type texts struct {
	spoolDir string
	// left is how much memory there is for blocks.
	left   int64
	count  int
	blocks []block
	// spilled is where each block behind those in memory begins.
	spilled []int64
	spool   *spool.Spool
	slots   []slot
	// open is the block that is being filled.
	open block
}

// block holds up to blockTexts strings, one behind the other, and where each ends.
type block struct {
	data []byte
	ends []uint32
}

// slot holds a block of the spill file, by its number from 1.
type slot struct {
	number int
	raw    []byte
	block
}

// blockOverhead is what a block takes beside its bytes.
const blockOverhead = 64 + 4*blockTexts

func newTexts(spoolDir string, memory int64) *texts {
	return &texts{spoolDir: spoolDir, left: memory}
}

// readTexts reads the table of shared strings.
func (b *workbook) readTexts(name string) error {
	p, err := b.scan(name, partTexts)
	if err != nil {
		return err
	}
	defer p.close()
	for {
		token, err := p.Next()
		switch {
		case err != nil:
			return err
		case token == xmlscan.EOF:
			if err := p.judge(); err != nil {
				return err
			}
			return b.texts.settle()
		case token != xmlscan.Open || string(p.Name()) != "si":
			continue
		}
		from := len(b.texts.open.data)
		if b.texts.open.data, err = p.appendRich(b.texts.open.data); err != nil {
			return err
		}
		b.texts.open.data = unescapeText(b.texts.open.data, from)
		if err := b.texts.end(); err != nil {
			return err
		}
	}
}

// end ends the string that was appended to the open block.
func (t *texts) end() error {
	if t.count++; t.count > maxTexts {
		return &flaw{rule: ruleTooLarge}
	}
	t.open.ends = append(t.open.ends, uint32(len(t.open.data)))
	if len(t.open.ends) == blockTexts {
		return t.keep()
	}
	return nil
}

// keep puts the open block where it stays.
func (t *texts) keep() error {
	if t.spool == nil {
		if t.left -= int64(len(t.open.data) + blockOverhead); t.left >= 0 {
			t.blocks = append(t.blocks, block{append([]byte(nil), t.open.data...), append([]uint32(nil), t.open.ends...)})
			t.open = block{t.open.data[:0], t.open.ends[:0]}
			return nil
		}
		s, err := spool.New(t.spoolDir)
		if err != nil {
			return err
		}
		t.spool, t.slots = s, make([]slot, slots+1)
	}
	t.spilled = append(t.spilled, t.spool.Size())
	var number [4]byte
	for _, end := range t.open.ends {
		binary.LittleEndian.PutUint32(number[:], end)
		if _, err := t.spool.Write(number[:]); err != nil {
			return err
		}
	}
	_, err := t.spool.Write(t.open.data)
	t.open = block{t.open.data[:0], t.open.ends[:0]}
	return err
}

// settle ends the table.
func (t *texts) settle() error {
	if len(t.open.ends) > 0 {
		if err := t.keep(); err != nil {
			return err
		}
	}
	t.open = block{}
	if t.spool == nil {
		return nil
	}
	t.spilled = append(t.spilled, t.spool.Size())
	return t.spool.Flush()
}

// appendText appends string number i, from 0.
func (t *texts) appendText(to []byte, i int) ([]byte, error) {
	if i < 0 || i >= t.count {
		return to, &flaw{rule: ruleNoText}
	}
	n := i / blockTexts
	if n < len(t.blocks) {
		return t.blocks[n].appendText(to, i%blockTexts), nil
	}
	b, err := t.fetch(n-len(t.blocks), min(blockTexts, t.count-n*blockTexts))
	if err != nil {
		return to, err
	}
	return b.appendText(to, i%blockTexts), nil
}

// fetch returns a block of the spill file that holds the given number of strings,
// valid until the next one is fetched.
func (t *texts) fetch(n, count int) (*block, error) {
	from, size := t.spilled[n], int(t.spilled[n+1]-t.spilled[n])
	s := &t.slots[n%slots]
	if size > slotBytes {
		s = &t.slots[slots]
	}
	if s.number == n+1 {
		return &s.block, nil
	}
	if cap(s.raw) < size {
		s.raw = make([]byte, size)
	}
	s.raw = s.raw[:size]
	s.number = 0
	if _, err := t.spool.ReadAt(s.raw, from); err != nil {
		return nil, err
	}
	s.number = n + 1
	s.ends = s.ends[:0]
	for i := range count {
		s.ends = append(s.ends, binary.LittleEndian.Uint32(s.raw[4*i:]))
	}
	s.data = s.raw[4*count:]
	return &s.block, nil
}

func (b *block) appendText(to []byte, i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return append(to, b.data[from:b.ends[i]]...)
}

// close forgets the strings.
func (t *texts) close() error {
	if t.spool == nil {
		return nil
	}
	return t.spool.Close()
}
