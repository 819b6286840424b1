package palabra

// #include <palabra.h>
import "C"

import (
	"context"
	"time"
)

// TTSConfig holds the settings of a text-to-speech session. Zero values mean the defaults. The comments of
// palabra_tts_config in palabra.h say more about each field.
type TTSConfig struct {
	Flags      TTSFlag
	SessionTag uint64 // any number; comes back in every event of the session
	Queue      *Queue // to deliver the events to, shared with other sessions; nil: the session has one of its own

	Language string // language of the texts, such as "en"; needed
	VoiceID  string // who speaks; "": "default_low"
	Model    string // model of the service; "": "auto"

	WSURL string // address of a stream to use instead of that of the client; needs Token
	Token string // for WSURL

	AudioFormat      TTSFormat     // how speech travels; 0: TTSPCM
	SampleRate       int           // of the speech in events, 8000 to 48000; 0: 24000, and with OutputMode nothing else
	SpeedPercent     int           // how fast to speak, up to 1000; 0: the service's choice
	DeaccentPercent  int           // how much of a foreign accent to take away; 0: 100; for none TTSKeepAccent
	TextsPerSecond   int           // most messages with text in a second; 0: 20
	CommandLimit     int           // texts that may wait to be sent; 0: 256
	EventLimit       int           // events that may wait to be taken; 0: 1000
	EventBytesLimit  int           // bytes of events that may wait; 0: 16 MiB
	ConnectTimeout   time.Duration // for one attempt to reach the stream; 0: the client's
	EndTimeout       time.Duration // for silence of the service after the end; 0: 30 s
	LivenessTimeout  time.Duration // silence after which the connection counts as dead; 0: 40 s
	OutputMode       Output        // how speech comes
	OutputEncoding   Encoding      // of what ReadAudio gives; 0: EncodingS16
	OutputSampleRate int           // 8000 to 48000; 0: 24000
	OutputChannels   int           // 1 to 8, each with the same speech; 0: 1
	PlayoutPrime     time.Duration // speech that must be here before a generation begins to be heard; 0: 60 ms
	PlayoutCap       time.Duration // most speech that may wait; 0: 5 min
	PlayoutTarget    time.Duration // speech that should wait at most; 0: off
}

// OpenTTS opens a text-to-speech session and returns at once, in StateConnecting. SendText, Cancel and Synthesize work
// from the first moment; speech comes as EventAudio or is read by ReadAudio, as in translation. EventReady comes when the
// stream is open: what the service has against the settings comes as EventError after it. What belongs to other
// products fails with ErrUnsupported.
//
// The context is the session's: when it is done, the session is closed.
func (client *Client) OpenTTS(ctx context.Context, config TTSConfig) (*Session, error) {
	var a arguments
	c := config.arguments(&a)
	return open(ctx, config.plan(), &a, func(session **C.palabra_session, e *cError) cStatus {
		return C.palabra_session_open_tts(client.handle, c, session, e)
	})
}

// TextOptions say what SendText shall do with a text. The zero value adds it to the generation in progress.
type TextOptions struct {
	Flags      TextFlag
	Generation string    // which generation it belongs to, up to 128 bytes; "": the library's own, until its TextEOS
	Voice      *TTSVoice // another voice from this text on, for all generations; nil: as it is
	Tag        uint64    // any number; comes back in the audio and in errors
}

// A TTSVoice is another voice, from one text on. What is zero stays as it is.
type TTSVoice struct {
	Flags           TTSFlag // TTSKeepAccent or 0
	VoiceID         string  // who speaks
	SpeedPercent    int     // how fast
	DeaccentPercent int     // how much of a foreign accent to take away
}

// SendText has a text said, or a piece of one, such as a token of a language model: pieces are joined as they are.
// Texts of the same generation belong together, until one with TextEOS. The EventAudio of a generation has its ID, its
// number as Utterance and the tag of its first text; with FlagLastChunk it is complete.
//
// It does not block. ErrAgain: too many texts wait already.
func (s *Session) SendText(text string, options TextOptions) error {
	var a arguments
	defer a.release()
	words, generation := a.required("text", text), a.text("Generation", options.Generation)
	var voice *cTTSVoice
	if options.Voice != nil {
		voice = options.Voice.arguments(&a)
	}
	if a.err != nil {
		return a.err
	}
	e := newCError()
	status := C.palabra_session_send_text(
		s.handle, words, C.uint32_t(options.Flags), generation, voice, C.uint64_t(options.Tag), e)
	return s.explained(status, e)
}

