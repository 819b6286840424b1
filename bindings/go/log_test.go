package palabra

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Log lines name the session that they are about, and contain no secret.
func TestLogLinesComeThroughAQueue(t *testing.T) {
	queue, err := NewQueue()
	must(t, err)
	must(t, queue.OpenLog(LogDebug))
	if err := queue.OpenLog(9); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an unknown level: %v", err)
	}
	config := usualConfig()
	config.SessionTag, config.SessionName = 77, "call 77"
	s := openTest(t, newTestClient(t, "dev"), config)
	must(t, s.WaitReady(t.Context()))
	within(t, 20*time.Second, "a line about the session", func() {
		for e := range queue.All() {
			if e.Kind != EventLog || e.Text == "" || e.LogLevel < LogError || e.LogLevel > LogDebug || strings.Contains(e.Text, "s3cret") {
				t.Errorf("%+v", e)
			}
			if e.SessionName == "call 77" && e.SessionTag == 77 {
				return
			}
		}
	})
	must(t, queue.OpenLog(0))
	must(t, queue.Close())
	if err := queue.OpenLog(LogInfo); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed queue: %v", err)
	}
}
