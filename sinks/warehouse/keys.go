package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
)

// Settings kept in records.duckdb about the keys that its pseudonyms were made
// with: how many generations, and the fingerprint of each.
const (
	settingGeneration  = "key_generation"
	settingFingerprint = "key_fingerprint_"
)

// checkKeys holds the keys at hand against those the warehouse was written with.
// Keys beyond the generation of the warehouse are those of a rotation that was
// begun and not finished: they are not used before it is.
func (w *Warehouse) checkKeys(ctx context.Context) error {
	generation, err := w.Generation(ctx)
	if err != nil {
		return err
	}
	if generation == 0 {
		return w.writeKeys(ctx, len(w.config.Keys))
	}
	for i := 1; i <= generation; i++ {
		stored, err := w.setting(ctx, settingFingerprint+strconv.Itoa(i))
		if err != nil {
			return err
		}
		switch {
		case i > len(w.config.Keys):
			return fmt.Errorf("%w: key %d of %d is missing (fingerprint %s); bring the key file back, pseudonyms cannot be made without it", ErrKeys, i, generation, stored)
		case w.config.Keys[i-1] != stored:
			return fmt.Errorf("%w: key %d has fingerprint %s, the warehouse was written with %s; bring the right key file back", ErrKeys, i, w.config.Keys[i-1], stored)
		}
	}
	if len(w.config.Keys) > generation {
		return fmt.Errorf("%w: the key file holds %d keys, the warehouse was written with %d: a rotation was interrupted; finish it with: thidua keys rotate", ErrRotation, len(w.config.Keys), generation)
	}
	return nil
}

// ErrRotation says that a rotation of the keys was begun and not finished.
var ErrRotation = errors.New("a rotation of the keys is unfinished")

// Generation returns how many keys the pseudonyms of the warehouse went through,
// zero for a warehouse that is new.
func (w *Warehouse) Generation(ctx context.Context) (int, error) {
	s, err := w.setting(ctx, settingGeneration)
	if err != nil || s == "" {
		return 0, err
	}
	n, err := strconv.Atoi(s)
	return n, wrap("read the key generation", err)
}

func (w *Warehouse) setting(ctx context.Context, name string) (string, error) {
	var s string
	err := w.conn.QueryRowContext(ctx, "SELECT value FROM records.setting WHERE name = ?", name).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return s, wrap("read a setting", err)
}

// set writes a setting, inside a transaction of the caller's.
func (w *Warehouse) set(ctx context.Context, name, value string) error {
	if err := w.exec(ctx, "DELETE FROM records.setting WHERE name = ?", name); err != nil {
		return err
	}
	return w.exec(ctx, "INSERT INTO records.setting VALUES (?, ?)", name, value)
}

func (w *Warehouse) writeKeys(ctx context.Context, generation int) error {
	w.config.Keys = w.config.Keys[:generation]
	return w.transaction(ctx, func() error { return w.setKeys(ctx, settingTable.name) })
}

// setKeys writes the generation and the fingerprints of the keys into a table of
// settings.
func (w *Warehouse) setKeys(ctx context.Context, settings string) error {
	if err := w.exec(ctx, "DELETE FROM "+settings+" WHERE name LIKE 'key_%'"); err != nil {
		return err
	}
	if err := w.exec(ctx, "INSERT INTO "+settings+" VALUES (?, ?)", settingGeneration, strconv.Itoa(len(w.config.Keys))); err != nil {
		return err
	}
	for i, print := range w.config.Keys {
		if err := w.exec(ctx, "INSERT INTO "+settings+" VALUES (?, ?)", settingFingerprint+strconv.Itoa(i+1), print); err != nil {
			return err
		}
	}
	return nil
}
