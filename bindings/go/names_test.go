package palabra

import (
	"context"
	"errors"
	"testing"
	"time"
)

func noNames() bool {
	sourceNames.mu.Lock()
	defer sourceNames.mu.Unlock()
	return sourceNames.queue == nil && sourceNames.bell == nil && sourceNames.count == 0 && len(sourceNames.known) == 0
}

// The last session takes the queue of names with it, and the next one makes another. Sessions that were not opened, and
// those that nobody has waited for, leave nothing behind.
func TestNamesComeAndGo(t *testing.T) {
	client := newTestClient(t, "dev")
	eventually(t, 20*time.Second, "an end of other tests' sessions", noNames)
	for round := range 20 {
		if _, err := client.OpenTranslation(t.Context(), TranslationConfig{SourceLanguage: "en"}); err == nil {
			t.Fatal("a translation without a target was opened")
		}
		if _, err := client.OpenCall(t.Context(), CallConfig{Translation: usualConfig()}); err == nil {
			t.Fatal("a call with languages of its own was opened")
		}
		s, err := client.OpenTranslation(t.Context(), usualConfig())
		must(t, err)
		if noNames() {
			t.Fatal("an open session has no name")
		}
		if round%2 == 0 {
			for e, err := s.Next(t.Context()); e.Kind != EventReady; e, err = s.Next(t.Context()) {
				must(t, err)
			}
		}
		call, err := client.OpenCall(t.Context(), CallConfig{})
		must(t, err)
		must(t, s.Close())
		if noNames() {
			t.Fatal("an open call has no name")
		}
		must(t, call.Close())
		if !noNames() {
			t.Fatal("a name is left")
		}
	}
}

// Goroutines that take turns, give up and come back lose no event of a session, whoever was told of it.
func TestWaitsThatAreGivenUpLoseNothing(t *testing.T) {
	s := openTest(t, newTestClient(t, "dev"), usualConfig())
	must(t, s.Speak("hola", "es", 0, 1))
	must(t, s.End())
	events := make(chan Event)
	for worker := range 3 {
		go func() {
			for {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(worker+1)*time.Millisecond)
				e, err := s.Next(ctx)
				cancel()
				if err == nil {
					events <- e
				} else if ctx.Err() == nil {
					return
				}
			}
		}()
	}
	within(t, 20*time.Second, "the end", func() {
		seen := make(map[uint64]bool)
		var last Event
		for last.Kind != EventClosed {
			e := <-events
			seen[e.Seq] = true
			if e.Seq > last.Seq {
				last = e
			}
		}
		for uint64(len(seen)) < last.Seq {
			e := <-events
			seen[e.Seq] = true
		}
	})
}

// Without a descriptor to wait by, a loop over events looks for them by the clock, and does not end.
func TestALackOfDescriptorsIsNoEnd(t *testing.T) {
	eventually(t, 20*time.Second, "an end of other tests' sessions", noNames)
	refusals := 0
	bellOfNames = func(eventSource) (*bell, error) {
		refusals++
		return nil, plain(ErrLimit)
	}
	defer func() { bellOfNames = newBell }()
	s := openTest(t, newTestClient(t, "dev"), usualConfig())
	var told story
	if e, err := s.Next(t.Context()); err == nil {
		told.take(t, e)
	} else if !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
	must(t, s.Speak("hola", "es", 0, 1))
	must(t, s.End())
	within(t, 20*time.Second, "the end", func() {
		for e := range s.All() {
			told.take(t, e)
		}
	})
	if told.closed != 1 {
		t.Errorf("%+v after %d refusals", told, refusals)
	}
}
