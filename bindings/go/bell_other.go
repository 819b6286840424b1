//go:build !unix

package palabra

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

func (*bell) close() {}
