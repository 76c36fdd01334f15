package portal_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"thidua/cmd/hissim/portal"
	"thidua/cmd/hissim/province"
)

func TestLogin(t *testing.T) {
	const facility, doctor = "/api/auth/dang-nhap-co-so-kham-chua-benh", "/api/auth/dang-nhap-bac-si"
	tests := []struct {
		name, path, body string
		status           int
		like             string
	}{
		{"facility", facility, `{"ma_lien_thong_co_so_kham_chua_benh":"19101","password":"not-a-secret"}`, 200, "login_response"},
		{"doctor", doctor, `{"ma_lien_thong_bac_si":"BS1","password":"not-a-secret","ma_lien_thong_co_so_kham_chua_benh":"19101"}`, 200, "login_response"},
		{"wrong password", facility, `{"ma_lien_thong_co_so_kham_chua_benh":"19101","password":"guess"}`, 401, "error_422"},
		{"no facility of the doctor", doctor, `{"ma_lien_thong_bac_si":"BS1","password":"not-a-secret"}`, 422, "error_422"},
		{"nothing", facility, ``, 400, "error_422"},
		{"a form", facility, `password=not-a-secret`, 400, "error_422"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, portal.Config{})
			got := s.do(http.MethodPost, tt.path, tt.body, nil)
			if got.status != tt.status {
				t.Errorf("status %d, want %d", got.status, tt.status)
			}
			if diff := cmp.Diff(shape(t, sample(t, tt.like)), shape(t, got.body)); diff != "" {
				t.Errorf("shape of the answer (-sample +got):\n%s", diff)
			}
		})
	}
}

func TestTokensEnd(t *testing.T) {
	now := clock()
	s := opened(t, portal.Config{Now: func() time.Time { return now }, TokenLifetime: time.Hour})
	now = now.Add(time.Hour - time.Second)
	if got := s.list(1, 2); got.status != http.StatusOK {
		t.Errorf("a second before its end a token is answered with %d", got.status)
	}
	now = now.Add(time.Second)
	got := s.list(1, 2)
	if got.status != http.StatusUnauthorized {
		t.Errorf("at its end a token is answered with %d", got.status)
	}
	if diff := cmp.Diff(shape(t, sample(t, "error_401_variant")), shape(t, got.body)); diff != "" {
		t.Errorf("shape of the answer (-sample +got):\n%s", diff)
	}
	s.token = s.login().token(t)
	if got := s.list(1, 2); got.status != http.StatusOK {
		t.Errorf("a new token is answered with %d", got.status)
	}
}

func TestList(t *testing.T) {
	tests := []struct {
		name, from, to string
		page, rows     int
		want           listing
	}{
		{"first page", "2022-06-01 00:00:00", "2022-06-02 00:00:00", 1, 3, listing{[]string{"19100", "19101", "19102"}, 7, 1, 3}},
		{"last page", "2022-06-01 00:00:00", "2022-06-02 00:00:00", 3, 3, listing{[]string{"19106"}, 7, 3, 3}},
		{"beyond the last", "2022-06-01 00:00:00", "2022-06-02 00:00:00", 4, 3, listing{nil, 7, 4, 3}},
		{"an end of a window belongs to the next", "2022-06-01 02:00:00", "2022-06-01 03:00:00", 1, 3, listing{[]string{"19102"}, 1, 1, 1}},
		{"empty window", "2022-05-01 00:00:00", "2022-05-02 00:00:00", 1, 3, listing{nil, 0, 1, 0}},
		{"the future of its clock", "2022-06-16 00:00:00", "2022-06-17 00:00:00", 1, 3, listing{nil, 0, 1, 0}},
	}
	records := stocked()
	records.prescriptions = append(records.prescriptions, prescribed("19107", province.KindBasic, 15*24+12))
	s := opened(t, portal.Config{Records: records})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := s.window(tt.from, tt.to, tt.page, tt.rows)
			if diff := cmp.Diff(tt.want, got.listing(t)); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
			if got.header.Get("X-Hissim") != "invented endpoint" {
				t.Error("the answer does not say that the endpoint is invented")
			}
			if got := got.header.Get("Date"); got != "Wed, 15 Jun 2022 01:00:00 GMT" {
				t.Errorf("Date is %s, not that of the portal's clock", got)
			}
		})
	}
}

