package portal

import (
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"thidua/cmd/hissim/province"
)

// The endpoints, as faults and the list of requests name them.
const (
	EndpointLogin     = "login"
	EndpointLookup    = "lookup"
	EndpointSend      = "send"
	EndpointList      = "list"
	EndpointTransfers = "transfers"
	EndpointAbout     = "about"
	EndpointUnknown   = "unknown"
)

// endpoint is a place that requests go to. Invented ones are like no real system
// and say so in each answer.
type endpoint struct {
	name, pattern string
	serve         func(c call) answer
	invented      bool
}

func endpoints() []endpoint {
	return []endpoint{
		{name: EndpointLogin, pattern: "POST /api/auth/dang-nhap-co-so-kham-chua-benh", serve: loginFacility},
		{name: EndpointLogin, pattern: "POST /api/auth/dang-nhap-bac-si", serve: loginDoctor},
		{name: EndpointLookup, pattern: "GET /api/v1/thong-tin-don-thuoc/{code}", serve: lookUp},
		{name: EndpointSend, pattern: "POST /api/v1/gui-don-thuoc", serve: refuseSending},
		{name: EndpointSend, pattern: "POST /api/v1/cap-nhat-don-thuoc", serve: refuseSending},
		{name: EndpointList, pattern: "GET /gateway/v1/don-thuoc", serve: list, invented: true},
		{name: EndpointTransfers, pattern: "GET /gateway/v1/lien-thong", serve: transfers, invented: true},
		{name: EndpointAbout, pattern: "GET /{$}", serve: about, invented: true},
		{name: EndpointUnknown, pattern: "/", serve: unknown},
	}
}

//go:embed pages/about.html
var aboutPage string

//go:embed pages/sign_in.html
var signInPage string

// call is a request on its way, at one instant of the portal's clock.
type call struct {
	portal   *Portal
	endpoint endpoint
	request  *http.Request
	at       time.Time
}

// number reads a parameter of the query; usual where it is missing, -1 where it
// is no number of 0 or more.
func (c call) number(name string, usual int) int {
	text := c.request.URL.Query().Get(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return max(n, -1)
}

// bearer says whether the request carries a token that is good.
func (c call) bearer() bool {
	return c.portal.tokens.valid(c.request.Header.Get("Authorization"), c.at)
}

// largestBody bounds the requests that are read.
const largestBody = 64 << 10

const accountOfFacility = "ma_lien_thong_co_so_kham_chua_benh"

func loginFacility(c call) answer { return login(c, accountOfFacility) }

func loginDoctor(c call) answer { return login(c, "ma_lien_thong_bac_si", accountOfFacility) }

// login gives a token for the password; the account may be any, but is not empty.
func login(c call, account ...string) answer {
	var fields map[string]string
	body, err := io.ReadAll(io.LimitReader(c.request.Body, largestBody))
	if err != nil || json.Unmarshal(body, &fields) != nil {
		return refuse(http.StatusBadRequest, "Dữ liệu gửi lên không phải JSON")
	}
	var missing []string
	for _, name := range append(account, "password") {
		if fields[name] == "" {
			missing = append(missing, "Thiếu "+name)
		}
	}
	switch {
	case len(missing) > 0:
		return refuse(http.StatusUnprocessableEntity, missing...)
	case fields["password"] != c.portal.config.Password:
		return refuse(http.StatusUnauthorized, "Tài khoản hoặc mật khẩu không đúng")
	}
	token := c.portal.tokens.issue(fields[account[0]], c.at)
	return answerJSON(http.StatusOK, map[string]string{"token": token, "token_type": "bearer"})
}

// lookUp shows one prescription to a pharmacy.
func lookUp(c call) answer {
	name, key := c.request.Header.Get("app-name"), c.request.Header.Get("app-key")
	if name == "" || key != c.portal.config.Password {
		return unauthorised("app-name hoặc app-key không đúng")
	}
	found, ok := c.portal.prescription(c.request.PathValue("code"), c.at)
	if !ok {
		return refuse(http.StatusNotFound, "Không tìm thấy đơn thuốc")
	}
	return answerJSON(http.StatusOK, lookedUp(found))
}

func (p *Portal) prescription(code string, at time.Time) (province.Prescription, bool) {
	p.reading.Lock()
	defer p.reading.Unlock()
	return p.config.Records.Prescription(code, wallClock(at))
}

func refuseSending(call) answer {
	return refuse(http.StatusForbidden, "hissim không nhận đơn thuốc; đây là máy chủ giả lập")
}

func about(call) answer {
	return answer{status: http.StatusOK, contentType: "text/html; charset=utf-8", body: []byte(aboutPage)}
}

func unknown(call) answer { return refuse(http.StatusNotFound, "Không có địa chỉ này") }
