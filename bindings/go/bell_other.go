//go:build !unix

package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"time"
)

// A bell polls by the clock where Go's poller cannot wait for what the library offers.
type bell struct{}

func newBell(eventSource) (*bell, error) { return &bell{}, nil }

func (*bell) wait(ctx context.Context, done <-chan struct{}, ready func() bool) error {
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for !ready() {
		select {
		case <-ticks.C:
		case <-done:
			return plain(ErrClosed)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Calls pass, which waits for names, until it says that there will be no more. One OS thread waits, for all sessions.
func (*bell) serve(_ <-chan struct{}, pass func(wait C.int32_t) bool) {
	for pass(-1) {
	}
}

func (*bell) close() {}
