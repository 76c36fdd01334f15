// Package rest is the source of payloads that lie behind an HTTP endpoint. The
// declaration says what is asked, how time is divided into windows and a window
// into pages; a window with all its pages is one payload.
//
// The bytes of a payload are a line that says what was asked for, where there is
// something to tell,
//
//	{"@request":{"window_from":"2024-01-01T00:00:00+07:00","window_to":"2024-02-01T00:00:00+07:00"}}
//
// and then the body of each page as it was received, each with a line feed behind
// it. With raw: true they are the body alone.
//
// A window is yielded whole or not at all. One that ended long enough ago (look_back
// and lag) is final: it has the same name in every pull, 2024-01-01/2024-02-01, and
// is not asked for where it is known. One that may still change is asked for in
// every pull and named after it, 2024-01-01/2024-02-01 as of an instant. The time
// of an item is that at which its window began to be read: it ranks versions.
//
// # What can go wrong, and what is told
//
// Tried again, with growing waits, within attempts and budget; if it lasts, the
// window is reported under the rule and the pull goes on with the next one:
//
//	status 500, 502, 504                           server_error
//	status 503                                     server_unavailable
//	status 429                                     rate_limited
//	connection that breaks                         connection_broken
//	no answer within timeout                       timed_out
//	fewer bytes than declared, JSON that ends      truncated_body
//	early, broken gzip
//
// Retry-After is obeyed, as seconds or as a date by the server's own clock. Where it
// reaches beyond the budget, the window ends at once and the reason says when to
// come back.
//
// Read once more from the first page, because records may have moved between the
// pages meanwhile; reported if it happens again:
//
//	fewer records than the declared total          pages_missing
//	more records than the declared total           pages_surplus
//	a total that changes from page to page         total_changes
//	the same record on two pages                   taken, with the note records_repeat
//
// Tried once more after a new login, where there is a login; then reported, but for
// 401, which ends the pull:
//
//	status 401                                     unauthorised (ErrAuth)
//	a web page with status 200                     html_instead_of_json
//	a file that is not of the declared content     content_mismatch
//
// Pages that are numbered end with the total, or with what a page says of others.
// Where neither is declared they end with an empty page, or with a short one behind a
// full one; a short one alone may be all that the server gives at a time.
//
// Reported at once:
//
//	status 400, 403, 404, 422 and others           request_refused
//	a document that is no JSON                     not_json
//	a page without the declared list; null in its  records_missing
//	place, but beside a declared total of 0 or
//	with null_is_empty
//	a first page without the declared total        total_missing
//	a total that is no number                      page_shape
//	two pages in a row with the same records       pages_repeat
//	a cursor or link that was followed before      cursor_repeats
//	a page that says that more follow, by a        next_missing
//	cursor or link that is not there
//	more pages than max                            too_many_pages
//	an answer, or a window, beyond its limit       response_too_large, window_too_large
//	a redirect or a next page elsewhere            redirected_elsewhere
//	a compression other than gzip                  encoding_unknown
//
// What ends the pull is an *Error with a hint: a login that is refused or gives no
// token (login_refused, login_without_token; ErrAuth), no connection after all
// attempts or a certificate that is not trusted (host_unreachable,
// certificate_untrusted; ErrUnreachable), three windows that fail with no good or
// known one between them (ErrFailing), a variable or file that is not in place
// (setting_missing; ErrSetting). Windows refused with status 400, 404 or 422 are
// told and do not count among the three: they keep no newer ones out, unless thirty
// of them follow each other.
//
// Notes stop nothing: clock_skew, where the server's clock is more than two minutes
// away from ours (its windows are over when they are over by both clocks), and
// records_repeat.
//
// Reasons hold statuses, counts and instants. They never hold a query, a token, or
// anything that the server wrote.
package rest
