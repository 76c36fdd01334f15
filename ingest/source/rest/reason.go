package rest

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"thidua/ingest/source"
	"thidua/transform/delivery"
)

// Errors that end a pull. What was yielded before stays pulled.
var (
	// ErrAuth says that the server does not accept who asks.
	ErrAuth = errors.New("server does not accept the credentials")
	// ErrUnreachable says that no connection to the server comes about.
	ErrUnreachable = errors.New("server cannot be reached")
	// ErrFailing says that windows fail one after the other, or that a check does.
	ErrFailing = errors.New("server does not answer as declared")
	// ErrSetting says that something is not in place that the declaration names: an
	// environment variable, a secret, a file of certificates.
	ErrSetting = errors.New("setting is not in place")
)

// Error is an error that an operator must act on. It holds no value of a record, no
// secret, no query and nothing that the server wrote.
type Error struct {
	// Err is ErrAuth, ErrUnreachable, ErrFailing or ErrSetting.
	Err error
	// Rule is the stable name of the reason.
	Rule string
	// Reason says what happened, Hint what to do.
	Reason delivery.Text
	Hint   delivery.Text
}

// Error returns reason and hint in English.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s; %s", e.Err.Error(), e.Reason.En, e.Hint.En)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Safe says that the text holds no value, and may be shown and logged as it is.
func (e *Error) Safe() bool { return true }

// settingMissing says that what is named is not there, is empty or has several lines.
func settingMissing(name delivery.Text) error {
	return &Error{
		Err: ErrSetting, Rule: "setting_missing",
		Reason: delivery.Text{Vi: "thiếu hoặc không đọc được: " + name.Vi, En: "missing or unreadable: " + name.En},
		Hint:   delivery.Text{Vi: "đặt giá trị trên một dòng rồi chạy lại", En: "put it in place, on one line, and run again"},
	}
}

// reason is why a request or a window fails, and what follows from it.
type reason struct {
	rule string
	what delivery.Text
	hint delivery.Text
	// again: the next attempt may go well.
	again bool
	// renew: a new login may help.
	renew bool
	// moved: records moved between the pages while they were read.
	moved bool
	// ends is the error that ends the pull, nil where only the window fails.
	ends error
}

// failure is a reason in one case.
type failure struct {
	reason
	// status is that of the answer, zero without one; told counts the errors that
	// its body lists.
	status, told int
	attempts     int
	// wait is how long the server asked to be left alone.
	wait time.Duration
	// returnAt is when to come back, zero where it was not said.
	returnAt time.Time
}

// fail makes a failure of the reason.
func (r reason) fail() *failure { return &failure{reason: r} }

// permanent reports whether the server refuses what is asked, however often, while
// it may answer another window.
func (f *failure) permanent() bool {
	switch f.status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity:
		return f.rule == requestRefused.rule
	}
	return false
}

// Error returns the whole reason in English.
func (f *failure) Error() string { return f.text().En }

// text says what happened and what to do. It holds numbers and instants of the
// program's own.
func (f *failure) text() delivery.Text {
	t := f.happened()
	return delivery.Text{Vi: t.Vi + "; " + f.hint.Vi, En: t.En + "; " + f.hint.En}
}

func (f *failure) happened() delivery.Text {
	t := f.what
	if f.status != 0 {
		t.Vi += fmt.Sprintf(", mã %d", f.status)
		t.En += fmt.Sprintf(", status %d", f.status)
	}
	if f.told != 0 {
		t.Vi += fmt.Sprintf(", kèm %d lỗi", f.told)
		t.En += fmt.Sprintf(", errors listed: %d", f.told)
	}
	if f.attempts > 1 {
		t.Vi += fmt.Sprintf(", sau %d lần thử", f.attempts)
		t.En += fmt.Sprintf(", after %d attempts", f.attempts)
	}
	if !f.returnAt.IsZero() {
		at := f.returnAt.In(vietnam()).Format("15:04:05 02/01/2006")
		t.Vi += ", máy chủ hẹn trở lại từ " + at
		t.En += ", the server asks to come back at " + at
	}
	return t
}

// unreadable says that the window could not be had, and which one it was: its name
// is a span of days and a value of the configuration.
func (f *failure) unreadable(a ask) source.Unreadable {
	reason := f.text()
	if name := a.name(); name != everyWhole {
		reason.Vi, reason.En = name+": "+reason.Vi, name+": "+reason.En
	}
	return source.Unreadable{Item: source.Item{Name: a.name()}, Rule: f.rule, Reason: reason, World: true}
}

