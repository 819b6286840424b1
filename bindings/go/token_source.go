package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"sync"
)

// A TokenSource returns credentials that are valid now, such as a short-lived token from the server of the program's owner.
// Its client asks it, in a goroutine of its own and one question at a time, when a session or call opens without credentials
// and when the service refuses those that it has. The context ends when the client is closed: keep it open while sessions
// connect. A session that gets none within 10 s closes with ErrAuth; the library does not pass the error on.
//
// Sessions and calls whose config has a Queue do not ask it: EventCredentialsNeeded comes by the Queue.
type TokenSource interface {
	Token(ctx context.Context) (Credentials, error)
}

// TokenSourceFunc makes a function a TokenSource.
type TokenSourceFunc func(ctx context.Context) (Credentials, error)

// Token calls the function.
func (f TokenSourceFunc) Token(ctx context.Context) (Credentials, error) { return f(ctx) }

// Asks a TokenSource for a client.
type tokenAsker struct {
	client *Client
	source TokenSource
	ctx    context.Context
	stop   context.CancelFunc

	mu       sync.Mutex
	isAsking bool
}

func newTokenAsker(client *Client, source TokenSource) *tokenAsker {
	ctx, stop := context.WithCancel(context.Background())
	return &tokenAsker{client: client, source: source, ctx: ctx, stop: stop}
}

// Returns at once. Sessions that need credentials at the same time get the same ones.
func (t *tokenAsker) ask() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isAsking {
		return
	}
	t.isAsking = true
	go func() {
		credentials, err := t.source.Token(t.ctx)
		// Before they are set: a refusal of these is another question.
		t.mu.Lock()
		t.isAsking = false
		t.mu.Unlock()
		if err == nil && t.ctx.Err() == nil {
			_ = t.client.SetCredentials(credentials)
		}
	}()
}
