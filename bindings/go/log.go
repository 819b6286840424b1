package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"log/slog"
)

// LogTo passes the log lines of the whole library up to a level to a logger, until stop is called, which passes on those
// that wait. A line has the attributes "session" and "tag" of the session or call that it is about, if they are set. Lines
// contain no secrets.
func LogTo(logger *slog.Logger, level LogLevel) (stop func(), err error) {
	queue, err := NewQueue()
	if err != nil {
		return nil, err
	}
	if err := queue.OpenLog(level); err != nil {
		_ = queue.Close()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for event, err := queue.Next(ctx); err == nil; event, err = queue.Next(ctx) {
			event.logTo(logger)
		}
		for event, status := queue.take(); status > 0; event, status = queue.take() {
			event.logTo(logger)
		}
	}()
	return func() {
		cancel()
		<-ended
		_ = queue.Close()
	}, nil
}

func (e *Event) logTo(logger *slog.Logger) {
	if e.Kind == EventOverflow {
		logger.Warn("lines of libpalabra's log were dropped", "count", e.Dropped)
		return
	}
	var attributes []slog.Attr
	if e.SessionName != "" {
		attributes = append(attributes, slog.String("session", e.SessionName))
	}
	if e.SessionTag != 0 {
		attributes = append(attributes, slog.Uint64("tag", e.SessionTag))
	}
	logger.LogAttrs(context.Background(), e.LogLevel.slog(), e.Text, attributes...)
}

func (level LogLevel) slog() slog.Level {
	switch level {
	case LogError:
		return slog.LevelError
	case LogWarning:
		return slog.LevelWarn
	case LogDebug:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
