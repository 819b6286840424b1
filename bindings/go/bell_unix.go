//go:build unix

package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// A bell waits for a descriptor in Go's own poller, so that no OS thread waits. The library sets and clears it.
type bell struct {
	file *os.File
	conn syscall.RawConn
}

// Works on a duplicate: the library closes its own descriptor with the session.
func newBell(source eventSource) (*bell, error) {
	descriptor := source.descriptor()
	if descriptor < 0 {
		return nil, plain(Status(descriptor))
	}
	syscall.ForkLock.RLock()
	duplicate, err := syscall.Dup(int(descriptor))
	if err == nil {
		syscall.CloseOnExec(duplicate)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, &Error{Status: ErrLimit, RetryAfter: unknownTime, Text: "the descriptor cannot be duplicated: " + err.Error()}
	}
	// The library made it non-blocking, by which os.NewFile knows that the poller can take it.
	file := os.NewFile(uintptr(duplicate), "palabra events")
	conn, err := file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &bell{file, conn}, nil
}

// Returns when ready says so; ready is called first and whenever the descriptor is readable.
func (b *bell) wait(ctx context.Context, done <-chan struct{}, ready func() bool) error {
	defer b.interruptBy(ctx)()
	err := b.conn.Read(func(uintptr) bool { return ready() })
	if err == nil {
		return nil
	}
	select {
	case <-done: // the file is closed after it
		return plain(ErrClosed)
	default:
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ctx.Err()
	}
	return &Error{Status: ErrInternal, RetryAfter: unknownTime, Text: "waiting for events: " + err.Error()}
}

// Ends the wait with the context. The function that it returns leaves no deadline behind for the next wait.
func (b *bell) interruptBy(ctx context.Context) func() {
	if ctx.Done() == nil {
		return func() {}
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = b.file.SetReadDeadline(time.Unix(1, 0))
		close(interrupted)
	})
	return func() {
		if !stop() {
			<-interrupted
			_ = b.file.SetReadDeadline(time.Time{})
		}
	}
}

// Calls pass whenever names wait, until it says that there will be no more.
func (b *bell) serve(done <-chan struct{}, pass func(wait C.int32_t) bool) {
	_ = b.wait(context.Background(), done, func() bool { return !pass(0) })
}

func (b *bell) close() { _ = b.file.Close() }
