package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"thidua/cmd/hissim/province"
)

// readmeBlocks returns the blocks of YAML below a heading of README.md.
func readmeBlocks(t *testing.T, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("README.md has no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var blocks []string
	for _, rest := range strings.Split(section, "\n```yaml\n")[1:] {
		block, _, _ := strings.Cut(rest, "```")
		blocks = append(blocks, block)
	}
	return blocks
}

// TestReadme does what README.md says about a feed of one's own: the blocks are put
// where they say, an endpoint and a file bring the rows, and a second run brings
// nothing.
func TestReadme(t *testing.T) {
	t.Parallel()
	w := readmeWorkspace(t, "Adding a feed", "a dataset and two jobs")
	lab := newLaboratory(t)
	w.environment = []string{"LABORATORY_URL=" + lab.URL, "LABORATORY_TOKEN=" + laboratoryToken}
	w.put(t, filepath.Join(w.dir, "inbox", "drug_samples", "export.csv"), []byte("\ufeffDANH SÁCH MẪU THÁNG 3/2024;;;;\n"+
		"Stt;KÝ HIỆU MẪU;Huyện;Ngày lấy;Kết quả;Đơn giá\n1;M-09;Trấn Yên;05/03/2024;không đạt;1.251,5\n2;M-10;Văn Yên;06/03/2024;;\n;Tổng cộng;;;;1.251,5\n"))

	w.must(t, exitWell, "run", "drug_samples", "drug_sample_sheets")
	r := w.published(t)
	defer r.close()
	r.wants("the samples", `SELECT sample_number, district, taken_on::DATE::VARCHAR, verdict, price_vnd::VARCHAR FROM drug_sample ORDER BY 1`,
		"M-01|Lục Yên|2024-01-10|passed|12000.00", "M-02|Lục Yên|2024-01-11|failed|<nil>", "M-03|Mù Cang Chải|2024-01-12|passed|9500.50",
		"M-09|Trấn Yên|2024-03-05|failed|1251.50")
	asked := lab.asked.Load()
	again := w.must(t, exitWell, "run", "drug_samples", "drug_sample_sheets", "--json")
	if strings.Contains(again.stdout, `"loaded":1`) || lab.asked.Load()-asked > 3 {
		t.Errorf("the second run asks %d times and says:\n%s", lab.asked.Load()-asked, again.stdout)
	}
}

const laboratoryToken = "a-token-of-the-laboratory"

// laboratory is an invented endpoint, two records a page.
type laboratory struct {
	*httptest.Server
	asked atomic.Int64
}

func newLaboratory(t *testing.T) *laboratory {
	records := []map[string]any{
		{"so_mau": "m-01", "noi_lay": map[string]any{"huyen": "Lục Yên"}, "ngay_lay": "2024-01-10", "ket_luan": "Đạt", "gia": 12000, "cap_nhat": "2024-01-20 08:00:00"},
		{"so_mau": "M-02", "noi_lay": map[string]any{"huyen": "Lục Yên"}, "ngay_lay": "11/01/2024", "ket_luan": "KHÔNG ĐẠT", "gia": nil, "cap_nhat": "2024-01-20 08:00:00"},
		{"so_mau": "M-03", "noi_lay": map[string]any{"huyen": "Mù Cang Chải"}, "ngay_lay": "2024-01-12", "ket_luan": "đạt", "gia": 9500.5, "cap_nhat": "2024-01-20 08:00:00"},
	}
	lab := &laboratory{}
	lab.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lab.asked.Add(1)
		if r.Header.Get("Authorization") != "Bearer "+laboratoryToken {
			http.Error(w, `{"error": "token"}`, http.StatusUnauthorized)
			return
		}
		page, err := strconv.Atoi(r.URL.Query().Get("trang"))
		size, other := strconv.Atoi(r.URL.Query().Get("so_dong"))
		if err != nil || other != nil || page < 1 || size < 1 {
			http.Error(w, `{"error": "page"}`, http.StatusBadRequest)
			return
		}
		found := records
		if r.URL.Query().Get("tu") != "2024-01-01" {
			found = nil
		}
		from := min((page-1)*size, len(found))
		answer := map[string]any{"tong": len(found), "du_lieu": found[from:min(from+size, len(found))]}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(lab.Close)
	return lab
}

// TestReadmeIndicator does what README.md says about an indicator of one's own: its
// test passes, and a campaign that uses it is counted from claims.
func TestReadmeIndicator(t *testing.T) {
	t.Parallel()
	w := readmeWorkspace(t, "Campaigns", "an indicator, its test and a campaign")
	w.must(t, exitWell, "test", "inpatient_share")

	invent(t, w.claims(""), province.Settings{
		Province: "15", Seed: 3, From: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), Days: 20, Visits: 120, Lines: 2, Layout: province.LayoutAuto,
		Shape: province.Shape{FilesPer: "facility-day", Compress: "none"},
	})
	w.must(t, exitWell, "run", "claims")
	r := w.published(t)
	counted := r.rows("SELECT count(*) FILTER (care_type = '03'), count(*) FROM visit")
	r.close()
	var figure struct {
		Campaign, ID, Status   string
		Numerator, Denominator int
	}
	told := w.must(t, exitWell, "indicators", "wards-2024", "--json").stdout
	if err := json.Unmarshal([]byte(told), &figure); err != nil {
		t.Fatalf("%v in %s", err, told)
	}
	if got := fmt.Sprintf("%d|%d", figure.Numerator, figure.Denominator); figure.ID != "W.1" || got != counted[0] || figure.Numerator == 0 {
		t.Errorf("%s is %s, want %s by query", figure.ID, got, counted[0])
	}
	if figure.Status != "not_enough_data" && figure.Status != "exceeded" {
		t.Errorf("status %s", figure.Status)
	}
}

// readmeWorkspace makes a workspace with the three blocks of a section of README.md, put
// where they say.
func readmeWorkspace(t *testing.T, section, three string) *workspace {
	t.Helper()
	blocks := readmeBlocks(t, section)
	if len(blocks) != 3 {
		t.Fatalf("the section has %d blocks of YAML, want %s", len(blocks), three)
	}
	w := newWorkspace(t)
	for _, block := range blocks {
		place, _, _ := strings.Cut(strings.TrimPrefix(block, "# "), "\n")
		w.put(t, filepath.Join(w.dir, filepath.FromSlash(place)), []byte(block))
	}
	return w
}
