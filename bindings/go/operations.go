package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"time"
)

// LegStats are the statistics of one party of a call, from Join to now. A value that is not known is negative.
type LegStats struct {
	LinkState         State         // state of the link that carries what the party says; 0: there is none now
	LinksOpened       int64         // links that were opened for what the party says: more than one when they were replaced
	LinksBroken       int64         // links of those that ended with an error, or could not be opened
	InputTaken        time.Duration // audio that the line sent, muted or not
	InputLost         time.Duration // audio that Skip stated as lost
	InputSent         time.Duration // audio that was sent to the service, silence included
	SilenceSent       time.Duration // silence of that, in place of input that was missing
	InputDropped      time.Duration // audio of the line that was dropped because it could not be sent in time
	GapPauses         int64         // times that the task was paused, as by Hold
	SpeechReceived    time.Duration // speech received of the translation, which the other party hears
	BytesSent         int64         // bytes written to the streams
	BytesReceived     int64         // bytes read from the streams
	Ready             time.Duration // from opening the latest link to EventLinkUp
	FirstAudio        time.Duration // from the first chunk on the latest link to the first speech received
	RoundTrip         time.Duration // last round trip to the server
	ServiceQueue      time.Duration // speech that waits at the service
	Heard             time.Duration // translation of the other party that this one has heard: of the phrases that are over
	Buffered          time.Duration // translation that waits to be heard
	Underruns         int64         // times that it stopped because the rest of the phrase was not there
	PhrasesStarted    int64         // phrases that started to be heard
	PhrasesFinished   int64         // phrases that were heard to their end
	PhrasesCut        int64         // phrases that were taken back, heard in part or not at all
	PhrasesDropped    int64         // phrases that were dropped because Output.Buffer was exceeded
	Skipped           time.Duration // speech and silence removed because of Output.Target
	OriginalLag       time.Duration // how much of the other party's own voice waited before the last read
	OriginalLagMost   time.Duration // the most that it ever was
	OriginalConcealed time.Duration // voice that was made up where it was late or lost
	OriginalLost      time.Duration // voice that was stated as lost
	OriginalSkipped   time.Duration // voice that was left out to end a lag, mostly in pauses
	Spoke             time.Duration // time that the party spoke; negative, as the next two: not detected
	Spurts            int64         // times that it began to speak
	Overlap           time.Duration // time that it spoke while the other party spoke too
	EchoDelay         time.Duration // how late what the party hears comes back from its line; negative: it does not, or not known
	EchoLevelDB       int64         // how loud that is, in dB of what the party hears, usually negative
	Overrun           time.Duration // sound that was left out because the thread for signal processing was 2 s late
}

// Stats reads the statistics of the party.
func (leg *Leg) Stats() (LegStats, error) {
	c := cLegStats{struct_size: C.sizeof_palabra_leg_stats}
	if err := leg.check(C.palabra_leg_get_stats(leg.handle, &c)); err != nil {
		return LegStats{}, err
	}
	return LegStats{
		LinkState:         State(c.link_state),
		LinksOpened:       int64(c.links_opened),
		LinksBroken:       int64(c.links_broken),
		InputTaken:        ms(c.input_taken_ms),
		InputLost:         ms(c.input_lost_ms),
		InputSent:         ms(c.input_sent_ms),
		SilenceSent:       ms(c.silence_sent_ms),
		InputDropped:      ms(c.input_dropped_ms),
		GapPauses:         int64(c.gap_pauses),
		SpeechReceived:    ms(c.speech_received_ms),
		BytesSent:         int64(c.bytes_sent),
		BytesReceived:     int64(c.bytes_received),
		Ready:             ms(c.ready_ms),
		FirstAudio:        ms(c.first_audio_ms),
		RoundTrip:         time.Duration(c.round_trip_us) * time.Microsecond,
		ServiceQueue:      ms(c.service_queue_ms),
		Heard:             ms(c.heard_ms),
		Buffered:          ms(c.buffered_ms),
		Underruns:         int64(c.underruns),
		PhrasesStarted:    int64(c.phrases_started),
		PhrasesFinished:   int64(c.phrases_finished),
		PhrasesCut:        int64(c.phrases_cut),
		PhrasesDropped:    int64(c.phrases_dropped),
		Skipped:           ms(c.skipped_ms),
		OriginalLag:       ms(c.original_lag_ms),
		OriginalLagMost:   ms(c.original_lag_most_ms),
		OriginalConcealed: ms(c.original_concealed_ms),
		OriginalLost:      ms(c.original_lost_ms),
		OriginalSkipped:   ms(c.original_skipped_ms),
		Spoke:             ms(c.spoke_ms),
		Spurts:            int64(c.spurts),
		Overlap:           ms(c.overlap_ms),
		EchoDelay:         ms(c.echo_delay_ms),
		EchoLevelDB:       int64(c.echo_level_db),
		Overrun:           ms(c.overrun_ms),
	}, nil
}