func TestStream(t *testing.T) {
	s := opened(t, portal.Config{})
	want := []stretch{{[]string{"T0", "T1"}, "2"}, {[]string{"T2", "T3"}, "4"}, {[]string{"T4"}, "null"}}
	cursor := ""
	for _, want := range want {
		got := s.stream(cursor, 2).stretch(t)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("behind cursor %q (-want +got):\n%s", cursor, diff)
		}
		cursor = got.Next
	}
	whole := s.stream("3", 2)
	const record = `{"data":[{"ma_giao_dich":"T3","ma_cskcb":"19101","ma_lk":"V3","thoi_diem":"2022-06-01 08:03:00","ket_qua":"0","ma_loi":"E401"},` +
		`{"ma_giao_dich":"T4","ma_cskcb":"19101","ma_lk":"V4","thoi_diem":"2022-06-01 08:04:00","ket_qua":"1","ma_loi":""}],"next":null}`
	if diff := cmp.Diff(record, string(whole.body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	s := opened(t, portal.Config{})
	bearer := map[string]string{"Authorization": "Bearer " + s.token}
	app := map[string]string{"app-name": "test", "app-key": password}
	const gateway = "/gateway/v1/don-thuoc?tu=2022-06-01+00:00:00&den=2022-06-02+00:00:00"
	tests := []struct {
		name, method, path string
		header             map[string]string
		status             int
		says               string
	}{
		{"no token", "GET", gateway, nil, 401, `{"error":["Token đã hết hạn"]}`},
		{"another's token", "GET", gateway, map[string]string{"Authorization": "Bearer hissim.00"}, 401, `{"error":["Token đã hết hạn"]}`},
		{"no token for the stream", "GET", "/gateway/v1/lien-thong", nil, 401, `{"error":["Token đã hết hạn"]}`},
		{"no window", "GET", "/gateway/v1/don-thuoc", bearer, 422, `{"error":{"tu":["Giá trị không đúng định dạng"]}}`},
		{"window backwards", "GET", "/gateway/v1/don-thuoc?tu=2022-06-02+00:00:00&den=2022-06-01+00:00:00", bearer, 422, `{"error":{"den":["Giá trị không đúng định dạng"]}}`},
		{"page zero", "GET", gateway + "&trang=0", bearer, 422, `{"error":{"trang":["Giá trị không đúng định dạng"]}}`},
		{"too many rows", "GET", gateway + "&so_dong=1001", bearer, 422, `{"error":{"so_dong":["Giá trị không đúng định dạng"]}}`},
		{"cursor of another", "GET", "/gateway/v1/lien-thong?sau=abc", bearer, 422, `{"error":{"sau":["Giá trị không đúng định dạng"]}}`},
		{"no app", "GET", "/api/v1/thong-tin-don-thuoc/191010000000-c", bearer, 401, `{"error":["app-name hoặc app-key không đúng"]}`},
		{"wrong app key", "GET", "/api/v1/thong-tin-don-thuoc/191010000000-c", map[string]string{"app-name": "test", "app-key": "guess"}, 401, `{"error":["app-name hoặc app-key không đúng"]}`},
		{"unknown code", "GET", "/api/v1/thong-tin-don-thuoc/1910199-c", app, 404, `{"danh_sach_cac_loi":["Không tìm thấy đơn thuốc"]}`},
		{"sending", "POST", "/api/v1/gui-don-thuoc", bearer, 403, `{"danh_sach_cac_loi":["hissim không nhận đơn thuốc; đây là máy chủ giả lập"]}`},
		{"reporting", "POST", "/api/v1/cap-nhat-don-thuoc", bearer, 403, `{"danh_sach_cac_loi":["hissim không nhận đơn thuốc; đây là máy chủ giả lập"]}`},
		{"elsewhere", "GET", "/api/v2", bearer, 404, `{"danh_sach_cac_loi":["Không có địa chỉ này"]}`},
		{"wrong method", "GET", "/api/v1/gui-don-thuoc", bearer, 404, `{"danh_sach_cac_loi":["Không có địa chỉ này"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := s.do(tt.method, tt.path, "{}", tt.header)
			if got.status != tt.status || string(got.body) != tt.says {
				t.Errorf("answered with %d %s, want %d %s", got.status, got.body, tt.status, tt.says)
			}
		})
	}
}

func TestAboutSaysWhatIsInvented(t *testing.T) {
	got := open(t, portal.Config{}).do(http.MethodGet, "/", "", nil)
	if got.status != http.StatusOK || !strings.Contains(string(got.body), "an invention of hissim") {
		t.Errorf("the page of the portal (status %d) does not say that the gateway is invented", got.status)
	}
}

func TestRate(t *testing.T) {
	// One request in a long time: the second comes too soon, however slow the test.
	s := open(t, portal.Config{Rate: 0.0001})
	first, second := s.login(), s.login()
	if first.status != http.StatusOK || second.status != http.StatusTooManyRequests || second.header.Get("Retry-After") != "1" {
		t.Errorf("answered with %d, then %d", first.status, second.status)
	}
}

func TestLookUpFindsEitherCase(t *testing.T) {
	s := open(t, portal.Config{})
	for _, code := range []string{"191030000000-c", "191030000000-C"} {
		got := s.do(http.MethodGet, "/api/v1/thong-tin-don-thuoc/"+code, "", map[string]string{"app-name": "test", "app-key": password})
		if got.status != http.StatusOK || !strings.Contains(string(got.body), "191030000000-") {
			t.Errorf("%s is answered with %d", code, got.status)
		}
	}
}

// Each way of writing a prescription that the samples show is that of some
// facility of the province, and nothing is written in another way.
func TestPrescriptionsLookLikeSamples(t *testing.T) {
	app := map[string]string{"app-name": "test", "app-key": password}
	tests := []struct {
		sample, kind string
		lookUp       bool
	}{
		{"send_basic", province.KindBasic, false},
		{"send_child_traditional", province.KindTraditional, false},
		{"send_narcotic_object_course", province.KindNarcotic, false},
		{"send_psychotropic_list_course_upper_suffix", province.KindPsychotropic, false},
		{"lookup_response", province.KindBasic, true},
		{"lookup_response_variant_keys", province.KindBasic, true},
	}
	for _, tt := range tests {
		t.Run(tt.sample, func(t *testing.T) {
			var records shelf
			for i := range 30 {
				p := prescribed(fmt.Sprintf("191%02d", i), tt.kind, i%24)
				if tt.sample == "send_child_traditional" {
					p.Patient.Guardian = "Nguyễn Thị Mẫu (mẹ)"
				}
				records.prescriptions = append(records.prescriptions, p)
			}
			s := opened(t, portal.Config{Records: records})
			var bodies [][]byte
			if tt.lookUp {
				for _, p := range records.prescriptions {
					bodies = append(bodies, s.do(http.MethodGet, "/api/v1/thong-tin-don-thuoc/"+p.Code, "", app).body)
				}
			} else {
				bodies = sent(t, s.list(1, 30).body)
			}
			want, likest := shape(t, sample(t, tt.sample)), ""
			for _, body := range bodies {
				diff := cmp.Diff(want, shape(t, body))
				if likest == "" || len(diff) < len(likest) {
					likest = diff
				}
				if diff == "" {
					return
				}
			}
			t.Errorf("no facility of %d writes like the sample; the likest (-sample +got):\n%s", len(bodies), likest)
		})
	}
}

// sent takes the records of a page apart and the gateway's own fields out.
func sent(t *testing.T, page []byte) [][]byte {
	t.Helper()
	var got struct {
		Records []map[string]any `json:"du_lieu"`
	}
	if err := json.Unmarshal(page, &got); err != nil {
		t.Fatal(err)
	}
	var bodies [][]byte
	for _, r := range got.Records {
		for _, own := range []string{"ma_cskcb", "trang_thai", "thoi_diem_tiep_nhan", "thoi_diem_cap_nhat", "danh_sach_cac_loi"} {
			if _, ok := r[own]; !ok {
				t.Errorf("a record of the gateway lacks %s", own)
			}
			delete(r, own)
		}
		body, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

func sample(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "erx", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// shape describes a document without its values: members by name, the kinds of
// values, the first item of a list, and of a prescription code the suffix.
func shape(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatalf("no object: %v", err)
	}
	shaped := shapeOf(document).(map[string]any)
	if code, ok := document["ma_don_thuoc"].(string); ok {
		shaped["ma_don_thuoc"] = code[len(code)-2:]
	}
	return shaped
}

func shapeOf(value any) any {
	switch v := value.(type) {
	case map[string]any:
		members := map[string]any{}
		for name, member := range v {
			members[name] = shapeOf(member)
		}
		return members
	case []any:
		if len(v) == 0 {
			return "empty list"
		}
		return []any{shapeOf(v[0])}
	}
	return fmt.Sprintf("%T", value)
}
