package palabra

// #include <palabra.h>
import "C"

import (
	"strconv"
	"sync"
)

// String is the name of the status in the C header: "PALABRA_ERR_TIMEOUT".
func (s Status) String() string { return C.GoString(C.palabra_status_name(C.palabra_status(s))) }

// Error is the name again.
func (s Status) Error() string { return s.String() }

// Text describes the status in one sentence.
func (s Status) Text() string { return C.GoString(C.palabra_status_text(C.palabra_status(s))) }

// Flags tells what the status means for what comes next when nothing more is known: FlagRetriable, FlagFatal.
func (s Status) Flags() Flag { return Flag(C.palabra_status_flags(C.palabra_status(s))) }

// String is the name of the kind: "TRANSCRIPT".
func (k EventKind) String() string { return C.GoString(C.palabra_event_kind_name(C.int32_t(k))) }

// String is the name of the state: "READY".
func (s State) String() string {
	switch s {
	case StateConnecting:
		return "CONNECTING"
	case StateReady:
		return "READY"
	case StateEnding:
		return "ENDING"
	case StateClosed:
		return "CLOSED"
	}
	return "State(" + strconv.Itoa(int(s)) + ")"
}

// An Error is every error of the library, with everything that the service told.
//
//	errors.Is(err, palabra.ErrAuth)             asks for a status
//	var e *palabra.Error; errors.As(err, &e)    gets at the rest
type Error struct {
	Status      Status
	Flags       Flag
	HTTPStatus  int    // of a refused call or upgrade; 0 if none
	CloseCode   int    // of the WebSocket (RFC 6455); 0 if none
	ServiceCode string // the service's own error code; "" if none
	Text        string // one or more sentences for people; never holds a secret

	alias Status // another status that it is known by; 0: none
}

// Error is the status and the text.
func (e *Error) Error() string {
	text := e.Text
	if text == "" {
		text = e.Status.Text()
	}
	return e.Status.String() + ": " + text
}

// Unwrap is the status.
func (e *Error) Unwrap() error { return e.Status }

// Is knows what the library itself calls a handle that Close has given back: ErrBadHandle, here ErrClosed.
func (e *Error) Is(target error) bool { return e.alias != OK && target == error(e.alias) }

// Retriable tells whether trying the same again later can help.
func (e *Error) Retriable() bool { return e.Flags&FlagRetriable != 0 }

// Fatal tells whether the session cannot go on.
func (e *Error) Fatal() bool { return e.Flags&FlagFatal != 0 }

// One for each status, made once: failing costs no allocation on the audio path.
var plainErrors = sync.OnceValue(func() map[Status]*Error {
	all := map[Status]*Error{}
	var code cStatus
	for i := C.uint32_t(0); C.palabra_status_list(i, &code) == C.PALABRA_OK; i++ {
		status := Status(code)
		all[status] = &Error{Status: status, Flags: status.Flags(), Text: status.Text()}
	}
	return all
})

var errHandedBack = func() error {
	closed := *plain(ErrClosed).(*Error)
	closed.alias = ErrBadHandle
	return &closed
}()

// Nothing more is known than the status.
func plain(status Status) error {
	if known := plainErrors()[status]; known != nil {
		return known
	}
	return &Error{Status: status, Flags: status.Flags(), Text: status.Text()}
}

// nil for success.
func check(status cStatus) error {
	if status >= 0 {
		return nil
	}
	return plain(Status(status))
}

func invalid(text string) error { return &Error{Status: ErrInvalidArgument, Text: text} }

func newCError() *cError { return &cError{struct_size: C.sizeof_palabra_error} }

// nil for success; else what the library explained.
func explained(status cStatus, e *cError) error {
	if status >= 0 {
		return nil
	}
	if e.code != status {
		return plain(Status(status))
	}
	return readError(e)
}

func readError(e *cError) *Error {
	return &Error{
		Status:      Status(e.code),
		Flags:       Flag(e.flags),
		HTTPStatus:  int(e.http_status),
		CloseCode:   int(e.close_code),
		ServiceCode: C.GoString(&e.service_code[0]),
		Text:        C.GoString(&e.text[0]),
	}
}