// StatsJSON returns the statistics of the call as one line of JSON, for a log: with all parties, those that have left
// included, and each link and why it ended. The comment of palabra_call_get_stats_json in palabra.h lists the members.
// Take it last, before Close.
func (call *Call) StatsJSON() (string, error) {
	line, status := written(func(buffer *C.char, capacity C.int32_t) C.int32_t {
		return C.palabra_call_get_stats_json(call.handle, buffer, capacity)
	})
	return line, call.check(status)
}

// CallRecordingOptions are settings of Call.StartRecording. Zero values mean the defaults.
type CallRecordingOptions struct {
	Flags      RecordingFlag // RecordingTranslations: what each party hears of the translation, on channels of its own
	SampleRate int           // frames per second of the file, 8000 to 48000; 0: 24000
}

// StartRecording starts to record the call to a WAV file, all parties on one clock: what leg 0 says on the left, what leg 1
// says on the right. With RecordingTranslations two more channels follow: the translation that leg 0 hears, and that of
// leg 1.
func (call *Call) StartRecording(path string, options CallRecordingOptions) error {
	where, err := terminated(path)
	if err != nil {
		return err
	}
	var a arguments
	o := C.palabra_call_recording_options{
		struct_size: C.sizeof_palabra_call_recording_options,
		flags:       C.uint32_t(options.Flags),
		sample_rate: a.number("SampleRate", options.SampleRate),
	}
	if a.err != nil {
		return a.err
	}
	e := newCError()
	return call.explained(C.palabra_call_start_recording(call.handle, charPointer(where), &o, e), e)
}

// PauseRecording pauses the recording, as while a card number is spoken: until ResumeRecording all channels of the file
// are silent, and time goes on.
func (call *Call) PauseRecording() error {
	return call.check(C.palabra_call_pause_recording(call.handle))
}

// ResumeRecording continues the recording.
func (call *Call) ResumeRecording() error {
	return call.check(C.palabra_call_resume_recording(call.handle))
}

// StopRecording stops the recording and waits until its file is complete, at most that long. It blocks an OS thread
// meanwhile.
func (call *Call) StopRecording(timeout time.Duration) error {
	var a arguments
	limit := a.ms("timeout", timeout)
	if a.err != nil {
		return a.err
	}
	e := newCError()
	return call.explained(C.palabra_call_stop_recording(call.handle, limit, e), e)
}

// MetricsText returns figures of the client as text for Prometheus, version 0.0.4 of its format: sums over all sessions and
// calls that were opened with it. Serve it with the content type "text/plain; version=0.0.4".
func (client *Client) MetricsText() (string, error) {
	text, status := written(func(buffer *C.char, capacity C.int32_t) C.int32_t {
		return C.palabra_metrics_text(client.handle, buffer, capacity)
	})
	return text, check(status)
}

// Drain begins to end what the client does, as before a new version is deployed: from now on opening a session or a call
// with it returns ErrDraining. It waits until those that are open were closed by their owners, or the context is done: then
// end or close what is left.
func (client *Client) Drain(ctx context.Context) error {
	_, err := await(ctx, new(arguments), func(limit C.int32_t, e *cError) (struct{}, error) {
		return struct{}{}, explained(C.palabra_client_drain(client.handle, limit, e), e)
	})
	return err
}
