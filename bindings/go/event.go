package palabra

// #include "palabra.h"
import "C"

import (
	"time"
	"unsafe"
)

// An Event is one thing that happened. The struct is the same for every kind. Everything in it is Go memory and belongs
// to the caller.
type Event struct {
	Kind         EventKind
	Seq          uint64        // position in the order of delivery of this session, from 1 without gaps
	Time         time.Duration // when it happened, by the system's monotonic clock
	SessionTag   uint64        // SessionTag of the config
	SessionName  string        // SessionName of the config
	UserTag      uint64        // tag of the command that this answers
	Code         Status        // EventClosed, EventError: the status
	Flags        Flag
	Leg          int           // leg of a call, from 0; -1: none
	LogLevel     LogLevel      // EventLog: how important the line is
	HTTPStatus   int           // EventClosed, EventError: HTTP status of the refusal; 0: none
	CloseCode    int           // EventClosed, EventError: WebSocket close code; 0: none
	RetryAfter   time.Duration // EventClosed, EventError: as in Error
	OSError      int           // EventClosed, EventError: error number of the operating system; 0: none
	Phrase       uint64        // number of the phrase, the same for its texts and audio in all languages; 0: none
	Part         int           // part of a long phrase that a translation or its audio belongs to, from 0
	SampleRate   int           // EventAudio: frames per second
	Channels     int           // EventAudio: interleaved channels
	PCM          []int16       // EventAudio: interleaved samples
	Data         []byte        // EventAudio of TTSFormatMP3: the next bytes of the generation's stream, cut anywhere
	Start, End   time.Duration // EventTranscript: place in the audio that was sent; negative: unknown
	PlayedFrames int64         // EventPlayout*: frames of the language that had been read by then; -1: unknown
	HeardFor     time.Duration // EventPlayoutFinished, EventPlayoutCut: how much of the phrase was heard; negative: unknown
	PhraseLength time.Duration // EventPlayout*: how much of the phrase had been received; negative: unknown
	Delay        time.Duration // EventEcho: how late what is played comes back; negative: it does not
	LevelDB      int           // EventEcho: how loud it is, in dB of what is played, usually negative
	Dropped      int64         // EventOverflow: events dropped; EventWarning: frames of input dropped
	Text         string        // what was said, or what happened
	Language     string        // language code of text or audio
	ID           string        // the service's id of the phrase, or the id of the generation
	ServiceCode  string        // the service's code of an error, a warning or a command
	JSON         string        // with SessionJSON: the service's message, without audio. EventRaw: always
}

// Err explains EventClosed and EventError: nil if nothing went wrong, else an *Error.
func (e *Event) Err() error {
	if e.Code == OK {
		return nil
	}
	return &Error{
		Status:      e.Code,
		Flags:       e.Flags,
		HTTPStatus:  e.HTTPStatus,
		CloseCode:   e.CloseCode,
		OSError:     e.OSError,
		RetryAfter:  e.RetryAfter,
		ServiceCode: e.ServiceCode,
		Text:        e.Text,
	}
}

// Copies everything once.
func readEvent(c *cEvent) Event {
	e := Event{
		Kind:         EventKind(c.kind),
		Seq:          uint64(c.seq),
		Time:         time.Duration(c.time_ns),
		SessionTag:   uint64(c.session_tag),
		SessionName:  goText(c.session_name, c.session_name_len),
		UserTag:      uint64(c.user_tag),
		Code:         Status(c.code),
		Flags:        Flag(c.flags),
		Leg:          int(c.leg),
		LogLevel:     LogLevel(c.log_level),
		HTTPStatus:   int(c.http_status),
		CloseCode:    int(c.close_code),
		RetryAfter:   ms(c.retry_after_ms),
		OSError:      int(c.os_error),
		Phrase:       uint64(c.phrase),
		Part:         int(c.part),
		SampleRate:   int(c.sample_rate),
		Channels:     int(c.channels),
		Start:        ms(c.start_ms),
		End:          ms(c.end_ms),
		PlayedFrames: int64(c.played_frames),
		HeardFor:     ms(c.heard_ms),
		PhraseLength: ms(c.phrase_ms),
		Delay:        ms(c.delay_ms),
		LevelDB:      int(c.level_db),
		Dropped:      int64(c.dropped),
		Text:         goText(c.text, c.text_len),
		Language:     goText(c.language, c.language_len),
		ID:           goText(c.id, c.id_len),
		ServiceCode:  goText(c.service_code, c.service_code_len),
		JSON:         goText(c.json, c.json_len),
	}
	if samples := int(c.pcm_frames) * int(c.channels); samples > 0 {
		e.PCM = make([]int16, samples)
		copy(e.PCM, unsafe.Slice((*int16)(c.pcm), samples))
	}
	e.Data = goBytes(c.data, c.data_len)
	return e
}

// Returns nil for none.
func goBytes(data unsafe.Pointer, length C.int32_t) []byte {
	if length == 0 {
		return nil
	}
	return C.GoBytes(data, C.int(length))
}

func goText(text *C.char, length C.int32_t) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length)))
}
