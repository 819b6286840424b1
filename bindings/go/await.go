package palabra

// #include "palabra.h"
import "C"

import (
	"cmp"
	"context"
	"errors"
	"math"
	"time"
)

// Makes a call that waits in the library and has a timeout, for a context. The call holds an OS thread, which it gives back
// when the context is done: at the deadline by itself, else by palabra_cancel, within 50 ms. The result that is known by then
// is returned with the error.
func await[T any](ctx context.Context, a *arguments, call func(limit C.int32_t, e *cError) (T, error)) (T, error) {
	defer a.release()
	var none T
	if err := cmp.Or(a.err, ctx.Err()); err != nil {
		return none, err
	}
	limit, deadline := limitOf(ctx)
	e := newCError()
	defer cancelWith(ctx, e)()
	result, err := call(limit, e)
	if errors.Is(err, ErrTimeout) && !deadline.IsZero() && !time.Now().Before(deadline) {
		err = context.DeadlineExceeded
	}
	if errors.Is(err, ErrClosed) && errors.Is(ctx.Err(), context.Canceled) {
		err = ctx.Err()
	}
	return result, err
}

// Ends the call that was given e when the context is cancelled before its deadline. What it returns is called when the call
// has returned.
func cancelWith(ctx context.Context, e *cError) (returned func()) {
	over, ended := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return
		}
		// The call may not have begun.
		for C.palabra_cancel(e) == 0 {
			select {
			case <-over:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
	return func() {
		close(over)
		if !stop() {
			<-ended
		}
	}
}

// In ms, rounded up; without a deadline the library's own limits apply.
func limitOf(ctx context.Context) (C.int32_t, time.Time) {
	deadline, has := ctx.Deadline()
	if !has {
		return -1, time.Time{}
	}
	left := (time.Until(deadline) + time.Millisecond - 1) / time.Millisecond
	return C.int32_t(min(max(left, 1), math.MaxInt32)), deadline
}
