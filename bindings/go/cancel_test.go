package palabra

import (
	"context"
	"errors"
	"testing"
	"time"
	"unsafe"
)

func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func TestWaitsEndWithTheContext(t *testing.T) {
	s := openTest(t, newTestClient(t, "dev~never_ready"), usualConfig())
	for name, wait := range map[string]func(context.Context) error{
		"WaitReady": s.WaitReady,
		"Next": func(ctx context.Context) error {
			_, err := s.Next(ctx)
			return err
		},
		"SendPaced": func(ctx context.Context) error {
			_, err := s.SendPaced(ctx, make([]int16, testRate), 0)
			return err
		},
	} {
		within(t, 5*time.Second, name, func() {
			if err := wait(soon(t)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// A wait that was cancelled leaves no wake-up for the next one.
func TestNextAfterACancelledNext(t *testing.T) {
	s := openTest(t, newTestClient(t, "dev~rest_delay_ms=400"), usualConfig())
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Next(over); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	e, err := s.Next(soon(t))
	for errors.Is(err, context.DeadlineExceeded) {
		e, err = s.Next(soon(t))
	}
	if err != nil || e.Kind != EventReady {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestTheContextOfOpenClosesTheSession(t *testing.T) {
	client := newTestClient(t, "dev")
	ctx, cancel := context.WithCancel(t.Context())
	s, err := client.OpenTranslation(ctx, usualConfig())
	must(t, err)
	must(t, s.WaitReady(ctx))
	time.AfterFunc(20*time.Millisecond, cancel)
	within(t, 5*time.Second, "the end of the events", func() {
		for e := range s.All() {
			if e.Kind == EventClosed {
				t.Error("CLOSED can be taken after Close")
			}
		}
	})
	eventually(t, 5*time.Second, "the closing", func() bool { return errors.Is(s.Pause(0), ErrClosed) })
}

func TestPacedSendingKeepsThePace(t *testing.T) {
	s := openReady(t, usualConfig())
	begin := time.Now()
	for range 4 {
		if n, err := s.SendPaced(t.Context(), make([]int16, testRate/10), 0); n != testRate/10 || err != nil {
			t.Fatal(n, err)
		}
	}
	if took := time.Since(begin); took < 390*time.Millisecond {
		t.Errorf("400 ms of audio took %v", took)
	}
	ctx := soon(t)
	n, err := s.SendPaced(ctx, make([]int16, 10*testRate), 0)
	if !errors.Is(err, context.DeadlineExceeded) || n >= testRate {
		t.Errorf("%d samples in 50 ms, %v", n, err)
	}
	go func() { _, _ = s.SendPaced(context.Background(), make([]int16, 60*testRate), 0) }()
	eventually(t, 5*time.Second, "being refused beside a sender", func() bool {
		if _, err = s.SendAudio(make([]int16, 1)); err != nil && !errors.Is(err, ErrBusy) {
			t.Errorf("beside a sender: %v", err)
		}
		return err != nil
	})
	ended := make(chan error)
	go func() { ended <- s.End() }()
	must(t, <-ended)
	within(t, 20*time.Second, "the end", func() {
		for range s.All() {
		}
	})
}

// After a stop of the process the missed audio is sent later, not in a burst.
func TestAScheduleThatIsLateIsMoved(t *testing.T) {
	start := time.Now()
	for _, wanted := range []struct{ lead, late, due time.Duration }{
		{0, 50 * time.Millisecond, 50 * time.Millisecond}, // a busy machine: it catches up
		{0, 2 * time.Second, 0},
		{time.Second, -500 * time.Millisecond, 500 * time.Millisecond}, // some of the lead is left
		{time.Second, 2 * time.Second, time.Second},                    // the lead, as at the start
	} {
		plan := schedule{start: start, lead: wanted.lead, rate: testRate}
		sent, now := 10*testRate, start.Add(10*time.Second+wanted.late)
		plan.catchUp(now, sent)
		if due := plan.due(now) - sent; due != int(wanted.due.Milliseconds())*testRate/1000 {
			t.Errorf("%v late with a lead of %v: %d frames are due", wanted.late, wanted.lead, due)
		}
	}
}

// Bytes are spread over the duration of their audio, for any number of bytes.
func TestBytesAreSpreadOverTheirTime(t *testing.T) {
	start := time.Now()
	for _, count := range []int{1, 997, 1 << 31} {
		plan := schedule{start: start, rate: count, per: 70 * time.Minute}
		for _, part := range []int{1, 2, 7} {
			now := start.Add(plan.per / time.Duration(part))
			if due := plan.due(now); due < count/part-1 || due > count/part {
				t.Errorf("%d of %d in 1/%d of the time", due, count, part)
			}
		}
		if end := plan.spoken(count); !end.Equal(start.Add(plan.per)) {
			t.Errorf("%d end at %v", count, end.Sub(start))
		}
	}
}

// A schedule that started long ago sends no burst.
func TestALateScheduleSendsNoBurst(t *testing.T) {
	s := openReady(t, usualConfig())
	pcm := make([]int16, 10*testRate)
	s.input.busy.Store(true)
	plan := schedule{start: time.Now().Add(-10 * time.Second), rate: testRate}
	sent, err := s.sendDue(soon(t), unsafe.Pointer(&pcm[0]), len(pcm), int16s, &plan)
	if sent >= testRate || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%d samples in 50 ms, %v", sent, err)
	}
}
