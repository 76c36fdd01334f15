package rest_test

import (
	"bytes"
	"fmt"
	"testing"

	"thidua/ingest/source/rest"
)

// BenchmarkScan reads a page of records as registers write them.
func BenchmarkScan(b *testing.B) {
	var content bytes.Buffer
	content.WriteString(`{"data": [`)
	for i := range 5000 {
		if i > 0 {
			content.WriteByte(',')
		}
		fmt.Fprintf(&content, `{"ma_don_thuoc": "79z9xk%06d-c", "ngay": "2024-03-10T08:00:00+07:00", "so_luong": %d, "thuoc": [{"ten": "Paracetamol 500mg", "lieu": "ngày 2 lần"}, null], "gui": true}`, i, i)
	}
	content.WriteString(`], "total": 5000}`)
	b.SetBytes(int64(content.Len()))
	b.ReportAllocs()
	for b.Loop() {
		got, err := rest.Scan(bytes.NewReader(content.Bytes()), "data", "total")
		if err != nil || len(got.Records) != 5000 {
			b.Fatal(len(got.Records), err)
		}
	}
}
