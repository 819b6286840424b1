package palabra

// #include <palabra.h>
import "C"

import "context"

// A RESTSession is what the service returns before a stream is opened. WSURL and Token go into a Config. Printed, it
// does not show its token.
type RESTSession struct {
	ID       string // the service's name for the session, for DeleteRESTSession
	WSURL    string // address of the translation stream
	WSTTSURL string // address of the text-to-speech stream; "" from servers that do not give one
	Token    string // the publisher token: a secret
}

// String names the session.
func (r RESTSession) String() string { return "REST session " + r.ID + " at " + r.WSURL }

// GoString is String.
func (r RESTSession) GoString() string { return r.String() }

// CreateRESTSession creates a REST session. Open does this by itself; this is for programs that hand address and
// token to somebody else. It holds an OS thread meanwhile, as every call that asks the service and waits; when the
// context is cancelled before its deadline the call is left to itself, and may still do what it was for.
func (client *Client) CreateRESTSession(ctx context.Context) (RESTSession, error) {
	return await(ctx, new(arguments), func(limit C.int32_t) (RESTSession, error) {
		c, e := pointerless[cRESTSession](), newCError()
		defer C.palabra_rest_session_release(c)
		status := C.palabra_rest_session_create(client.handle, c, e, limit)
		return RESTSession{
			ID:       C.GoString(c.id),
			WSURL:    C.GoString(c.ws_url),
			WSTTSURL: C.GoString(c.ws_tts_url),
			Token:    C.GoString(c.token),
		}, explained(status, e)
	})
}

// DeleteRESTSession deletes a REST session at the service. Without this it expires by itself.
func (client *Client) DeleteRESTSession(ctx context.Context, id string) error {
	return client.onID(ctx, id, func(id *C.char, e *cError, limit C.int32_t) cStatus {
		return C.palabra_rest_session_delete(client.handle, id, e, limit)
	})
}

// A call about one thing at the service that gives nothing back.
func (client *Client) onID(ctx context.Context, id string, call func(*C.char, *cError, C.int32_t) cStatus) error {
	a := new(arguments)
	name := a.required("id", id)
	_, err := await(ctx, a, func(limit C.int32_t) (struct{}, error) {
		e := newCError()
		return struct{}{}, explained(call(name, e, limit), e)
	})
	return err
}