// asError returns the failure as what ends a pull or a check.
func (f *failure) asError(err error) error {
	return &Error{Err: err, Rule: f.rule, Reason: f.happened(), Hint: f.hint}
}

func text(vi, en string) delivery.Text { return delivery.Text{Vi: vi, En: en} }

// The reasons, each with a stable name.
var (
	unauthorised = reason{
		rule: "unauthorised", renew: true, ends: ErrAuth,
		what: text("máy chủ không chấp nhận thông tin đăng nhập", "the server does not accept the credentials"),
		hint: text("kiểm tra tài khoản, mật khẩu hoặc khóa", "check the account, the password or the key"),
	}
	loginRefused = reason{
		rule: "login_refused", ends: ErrAuth,
		what: text("đăng nhập bị từ chối", "the login is refused"),
		hint: text("kiểm tra tài khoản và mật khẩu", "check the account and the password"),
	}
	loginWithoutToken = reason{
		rule: "login_without_token", ends: ErrAuth,
		what: text("trả lời đăng nhập không có token ở vị trí đã khai", "the answer to the login has no token where it is declared"),
		hint: text("kiểm tra tài khoản và token_path", "check the account and token_path"),
	}
	hostUnreachable = reason{
		rule: "host_unreachable", again: true, ends: ErrUnreachable,
		what: text("không kết nối được máy chủ", "no connection to the server"),
		hint: text("kiểm tra mạng, địa chỉ và tường lửa", "check the network, the address and the firewall"),
	}
	certificateUntrusted = reason{
		rule: "certificate_untrusted", ends: ErrUnreachable,
		what: text("chứng thư của máy chủ không được tin cậy", "the certificate of the server is not trusted"),
		hint: text("kiểm tra chứng thư, hoặc khai tls.ca_file", "check the certificate, or declare tls.ca_file"),
	}
	rateLimited = reason{
		rule: "rate_limited", again: true,
		what: text("máy chủ từ chối vì hỏi quá nhiều", "the server is asked too often"),
		hint: text("khai rate thấp hơn, hoặc chạy lại sau", "declare a lower rate, or run again later"),
	}
	serverBusy = reason{
		rule: "server_unavailable", again: true,
		what: text("máy chủ tạm ngừng phục vụ", "the server is out of service"),
		hint: text("chạy lại sau; báo đơn vị vận hành nếu kéo dài", "run again later; tell its operator if it lasts"),
	}
	serverError = reason{
		rule: "server_error", again: true,
		what: text("máy chủ gặp lỗi", "the server fails"),
		hint: text("chạy lại sau; báo đơn vị vận hành nếu kéo dài", "run again later; tell its operator if it lasts"),
	}
	requestRefused = reason{
		rule: "request_refused",
		what: text("máy chủ từ chối yêu cầu", "the server refuses the request"),
		hint: text("kiểm tra path, tham số và quyền của tài khoản", "check path, parameters and the rights of the account"),
	}
	connectionBroken = reason{
		rule: "connection_broken", again: true,
		what: text("kết nối bị ngắt giữa chừng", "the connection broke"),
		hint: text("kiểm tra mạng rồi chạy lại", "check the network and run again"),
	}
	timedOut = reason{
		rule: "timed_out", again: true,
		what: text("máy chủ không trả lời xong trong thời gian cho phép", "the server does not answer in time"),
		hint: text("tăng timeout, hoặc giảm pages.size", "raise timeout, or lower pages.size"),
	}
	truncatedBody = reason{
		rule: "truncated_body", again: true,
		what: text("trả lời bị cắt cụt", "the answer is cut short"),
		hint: text("chạy lại sau; báo đơn vị vận hành nếu kéo dài", "run again later; tell its operator if it lasts"),
	}
	notJSON = reason{
		rule: "not_json",
		what: text("trả lời không phải JSON đúng dạng", "the answer is not well-formed JSON"),
		hint: text("kiểm tra path; với tệp thì khai raw: true", "check path; declare raw: true for a file"),
	}
	htmlInsteadOfJSON = reason{
		rule: "html_instead_of_json", renew: true,
		what: text("máy chủ trả trang web thay cho dữ liệu", "the server answers with a web page instead of data"),
		hint: text("kiểm tra đăng nhập và path", "check the login and path"),
	}
	contentMismatch = reason{
		rule: "content_mismatch", renew: true,
		what: text("tệp trả về không đúng loại đã khai", "the file is not of the declared content"),
		hint: text("kiểm tra đăng nhập, path và content", "check the login, path and content"),
	}
	encodingUnknown = reason{
		rule: "encoding_unknown",
		what: text("trả lời dùng cách nén không đọc được", "the answer is compressed in a way that cannot be read"),
		hint: text("yêu cầu đơn vị vận hành dùng gzip hoặc không nén", "ask its operator for gzip or no compression"),
	}
	responseTooLarge = reason{
		rule: "response_too_large",
		what: text("một trả lời lớn hơn giới hạn", "one answer is larger than the limit"),
		hint: text("giảm pages.size, hoặc nâng limits.response_bytes", "lower pages.size, or raise limits.response_bytes"),
	}
	windowTooLarge = reason{
		rule: "window_too_large",
		what: text("cả kỳ dữ liệu lớn hơn giới hạn", "all answers of the window are larger than the limit"),
		hint: text("chia kỳ ngắn hơn, hoặc nâng limits.window_bytes", "divide time into shorter windows, or raise limits.window_bytes"),
	}
	redirectedElsewhere = reason{
		rule: "redirected_elsewhere",
		what: text("máy chủ chuyển yêu cầu sang nơi khác, không được theo", "the server sends the request elsewhere, which is not followed"),
		hint: text("khai địa chỉ mới nếu đúng là nơi cần hỏi", "declare the new address if it is the right one"),
	}
	pageShape = reason{
		rule: "page_shape",
		what: text("tổng số bản ghi trên trang không phải là số", "the total on a page is no number of records"),
		hint: text("kiểm tra pages.total", "check pages.total"),
	}
	recordsMissing = reason{
		rule: "records_missing",
		what: text("trang không có danh sách bản ghi ở vị trí đã khai", "a page has no list of records where it is declared"),
		hint: text("kiểm tra pages.records và tham số; khai pages.null_is_empty nếu null nghĩa là không có bản ghi", "check pages.records and the parameters; declare pages.null_is_empty if null means no records"),
	}
	totalMissing = reason{
		rule: "total_missing",
		what: text("trang không có tổng số bản ghi ở vị trí đã khai", "a page has no total where it is declared"),
		hint: text("kiểm tra pages.total và tham số", "check pages.total and the parameters"),
	}
	pagesRepeat = reason{
		rule: "pages_repeat",
		what: text("hai trang liền nhau giống hệt nhau", "two pages in a row hold the same records"),
		hint: text("kiểm tra pages.parameter và pages.first", "check pages.parameter and pages.first"),
	}
	cursorRepeats = reason{
		rule: "cursor_repeats",
		what: text("máy chủ đưa lại một con trỏ trang đã dùng", "the server gives a cursor of a page that was read before"),
		hint: text("kiểm tra pages.parameter và pages.cursor", "check pages.parameter and pages.cursor"),
	}
	nextMissing = reason{
		rule: "next_missing",
		what: text("trang báo còn trang sau nhưng không dẫn tới trang đó", "a page says that more follow and does not lead to them"),
		hint: text("kiểm tra pages.more và pages.cursor", "check pages.more and pages.cursor"),
	}
	tooManyPages = reason{
		rule: "too_many_pages",
		what: text("số trang vượt giới hạn", "more pages than the limit"),
		hint: text("chia kỳ ngắn hơn, hoặc nâng pages.max", "divide time into shorter windows, or raise pages.max"),
	}
	pagesMissing = reason{
		rule: "pages_missing", moved: true,
		what: text("số bản ghi nhận được ít hơn số máy chủ khai, cả sau khi đọc lại", "fewer records than the server declares, also when read again"),
		hint: text("chạy lại sau; kiểm tra pages.total và pages.size", "run again later; check pages.total and pages.size"),
	}
	pagesSurplus = reason{
		rule: "pages_surplus", moved: true,
		what: text("số bản ghi nhận được nhiều hơn số máy chủ khai, cả sau khi đọc lại", "more records than the server declares, also when read again"),
		hint: text("chạy lại sau; kiểm tra pages.total và pages.size", "run again later; check pages.total and pages.size"),
	}
	totalChanges = reason{
		rule: "total_changes", moved: true,
		what: text("tổng số bản ghi thay đổi trong khi đọc, cả sau khi đọc lại", "the declared total changes while the pages are read, also when read again"),
		hint: text("chạy lại sau, vào lúc ít người nhập liệu", "run again later, when fewer people enter records"),
	}
)
