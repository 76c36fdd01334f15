package province_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The recount reads what was written with the standard library alone and counts
// it as a patient clerk would, to be held against the truth.

// claim is one dossier of a file that was accepted.
type claim struct {
	facility, key string
	madeOn        string
	changedAt     time.Time
	whole         bool
	parts         map[string][]map[string]string
}

// newer says whether c stands against o: whole before partial, then by the day
// it was made, then by the time of its file.
func (c claim) newer(o claim) bool {
	if c.whole != o.whole {
		return c.whole
	}
	if c.madeOn != o.madeOn {
		return c.madeOn > o.madeOn
	}
	return c.changedAt.After(o.changedAt)
}

func (c claim) head(names ...string) string {
	for _, name := range names {
		if text := c.parts["XML1"][0][name]; text != "" {
			return text
		}
	}
	return ""
}

type giamdinhhs struct {
	Unit   string `xml:"THONGTINDONVI>MACSKCB"`
	MadeOn string `xml:"THONGTINHOSO>NGAYLAP"`
	Count  int    `xml:"THONGTINHOSO>SOLUONGHOSO"`
	Claims []struct {
		Parts []struct {
			Label   string `xml:"LOAIHOSO"`
			Content struct {
				Text  string `xml:",chardata"`
				Inner []byte `xml:",innerxml"`
			} `xml:"NOIDUNGFILE"`
		} `xml:"FILEHOSO"`
	} `xml:"THONGTINHOSO>DANHSACHHOSO>HOSO"`
}

// items lists the element that holds one record; documents without a list are
// one record.
var items = []string{"CHI_TIET_THUOC", "CHI_TIET_DVKT", "CHI_TIET_CLS", "CHI_TIET_DIEN_BIEN_BENH", "DU_LIEU_GIAY_CHUNG_SINH"}

// readClaims reads all files below dir. Refused files have no claims.
func readClaims(t *testing.T, dir string) (all []claim, refused int) {
	t.Helper()
	for path, info := range walk(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		var file giamdinhhs
		inner := xml.NewDecoder(bytes.NewReader(data))
		inner.Strict = false // a bare ampersand may stand in an inline document
		if err := inner.Decode(&file); err != nil || file.Unit == "" || len(file.Claims) < file.Count {
			refused++
			continue
		}
		for _, raw := range file.Claims {
			c := claim{facility: file.Unit, madeOn: file.MadeOn, changedAt: info.ModTime(), whole: true, parts: map[string][]map[string]string{}}
			for _, p := range raw.Parts {
				label := strings.ToUpper(strings.TrimSpace(p.Label))
				document := bytes.TrimSpace(p.Content.Inner)
				if !bytes.HasPrefix(document, []byte("<")) {
					if document, err = base64.StdEncoding.DecodeString(strings.TrimSpace(p.Content.Text)); err != nil {
						c.whole = false
						continue
					}
				}
				c.parts[label] = records(t, document)
			}
			if c.key = c.head("MA_LK"); c.key != "" {
				all = append(all, c)
			}
		}
	}
	return all, refused
}

// records reads the records of one document as names and texts.
func records(t *testing.T, document []byte) (all []map[string]string) {
	t.Helper()
	var current map[string]string
	var name string
	var text strings.Builder
	r := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(document, []byte("\xEF\xBB\xBF"))))
	r.Strict = false
	list := strings.Contains(string(document), "DSACH_")
	for {
		token, err := r.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if name = token.Name.Local; slices.Contains(items, name) || !list && current == nil {
				current = map[string]string{}
				all = append(all, current)
			}
			text.Reset()
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			if current != nil && token.Name.Local == name {
				current[name] = strings.TrimSpace(text.String())
			}
			name = ""
		}
	}
}

// count is what the clerk finds, in the words of the truth.
type count struct {
	Visits     int
	Care       map[string]int
	CitizenIDs int
	Persons    int
	Sums       map[string]string
	Lines      map[string]int
	Papers     map[string]int
	Facilities map[string]int
}

// standingClaims applies the rules of replacement and rejection to what was read.
func standingClaims(all []claim) map[string]claim {
	standing := map[string]claim{}
	for _, c := range all {
		key := c.facility + "|" + c.key
		if left := c.head("NGAY_RA"); left < c.head("NGAY_VAO") {
			continue
		}
		if old, ok := standing[key]; !ok || c.newer(old) {
			standing[key] = c
		}
	}
	return standing
}

