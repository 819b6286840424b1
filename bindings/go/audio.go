package palabra

/*
#include "palabra.h"

// Their buffers are bytes here: cgo searches for Go pointers behind a void pointer, and would refuse a buffer that is
// part of a larger struct of the caller.
static int32_t send_bytes(palabra_session *session, const uint8_t *audio, int32_t frames)
{
	return palabra_session_send_audio(session, audio, frames);
}

static int32_t read_bytes(palabra_session *session, const char *language, uint8_t *audio, int32_t frames)
{
	return palabra_session_read_audio(session, language, audio, frames);
}

// They keep no pointer and never call back: a call costs no allocation, wherever the buffer lies.
#cgo noescape send_bytes
#cgo nocallback send_bytes
#cgo noescape read_bytes
#cgo nocallback read_bytes
*/
import "C"

import (
	"math"
	"sync"
	"sync/atomic"
	"unsafe"
)

// One direction of audio. A goroutine that sends or reads, or changes the format, holds busy: the format must not change
// between the computation of the number of frames and the library's use of them.
type lane struct {
	busy   atomic.Bool
	format AudioFormat
}

// How many frames a slice of this length holds. The caller holds busy.
func (l *lane) frames(length int, kind elements) (frames C.int32_t, elements int, err error) {
	frame, err := l.format.frameElements(kind)
	if err == nil && length%frame != 0 {
		err = errOddLength
	}
	if err != nil {
		return 0, 0, err
	}
	return C.int32_t(min(length/frame, math.MaxInt32)), frame, nil
}

// Input of a session.
type input struct {
	lane
	none bool // text-to-speech, encoded audio: the library refuses, asked to take no frames
}

// SendAudio takes audio on its way to the service, in the format of the config or of the last SetInputFormat. Any
// number of frames will do. It returns how many elements of the slice were taken: fewer than all when Input.Buffer is
// full, and the caller must resend or drop the remaining ones.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending on this session.
func (s *Session) SendAudio(pcm []int16) (int, error) {
	return s.send(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), int16s)
}

// SendAudioFloat32 is SendAudio for EncodingF32.
func (s *Session) SendAudioFloat32(pcm []float32) (int, error) {
	return s.send(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), float32s)
}

// SendAudioBytes is SendAudio for EncodingMulaw and EncodingAlaw; of other encodings it takes the bytes as they are in
// memory.
func (s *Session) SendAudioBytes(audio []byte) (int, error) {
	return s.send(unsafe.Pointer(unsafe.SliceData(audio)), len(audio), bytesOfAny)
}

func (s *Session) send(audio unsafe.Pointer, length int, kind elements) (int, error) {
	if !s.input.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer s.input.busy.Store(false)
	return s.sendHeld(audio, length, kind)
}

// The caller holds busy.
func (s *Session) sendHeld(audio unsafe.Pointer, length int, kind elements) (int, error) {
	if kind == encodedBytes {
		return s.sendEncodedHeld(audio, length)
	}
	if s.input.none {
		return 0, s.check(cStatus(C.send_bytes(s.handle, &nowhere, 0)))
	}
	frames, frame, err := s.input.frames(length, kind)
	if err != nil {
		return 0, err
	}
	taken := C.send_bytes(s.handle, (*C.uint8_t)(audio), frames)
	if taken < 0 {
		return 0, s.check(cStatus(taken))
	}
	return int(taken) * frame, nil
}

// Skip states that frames were lost, such as packets that did not arrive or were not sent during silence: silence takes
// their place, so that the audio on the wire keeps real time. Call it before the next SendAudio. It returns how many
// frames were taken: fewer than all when Input.Buffer is full.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending on this session.
func (s *Session) Skip(frames int) (int, error) {
	taken := C.palabra_session_skip(s.handle, C.int32_t(max(min(frames, math.MaxInt32), math.MinInt32)))
	return max(int(taken), 0), s.check(cStatus(taken))
}

