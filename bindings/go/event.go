package palabra

// #include <palabra.h>
import "C"

import (
	"time"
	"unsafe"
)

// An Event is one thing that happened. It is the same for every kind; what a kind does not use is zero. Everything in
// it is Go memory and yours.
type Event struct {
	Kind         EventKind
	Flags        Flag
	Seq          uint64        // place in the order of this session, from 1 without gaps
	Time         time.Duration // when it arrived, by the system's monotonic clock
	Utterance    uint64        // number of the phrase, the same for its texts and audio in all languages; 0: none
	Code         Status        // EventClosed, EventError
	SampleRate   int           // EventAudio: frames per second
	Channels     int           // EventAudio: interleaved channels
	PCM          []int16       // EventAudio: interleaved samples
	Text         string        // what is said
	Language     string        // of text or audio
	ID           string        // the service's name of the phrase; of text-to-speech: of the generation
	ServiceCode  string        // the service's own error, warning or command code
	JSON         string        // EventTranscript with TranslationJSON or STTJSON: the service's JSON
	Part         int           // which part of a long phrase a translation or its audio is, from 0
	Dropped      uint64        // EventOverflow: events dropped
	SessionTag   uint64        // SessionTag of the config
	UserTag      uint64        // the tag of the command that this answers
	PlayedFrame  uint64        // EventPlayout*: frames read from the language by then, silence included
	HeardFor     time.Duration // EventPlayoutFinished, EventPlayoutCut: how much of the phrase was heard
	PhraseLength time.Duration // EventPlayout*: how much of the phrase had arrived
	Start, End   time.Duration // EventTranscript of speech-to-text: when it was said, from the beginning of the audio
}

// Err explains EventClosed and EventError: nil when nothing went wrong, else an *Error.
func (e *Event) Err() error {
	if e.Code == OK {
		return nil
	}
	return &Error{Status: e.Code, Flags: e.Flags, ServiceCode: e.ServiceCode, Text: e.Text}
}

// Copies everything once.
func readEvent(c *cEvent) Event {
	e := Event{
		Kind:         EventKind(c.kind),
		Flags:        Flag(c.flags),
		Seq:          uint64(c.seq),
		Time:         time.Duration(c.time_ns),
		Utterance:    uint64(c.utterance),
		Code:         Status(c.code),
		SampleRate:   int(c.sample_rate),
		Channels:     int(c.channels),
		Text:         goText(c.text, c.text_len),
		Language:     goText(c.language, c.language_len),
		ID:           goText(c.id, c.id_len),
		ServiceCode:  C.GoString(c.service_code),
		JSON:         goText(c.json, c.json_len),
		Part:         int(c.part),
		Dropped:      uint64(c.dropped),
		SessionTag:   uint64(c.session_tag),
		UserTag:      uint64(c.user_tag),
		PlayedFrame:  uint64(c.played_frame),
		HeardFor:     ms(c.heard_ms),
		PhraseLength: ms(c.phrase_ms),
		Start:        ms(c.start_ms),
		End:          ms(c.end_ms),
	}
	if samples := int(c.pcm_frames) * int(c.channels); samples > 0 {
		e.PCM = make([]int16, samples)
		copy(e.PCM, unsafe.Slice((*int16)(c.pcm), samples))
	}
	return e
}

func goText(text *C.char, length C.uint32_t) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length)))
}
