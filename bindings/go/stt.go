package palabra

// #include <palabra.h>
import "C"

import (
	"context"
	"time"
)

// STTConfig holds the settings of a speech-to-text session. Zero values mean the defaults. The comments of
// palabra_stt_config in palabra.h say more about each field.
type STTConfig struct {
	Flags      STTFlag
	SessionTag uint64 // any number; comes back in every event of the session
	Queue      *Queue // to deliver the events to, shared with other sessions; nil: the session has one of its own

	Language           string   // language spoken, such as "en"; "": the service finds out
	TranslateLanguages []string // languages that each final is translated to

	WSURL string // address of a stream to use instead of that of the client; needs Token
	Token string // for WSURL

	InputEncoding       Encoding      // of the audio that you send; 0: EncodingS16
	InputSampleRate     int           // 8000 to 48000; 0: 16000, of mu-law and A-law 8000
	InputChannels       int           // 1 to 8, interleaved; 0: 1
	InputChannel        int           // the channel that is sent on, from 1; 0: all, mixed
	Chunk               time.Duration // length of a chunk on the wire; 0: 320 ms
	InputBuffer         time.Duration // room for audio that was not sent yet; 0: 2 s
	Fillers             Fillers       // what happens to "um" and the like
	FinalizationMode    Finalization  // when a text becomes final
	FinalizationTimeout time.Duration // after which it does so with FinalizationManual too, in whole seconds; 0: the service's default
	FinalizeTimeout     time.Duration // for the answer to Finalize; 0: 10 s
	EventLimit          int           // events that may wait to be taken; 0: 1000
	EventBytesLimit     int           // bytes of events that may wait; 0: 16 MiB
	ConnectTimeout      time.Duration // for one attempt to reach the stream; 0: the client's
	LivenessTimeout     time.Duration // silence after which the connection counts as dead; 0: 40 s
	GapPolicy           Gap           // GapNone or GapSilence: what happens when you stop sending
	GapAfter            time.Duration // how long input must be missing for that; 0: 200 ms
}

// OpenSTT opens a speech-to-text session and returns at once, in StateConnecting. Audio goes in by SendAudio,
// SendPaced and SendFile, at the pace of speech: what comes faster the service does not recognise properly. One channel
// goes out as it is, in its own encoding and at its own rate. Texts come as EventTranscript: growing ones, then one with
// FlagFinal, then its translations. What belongs to other products fails with ErrUnsupported.
//
// The context is the session's: when it is done, the session is closed.
func (client *Client) OpenSTT(ctx context.Context, config STTConfig) (*Session, error) {
	var a arguments
	c := config.arguments(&a)
	return open(ctx, config.plan(), &a, func(session **C.palabra_session, e *cError) cStatus {
		return C.palabra_session_open_stt(client.handle, c, session, e)
	})
}

// Finalize asks a speech-to-text session for a final now, without waiting for a pause. What was sent before goes out
// first. Answer: EventTranscript with FlagFinal and the tag, whose text is empty when nothing was said since the last
// final; or EventError with the tag.
func (s *Session) Finalize(tag uint64) error {
	return s.check(C.palabra_session_finalize(s.handle, C.uint64_t(tag)))
}

func (config *STTConfig) arguments(a *arguments) *cSTTConfig {
	c := &cSTTConfig{
		struct_size:            C.sizeof_palabra_stt_config,
		flags:                  C.uint32_t(config.Flags),
		session_tag:            C.uint64_t(config.SessionTag),
		language:               a.text("Language", config.Language),
		translate_languages:    a.list("TranslateLanguages", config.TranslateLanguages),
		ws_url:                 a.text("WSURL", config.WSURL),
		token:                  a.text("Token", config.Token),
		input_encoding:         C.int32_t(config.InputEncoding),
		input_sample_rate:      a.number("InputSampleRate", config.InputSampleRate),
		input_channels:         a.number("InputChannels", config.InputChannels),
		input_channel:          a.number("InputChannel", config.InputChannel),
		chunk_ms:               a.ms("Chunk", config.Chunk),
		input_buffer_ms:        a.ms("InputBuffer", config.InputBuffer),
		fillers:                C.int32_t(config.Fillers),
		finalization_mode:      C.int32_t(config.FinalizationMode),
		finalization_timeout_s: a.seconds("FinalizationTimeout", config.FinalizationTimeout),
		finalize_timeout_ms:    a.ms("FinalizeTimeout", config.FinalizeTimeout),
		event_limit:            a.number("EventLimit", config.EventLimit),
		event_bytes_limit:      a.number("EventBytesLimit", config.EventBytesLimit),
		connect_timeout_ms:     a.ms("ConnectTimeout", config.ConnectTimeout),
		liveness_timeout_ms:    a.ms("LivenessTimeout", config.LivenessTimeout),
		gap_policy:             C.uint32_t(config.GapPolicy),
		gap_after_ms:           a.ms("GapAfter", config.GapAfter),
	}
	if config.Queue != nil {
		c.queue = config.Queue.handle
	}
	return c
}

// Nothing comes out but texts.
func (config *STTConfig) plan() plan {
	p := plan{input: format{config.InputEncoding, config.InputChannels, config.InputSampleRate}}
	if p.input.sampleRate == 0 {
		p.input.sampleRate = 16000
		if config.InputEncoding == EncodingMulaw || config.InputEncoding == EncodingAlaw {
			p.input.sampleRate = 8000
		}
	}
	p.input.fillIn()
	return p
}
