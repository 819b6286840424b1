package palabra

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
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

// Keeps what it is given, as a program's own handler does.
type keptLines struct {
	slog.Handler
	mu    sync.Mutex
	lines []slog.Record
}

func (*keptLines) Enabled(context.Context, slog.Level) bool { return true }

func (k *keptLines) Handle(_ context.Context, line slog.Record) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lines = append(k.lines, line)
	return nil
}

func (k *keptLines) about(session string) (found []slog.Record) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, line := range k.lines {
		line.Attrs(func(attribute slog.Attr) bool {
			if attribute.Key == "session" && attribute.Value.String() == session {
				found = append(found, line)
			}
			return true
		})
	}
	return found
}

func TestLogLinesReachALogger(t *testing.T) {
	kept := &keptLines{}
	stop, err := LogTo(slog.New(kept), LogDebug)
	must(t, err)
	config := usualConfig()
	config.SessionName = "call 78"
	s := openTest(t, newTestClient(t, "dev"), config)
	must(t, s.WaitReady(t.Context()))
	// What waits is passed on.
	stop()
	lines := kept.about("call 78")
	if len(lines) == 0 || lines[0].Level != slog.LevelInfo || lines[0].Message == "" {
		t.Errorf("%v", lines)
	}
	count := len(kept.lines)
	must(t, s.Close())
	if len(kept.lines) != count {
		t.Error("lines arrive after stop")
	}
	if _, err := LogTo(slog.New(kept), 9); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an unknown level: %v", err)
	}
}
