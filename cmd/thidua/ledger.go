package main

import (
	"context"
	"errors"
	"slices"

	"thidua/sinks/warehouse"
	"thidua/transform/identity"
)

// What is set aside and what is archived stand in the half of the warehouse that
// is never published. A listing of it takes the workspace's lock, as a run does.

// readLedger calls fn with the warehouse open. Where there is none yet, fn is not
// called: there is nothing to list.
func (a *app) readLedger(ctx context.Context, fn func(*warehouse.Warehouse) error) (err error) {
	if !warehouse.Exists(a.stateDir()) {
		return nil
	}
	keys, err := a.readKeys()
	if err != nil {
		return err
	}
	unlock, err := a.lockWorkspace(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	w, _, err := a.openWhileRotating(ctx, keys)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return fn(w)
}

// openWhileRotating opens the warehouse also where a rotation of the keys was
// begun and not finished: with the keys that its pseudonyms were made with, which
// are all but the last. It returns how many those are.
func (a *app) openWhileRotating(ctx context.Context, keys []identity.Secret) (*warehouse.Warehouse, int, error) {
	w, err := a.openWarehouse(ctx, keys)
	if errors.Is(err, warehouse.ErrRotation) && len(keys) > 1 {
		keys = keys[:len(keys)-1]
		w, err = a.openWarehouse(ctx, slices.Clip(keys))
	}
	return w, len(keys), err
}