// recount counts the claims that stand.
func recount(t *testing.T, all []claim) count {
	t.Helper()
	standing := standingClaims(all)
	n := count{Visits: len(standing), Care: map[string]int{}, Sums: map[string]string{}, Lines: map[string]int{}, Papers: map[string]int{}, Facilities: map[string]int{}}
	persons := map[string]bool{}
	sums := map[string]*big.Rat{}
	for _, name := range []string{"T_TONGCHI_BV", "T_TONGCHI_BH", "T_BHTT", "T_BNCCT"} {
		sums[name] = new(big.Rat)
	}
	for _, c := range standing {
		n.Facilities[c.facility+" "+c.head("NGAY_RA")[:6]]++
		n.Care["0"[:2-len(c.head("MA_LOAI_KCB"))]+c.head("MA_LOAI_KCB")]++
		if id := c.head("SO_CCCD"); len(id) == 12 || len(id) == 11 {
			n.CitizenIDs++
			persons[strings.TrimPrefix(id, "0")] = true
		}
		addTo(t, sums["T_TONGCHI_BV"], c.head("T_TONGCHI_BV"))
		addTo(t, sums["T_TONGCHI_BH"], c.head("T_TONGCHI_BH", "T_TONGCHI"))
		addTo(t, sums["T_BHTT"], c.head("T_BHTT"))
		addTo(t, sums["T_BNCCT"], c.head("T_BNCCT"))
		for _, part := range []string{"XML2", "XML3", "XML4", "XML5"} {
			n.Lines[part] += len(slices.DeleteFunc(slices.Clone(c.parts[part]), func(r map[string]string) bool { return strings.Contains(r["SO_LUONG"], ",") }))
		}
		for _, part := range []string{"XML7", "XML9", "XML13", "XML14"} {
			n.Papers[part] += len(c.parts[part])
		}
	}
	n.Persons = len(persons)
	for name, sum := range sums {
		n.Sums[name] = sum.FloatString(2)
	}
	return n
}

func addTo(t *testing.T, sum *big.Rat, text string) {
	t.Helper()
	if text == "" {
		return
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatal("an amount is no number")
	}
	sum.Add(sum, n)
}

// truthCount reads the truth as it is told to others: from its JSON.
func truthCount(t *testing.T, told []byte) count {
	t.Helper()
	type part struct {
		Visits     int            `json:"visits"`
		Care       map[string]int `json:"by_loai_kcb"`
		CitizenIDs int            `json:"visits_with_citizen_id"`
		BV         string         `json:"t_tongchi_bv"`
		BH         string         `json:"t_tongchi_bh"`
		Fund       string         `json:"t_bhtt"`
		Shared     string         `json:"t_bncct"`
		Lines      map[string]int `json:"lines"`
		Papers     map[string]int `json:"papers"`
	}
	var truth struct {
		Total      part `json:"total"`
		Persons    int  `json:"persons_with_citizen_id"`
		Facilities []struct {
			Facility, Month string
			Visits          int
		} `json:"facilities"`
	}
	if err := json.Unmarshal(told, &truth); err != nil {
		t.Fatal(err)
	}
	n := count{
		Visits: truth.Total.Visits, Care: truth.Total.Care, CitizenIDs: truth.Total.CitizenIDs, Persons: truth.Persons,
		Sums:  map[string]string{"T_TONGCHI_BV": truth.Total.BV, "T_TONGCHI_BH": truth.Total.BH, "T_BHTT": truth.Total.Fund, "T_BNCCT": truth.Total.Shared},
		Lines: truth.Total.Lines, Papers: truth.Total.Papers, Facilities: map[string]int{},
	}
	for _, f := range truth.Facilities {
		if f.Visits > 0 {
			n.Facilities[f.Facility+" "+strings.ReplaceAll(f.Month, "-", "")] = f.Visits
		}
	}
	return n
}

// walk lists the files below dir by their path.
func walk(t *testing.T, dir string) map[string]fs.FileInfo {
	t.Helper()
	found := map[string]fs.FileInfo{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		found[relative] = info
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// tree describes files by path, size, time and content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	described := map[string]string{}
	found := walk(t, dir)
	for _, path := range slices.Sorted(maps.Keys(found)) {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		described[path] = fmt.Sprintf("%s %x", found[path].ModTime().UTC().Format(time.RFC3339), sha256.Sum256(data))
	}
	return described
}
