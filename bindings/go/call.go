package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"time"
	"unsafe"
)

// CallConfig holds the settings of a call. Zero values mean the defaults.
type CallConfig struct {
	Flags    CallFlag
	CallTag  uint64 // any number; returned as SessionTag in every event of the call
	CallName string // any text of up to 127 bytes, such as the UUID of the call; returned as SessionName in every event and log line
	Queue    *Queue // that the events are delivered to, shared with other calls and sessions; nil: the call has its own

	// ConnectsPerMinute is the pace at which sessions are opened, 1 to 6000, shared by the calls of the client that have
	// one. 0: none, until the service refuses a session with ErrRate; then all calls of the client open 20 per minute,
	// until it has refused none for a minute and none waits.
	ConnectsPerMinute int

	// Resend is how much of the audio that was sent and was not final the translation that takes the place of a broken one
	// sends again with CallReopen, 1 ms to 5 s; 0: none. Nothing is heard twice. What waits longer than Output.Target is
	// dropped and told by an EventWarning with FlagDropped.
	Resend time.Duration

	// Translation holds the settings of the translations, the same for both directions. What the legs and the call have
	// must not be set: languages, TargetsJSON, both formats, Stream, Queue, SessionTag and SessionName. These defaults
	// are those of a call: Input.Chunk 100 ms, Input.Gap.Policy GapSilence, SessionDropOldest, Output.Mode OutputPlayout,
	// Output.Target 1.5 s, Output.Original.GainPercent 100.
	Translation TranslationConfig
}

func (config *CallConfig) arguments(a *arguments) *cCallConfig {
	return &cCallConfig{
		struct_size: C.sizeof_palabra_call_config,
		flags:       C.uint32_t(config.Flags),
		call_tag:    C.uint64_t(config.CallTag),
		call_name:   a.text("CallName", config.CallName),
		queue:       config.Queue.pointer(),

		connects_per_minute: a.number("ConnectsPerMinute", config.ConnectsPerMinute),
		resend_ms:           a.ms("Resend", config.Resend),
	}
}

// A Call is two parties on one line who speak different languages. They join it as legs: when both have joined, a
// translation is opened for each direction. Each [Leg] hears the translation of the other, and the other's own voice
// under it. Any goroutine may call any of its methods at any time, Close included: after Close they return ErrClosed.
//
// Its events are those of both translations, with Leg, which is that of the party whose voice they are about.
// EventLinkUp and EventLinkDown take the place of EventReady and EventClosed: a translation that ends does not end the
// call. EventClosed comes once, as the last event of the call.
//
// It must be closed; nothing closes it by itself, except the context that it was opened with.
type Call struct {
	mailbox
	handle *C.palabra_call
	detach func() bool // from the context
}

// OpenCall opens a call and returns immediately. Nothing is connected before both parties have joined.
//
// The context is the call's: when it is done, the call is closed.
func (client *Client) OpenCall(ctx context.Context, config CallConfig) (*Call, error) {
	var a arguments
	c, translation := config.arguments(&a), config.Translation.arguments(&a)
	var handle *C.palabra_call
	in, err := client.opened(ctx, &a, &c.queue, func(e *cError) cStatus {
		return C.palabra_call_open(client.handle, c, translation, &handle, e)
	})
	if err != nil {
		return nil, err
	}
	call := &Call{handle: handle}
	call.mailbox.start(callEvents{handle})
	if in != nil {
		call.mailbox.introduce(in, uintptr(unsafe.Pointer(handle)))
	}
	call.detach = context.AfterFunc(ctx, func() { _ = call.shut(0, context.Cause(ctx)) })
	return call, nil
}

// As check, but a handle that Close has invalidated is a closed call.
func (call *Call) check(status cStatus) error {
	if status >= 0 {
		return nil
	}
	return call.refusal(Status(status))
}

func (call *Call) explained(status cStatus, e *cError) error {
	if Status(status) == ErrBadHandle {
		return call.check(status)
	}
	return explained(status, e)
}

// State returns the state of the call: StateConnecting until the first EventLinkUp, then StateReady, also while nothing
// is translated; StateEnding after End.
func (call *Call) State() State {
	state := C.palabra_call_get_state(call.handle)
	if state < 0 {
		return StateClosed
	}
	return State(state)
}

// Err explains why the call closed; nil while it is open, when it closed without an error, and after Close. What ended a
// translation is in its EventLinkDown alone.
func (call *Call) Err() error {
	e := newCError()
	if C.palabra_call_get_error(call.handle, e) < 0 || e.code == C.PALABRA_OK {
		return nil
	}
	return readError(e)
}

// End ends the call: nothing more is taken of either party, and both hear the rest of what was said, then EventClosed.
// Keep exchanging audio until SoundEnded, and taking events until EventClosed. When a party has hung up and nobody takes
// its place, close its leg and then end the call: the other party hears the rest of what was said.
func (call *Call) End() error { return call.check(C.palabra_call_end(call.handle)) }

// Close closes the call in any state, with its legs, and returns immediately; the goodbye to the service happens in the
// background. Events that were not taken are dropped, and the parties hear nothing more: to have them hear the rest, call
// End first. Other methods that wait return ErrClosed. Closing twice is not an error.
func (call *Call) Close() error { return call.CloseWait(0) }

// CloseWait is Close, and waits for the goodbye, at most that long. It blocks an OS thread meanwhile.
func (call *Call) CloseWait(timeout time.Duration) error {
	var a arguments
	limit := a.ms("timeout", timeout)
	if a.err != nil {
		return a.err
	}
	call.detach()
	return call.shut(limit, nil)
}

func (call *Call) shut(limit C.int32_t, cause error) error {
	if !call.mailbox.stop(cause) {
		return nil
	}
	defer call.mailbox.leave()
	return check(C.palabra_call_close(call.handle, limit))
}
