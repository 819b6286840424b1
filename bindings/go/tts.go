package palabra

// #include "palabra.h"
import "C"

import (
	"cmp"
	"context"
)

// TTSConfig holds the settings of a text-to-speech session. Zero values mean the defaults. The comments of
// palabra_tts_config in palabra.h say more about each field.
type TTSConfig struct {
	Flags       SessionFlag // Session* and TTS* bits
	SessionTag  uint64      // any number; returned in every event of the session
	SessionName string      // any text of up to 127 bytes; returned in every event and log line
	Queue       *Queue      // that the events are delivered to, shared with other sessions; nil: the session has its own
	Stream      StreamAddress

	Language       string // language of the texts, such as "en"; required
	Model          string // model of the service; "": "auto"
	Voice          TTSVoice
	Format         TTSFormat // how speech travels
	SampleRate     int       // of the speech in events, 8000 to 48000; 0: 24000. With playout it must be 0
	TextsPerSecond int       // maximum number of messages with text in a second, 1 to 1000; 0: 20

	Output   OutputOptions // Original must be zero
	Limits   Limits
	Timeouts Timeouts
}

// OpenTTS opens a text-to-speech session and returns immediately, in StateConnecting. Texts may be sent from the first
// moment: they wait. Speech is delivered as EventAudio or read by ReadAudio, as in translation. EventReady is delivered
// when the stream is open; a refusal of the settings is an EventError after it. Methods of other products return
// ErrUnsupported.
//
// The context is the session's: when it is done, the session is closed.
func (client *Client) OpenTTS(ctx context.Context, config TTSConfig) (*Session, error) {
	var a arguments
	c := config.arguments(&a)
	return client.open(ctx, config.plan(), &a, &c.queue, func(session **C.palabra_session, e *cError) cStatus {
		return C.palabra_session_open_tts(client.handle, c, session, e)
	})
}

// TextOptions say what SendText does with a text. The zero value adds it to the generation in progress.
type TextOptions struct {
	Flags        TextFlag
	GenerationID string    // the generation, up to 128 bytes; "": the current one of the library, until TextEOS
	Voice        *TTSVoice // another voice from this text on, for all generations; nil: unchanged
	UserTag      uint64    // any number; returned in the audio and in errors
}

// A TTSVoice says who speaks, and how. For a later text, zero means that of the text before.
type TTSVoice struct {
	VoiceID         string // "": "default_low"
	SpeedPercent    int    // speed, in percent of the natural one, up to 1000; 0: the service's default
	DeaccentPercent int    // how much of a foreign accent is removed, 1 to 100; 0: 100; -1: none
}

// SendText speaks a text, or a piece of one, such as a token of a language model: pieces are joined as they are. Texts
// with the same GenerationID are one generation until one with TextEOS. The EventAudio of a generation has its ID, its
// number as Phrase and the UserTag of its first text; with FlagLastChunk it is complete.
//
// It does not block. ErrAgain: too many texts are pending.
func (s *Session) SendText(text string, options TextOptions) error {
	var a arguments
	defer a.release()
	words, generation := a.required("text", text), a.text("GenerationID", options.GenerationID)
	var voice *cTTSVoice
	if options.Voice != nil {
		c := options.Voice.arguments(&a)
		voice = &c
	}
	if a.err != nil {
		return a.err
	}
	e := newCError()
	status := C.palabra_session_send_text(
		s.handle, words, C.uint32_t(options.Flags), generation, voice, C.uint64_t(options.UserTag), e)
	return s.explained(status, e)
}

// Cancel cancels a generation; "": all of them. Its pending texts are dropped, the service is told to stop, and what is
// buffered for ReadAudio is faded out within 5 ms. Answer: EventTaskStatus "cancelled" with the tag; no EventAudio of
// the generation follows.
func (s *Session) Cancel(generationID string, tag uint64) error {
	var a arguments
	defer a.release()
	id := a.text("generationID", generationID)
	if a.err != nil {
		return a.err
	}
	return s.check(C.palabra_session_cancel(s.handle, id, C.uint64_t(tag)))
}

// CancelTagged cancels the generations whose first text had this tag, not 0, while others go on. Answer: as for Cancel, one
// for all of them.
func (s *Session) CancelTagged(tag uint64) error {
	return s.check(C.palabra_session_cancel_tagged(s.handle, C.uint64_t(tag)))
}

// Synthesize speaks a text and returns its speech when it is complete. Other speech of the session is delivered as
// usual; of this text only EventError is. Any number of goroutines may call it at the same time. The GenerationID of the
// options must be empty: the text is a generation of its own.
//
// It holds an OS thread meanwhile, and ends with its context: then the text is cancelled.
func (s *Session) Synthesize(ctx context.Context, text string, options TextOptions) (Audio, error) {
	a := new(arguments)
	words := a.required("text", text)
	var voice *cTTSVoice
	if options.Voice != nil {
		c := options.Voice.arguments(a)
		voice = &c
	}
	if options.GenerationID != "" {
		a.err = cmp.Or(a.err, invalid("GenerationID must be empty"))
	}
	return await(ctx, a, func(limit C.int32_t, e *cError) (Audio, error) {
		c := pointerless[cAudio]()
		defer C.palabra_audio_release(c)
		status := C.palabra_session_synthesize(
			s.handle, words, C.uint32_t(options.Flags), voice, C.uint64_t(options.UserTag), c, limit, e)
		return readAudio(c), s.explained(status, e)
	})
}

func (config *TTSConfig) arguments(a *arguments) *cTTSConfig {
	return &cTTSConfig{
		struct_size:      C.sizeof_palabra_tts_config,
		flags:            C.uint32_t(config.Flags),
		session_tag:      C.uint64_t(config.SessionTag),
		session_name:     a.text("SessionName", config.SessionName),
		queue:            config.Queue.pointer(),
		stream:           config.Stream.arguments(a),
		language:         a.text("Language", config.Language),
		model:            a.text("Model", config.Model),
		voice:            config.Voice.arguments(a),
		format:           C.palabra_tts_format(config.Format),
		sample_rate:      a.number("SampleRate", config.SampleRate),
		texts_per_second: a.number("TextsPerSecond", config.TextsPerSecond),
		output:           config.Output.arguments(a),
		limits:           config.Limits.arguments(a),
		timeouts:         config.Timeouts.arguments(a),
	}
}

// No audio is sent: the input keeps EncodingDefault.
func (config *TTSConfig) plan() plan {
	return plan{output: config.Output.Format.filledIn(), languages: []string{config.Language}}
}

func (voice *TTSVoice) arguments(a *arguments) cTTSVoice {
	return cTTSVoice{
		voice_id:         a.text("VoiceID", voice.VoiceID),
		speed_percent:    a.number("SpeedPercent", voice.SpeedPercent),
		deaccent_percent: a.number("DeaccentPercent", voice.DeaccentPercent),
	}
}