// FlushInput sends what SendAudio took so far, even if it fills no chunk, as at the end of an utterance. Without it such a
// rest is sent when no audio followed for Input.Chunk.
func (s *Session) FlushInput() error {
	return s.check(C.palabra_session_flush_input(s.handle))
}

// InputSpace returns how many frames SendAudio would take now.
func (s *Session) InputSpace() (int, error) {
	space := C.palabra_session_get_input_space(s.handle)
	return max(int(space), 0), s.check(cStatus(space))
}

// SetInputFormat changes the format of the audio that is sent from now on, as when a device changes. SampleRate is
// required; Channel must be 0. Audio sent before is converted from its own format and sent first; the format on the wire
// stays the same.
func (s *Session) SetInputFormat(format AudioFormat) error {
	var a arguments
	c := format.arguments(&a)
	if a.err != nil {
		return a.err
	}
	if !s.input.busy.CompareAndSwap(false, true) {
		return plain(ErrBusy)
	}
	defer s.input.busy.Store(false)
	status := C.palabra_session_set_input_format(s.handle, &c)
	if status >= 0 {
		s.input.format = format.filledIn()
	}
	return s.check(status)
}

// Output of a session: one line for each language. Lines are only added, each time to a new map, so that readers need
// no lock.
type output struct {
	lines   atomic.Pointer[map[string]*line]
	adding  sync.Mutex  // held by a goroutine that adds a line or changes the format of all
	initial AudioFormat // of languages that have no line yet
}

// One language.
type line struct {
	lane
	language []byte // as the library takes it
}

// The first language also has the name "".
func (o *output) start(p plan) {
	o.initial = p.output.filledIn()
	lines := map[string]*line{}
	for _, language := range p.languages {
		if text, err := terminated(language); err == nil && lines[folded(language)] == nil {
			lines[folded(language)] = &line{lane: lane{format: o.initial}, language: text}
		}
	}
	if len(p.languages) > 0 {
		lines[""] = lines[folded(p.languages[0])]
	}
	o.lines.Store(&lines)
}

func (o *output) find(language string) *line { return (*o.lines.Load())[language] }

// Languages are compared without regard to case, of ASCII alone, as in the library.
func folded(language string) string {
	bytes := []byte(language)
	for i, c := range bytes {
		if 'A' <= c && c <= 'Z' {
			bytes[i] = c + 'a' - 'A'
		}
	}
	return string(bytes)
}

// A language in another spelling, or one that a later task added, gets its line with the first call about it.
func (s *Session) line(language string) (*line, error) {
	if known := s.output.find(language); known != nil {
		return known, nil
	}
	if language == "" {
		return nil, s.noFirstLanguage()
	}
	s.output.adding.Lock()
	defer s.output.adding.Unlock()
	added := s.output.find(folded(language))
	if added == nil {
		text, err := terminated(language)
		if err != nil {
			return nil, err
		}
		added = &line{language: text}
		if err := s.setLineFormat(added, s.output.initial); err != nil { // the library says whether it has the language
			return nil, err
		}
	}
	s.output.keep(language, added)
	return added, nil
}

// The session speaks no language, or only such as a later task added: those must be named.
func (s *Session) noFirstLanguage() error {
	if status := C.read_bytes(s.handle, charPointer([]byte{0}), &nowhere, 0); status < 0 {
		return s.check(cStatus(status))
	}
	return plain(ErrInvalidArgument)
}

// A buffer for no frames; NULL would be an error.
var nowhere C.uint8_t

// The caller holds adding.
func (o *output) keep(language string, l *line) {
	lines := map[string]*line{folded(language): l, language: l}
	for name, known := range *o.lines.Load() {
		lines[name] = known
	}
	o.lines.Store(&lines)
}

// ReadAudio fills the slice with what is to be heard next in a language, and with silence where nothing is: at most
// 500 ms of audio. Call it once per tick or audio callback; the pace of the calls is the pace of the speech. The session
// must have been opened with OutputPlayout or OutputBoth. language is one of the targets; "": the first one. It returns
// what is heard, a set of bits; 0: silence. After EventClosed continue to read until SoundEnded.
//
// It neither blocks nor allocates, from the second call with a language on. ErrBusy: another goroutine is reading this
// language.
func (s *Session) ReadAudio(language string, pcm []int16) (Sound, error) {
	return s.read(language, unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), int16s)
}

