package palabra

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

func newTokenClient(t *testing.T, first Credentials, source TokenSourceFunc) *Client {
	t.Helper()
	newTestClient(t, "dev")
	config := ClientConfig{Credentials: first, APIURL: devserver.APIURL, TokenSource: source, Flags: ClientIgnoreEnvironment}
	if first.ClientID == "" {
		config.TranslationURL = devserver.WSURL
	}
	client, err := NewClient(config)
	must(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Nobody takes an event meanwhile, and many sessions share questions, of which there is one at a time. What one of them asks can
// come when the others have been answered already: then that is a question of its own.
func TestATokenSourceIsAskedByWhoeverHasNoCredentials(t *testing.T) {
	var asked, asking atomic.Int32
	opened := make(chan struct{})
	client := newTokenClient(t, Credentials{}, func(context.Context) (Credentials, error) {
		asked.Add(1)
		if asking.Add(1) > 1 {
			t.Error("two questions at a time")
		}
		defer asking.Add(-1)
		<-opened
		return Credentials{APIKey: "dev~.of-the-source"}, nil
	})
	var sessions []*Session
	for range 6 {
		sessions = append(sessions, openTest(t, client, usualConfig()))
	}
	close(opened)
	for _, s := range sessions {
		must(t, s.WaitReady(t.Context()))
	}
	if count := asked.Load(); count < 1 || int(count) > len(sessions) {
		t.Errorf("asked %d times for credentials that nobody refused", count)
	}
}

func TestATokenSourceIsAskedAgainWhenTheServiceRefuses(t *testing.T) {
	answers := make(chan string, 2)
	answers <- "dev~rest_status=401~.second"
	answers <- "dev"
	client := newTokenClient(t, Credentials{ClientID: "dev~rest_status=401", ClientSecret: "s3cret-of-the-tests"},
		func(context.Context) (Credentials, error) {
			return Credentials{ClientID: <-answers, ClientSecret: "s3cret-of-the-tests"}, nil
		})
	s := openTest(t, client, usualConfig())
	must(t, s.WaitReady(t.Context()))
	within(t, 20*time.Second, "getting ready", func() {
		for e := range s.All() {
			if e.Kind == EventReady {
				return
			}
			if e.Kind == EventCredentialsNeeded || e.Kind == EventClosed {
				t.Errorf("%v %v", e.Kind, e.Err())
				return
			}
		}
	})
	if len(answers) != 0 {
		t.Error("it was not asked twice")
	}
}

// A translation of a call needs credentials as a session does.
func TestACallAsksATokenSource(t *testing.T) {
	client := newTokenClient(t, Credentials{}, func(context.Context) (Credentials, error) {
		return Credentials{APIKey: "dev~.of-a-call"}, nil
	})
	call, err := client.OpenCall(t.Context(), CallConfig{})
	must(t, err)
	defer func() { _ = call.Close() }()
	for _, language := range []string{"en", "es"} {
		_, err := call.Join(LegConfig{Language: language})
		must(t, err)
	}
	within(t, 20*time.Second, "a link", func() {
		for e := range call.All() {
			if e.Kind == EventLinkUp {
				return
			}
		}
	})
}

// Who has a queue finds the request there, and answers it.
func TestAQueueHasTheRequestsOfItsSessions(t *testing.T) {
	client := newTokenClient(t, Credentials{}, func(context.Context) (Credentials, error) {
		t.Error("asked beside the queue")
		return Credentials{}, nil
	})
	queue, err := NewQueue()
	must(t, err)
	defer func() { _ = queue.Close() }()
	config := usualConfig()
	config.Queue, config.SessionTag = queue, 5
	s := openTest(t, client, config)
	within(t, 20*time.Second, "the request", func() {
		e, err := queue.Next(t.Context())
		if err != nil || e.Kind != EventCredentialsNeeded || e.SessionTag != 5 {
			t.Errorf("%v %v", e, err)
		}
	})
	must(t, client.SetCredentials(Credentials{APIKey: "dev~.of-a-queue"}))
	must(t, s.WaitReady(t.Context()))
}

// What a source returns with an error, or too late, is not used.
func TestTheContextOfATokenSourceEndsWithItsClient(t *testing.T) {
	asked, over := make(chan struct{}), make(chan error)
	client := newTokenClient(t, Credentials{}, func(ctx context.Context) (Credentials, error) {
		close(asked)
		<-ctx.Done()
		over <- ctx.Err()
		return Credentials{APIKey: "dev"}, ctx.Err()
	})
	s := openTest(t, client, usualConfig())
	within(t, 20*time.Second, "the question", func() { <-asked })
	if state := s.State(); state != StateConnecting {
		t.Error(state)
	}
	must(t, client.Close())
	within(t, 20*time.Second, "the end of the question", func() {
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
