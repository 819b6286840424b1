package palabra

// #include "palabra.h"
import "C"

import "time"

// A StreamAddress is a stream to connect to instead of the one that the client's credentials lead to.
type StreamAddress struct {
	URL   string // "": the client's
	Token string // for URL
}

func (s *StreamAddress) arguments(a *arguments) cStreamAddress {
	return cStreamAddress{url: a.text("URL", s.URL), token: a.text("Token", s.Token)}
}

// GapOptions say when and how missing input is handled.
type GapOptions struct {
	Policy GapPolicy
	After  time.Duration // how long input must be missing, 20 ms to 1 h; 0: 200 ms for silence, 5 s for a pause
}

func (g *GapOptions) arguments(a *arguments) cGapOptions {
	return cGapOptions{policy: C.palabra_gap_policy(g.Policy), after_ms: a.ms("After", g.After)}
}

// InputOptions say how audio is taken and sent.
type InputOptions struct {
	Format AudioFormat   // of the audio that is sent; sample rate 0: that of the wire, speech-to-text 16000 or 8000
	Buffer time.Duration // capacity for audio that was not delivered yet, 20 ms to 60 s; 0: 2 s
	Chunk  time.Duration // length of the audio in one message, 20 ms to 1 s; 0: 320 ms
	Gap    GapOptions    // what happens when no more audio is sent
}

func (i *InputOptions) arguments(a *arguments) cInputOptions {
	return cInputOptions{
		format:    i.Format.arguments(a),
		buffer_ms: a.ms("Input.Buffer", i.Buffer),
		chunk_ms:  a.ms("Chunk", i.Chunk),
		gap:       i.Gap.arguments(a),
	}
}

// OriginalOptions say how the speaker's own voice is mixed under the translation.
type OriginalOptions struct {
	GainPercent int           // gain of the original voice, 1 to 100; 0: it is not heard
	DuckPercent int           // gain while the translation speaks, 1 to 100; 0: 20; -1: muted
	Attack      time.Duration // attack time of the ducking, up to 10 s; 0: 50 ms
	Release     time.Duration // release time of the ducking, up to 10 s; 0: 300 ms
}

func (o *OriginalOptions) arguments(a *arguments) cOriginalOptions {
	return cOriginalOptions{
		gain_percent: a.number("GainPercent", o.GainPercent),
		duck_percent: a.number("DuckPercent", o.DuckPercent),
		attack_ms:    a.ms("Attack", o.Attack),
		release_ms:   a.ms("Release", o.Release),
	}
}

// OutputOptions say how speech is delivered and buffered.
type OutputOptions struct {
	Mode      OutputMode
	Prime     time.Duration   // speech that must be buffered before a phrase starts, up to 2 s; 0: 60 ms
	Buffer    time.Duration   // capacity of the buffer of one language, 0.5 s to 10 min; 0: 30 s, text-to-speech 5 min
	Target    time.Duration   // target level of that buffer; 0: no target
	ReaderLag time.Duration   // who reads nothing for longer misses what is due meanwhile, 0.5 s to 10 min; 0: no limit
	Format    AudioFormat     // of what ReadAudio fills; sample rate 0: 24000
	Original  OriginalOptions // translation only
}

func (o *OutputOptions) arguments(a *arguments) cOutputOptions {
	return cOutputOptions{
		mode:          C.palabra_output_mode(o.Mode),
		prime_ms:      a.ms("Prime", o.Prime),
		buffer_ms:     a.ms("Output.Buffer", o.Buffer),
		target_ms:     a.ms("Output.Target", o.Target),
		reader_lag_ms: a.ms("Output.ReaderLag", o.ReaderLag),
		format:        o.Format.arguments(a),
		original:      o.Original.arguments(a),
	}
}

// Limits on what may wait in a session, and on what it accepts.
type Limits struct {
	EventBytes   int64 // bytes of events that may wait to be taken; 0: 16 MiB
	EventCount   int   // events that may wait to be taken; 0: 1000
	CommandCount int   // commands or texts that may wait to be sent, 1 to 1024; 0: 32, text-to-speech 256
	MessageBytes int   // bytes of the largest message of the server, 64 KiB to 1 GiB; 0: 8 MiB; more: ErrLimit
}

func (l *Limits) arguments(a *arguments) cLimits {
	return cLimits{
		event_bytes:   C.int64_t(l.EventBytes),
		event_count:   a.number("EventCount", l.EventCount),
		command_count: a.number("CommandCount", l.CommandCount),
		message_bytes: a.number("MessageBytes", l.MessageBytes),
	}
}

// Timeouts of a session.
type Timeouts struct {
	Connect  time.Duration // one attempt to connect to the stream; 0: the client's ConnectTimeout
	Ready    time.Duration // until the service is ready once connected; 0: 30 s. Translation only
	End      time.Duration // wait for the next text or speech after Session.End; 0: 30 s, speech-to-text 10 s
	Liveness time.Duration // silence after which the connection is considered dead, 1 s to 1 h; 0: 60 s, below 0: never
}

func (t *Timeouts) arguments(a *arguments) cTimeouts {
	return cTimeouts{
		connect_ms:  a.ms("Timeouts.Connect", t.Connect),
		ready_ms:    a.ms("Timeouts.Ready", t.Ready),
		end_ms:      a.ms("Timeouts.End", t.End),
		liveness_ms: a.msOrNever("Timeouts.Liveness", t.Liveness),
	}
}

// A ServiceQueue says what the service does about speech that waits in its own queue.
type ServiceQueue struct {
	Target          time.Duration // target level of the queue; 0: the service's default, 5 s
	Max             time.Duration // level above which the oldest speech is dropped; 0: the service's default, 20 s
	Tempo           Tempo         // whether the tempo may change
	MinTempoPercent int           // slowest tempo; 0: the service's default
	MaxTempoPercent int           // fastest tempo; 0: the service's default
}

func (q *ServiceQueue) arguments(a *arguments) cServiceQueue {
	return cServiceQueue{
		target_ms:         a.ms("ServiceQueue.Target", q.Target),
		max_ms:            a.ms("ServiceQueue.Max", q.Max),
		tempo:             C.palabra_tempo(q.Tempo),
		min_tempo_percent: a.number("MinTempoPercent", q.MinTempoPercent),
		max_tempo_percent: a.number("MaxTempoPercent", q.MaxTempoPercent),
	}
}

// A CommandPace has the minimum intervals between commands. The service refuses commands that come faster than its own
// intervals.
type CommandPace struct {
	TaskInterval   time.Duration // between two SetTask or Resume, and between two GetTask; 0: 2.1 s
	PauseInterval  time.Duration // between two Pause; 0: 3.1 s
	SpeakPerMinute int           // maximum number of Speak in a minute, 1 to 60000; 0: 60
}

func (p *CommandPace) arguments(a *arguments) cCommandPace {
	return cCommandPace{
		task_interval_ms:  a.ms("TaskInterval", p.TaskInterval),
		pause_interval_ms: a.ms("PauseInterval", p.PauseInterval),
		speak_per_minute:  a.number("SpeakPerMinute", p.SpeakPerMinute),
	}
}
