package warehouse

import (
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"thidua/transform/identity"
)

// wrap says what was being done. The engine quotes values in its errors, so they
// pass through identity.Redact.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("warehouse: %s: %w", doing, identity.Redact(err))
}

// openError tells a held file from a broken one.
func openError(file string, err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "Could not set lock"), strings.Contains(text, "Conflicting lock"):
		return fmt.Errorf("%w: %s is open elsewhere; wait for that process, or read published/current", ErrLocked, file)
	case isCorruption(err):
		return fmt.Errorf("%w: %s: %w", ErrCorrupt, file, identity.Redact(err))
	default:
		return wrap("open "+file, err)
	}
}

func isCorruption(err error) bool {
	var engine *duckdb.Error
	if errors.As(err, &engine) && (engine.Type == duckdb.ErrorTypeSerialization || engine.Type == duckdb.ErrorTypeInternal || engine.Type == duckdb.ErrorTypeFatal) {
		return true
	}
	text := strings.ToLower(err.Error())
	for _, sign := range []string{"not a valid duckdb", "checksum", "corrupt", "serialization", "deserializ", "wal file", "version number", "could not read enough bytes"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// noTransaction recognises the engine's word that there is nothing to roll back.
func noTransaction(err error) bool {
	return strings.Contains(err.Error(), "no transaction is active")
}

// firstWords names a statement in an error without its literals.
func firstWords(statement string) string {
	words := strings.Fields(statement)
	return strings.Join(words[:min(4, len(words))], " ")
}
