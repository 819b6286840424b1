package palabra

// #include "palabra.h"
import "C"

import (
	"errors"
	"math"
	"strconv"
	"sync"
	"time"
)

// String returns the name of the status in C, such as "PALABRA_ERR_TIMEOUT".
func (s Status) String() string { return C.GoString(C.palabra_status_name(C.int32_t(s))) }

// Error is String.
func (s Status) Error() string { return s.String() }

// Text returns the description of the status.
func (s Status) Text() string { return C.GoString(C.palabra_status_text(C.int32_t(s))) }

// Flags returns what the status alone says about further attempts: FlagRetriable, FlagFatal. Those of an Error are more
// precise.
func (s Status) Flags() Flag { return Flag(C.palabra_status_flags(C.int32_t(s))) }

// String returns the name of the kind, such as "TRANSCRIPT".
func (k EventKind) String() string { return C.GoString(C.palabra_event_kind_name(C.int32_t(k))) }

// String returns the name of the state, such as "READY".
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

// An Error is every error of the library, with everything that the service said.
//
//	errors.Is(err, palabra.ErrAuth)             compares the status
//	var e *palabra.Error; errors.As(err, &e)    gives access to the rest
type Error struct {
	Status      Status
	Flags       Flag          // FlagRetriable, FlagFatal
	HTTPStatus  int           // of the refusal; 0: none
	CloseCode   int           // of the WebSocket (RFC 6455, section 7.4); 0: none
	OSError     int           // error number of the operating system; 0: none
	RetryAfter  time.Duration // time after which the service allows another attempt; negative: the service did not say
	ServiceCode string        // error code of the service; "": none
	Text        string        // what failed, on what, and what to do about it; never contains a secret

	alias Status // another status that it is known by; OK: none
	cause error  // of the context that closed the session or call; nil: another reason
}

// A time that is not known: -1 in C.
const unknownTime = -time.Millisecond

// Error returns the status and the text.
func (e *Error) Error() string {
	text := e.Text
	if text == "" {
		text = e.Status.Text()
	}
	return e.Status.String() + ": " + text
}

// Unwrap returns the status.
func (e *Error) Unwrap() error { return e.Status }

// Is compares the status, and after Close also that of the library: ErrBadHandle for what is ErrClosed in Go. The error of a
// session or call that its context closed is the cause of that too (context.Cause).
func (e *Error) Is(target error) bool {
	return e.alias != OK && target == error(e.alias) || e.cause != nil && errors.Is(e.cause, target)
}

// As finds the cause of a context that closed the session or call.
func (e *Error) As(target any) bool { return e.cause != nil && errors.As(e.cause, target) }

// Retriable returns whether the same attempt can succeed later. See RetryAfter.
func (e *Error) Retriable() bool { return e.Flags&FlagRetriable != 0 }

// Fatal returns whether the session cannot continue.
func (e *Error) Fatal() bool { return e.Flags&FlagFatal != 0 }

// One for each status, made once: failing costs no allocation on the audio path.
var plainErrors = sync.OnceValue(func() map[Status]*Error {
	all := map[Status]*Error{}
	var code cStatus
	for i := C.int32_t(0); C.palabra_status_list(i, &code) == C.PALABRA_OK; i++ {
		all[Status(code)] = newError(Status(code))
	}
	return all
})

func newError(status Status) *Error {
	return &Error{Status: status, Flags: status.Flags(), RetryAfter: unknownTime, Text: status.Text()}
}

var errHandedBack = handedBack(nil)

// For what was closed: by Close, or by its context for this reason.
func handedBack(cause error) error {
	closed := *plain(ErrClosed).(*Error)
	closed.alias = ErrBadHandle
	if cause != nil {
		closed.cause = cause
		closed.Text = "its context ended: " + cause.Error()
	}
	return &closed
}

// Nothing more is known than the status.
func plain(status Status) error {
	if known := plainErrors()[status]; known != nil {
		return known
	}
	return newError(status)
}

// nil for success.
func check(status cStatus) error {
	if status >= 0 {
		return nil
	}
	return plain(Status(status))
}

func invalid(text string) error {
	return &Error{Status: ErrInvalidArgument, RetryAfter: unknownTime, Text: text}
}

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
		OSError:     int(e.os_error),
		RetryAfter:  ms(e.retry_after_ms),
		ServiceCode: C.GoString(&e.service_code[0]),
		Text:        C.GoString(&e.text[0]),
	}
}

// A time of the library. -1 stays negative: it is not known.
// One that no Duration can hold, which only a service says, is the longest one.
func ms[T C.int32_t | C.int64_t](n T) time.Duration {
	const most = math.MaxInt64 / int64(time.Millisecond)
	return time.Duration(max(-most, min(int64(n), most))) * time.Millisecond
}