// ReadAudioFloat32 is ReadAudio for EncodingF32.
func (s *Session) ReadAudioFloat32(language string, pcm []float32) (Sound, error) {
	return s.read(language, unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), float32s)
}

// ReadAudioBytes is ReadAudio for EncodingMulaw and EncodingAlaw; of other encodings it returns the bytes as they are in
// memory.
func (s *Session) ReadAudioBytes(language string, audio []byte) (Sound, error) {
	return s.read(language, unsafe.Pointer(unsafe.SliceData(audio)), len(audio), bytesOfAny)
}

func (s *Session) read(language string, audio unsafe.Pointer, length int, kind elements) (Sound, error) {
	l, err := s.line(language)
	if err != nil {
		return 0, err
	}
	if !l.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer l.busy.Store(false)
	frames, _, err := l.frames(length, kind)
	if err != nil {
		return 0, err
	}
	if length == 0 {
		audio = unsafe.Pointer(&nowhere)
	}
	sound := C.read_bytes(s.handle, charPointer(l.language), (*C.uint8_t)(audio), frames)
	if sound < 0 {
		return 0, s.check(cStatus(sound))
	}
	return Sound(sound), nil
}

// SetOriginal changes how the speaker's own voice is mixed under the translation, in all languages: its gain, also to 0
// and back, and the ducking. The change is faded within 20 ms.
func (s *Session) SetOriginal(options OriginalOptions) error {
	var a arguments
	defer a.release()
	original := options.arguments(&a)
	if a.err != nil {
		return a.err
	}
	return s.check(C.palabra_session_set_original(s.handle, &original))
}

// Silence silences what ReadAudio reads, and nothing else: the phrase that is heard is faded out within 5 ms, and what
// still arrives of it is not played; with SilenceAll so are all phrases that have begun to arrive. The service is not
// told: the translation continues, and the next phrase is heard. languages are the languages to silence; nil: all of
// them.
func (s *Session) Silence(languages []string, flags SilenceFlag) error {
	var a arguments
	defer a.release()
	codes := a.list("languages", languages)
	if a.err != nil {
		return a.err
	}
	return s.check(C.palabra_session_silence(s.handle, codes, C.uint32_t(flags)))
}

// SetOutputFormat changes the format in which a language is read from now on. SampleRate is required; Channel must be
// 0. "": all languages, and those that are added later. Speech continues where it was.
func (s *Session) SetOutputFormat(language string, format AudioFormat) error {
	if language == "" {
		return s.setAllFormats(format)
	}
	l, err := s.line(language)
	if err != nil {
		return err
	}
	return s.setLineFormat(l, format)
}

func (s *Session) setLineFormat(l *line, format AudioFormat) error {
	var a arguments
	c := format.arguments(&a)
	if a.err != nil {
		return a.err
	}
	if !l.busy.CompareAndSwap(false, true) {
		return plain(ErrBusy)
	}
	defer l.busy.Store(false)
	status := C.palabra_session_set_output_format(s.handle, charPointer(l.language), &c)
	if status >= 0 {
		l.format = format.filledIn()
	}
	return s.check(status)
}

// One by one: if one fails, the format of every line is known, and so is that of languages that have no line yet, which
// are set when they get one.
func (s *Session) setAllFormats(format AudioFormat) error {
	s.output.adding.Lock()
	defer s.output.adding.Unlock()
	done := map[*line]bool{}
	for _, l := range *s.output.lines.Load() {
		if done[l] {
			continue
		}
		done[l] = true
		if err := s.setLineFormat(l, format); err != nil {
			return err
		}
	}
	if len(done) == 0 {
		return plain(ErrUnsupported)
	}
	s.output.initial = format.filledIn()
	return nil
}