// Cancel takes a generation back; "": all of them. Texts of it that wait are dropped, the service is told to stop, and
// what waits to be read is silent within 5 ms. Answer: EventTaskStatus "cancelled" with the tag; no EventAudio of the
// generation comes after it.
func (s *Session) Cancel(generation string, tag uint64) error {
	var a arguments
	defer a.release()
	id := a.text("generation", generation)
	if a.err != nil {
		return a.err
	}
	return s.check(C.palabra_session_cancel(s.handle, id, C.uint64_t(tag)))
}

// Synthesize says a text and returns its speech when it is complete. The events of the session go on meanwhile and are
// somebody else's to take; of this text none comes, save EventError. Any number of goroutines may call it at once.
//
// It holds an OS thread for as long as it takes. At the deadline of the context the text is cancelled; when the context is
// cancelled otherwise, Synthesize returns at once, but the service goes on with the text.
func (s *Session) Synthesize(ctx context.Context, text string) (WAV, error) {
	a := new(arguments)
	words := a.required("text", text)
	return await(ctx, a, func(limit C.int32_t) (WAV, error) {
		c, e := pointerless[cWAV](), newCError()
		defer C.palabra_wav_release(c)
		status := C.palabra_tts_synthesize(s.handle, words, c, limit, e)
		return readWAV(c), s.explained(status, e)
	})
}

func (config *TTSConfig) arguments(a *arguments) *cTTSConfig {
	c := &cTTSConfig{
		struct_size:         C.sizeof_palabra_tts_config,
		flags:               C.uint32_t(config.Flags),
		session_tag:         C.uint64_t(config.SessionTag),
		language:            a.text("Language", config.Language),
		voice_id:            a.text("VoiceID", config.VoiceID),
		model:               a.text("Model", config.Model),
		ws_url:              a.text("WSURL", config.WSURL),
		token:               a.text("Token", config.Token),
		audio_format:        C.int32_t(config.AudioFormat),
		sample_rate:         a.number("SampleRate", config.SampleRate),
		speed_percent:       a.number("SpeedPercent", config.SpeedPercent),
		deaccent_percent:    a.number("DeaccentPercent", config.DeaccentPercent),
		texts_per_second:    a.number("TextsPerSecond", config.TextsPerSecond),
		command_limit:       a.number("CommandLimit", config.CommandLimit),
		event_limit:         a.number("EventLimit", config.EventLimit),
		event_bytes_limit:   a.number("EventBytesLimit", config.EventBytesLimit),
		connect_timeout_ms:  a.ms("ConnectTimeout", config.ConnectTimeout),
		end_timeout_ms:      a.ms("EndTimeout", config.EndTimeout),
		liveness_timeout_ms: a.ms("LivenessTimeout", config.LivenessTimeout),
		output_mode:         C.int32_t(config.OutputMode),
		output_encoding:     C.int32_t(config.OutputEncoding),
		output_sample_rate:  a.number("OutputSampleRate", config.OutputSampleRate),
		output_channels:     a.number("OutputChannels", config.OutputChannels),
		playout_prime_ms:    a.ms("PlayoutPrime", config.PlayoutPrime),
		playout_cap_ms:      a.ms("PlayoutCap", config.PlayoutCap),
		playout_target_ms:   a.ms("PlayoutTarget", config.PlayoutTarget),
	}
	if config.Queue != nil {
		c.queue = config.Queue.handle
	}
	return c
}

// No audio goes in: the input keeps the encoding 0.
func (config *TTSConfig) plan() plan {
	p := plan{
		output:    format{config.OutputEncoding, config.OutputChannels, config.OutputSampleRate},
		languages: []string{config.Language},
	}
	p.output.fillIn()
	return p
}

func (voice *TTSVoice) arguments(a *arguments) *cTTSVoice {
	return &cTTSVoice{
		struct_size:      C.sizeof_palabra_tts_voice,
		flags:            C.uint32_t(voice.Flags),
		voice_id:         a.text("VoiceID", voice.VoiceID),
		speed_percent:    a.number("SpeedPercent", voice.SpeedPercent),
		deaccent_percent: a.number("DeaccentPercent", voice.DeaccentPercent),
	}
}
