package palabra

// #include "palabra.h"
import "C"

import "context"

// A RESTSession is what the service returns before a stream is opened. StreamURL and Token make a StreamAddress.
// Printed, it does not show its token.
type RESTSession struct {
	ID           string // the service's id of the session
	StreamURL    string // address of the translation stream
	TTSStreamURL string // address of the text-to-speech stream; "": the server does not give one
	Token        string // the publisher token, which is a secret
}

// String returns the ID and the address.
func (r RESTSession) String() string { return "REST session " + r.ID + " at " + r.StreamURL }

// GoString is String.
func (r RESTSession) GoString() string { return r.String() }

// CreateRESTSession creates a REST session, for programs that pass its address and token on. Sessions opened without a
// stream do this by themselves. It holds an OS thread meanwhile, as every call about an account; if the context is
// cancelled before its deadline, the call completes with nobody waiting.
func (client *Client) CreateRESTSession(ctx context.Context) (RESTSession, error) {
	return await(ctx, new(arguments), func(limit C.int32_t) (RESTSession, error) {
		c, e := pointerless[cRESTSession](), newCError()
		defer C.palabra_rest_session_release(c)
		status := C.palabra_rest_session_create(client.handle, c, limit, e)
		return RESTSession{
			ID:           C.GoString(c.id),
			StreamURL:    C.GoString(c.stream_url),
			TTSStreamURL: C.GoString(c.tts_stream_url),
			Token:        C.GoString(c.token),
		}, explained(status, e)
	})
}

// DeleteRESTSession deletes a REST session at the service. Otherwise it expires by itself.
func (client *Client) DeleteRESTSession(ctx context.Context, id string) error {
	return client.onID(ctx, id, func(id *C.char, limit C.int32_t, e *cError) cStatus {
		return C.palabra_rest_session_delete(client.handle, id, limit, e)
	})
}

// A call about one object of the account that returns nothing.
func (client *Client) onID(ctx context.Context, id string, call func(*C.char, C.int32_t, *cError) cStatus) error {
	a := new(arguments)
	name := a.required("id", id)
	_, err := await(ctx, a, func(limit C.int32_t) (struct{}, error) {
		e := newCError()
		return struct{}{}, explained(call(name, limit, e), e)
	})
	return err
}
