package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"time"
	"unsafe"
)

// How often a session is asked where nothing signals a change.
const lookEvery = 5 * time.Millisecond

// A Session is one live conversation: translation, text-to-speech or speech-to-text. Any goroutine may call any of its
// methods at any time, Close included: after Close they return ErrClosed.
//
// It must be closed; nothing closes it by itself, except the context that it was opened with.
type Session struct {
	mailbox
	handle *C.palabra_session
	input  input
	output output
	paced  pacer
	detach func() bool // from the context
}

func newSession(ctx context.Context, handle *C.palabra_session, p plan, in *names) *Session {
	s := &Session{handle: handle}
	s.input.format, s.input.none = p.input, p.input.Encoding == EncodingDefault
	s.output.start(p)
	s.mailbox.start(sessionEvents{handle})
	if in != nil {
		s.mailbox.introduce(in, uintptr(unsafe.Pointer(handle)))
	}
	s.detach = context.AfterFunc(ctx, func() { _ = s.shut(0, context.Cause(ctx)) })
	return s
}

// As check, but a handle that Close has invalidated is a closed session.
func (s *Session) check(status cStatus) error {
	if status >= 0 {
		return nil
	}
	return s.refusal(Status(status))
}

func (s *Session) explained(status cStatus, e *cError) error {
	if Status(status) == ErrBadHandle {
		return s.check(status)
	}
	return explained(status, e)
}

// WaitReady waits until the session is ready, or is already ending. If it closed instead, the error says why. Events
// stay queued: EventReady or EventClosed is still delivered.
func (s *Session) WaitReady(ctx context.Context) error {
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for {
		status := C.palabra_session_wait_ready(s.handle, 0)
		if Status(status) != ErrTimeout {
			return s.readiness(status)
		}
		select {
		case <-ticks.C:
		case <-s.done:
			return s.closed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// The explanation says more than the status.
func (s *Session) readiness(status cStatus) error {
	if status < 0 {
		if reason := s.Err(); reason != nil {
			return reason
		}
	}
	return s.check(status)
}

// State returns the state of the session.
func (s *Session) State() State {
	state := C.palabra_session_get_state(s.handle)
	if state < 0 {
		return StateClosed
	}
	return State(state)
}

// Err explains why the session closed; nil while it is open, when it closed without an error, and after Close.
func (s *Session) Err() error {
	e := newCError()
	if C.palabra_session_get_error(s.handle, e) < 0 || e.code == C.PALABRA_OK {
		return nil
	}
	return readError(e)
}

// End ends the session: no more input is taken, pending input and commands are sent, the tail is delivered, then
// EventClosed. Take events until it arrives.
func (s *Session) End() error { return s.check(C.palabra_session_end(s.handle)) }

// Close closes the session in any state and returns immediately; the goodbye to the service happens in the background.
// Events that were not taken are dropped: to receive the tail, call End first. Other methods that wait return
// ErrClosed. Closing twice is not an error.
func (s *Session) Close() error { return s.CloseWait(0) }

// CloseWait is Close, and waits for the goodbye, at most that long. It blocks an OS thread meanwhile.
func (s *Session) CloseWait(timeout time.Duration) error {
	var a arguments
	limit := a.ms("timeout", timeout)
	if a.err != nil {
		return a.err
	}
	s.detach()
	return s.shut(limit, nil)
}

func (s *Session) shut(limit C.int32_t, cause error) error {
	if !s.mailbox.stop(cause) {
		return nil
	}
	defer s.mailbox.leave()
	return check(C.palabra_session_close(s.handle, limit))
}

// SessionStats are the statistics of a session, from its opening to now. A value that is not known yet is negative.
type SessionStats struct {
	GapInEffect         GapPolicy     // what the gap policy is doing now
	InputQueue          time.Duration // audio that was taken and not delivered
	InputFramesTaken    int64         // frames that SendAudio took
	InputFramesSent     int64         // frames of those that were delivered
	InputFramesDropped  int64         // frames of those that SessionDropOldest dropped
	SilenceFramesSent   int64         // frames of silence that GapSilence sent
	GapPauses           int64         // times that GapPause paused the task
	ChunksSent          int64         // messages with audio, or with text, that were sent
	BytesSent           int64         // bytes written to the stream
	BytesReceived       int64         // bytes read from the stream
	AudioFramesReceived int64         // frames of speech received, of all languages
	AudioFramesDropped  int64         // frames of speech dropped because limits were exceeded
	AudioFramesQueued   int64         // frames of speech in events that wait
	EventsDropped       int64         // events dropped because limits were exceeded
	EventsQueued        int64         // events that wait to be taken
	EventBytesQueued    int64         // bytes of those events
	CommandsQueued      int64         // commands that wait to be sent
	Ready               time.Duration // from opening to EventReady
	FirstAudio          time.Duration // from the first chunk or text sent to the first speech received
	RoundTrip           time.Duration // last round trip to the server
	ServiceQueue        time.Duration // speech that waits at the service
	EchoDelay           time.Duration // how late what is played comes back; negative: it does not, or that is not known
	EchoLevelDB         int64         // how loud that is, in dB of what is played, usually negative
	Overrun             time.Duration // sound that was left out because the thread for signal processing was 2 s late
}

// Stats reads the statistics of the session.
func (s *Session) Stats() (SessionStats, error) {
	c := cSessionStats{struct_size: C.sizeof_palabra_session_stats}
	if err := s.check(C.palabra_session_get_stats(s.handle, &c)); err != nil {
		return SessionStats{}, err
	}
	return SessionStats{
		GapInEffect:         GapPolicy(c.gap_in_effect),
		InputQueue:          ms(c.input_queue_ms),
		InputFramesTaken:    int64(c.input_frames_taken),
		InputFramesSent:     int64(c.input_frames_sent),
		InputFramesDropped:  int64(c.input_frames_dropped),
		SilenceFramesSent:   int64(c.silence_frames_sent),
		GapPauses:           int64(c.gap_pauses),
		ChunksSent:          int64(c.chunks_sent),
		BytesSent:           int64(c.bytes_sent),
		BytesReceived:       int64(c.bytes_received),
		AudioFramesReceived: int64(c.audio_frames_received),
		AudioFramesDropped:  int64(c.audio_frames_dropped),
		AudioFramesQueued:   int64(c.audio_frames_queued),
		EventsDropped:       int64(c.events_dropped),
		EventsQueued:        int64(c.events_queued),
		EventBytesQueued:    int64(c.event_bytes_queued),
		CommandsQueued:      int64(c.commands_queued),
		Ready:               ms(c.ready_ms),
		FirstAudio:          ms(c.first_audio_ms),
		RoundTrip:           time.Duration(c.round_trip_us) * time.Microsecond,
		ServiceQueue:        ms(c.service_queue_ms),
		EchoDelay:           ms(c.echo_delay_ms),
		EchoLevelDB:         int64(c.echo_level_db),
		Overrun:             ms(c.overrun_ms),
	}, nil
}
