package palabra

import (
	"sync"
	"testing"
	"time"
)

// A heartbeat distinguishes, in the text of a failure, a machine without free processors from a call that blocks: parallel
// to a test it repeats what every step of the test needs too (start a goroutine, hand over, enter the library, wait
// for a timer), and records the duration.
type heartbeat struct {
	mu    sync.Mutex
	begun time.Time // of the current beat
	beats []beat
}

type beat struct {
	ended time.Time
	took  time.Duration
}

func startHeartbeat(t testing.TB) *heartbeat {
	t.Helper()
	h, stop, done := &heartbeat{begun: time.Now()}, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			h.once()
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		<-done
	})
	return h
}

// From the end of the previous one, so that any delay of the heartbeat counts.
func (h *heartbeat) once() {
	handed := make(chan struct{})
	go func() {
		defer close(handed)
		Version()
		<-time.After(time.Millisecond)
	}()
	<-handed
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.beats = append(h.beats, beat{now, now.Sub(h.begun)})
	h.begun = now
}

// The longest beat that ended after that moment, including the current one.
func (h *heartbeat) longestSince(moment time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	longest := time.Since(h.begun)
	for i := len(h.beats) - 1; i >= 0 && h.beats[i].ended.After(moment); i-- {
		longest = max(longest, h.beats[i].took)
	}
	return longest
}
