package figure_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/figure"
)

// In the areas of the tests commune 3 moves from district 901 to 902 within the
// period, commune 4 ends in 2024, and commune 5 is of another province. Of the
// facilities 19001 and 19002 came to be called the same.
const (
	areas = `code,list,level,parent_code,province_code,valid_from,valid_to
19,dvhc_2024,province,,19,2020-03-01,2025-06-30
901,dvhc_2024,district,19,19,2020-03-01,2025-06-30
902,dvhc_2024,district,19,19,2020-03-01,2025-06-30
00001,dvhc_2024,commune,901,19,2020-03-01,2025-06-30
00002,dvhc_2024,commune,902,19,2020-03-01,2025-06-30
00003,dvhc_2024,commune,901,19,2020-03-01,2022-04-09
00003,dvhc_2024,commune,902,19,2022-04-10,2025-06-30
00003,dvhc_2025,commune,19,19,2025-07-01,
00004,dvhc_2024,commune,903,15,2020-03-01,2024-11-30
00005,dvhc_2024,commune,903,15,2020-03-01,2025-06-30
`
	facilities = `code,name,kind,area_code,area_list,province_code,valid_from,valid_to
19001,Trạm A,commune_station,00001,dvhc_2024,19,2020-03-01,2022-03-31
19001,Trạm chung,commune_station,00001,dvhc_2024,19,2022-04-01,2025-06-30
19002,Trạm Chung,commune_station,00002,dvhc_2024,19,2020-03-01,2025-06-30
19003,Trạm C,commune_station,00003,dvhc_2024,19,2020-03-01,2025-06-30
19003,Trạm Mới,commune_station,00003,dvhc_2025,19,2025-07-01,
19004,Phòng khám D,other,00001,dvhc_2024,19,2022-02-01,2025-06-30
15001,Trạm E,commune_station,00004,dvhc_2024,15,2020-03-01,2024-11-30
15002,Trạm F,commune_station,00005,dvhc_2024,15,2020-03-01,2025-06-30
`
	thaiNguyen, yenBai = "thai-nguyen-2022h1", "yen-bai-2024"
)

