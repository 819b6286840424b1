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

// Makes a call that waits in the library and has a timeout, for a context. The call holds an OS thread.
//
// At the deadline the library ends the call, and the result known by then is returned with the error. A context that is
// cancelled otherwise does not reach the call: the caller returns, and the call completes with nobody waiting.
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

// In ms, rounded up; without a deadline the library's own limits apply.
func limitOf(ctx context.Context) (C.int32_t, time.Time) {
	deadline, has := ctx.Deadline()
	if !has {
		return -1, time.Time{}
	}
	left := (time.Until(deadline) + time.Millisecond - 1) / time.Millisecond
	return C.int32_t(min(max(left, 1), math.MaxInt32)), deadline
}
