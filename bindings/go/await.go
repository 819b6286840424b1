package palabra

// #include <palabra.h>
import "C"

import (
	"cmp"
	"context"
	"errors"
	"math"
	"time"
)

// Makes a call that waits inside the library and has a timeout for a context. The call holds an OS thread.
//
// At the deadline the library breaks it off, and what is known by then comes with the error. A context that is cancelled
// otherwise cannot reach it: the caller is let go, and the call comes to its end with nobody waiting.
func await[T any](ctx context.Context, a *arguments, call func(limit C.int32_t) (T, error)) (T, error) {
	var none T
	if err := cmp.Or(a.err, ctx.Err()); err != nil {
		a.release()
		return none, err
	}
	limit, deadline := limitOf(ctx)
	type outcome struct {
		result T
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		defer a.release()
		result, err := call(limit)
		done <- outcome{result, err}
	}()
	cancelled := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			close(cancelled)
		}
	})()
	var o outcome
	select {
	case <-cancelled:
		return none, ctx.Err()
	case o = <-done:
	}
	if errors.Is(o.err, ErrTimeout) && !deadline.IsZero() && !time.Now().Before(deadline) {
		o.err = context.DeadlineExceeded
	}
	return o.result, o.err
}

// In ms, rounded up; without a deadline the library's own limits count.
func limitOf(ctx context.Context) (C.int32_t, time.Time) {
	deadline, has := ctx.Deadline()
	if !has {
		return -1, time.Time{}
	}
	left := (time.Until(deadline) + time.Millisecond - 1) / time.Millisecond
	return C.int32_t(min(max(left, 1), math.MaxInt32)), deadline
}
