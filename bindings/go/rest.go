package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"strings"
	"time"
	"unsafe"
)

// A RESTSession is what the service returns before a stream is opened. StreamURL and Token make a StreamAddress. Fields
// are "" for what the service does not say. Printed, it does not show its tokens.
type RESTSession struct {
	ID               string   // the service's id
	StreamURL        string   // address of the translation stream
	TTSStreamURL     string   // address of the text-to-speech stream
	Token            string   // the publisher token, which is a secret
	SubscriberTokens []string // the subscriber tokens, which are secrets
	WebRTCURL        string   // address of the service's WebRTC server
	WebRTCRoomName   string   // room on that server
	Intent           string   // what the session is for, in the service's word
	CreatedAt        string   // when it was created, as the service writes it
	UpdatedAt        string   // when it was last changed
	ExpiresAt        string   // when it expires unless a stream is open
	JSON             string   // everything that the service says about it, tokens included
}

// String returns the ID and the address.
func (r RESTSession) String() string { return "REST session " + r.ID + " at " + r.StreamURL }

// GoString is String.
func (r RESTSession) GoString() string { return r.String() }

// CreateRESTSession creates a REST session, for programs that pass its address and token on. Sessions opened without a
// stream do this by themselves. It holds an OS thread meanwhile, as every call about an account, and
// ends with its context.
func (client *Client) CreateRESTSession(ctx context.Context) (RESTSession, error) {
	return await(ctx, new(arguments), func(limit C.int32_t, e *cError) (RESTSession, error) {
		c := pointerless[cRESTSession]()
		defer C.palabra_rest_session_release(c)
		status := C.palabra_rest_session_create(client.handle, c, limit, e)
		return readRESTSession(c), explained(status, e)
	})
}

// RESTSessions returns the REST sessions of the account. At most services they have no token.
func (client *Client) RESTSessions(ctx context.Context) ([]RESTSession, error) {
	return await(ctx, new(arguments), func(limit C.int32_t, e *cError) ([]RESTSession, error) {
		c := pointerless[cRESTSessions]()
		defer C.palabra_rest_sessions_release(c)
		status := C.palabra_rest_session_list(client.handle, c, limit, e)
		var sessions []RESTSession
		for _, session := range unsafe.Slice(c.items, int(c.count)) {
			sessions = append(sessions, readRESTSession(session))
		}
		return sessions, explained(status, e)
	})
}

// RESTSession reads one REST session, such as that of the ID of EventReady. ErrService with the HTTPStatus 404: there is
// none.
func (client *Client) RESTSession(ctx context.Context, id string) (RESTSession, error) {
	a := new(arguments)
	name := a.required("id", id)
	return await(ctx, a, func(limit C.int32_t, e *cError) (RESTSession, error) {
		c := pointerless[cRESTSession]()
		defer C.palabra_rest_session_release(c)
		status := C.palabra_rest_session_get(client.handle, name, c, limit, e)
		return readRESTSession(c), explained(status, e)
	})
}

// SetRESTSessionTTL sets for how long a REST session exists without a stream, from now on: a whole number of seconds.
func (client *Client) SetRESTSessionTTL(ctx context.Context, id string, ttl time.Duration) error {
	a := new(arguments)
	name, length := a.required("id", id), a.ms("ttl", ttl)
	_, err := await(ctx, a, func(limit C.int32_t, e *cError) (struct{}, error) {
		return struct{}{}, explained(C.palabra_rest_session_set_ttl(client.handle, name, length, limit, e), e)
	})
	return err
}

// DeleteRESTSession deletes a REST session at the service. Otherwise it expires by itself.
func (client *Client) DeleteRESTSession(ctx context.Context, id string) error {
	return client.onID(ctx, id, func(id *C.char, limit C.int32_t, e *cError) cStatus {
		return C.palabra_rest_session_delete(client.handle, id, limit, e)
	})
}

func readRESTSession(c *cRESTSession) RESTSession {
	session := RESTSession{
		ID:             C.GoString(c.id),
		StreamURL:      C.GoString(c.stream_url),
		TTSStreamURL:   C.GoString(c.tts_stream_url),
		Token:          C.GoString(c.token),
		WebRTCURL:      C.GoString(c.webrtc_url),
		WebRTCRoomName: C.GoString(c.webrtc_room_name),
		Intent:         C.GoString(c.intent),
		CreatedAt:      C.GoString(c.created_at),
		UpdatedAt:      C.GoString(c.updated_at),
		ExpiresAt:      C.GoString(c.expires_at),
		JSON:           C.GoString(c.json),
	}
	if tokens := C.GoString(c.subscriber_tokens); tokens != "" {
		session.SubscriberTokens = strings.Split(tokens, ",")
	}
	return session
}

// A call about one object of the account that returns nothing.
func (client *Client) onID(ctx context.Context, id string, call func(*C.char, C.int32_t, *cError) cStatus) error {
	a := new(arguments)
	name := a.required("id", id)
	_, err := await(ctx, a, func(limit C.int32_t, e *cError) (struct{}, error) {
		return struct{}{}, explained(call(name, limit, e), e)
	})
	return err
}
