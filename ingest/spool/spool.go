// Package spool keeps bytes that are too many for memory in a file that nobody
// else can read: encrypted with a key that lives in memory only, and without a
// name as soon as it is open. A crash leaves nothing.
package spool

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Spool takes bytes in order and gives them back from any place, as often as need
// be. It serves one goroutine; readers may follow each other, and reading ends
// writing.
type Spool struct {
	file   *os.File
	block  cipher.Block
	iv     [aes.BlockSize]byte
	writer *bufio.Writer
	size   int64
}

// bufferBytes is what a spool collects before it writes, and what a reader reads
// ahead.
const bufferBytes = 256 << 10

// New makes an empty spool below dir. The caller closes it.
func New(dir string) (*Spool, error) {
	file, err := os.CreateTemp(dir, "spool-*")
	if err != nil {
		return nil, fmt.Errorf("make a spill file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("hide the spill file: %w", err), file.Close())
	}
	s := &Spool{file: file}
	key := make([]byte, 32)
	_, err = rand.Read(key)
	if err == nil {
		_, err = rand.Read(s.iv[:])
	}
	if err == nil {
		s.block, err = aes.NewCipher(key)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a key for the spill file: %w", err), file.Close())
	}
	s.writer = bufio.NewWriterSize(cipher.StreamWriter{S: cipher.NewCTR(s.block, s.iv[:]), W: file}, bufferBytes)
	return s, nil
}

// Write appends b.
func (s *Spool) Write(b []byte) (int, error) {
	n, err := s.writer.Write(b)
	s.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("write the spill file: %w", err)
	}
	return n, nil
}

// Size is the number of bytes written.
func (s *Spool) Size() int64 { return s.size }

// Reader returns a reader over everything written so far.
func (s *Spool) Reader() (*bufio.Reader, error) {
	if err := s.Flush(); err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(io.NewSectionReader(s, 0, s.size), bufferBytes), nil
}

// ReadAt implements io.ReaderAt over what was written when Reader or Flush was
// called last.
func (s *Spool) ReadAt(b []byte, from int64) (int, error) {
	if from >= s.size {
		return 0, io.EOF
	}
	within := int(from % aes.BlockSize)
	n, err := s.file.ReadAt(b, from)
	stream := cipher.NewCTR(s.block, s.counter(from/aes.BlockSize))
	if within > 0 {
		var skipped [aes.BlockSize]byte
		stream.XORKeyStream(skipped[:within], skipped[:within])
	}
	stream.XORKeyStream(b[:n], b[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read the spill file: %w", err)
	}
	return n, err
}

// Flush makes what was written readable by ReadAt.
func (s *Spool) Flush() error {
	if err := s.writer.Flush(); err != nil {
		return fmt.Errorf("write the spill file: %w", err)
	}
	return nil
}

// counter returns the initial counter of a block: the first one's plus its number,
// as a number of sixteen bytes.
func (s *Spool) counter(blocks int64) []byte {
	iv := s.iv
	low := binary.BigEndian.Uint64(iv[8:])
	sum := low + uint64(blocks)
	binary.BigEndian.PutUint64(iv[8:], sum)
	if sum < low {
		binary.BigEndian.PutUint64(iv[:8], binary.BigEndian.Uint64(iv[:8])+1)
	}
	return iv[:]
}

// Close forgets the bytes.
func (s *Spool) Close() error {
	if err := s.file.Close(); err != nil {
		return fmt.Errorf("close the spill file: %w", err)
	}
	return nil
}
