package sqltext_test

import (
	"fmt"
	"time"

	"thidua/transform/sqltext"
)

func Example() {
	zone := time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)
	at := time.Date(2024, 6, 14, 6, 30, 0, 1_500_000, zone)
	fmt.Printf("SELECT %s FROM %s WHERE unit = %s AND known_from <= %s\n",
		sqltext.Names([]string{"value", `của "xã"`}), sqltext.Name("indicator_value"), sqltext.Text("Krông Nô'"), sqltext.Instant(at))
	// Output:
	// SELECT "value", "của ""xã""" FROM "indicator_value" WHERE unit = 'Krông Nô''' AND known_from <= TIMESTAMPTZ '2024-06-13 23:30:00.0015+00'
}
