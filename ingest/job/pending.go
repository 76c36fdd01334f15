package job

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"thidua/transform/record"
)

// pending holds the lines of a dossier that come before its head and cannot be
// keyed yet: in memory up to a bound, then in a spill file. Lines hold what was
// read, so the file is encrypted with a key that lives in memory only, and its
// name is removed as soon as it is open: a crash leaves nothing.
type pending struct {
	dir    string
	bound  int
	lines  int
	memory []byte
	spill  *spill
}

// pendingBytes is the memory that waiting lines may take.
const pendingBytes = 8 << 20

type spill struct {
	file   *os.File
	writer *bufio.Writer
	stream cipher.StreamWriter
	block  cipher.Block
	iv     []byte
}

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
		s, err := newSpill(p.dir)
		if err != nil {
			return err
		}
		p.spill, from = s, 0
	}
	if _, err := p.spill.writer.Write(p.memory[from:]); err != nil {
		return fmt.Errorf("write the spill file: %w", err)
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
	return p.spill.reader()
}

func (p *pending) forget() error {
	p.lines, p.memory = 0, p.memory[:0]
	if p.spill == nil {
		return nil
	}
	err := p.spill.file.Close()
	p.spill = nil
	return err
}

func newSpill(dir string) (*spill, error) {
	file, err := os.CreateTemp(dir, "lines-*")
	if err != nil {
		return nil, fmt.Errorf("make a spill file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("hide the spill file: %w", err), file.Close())
	}
	key := make([]byte, 32+aes.BlockSize)
	if _, err := rand.Read(key); err != nil {
		return nil, errors.Join(fmt.Errorf("make a key for the spill file: %w", err), file.Close())
	}
	block, err := aes.NewCipher(key[:32])
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a key for the spill file: %w", err), file.Close())
	}
	s := &spill{file: file, block: block, iv: key[32:]}
	s.stream = cipher.StreamWriter{S: cipher.NewCTR(block, s.iv), W: file}
	s.writer = bufio.NewWriterSize(s.stream, 1<<20)
	return s, nil
}

func (s *spill) reader() (*bufio.Reader, error) {
	if err := s.writer.Flush(); err != nil {
		return nil, fmt.Errorf("write the spill file: %w", err)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read the spill file: %w", err)
	}
	return bufio.NewReaderSize(cipher.StreamReader{S: cipher.NewCTR(s.block, s.iv), R: s.file}, 1<<20), nil
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