func atlas(t *testing.T) *figure.Atlas {
	t.Helper()
	a, err := figure.ReadAtlas(strings.NewReader(areas), strings.NewReader(facilities))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func book(t *testing.T, campaign string) *figure.Book {
	t.Helper()
	b, err := figure.NewBook(campaign, atlas(t))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func on(t *testing.T, text string) figure.Day {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return figure.DayOf(at)
}

// told lists what one figure comes to in the periods of a calendar that end on a
// day: unit to numerator and denominator.
func told(b *figure.Book, id, calendar, from, to string) map[string]string {
	found := map[string]string{}
	number := func(n *int) string {
		if n == nil {
			return "-"
		}
		return strconv.Itoa(*n)
	}
	for _, line := range b.Lines() {
		if line.ID == id && string(line.Calendar) == calendar && line.PeriodFrom == from && line.PeriodTo == to {
			found[string(line.Level)+" "+line.Unit] = number(line.Numerator) + "/" + number(line.Denominator)
		}
	}
	return found
}

func TestFigures(t *testing.T) {
	tests := map[string]struct {
		campaign string
		happens  func(t *testing.T, b *figure.Book)
		id       string
		calendar string
		from, to string
		want     map[string]string
	}{
		"a running total counts what was before, through the last day": {
			thaiNguyen, func(t *testing.T, b *figure.Book) {
				for _, day := range []string{"2019-05-01", "2021-08-01", "2022-06-14", "2022-06-15", "2023-01-01"} {
					b.Happen(figure.AcceptedTransfer, b.Facility("19001"), on(t, day))
				}
			}, "TN.D.8", "administrative", "2021-12-15", "2022-06-14",
			map[string]string{"province 19": "3/-", "district 901": "3/-", "facility 19001": "3/-"},
		},
		"a period counts what was in it": {
			yenBai, func(t *testing.T, b *figure.Book) {
				for _, day := range []string{"2023-12-14", "2023-12-15", "2024-01-14", "2024-01-15"} {
					b.Happen(figure.BirthCertificate, b.Facility("15002"), on(t, day))
				}
			}, "YB.5.3", "administrative", "2023-12-15", "2024-01-14",
			map[string]string{"province 15": "2/-", "district 903": "2/-", "facility 15002": "2/-"},
		},
		"a name of two facilities is nobody's": {
			thaiNguyen, func(t *testing.T, b *figure.Book) {
				b.Happen(figure.Dose, b.Site("Trạm Chung"), on(t, "2022-01-02"))
				b.Happen(figure.Dose, b.Site("Trạm A"), on(t, "2022-01-02")) // called otherwise since
				b.Happen(figure.Dose, b.Site("trạm mới"), on(t, "2022-01-02"))
			}, "TN.V.0", "civil", "2022-01-01", "2022-01-31",
			map[string]string{"province 19": "3/-", "district 901": "1/-", "facility 19003": "1/-"},
		},
		"what happened before a commune moved stays where it was": {
			thaiNguyen, func(t *testing.T, b *figure.Book) {
				b.Happen(figure.ChipVisit, b.Facility("19003"), on(t, "2022-04-09"))
				b.Happen(figure.ChipVisit, b.Facility("19003"), on(t, "2022-04-10"))
				b.Happen(figure.ChipVisit, b.Facility("19003"), on(t, "2022-04-11"))
			}, "TN.D.3", "civil", "2022-01-01", "2022-06-30",
			map[string]string{"province 19": "3/-", "district 901": "1/-", "district 902": "2/-", "facility 19003": "3/-"},
		},
		"facilities are counted once, the register as it is": {
			thaiNguyen, func(t *testing.T, b *figure.Book) {
				b.Happen(figure.ChipVisit, b.Facility("19003"), on(t, "2022-01-20"))
				b.Happen(figure.ChipVisit, b.Facility("19003"), on(t, "2022-05-20"))
				b.Happen(figure.ChipVisit, b.Facility("19001"), on(t, "2022-01-20"))
				b.Happen(figure.ChipVisit, figure.Nowhere, on(t, "2022-01-20"))
			}, "TN.D.4", "civil", "2022-01-01", "2022-06-30",
			map[string]string{
				"province 19": "2/4", "district 901": "2/2", "district 902": "1/2",
				"facility 19001": "1/1", "facility 19002": "0/1", "facility 19003": "1/1", "facility 19004": "0/1",
			},
		},
		"a facility that is not open yet is not in the register": {
			thaiNguyen, func(*testing.T, *figure.Book) {}, "TN.D.4", "civil", "2022-01-01", "2022-01-31",
			map[string]string{
				"province 19": "0/3", "district 901": "0/2", "district 902": "0/1",
				"facility 19001": "0/1", "facility 19002": "0/1", "facility 19003": "0/1",
			},
		},
		"the exchange has a register of its own": {
			thaiNguyen, func(*testing.T, *figure.Book) {}, "TN.D.7", "civil", "2022-06-01", "2022-06-30",
			map[string]string{
				"province 19": "0/3", "district 901": "0/1", "district 902": "0/2",
				"facility 19001": "0/1", "facility 19002": "0/1", "facility 19003": "0/1",
			},
		},
		"a person of several doses is one, on each level": {
			thaiNguyen, func(t *testing.T, b *figure.Book) {
				b.HappenTo(figure.VerifiedDose, b.Facility("19001"), on(t, "2022-01-02"), 7)
				b.HappenTo(figure.VerifiedDose, b.Facility("19004"), on(t, "2022-03-02"), 7)
				b.HappenTo(figure.VerifiedDose, b.Facility("19002"), on(t, "2022-05-02"), 7)
				b.HappenTo(figure.VerifiedDose, figure.Nowhere, on(t, "2022-05-02"), 8)
				b.HappenTo(figure.VerifiedDose, b.Facility("19002"), on(t, "2022-07-02"), 9)
			}, "TN.V.5", "civil", "2022-01-01", "2022-06-30",
			map[string]string{
				"province 19": "2/-", "district 901": "1/-", "district 902": "1/-",
				"facility 19001": "1/-", "facility 19002": "1/-", "facility 19004": "1/-",
			},
		},
		"who is insured on no day is insured always": {
			thaiNguyen, func(t *testing.T, b *figure.Book) {
				b.Stand(figure.Insured, b.Commune("00002"))
				b.Stand(figure.Insured, b.Commune("00009"))
				b.Happen(figure.Linked, b.Commune("00002"), on(t, "2022-01-31"))
			}, "TN.D.2", "administrative", "2021-12-15", "2022-01-14",
			map[string]string{"province 19": "0/2", "district 902": "0/1", "commune 00002": "0/1"},
		},
		"communes of the year": {
			yenBai, func(*testing.T, *figure.Book) {}, "YB.3.1", "civil", "2024-11-01", "2024-11-30",
			map[string]string{"province 15": "-/2", "district 903": "-/2", "commune 00004": "-/1", "commune 00005": "-/1"},
		},
		"communes after a merger": {
			yenBai, func(*testing.T, *figure.Book) {}, "YB.3.1", "civil", "2024-01-01", "2024-12-31",
			map[string]string{"province 15": "-/1", "district 903": "-/1", "commune 00005": "-/1"},
		},
		"nothing has no line": {
			yenBai, func(*testing.T, *figure.Book) {}, "YB.5.2", "civil", "2024-01-01", "2024-12-31", map[string]string{},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := book(t, test.campaign)
			test.happens(t, b)
			if diff := cmp.Diff(test.want, told(b, test.id, test.calendar, test.from, test.to)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPeriods lists the periods that a figure of every day is told for.
func TestPeriods(t *testing.T) {
	tests := map[string]struct {
		campaign, id string
		want         []string
	}{
		"half a year": {thaiNguyen, "TN.D.4", []string{
			"administrative 2021-12-15 2022-06-14", "civil 2022-01-01 2022-06-30",
			"administrative 2021-12-15 2022-01-14", "administrative 2022-01-15 2022-02-14", "administrative 2022-02-15 2022-03-14",
			"administrative 2022-03-15 2022-04-14", "administrative 2022-04-15 2022-05-14", "administrative 2022-05-15 2022-06-14",
			"civil 2022-01-01 2022-01-31", "civil 2022-02-01 2022-02-28", "civil 2022-03-01 2022-03-31",
			"civil 2022-04-01 2022-04-30", "civil 2022-05-01 2022-05-31", "civil 2022-06-01 2022-06-30",
		}},
		"a year and its first half": {yenBai, "YB.3.1", []string{
			"administrative 2023-12-15 2024-06-14", "civil 2024-01-01 2024-06-30",
			"administrative 2023-12-15 2024-12-14", "civil 2024-01-01 2024-12-31",
			"administrative 2023-12-15 2024-01-14", "administrative 2024-01-15 2024-02-14", "administrative 2024-02-15 2024-03-14",
			"administrative 2024-03-15 2024-04-14", "administrative 2024-04-15 2024-05-14", "administrative 2024-05-15 2024-06-14",
			"civil 2024-01-01 2024-01-31", "civil 2024-02-01 2024-02-29", "civil 2024-03-01 2024-03-31",
			"civil 2024-04-01 2024-04-30", "civil 2024-05-01 2024-05-31", "civil 2024-06-01 2024-06-30",
			"administrative 2024-06-15 2024-07-14", "administrative 2024-07-15 2024-08-14", "administrative 2024-08-15 2024-09-14",
			"administrative 2024-09-15 2024-10-14", "administrative 2024-10-15 2024-11-14", "administrative 2024-11-15 2024-12-14",
			"civil 2024-07-01 2024-07-31", "civil 2024-08-01 2024-08-31", "civil 2024-09-01 2024-09-30",
			"civil 2024-10-01 2024-10-31", "civil 2024-11-01 2024-11-30", "civil 2024-12-01 2024-12-31",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, line := range book(t, test.campaign).Lines() {
				if line.ID == test.id && line.Level == figure.Province {
					got = append(got, string(line.Calendar)+" "+line.PeriodFrom+" "+line.PeriodTo)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLinesAreJSON(t *testing.T) {
	b := book(t, thaiNguyen)
	b.Stand(figure.Insured, b.Commune("00002"))
	b.Happen(figure.Linked, b.Commune("00002"), on(t, "2022-01-31"))
	var text bytes.Buffer
	if err := b.WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(text.String(), "\n")
	want := `{"campaign":"thai-nguyen-2022h1","id":"TN.D.2","level":"province","unit":"19","calendar":"administrative",` +
		`"period_from":"2021-12-15","period_to":"2022-06-14","cut_off_on":"2022-06-14","numerator":1,"denominator":1}`
	if first != want {
		t.Errorf("got  %s\nwant %s", first, want)
	}
	var lines []figure.Line
	for line := range strings.Lines(text.String()) {
		var one figure.Line
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, one)
	}
	if diff := cmp.Diff(b.Lines(), lines); diff != "" {
		t.Errorf("written lines differ (-told +read):\n%s", diff)
	}
	if err := b.WriteJSON(broken{}); !errors.Is(err, errBroken) {
		t.Errorf("a broken disk: got %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestNoBookTellsNothing(t *testing.T) {
	var b *figure.Book
	b.Happen(figure.Dose, b.Site("Trạm C"), on(t, "2022-01-01"))
	b.HappenTo(figure.VerifiedDose, b.Facility("19001"), on(t, "2022-01-01"), 1)
	b.Stand(figure.Insured, b.Commune("00001"))
	var text bytes.Buffer
	if err := b.WriteJSON(&text); err != nil || text.Len() > 0 {
		t.Errorf("wrote %d bytes, %v", text.Len(), err)
	}
	if _, err := figure.NewBook("nowhere-2022", atlas(t)); !errors.Is(err, figure.ErrCampaign) {
		t.Errorf("a campaign of no name: got %v", err)
	}
}

func TestTablesAreChecked(t *testing.T) {
	tests := map[string]struct{ areas, facilities string }{
		"no areas":           {"", facilities},
		"no facilities":      {areas, ""},
		"areas lack a level": {"code,list\n1,dvhc_2024\n", facilities},
		"no name":            {areas, "code,kind,area_code,area_list,province_code,valid_from,valid_to\n"},
		"ragged":             {areas + "1,2\n", facilities},
		"no first day":       {areas + "00007,dvhc_2024,commune,901,19,soon,\n", facilities},
		"no last day":        {areas + "00007,dvhc_2024,commune,901,19,2020-03-01,late\n", facilities},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := figure.ReadAtlas(strings.NewReader(test.areas), strings.NewReader(test.facilities)); err == nil {
				t.Error("no error")
			}
		})
	}
}
