package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"time"
)

// STTConfig holds the settings of a speech-to-text session. Zero values mean the defaults. The comments of
// palabra_stt_config in palabra.h say more about each field.
type STTConfig struct {
	Flags       SessionFlag // Session* bits
	SessionTag  uint64      // any number; returned in every event of the session
	SessionName string      // any text of up to 127 bytes; returned in every event and log line
	Queue       *Queue      // that the events are delivered to, shared with other sessions; nil: the session has its own
	Stream      StreamAddress

	Language        string   // language spoken, such as "en"; "": the service detects it
	TargetLanguages []string // languages that each final text is translated to

	Fillers      STTFillers
	Finalization STTFinalization
	// AutoFinalize is the time after which a text becomes final with STTFinalizationManual even if it was not
	// requested, 1 s to 1 h in whole seconds; 0: the service's default.
	AutoFinalize    time.Duration
	FinalizeTimeout time.Duration // time the answer to Session.Finalize may take; 0: 10 s

	// Format is what the caller sends. With an encoded one, send with SendEncoded or SendEncodedPaced; Input.Format must
	// be zero then, and GapSilence and SessionDropOldest are not supported. Input.Buffer and Input.Chunk count 32 bytes
	// for each ms.
	Format STTFormat

	Input    InputOptions // GapPause is not supported
	Limits   Limits
	Timeouts Timeouts
}

// OpenSTT opens a speech-to-text session and returns immediately, in StateConnecting. Send audio at the pace of speech:
// the service does not recognize properly what arrives faster. Audio with one channel and up to 48 kHz is sent as
// it is, in its own encoding. Texts are delivered as EventTranscript: partial ones, then one with FlagFinal, then its
// translations. Methods of other products return ErrUnsupported.
//
// The context is the session's: when it is done, the session is closed.
func (client *Client) OpenSTT(ctx context.Context, config STTConfig) (*Session, error) {
	var a arguments
	c := config.arguments(&a)
	return client.open(ctx, config.plan(), &a, &c.queue, func(session **C.palabra_session, e *cError) cStatus {
		return C.palabra_session_open_stt(client.handle, c, session, e)
	})
}

// Finalize requests a final text now, without waiting for a pause. Audio sent before goes first. Answer: EventTranscript
// with FlagFinal and the tag, whose text is empty if nothing was said since the last final; or EventError with the tag.
func (s *Session) Finalize(tag uint64) error {
	return s.check(C.palabra_session_finalize(s.handle, C.uint64_t(tag)))
}

func (config *STTConfig) arguments(a *arguments) *cSTTConfig {
	return &cSTTConfig{
		struct_size:         C.sizeof_palabra_stt_config,
		flags:               C.uint32_t(config.Flags),
		session_tag:         C.uint64_t(config.SessionTag),
		session_name:        a.text("SessionName", config.SessionName),
		queue:               config.Queue.pointer(),
		stream:              config.Stream.arguments(a),
		language:            a.text("Language", config.Language),
		target_languages:    a.list("TargetLanguages", config.TargetLanguages),
		fillers:             C.palabra_stt_fillers(config.Fillers),
		finalization:        C.palabra_stt_finalization(config.Finalization),
		auto_finalize_ms:    a.ms("AutoFinalize", config.AutoFinalize),
		finalize_timeout_ms: a.ms("FinalizeTimeout", config.FinalizeTimeout),
		format:              C.palabra_stt_format(config.Format),
		input:               config.Input.arguments(a),
		limits:              config.Limits.arguments(a),
		timeouts:            config.Timeouts.arguments(a),
	}
}

// Only texts are delivered. Encoded audio has no samples.
func (config *STTConfig) plan() plan {
	if config.Format != STTFormatDefault && config.Format != STTFormatPCM {
		return plan{}
	}
	input := config.Input.Format
	if input.SampleRate == 0 {
		input.SampleRate = 16000
		if input.Encoding == EncodingMulaw || input.Encoding == EncodingAlaw {
			input.SampleRate = 8000
		}
	}
	return plan{input: input.filledIn()}
}
