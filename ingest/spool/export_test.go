package spool

import "os"

// File is what lies on disk.
func (s *Spool) File() *os.File { return s.file }
