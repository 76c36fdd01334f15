package job

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"thidua/ingest/spool"
	"thidua/transform/record"
)

// pending holds the lines of a dossier that come before its head and cannot be
// keyed yet: in memory up to a bound, then in a spool, which nobody else can read
// and of which a crash leaves nothing.
type pending struct {
	dir    string
	bound  int
	lines  int
	memory []byte
	spill  *spool.Spool
}

// pendingBytes is the memory that waiting lines may take.
const pendingBytes = 8 << 20

// add appends a line.
func (p *pending) add(r *record.Record) error {
	p.lines++
	from := len(p.memory)
	p.memory = appendRecord(p.memory, r)
	if p.bound == 0 {
		p.bound = pendingBytes
	}
	if p.spill == nil && len(p.memory) <= p.bound {
		return nil
	}
	if p.spill == nil {
		s, err := spool.New(p.dir)
		if err != nil {
			return err
		}
		p.spill, from = s, 0
	}
	if _, err := p.spill.Write(p.memory[from:]); err != nil {
		return err
	}
	p.memory = p.memory[:0]
	return nil
}

// replay hands the lines over in order and forgets them.
func (p *pending) replay(visit func(*record.Record) error) error {
	if p.lines == 0 {
		return nil
	}
	source, err := p.reader()
	if err != nil {
		return errors.Join(err, p.forget())
	}
	var r record.Record
	// An empty field is not an absent one, so that memory is never nil.
	scratch := []byte{}
	for range p.lines {
		if scratch, err = readRecord(source, &r, scratch); err == nil {
			err = visit(&r)
		}
		if err != nil {
			break
		}
	}
	return errors.Join(err, p.forget())
}

func (p *pending) reader() (*bufio.Reader, error) {
	if p.spill == nil {
		return bufio.NewReader(bytes.NewReader(p.memory)), nil
	}
	return p.spill.Reader()
}

func (p *pending) forget() error {
	p.lines, p.memory = 0, p.memory[:0]
	if p.spill == nil {
		return nil
	}
	err := p.spill.Close()
	p.spill = nil
	return err
}

// appendRecord encodes a record: kind, line, number of fields, then each field as
// its length plus one and its bytes; zero says that it is absent.
func appendRecord(to []byte, r *record.Record) []byte {
	to = binary.AppendUvarint(to, uint64(r.Kind))
	to = binary.AppendUvarint(to, uint64(r.Line))
	to = binary.AppendUvarint(to, uint64(len(r.Fields)))
	for _, f := range r.Fields {
		if f == nil {
			to = append(to, 0)
			continue
		}
		to = binary.AppendUvarint(to, uint64(len(f))+1)
		to = append(to, f...)
	}
	return to
}

// readRecord decodes what appendRecord wrote. The fields live in scratch.
func readRecord(from *bufio.Reader, r *record.Record, scratch []byte) ([]byte, error) {
	var numbers [3]uint64
	for i := range numbers {
		n, err := binary.ReadUvarint(from)
		if err != nil {
			return scratch, fmt.Errorf("read a waiting line: %w", err)
		}
		numbers[i] = n
	}
	r.Kind, r.Line = int(numbers[0]), int32(numbers[1])
	r.Fields = r.Fields[:0]
	scratch = scratch[:0]
	ends := make([]int, 0, numbers[2])
	for range numbers[2] {
		n, err := binary.ReadUvarint(from)
		if err != nil {
			return scratch, fmt.Errorf("read a waiting line: %w", err)
		}
		if n == 0 {
			ends = append(ends, -1)
			continue
		}
		at := len(scratch)
		scratch = append(scratch, make([]byte, n-1)...)
		if _, err := io.ReadFull(from, scratch[at:]); err != nil {
			return scratch, fmt.Errorf("read a waiting line: %w", err)
		}
		ends = append(ends, len(scratch))
	}
	at := 0
	for _, end := range ends {
		if end < 0 {
			r.Fields = append(r.Fields, nil)
			continue
		}
		r.Fields = append(r.Fields, scratch[at:end:end])
		at = end
	}
	return scratch, nil
}
