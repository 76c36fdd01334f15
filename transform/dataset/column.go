package dataset

import (
	"encoding/binary"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"thidua/transform/value"
)

// buffer is one column of a batch in Arrow's own layout: filled in place and
// handed to Arrow without a copy, which is three times faster than its builders.
type buffer struct {
	kind    value.Kind
	arrow   arrow.DataType
	valid   []byte
	nulls   int
	offsets []int32
	data    []byte
}

func newBuffer(t value.Type) buffer {
	return buffer{kind: t.Kind, arrow: arrowType(t)}
}

func arrowType(t value.Type) arrow.DataType {
	switch t.Kind {
	case value.Integer:
		return arrow.PrimitiveTypes.Int64
	case value.Decimal:
		return &arrow.Decimal128Type{Precision: int32(t.Precision), Scale: int32(t.Scale)}
	case value.Boolean:
		return arrow.FixedWidthTypes.Boolean
	case value.Date:
		return arrow.FixedWidthTypes.Date32
	case value.Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	default:
		return arrow.BinaryTypes.String
	}
}

// set writes v as row i, which is the next row.
func (b *buffer) set(i int, v *value.Value) {
	b.valid = setBit(b.valid, i, v.Valid)
	if !v.Valid {
		b.nulls++
	}
	switch b.kind {
	case value.Integer, value.Timestamp:
		b.data = binary.LittleEndian.AppendUint64(b.data, uint64(v.Int))
	case value.Decimal:
		n := len(b.data)
		b.data = slices.Grow(b.data, 16)[:n+16]
		binary.LittleEndian.PutUint64(b.data[n:], uint64(v.Int))
		binary.LittleEndian.PutUint64(b.data[n+8:], uint64(v.Int>>63))
	case value.Date:
		b.data = binary.LittleEndian.AppendUint32(b.data, uint32(int32(v.Int)))
	case value.Boolean:
		b.data = setBit(b.data, i, v.Int != 0)
	default:
		if v.Valid {
			b.data = append(b.data, v.Text...)
		}
		b.offsets = append(b.offsets, int32(len(b.data)))
	}
}

// number writes n as row i of a column of integers, which is the next row.
func (b *buffer) number(i int, n int64) {
	b.valid = setBit(b.valid, i, true)
	b.data = binary.LittleEndian.AppendUint64(b.data, uint64(n))
}

// truncate drops all rows from row n on.
func (b *buffer) truncate(n, rows int) {
	for i := n; i < rows; i++ {
		if b.valid[i>>3]&(1<<(i&7)) == 0 {
			b.nulls--
		}
	}
	b.valid = firstBits(b.valid, n)
	switch b.kind {
	case value.Integer, value.Timestamp:
		b.data = b.data[:8*n]
	case value.Decimal:
		b.data = b.data[:16*n]
	case value.Date:
		b.data = b.data[:4*n]
	case value.Boolean:
		b.data = firstBits(b.data, n)
	default:
		b.offsets = b.offsets[:n+1]
		b.data = b.data[:b.offsets[n]]
	}
}

// reset empties the buffer and keeps its memory.
func (b *buffer) reset() {
	b.valid, b.data, b.nulls = b.valid[:0], b.data[:0], 0
	if b.isText() {
		b.offsets = append(b.offsets[:0], 0)
	}
}

func (b *buffer) isText() bool { return b.kind == value.Text || b.kind == value.Key }

func (b *buffer) sizeBytes() int { return len(b.valid) + 4*len(b.offsets) + len(b.data) }

// array wraps the buffer. It stays valid until the buffer is written again.
func (b *buffer) array(rows int) arrow.Array {
	buffers := []*memory.Buffer{memory.NewBufferBytes(b.valid)}
	if b.isText() {
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(b.offsets)))
	}
	buffers = append(buffers, memory.NewBufferBytes(b.data))
	data := array.NewData(b.arrow, rows, buffers, nil, b.nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

// setBit writes bit i, which is the next one.
func setBit(bits []byte, i int, on bool) []byte {
	if i&7 == 0 {
		bits = append(bits, 0)
	}
	if on {
		bits[len(bits)-1] |= 1 << (i & 7)
	}
	return bits
}

// firstBits drops all bits from bit n on. Those that remain in the last byte are
// cleared, for the next rows only set theirs.
func firstBits(bits []byte, n int) []byte {
	bits = bits[:(n+7)>>3]
	if n&7 != 0 {
		bits[n>>3] &= 1<<(n&7) - 1
	}
	return bits
}
