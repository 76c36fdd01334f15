package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tokens are those that logins gave out, with the instant of the portal's clock
// that each ends at.
type tokens struct {
	lifetime time.Duration

	mu     sync.Mutex
	issued int
	ends   map[string]time.Time
}

// issue makes a token. They are numbered, not secret: the portal guards inventions.
func (t *tokens) issue(account string, at time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.issued++
	sum := sha256.Sum256([]byte(account + "\x00" + strconv.Itoa(t.issued)))
	token := "hissim." + hex.EncodeToString(sum[:16])
	t.ends[token] = at.Add(t.lifetime)
	return token
}

// valid says whether an Authorization header holds a token that has not ended.
func (t *tokens) valid(authorization string, at time.Time) bool {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	ends, known := t.ends[token]
	return known && at.Before(ends)
}

// drop ends all tokens.
func (t *tokens) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.ends)
}
