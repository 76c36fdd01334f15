package province

// Share is a settled line for the tests: amounts in hundredths of a đồng.
type Share struct{ Hospital, Covered, SelfPaid, Shared, Fund, Other int64 }

// Settle divides one line. Quantity and prices are in thousandths.
func Settle(quantity, hospitalPrice, insurancePrice int64, serviceRatio, insuranceRatio, level int, other int64) Share {
	b := tariff{
		quantity: thousandth(quantity), hospitalPrice: thousandth(hospitalPrice), insurancePrice: thousandth(insurancePrice),
		serviceRatio: serviceRatio, insuranceRatio: insuranceRatio, benefitLevel: level, other: amount(other),
	}.settle()
	return Share{int64(b.hospital), int64(b.covered), int64(b.selfPaid), int64(b.shared), int64(b.fund), int64(b.other)}
}

// Fixed writes a scaled number.
func Fixed(n int64, digits int) string { return string(appendFixed(nil, n, digits)) }
