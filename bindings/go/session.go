package palabra

// #include <palabra.h>
import "C"

import (
	"context"
	"time"
)

// How often a session is looked at that nobody can be woken by.
const lookEvery = 5 * time.Millisecond

// A Session is one live conversation: a translation, or with OpenTTS and OpenSTT one half of it. Any goroutine may call any of its methods at any time, Close included: after
// Close they return ErrClosed.
//
// Close it when you are done with it: it does not close itself.
type Session struct {
	mailbox
	handle *C.palabra_session
	input  input
	output output
	paced  pacer
	detach func() bool // from the context
}

func newSession(ctx context.Context, handle *C.palabra_session, p plan) *Session {
	s := &Session{handle: handle}
	s.input.format, s.input.none = p.input, p.input.encoding == 0
	s.output.start(p)
	s.mailbox.start(sessionEvents{handle})
	s.detach = context.AfterFunc(ctx, func() { _ = s.shut(0) })
	return s
}

// As check, but a handle that Close has taken away is not a wrong one.
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

// WaitReady waits until the session is ready, or is already ending. When it closed instead, the error says why. No
// event is taken away.
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
			return errHandedBack
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// What is known of the reason is more than its code.
func (s *Session) readiness(status cStatus) error {
	if status < 0 {
		if reason := s.LastError(); reason != nil {
			return reason
		}
	}
	return s.check(status)
}

// State tells where in its life the session is.
func (s *Session) State() State {
	state := C.palabra_session_state(s.handle)
	if state < 0 {
		return StateClosed
	}
	return State(state)
}

// LastError explains why the session closed; nil while it is open, when it closed without an error, and after Close.
func (s *Session) LastError() error {
	e := newCError()
	if C.palabra_session_last_error(s.handle, e) < 0 || e.code == C.PALABRA_OK {
		return nil
	}
	return readError(e)
}

// End ends the session gracefully: no more input is taken, what was sent goes out, the tail of the translation is
// delivered, then EventClosed. With a client id and secret, eos is how long a silence the service takes for the end
// of the last phrase, 1 to 30 s; 0: 4 s.
func (s *Session) End(eos time.Duration) error {
	if eos < 0 || eos > time.Hour {
		return invalid("eos is out of range")
	}
	seconds := (eos + time.Second - 1) / time.Second
	return s.check(C.palabra_session_end(s.handle, C.uint32_t(seconds)))
}

// Close closes the session in whatever state it is and returns at once; the goodbye to the service goes on in the
// background. Events that were not taken are dropped: for the tail of the translation, End first. Whoever waits in
// another method comes back with ErrClosed. Closing twice is no error.
func (s *Session) Close() error { return s.CloseWait(0) }

// CloseWait is Close, and waits for the goodbye for so long at most. It blocks an OS thread meanwhile.
func (s *Session) CloseWait(drain time.Duration) error {
	var a arguments
	ms := a.ms("drain", drain)
	if a.err != nil {
		return a.err
	}
	s.detach()
	return s.shut(ms)
}

func (s *Session) shut(drain C.uint32_t) error {
	if !s.mailbox.stop() {
		return nil
	}
	return check(C.palabra_session_close(s.handle, drain))
}

// Stats are the figures of a session, from its opening to now. A figure that is not known yet is 0.
type Stats struct {
	InputQueue          time.Duration // audio that waits to be sent
	InputFramesTaken    uint64        // frames that SendAudio took
	InputFramesSent     uint64        // how many of them were sent to the service
	ChunksSent          uint64        // messages that carried them
	BytesSent           uint64        // bytes of the stream written
	BytesReceived       uint64        // bytes of the stream read
	AudioFramesReceived uint64        // frames of translated speech, in all languages together
	EventsDropped       uint64        // events that were dropped because too many waited
	AudioFramesDropped  uint64        // frames of translated speech in them
	EventsWaiting       int           // events that wait to be taken
	EventBytesWaiting   int           // bytes that they take
	AudioFramesWaiting  int           // frames of translated speech in them
	Ready               time.Duration // from Open to EventReady
	FirstAudio          time.Duration // from the first chunk sent to the first translated speech
	RoundTrip           time.Duration // last round trip to the server and back
	ServerQueue         time.Duration // speech that waits at the service
	CommandsWaiting     int           // commands that wait to be sent
	SilenceFramesSent   uint64        // frames of silence that GapSilence sent
	InputFramesDropped  uint64        // frames that TranslationDropOldest dropped
	GapInEffect         Gap           // GapSilence or GapPause while that is what happens
	GapPauses           int           // how often GapPause paused the task
}

// Stats tells the figures of the session.
func (s *Session) Stats() (Stats, error) {
	c := cStats{struct_size: C.sizeof_palabra_stats}
	if err := s.check(C.palabra_session_stats(s.handle, &c)); err != nil {
		return Stats{}, err
	}
	return Stats{
		InputQueue:          ms(c.input_queue_ms),
		InputFramesTaken:    uint64(c.input_frames_taken),
		InputFramesSent:     uint64(c.input_frames_sent),
		ChunksSent:          uint64(c.chunks_sent),
		BytesSent:           uint64(c.bytes_sent),
		BytesReceived:       uint64(c.bytes_received),
		AudioFramesReceived: uint64(c.audio_frames_received),
		EventsDropped:       uint64(c.events_dropped),
		AudioFramesDropped:  uint64(c.audio_frames_dropped),
		EventsWaiting:       int(c.events_waiting),
		EventBytesWaiting:   int(c.event_bytes_waiting),
		AudioFramesWaiting:  int(c.audio_frames_waiting),
		Ready:               ms(c.ready_ms),
		FirstAudio:          ms(c.first_audio_ms),
		RoundTrip:           time.Duration(c.round_trip_us) * time.Microsecond,
		ServerQueue:         ms(c.server_queue_ms),
		CommandsWaiting:     int(c.commands_waiting),
		SilenceFramesSent:   uint64(c.silence_frames_sent),
		InputFramesDropped:  uint64(c.input_frames_dropped),
		GapInEffect:         Gap(c.gap_in_effect),
		GapPauses:           int(c.gap_pauses),
	}, nil
}

func ms(n C.uint32_t) time.Duration { return time.Duration(n) * time.Millisecond }
