package palabra

/*
#include <palabra.h>

// Their buffers are bytes here. In what a void pointer leads to, cgo would search for Go pointers, and refuse a buffer
// that is part of a larger struct of the caller's.
static palabra_status send_bytes(palabra_session *session, const uint8_t *audio, uint32_t frames)
{
	return palabra_session_send_audio(session, audio, frames);
}

static palabra_status read_bytes(palabra_session *session, const char *language, uint8_t *audio, uint32_t frames)
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

// The way in. Whoever sends or changes the format holds busy: between looking up how long a frame is and the
// library's reading it, nothing may change.
type input struct {
	busy   atomic.Bool
	format format
	none   bool // text-to-speech: the library says so, asked to take no frames
}

// SendAudio takes audio on its way to the service, in the format of the config or of the last SetInputFormat. Any
// number of frames will do. It returns how many elements of the slice were taken: all of them, or fewer when the room
// of Config.InputBuffer is full; the rest is yours to send again or to drop.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending on this session.
func (s *Session) SendAudio(pcm []int16) (int, error) {
	return s.send(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), int16s)
}

// SendAudioFloat32 is SendAudio for EncodingF32.
func (s *Session) SendAudioFloat32(pcm []float32) (int, error) {
	return s.send(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), float32s)
}

// SendAudioBytes is SendAudio for EncodingMulaw and EncodingAlaw; of other encodings it takes the bytes as they lie in
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

// By whoever holds busy.
func (s *Session) sendHeld(audio unsafe.Pointer, length int, kind elements) (int, error) {
	if s.input.none {
		return 0, s.check(C.send_bytes(s.handle, &nowhere, 0))
	}
	frame, err := s.input.format.frameElements(kind)
	if err != nil {
		return 0, err
	}
	if length%frame != 0 {
		return 0, errOddLength
	}
	frames := min(length/frame, math.MaxInt32)
	taken := C.send_bytes(s.handle, (*C.uint8_t)(audio), C.uint32_t(frames))
	if taken < 0 {
		return 0, s.check(taken)
	}
	return int(taken) * frame, nil
}

// AudioSpace tells how many frames SendAudio would take right now.
func (s *Session) AudioSpace() (int, error) {
	space := C.palabra_session_audio_space(s.handle)
	return max(int(space), 0), s.check(space)
}

// SetInputFormat tells that the audio sent from now on has another format, as when the caller changes to another
// device. What was sent before goes out first; what goes out on the wire stays the same.
func (s *Session) SetInputFormat(encoding Encoding, sampleRate, channels int) error {
	rate, count, err := formatNumbers(sampleRate, channels)
	if err != nil {
		return err
	}
	if !s.input.busy.CompareAndSwap(false, true) {
		return plain(ErrBusy)
	}
	defer s.input.busy.Store(false)
	status := C.palabra_session_set_input_format(s.handle, C.int32_t(encoding), rate, count)
	if status >= 0 {
		s.input.format = format{encoding, channels, sampleRate}
		s.input.format.fillIn()
	}
	return s.check(status)
}

func formatNumbers(sampleRate, channels int) (rate, count C.uint32_t, err error) {
	var a arguments
	rate, count = a.number("sampleRate", sampleRate), a.number("channels", channels)
	return rate, count, a.err
}

// The way out: one line for each language. Lines are only added, to a new map each time, so that readers need no lock.
type output struct {
	lines  atomic.Pointer[map[string]*line]
	adding sync.Mutex
	usual  format
}

// One language. Whoever reads or changes the format holds busy, as with the input.
type line struct {
	language []byte // as the library wants it
	busy     atomic.Bool
	format   format
}

// The first language also goes by the name "".
func (o *output) start(p plan) {
	o.usual = p.output
	lines := map[string]*line{}
	for _, language := range p.languages {
		if text, err := terminated(language); err == nil && lines[folded(language)] == nil {
			lines[folded(language)] = &line{language: text, format: o.usual}
		}
	}
	if len(p.languages) > 0 {
		lines[""] = lines[folded(p.languages[0])]
	}
	o.lines.Store(&lines)
}

func (o *output) find(language string) *line { return (*o.lines.Load())[language] }

// Languages are the same in upper and lower case, of ASCII alone, as the library has it.
func folded(language string) string {
	bytes := []byte(language)
	for i, c := range bytes {
		if 'A' <= c && c <= 'Z' {
			bytes[i] = c + 'a' - 'A'
		}
	}
	return string(bytes)
}

// A language in another spelling, or one that a later task added, gets its line when it is first asked for.
func (s *Session) line(language string) (*line, error) {
	if known := s.output.find(language); known != nil {
		return known, nil
	}
	added := s.output.find(folded(language))
	if added == nil {
		text, err := terminated(language)
		if err != nil {
			return nil, err
		}
		// Asked for no frames, the library only says whether it has the language.
		status := C.read_bytes(s.handle, charPointer(text), &nowhere, 0)
		if status < 0 {
			return nil, s.check(status)
		}
		added = &line{language: text, format: s.output.usual}
	}
	s.output.keep(language, added)
	return s.output.find(language), nil
}

// A buffer without room; NULL would be an error.
var nowhere C.uint8_t

// What was added first stays.
func (o *output) keep(language string, l *line) {
	o.adding.Lock()
	defer o.adding.Unlock()
	lines := map[string]*line{}
	for name, known := range *o.lines.Load() {
		lines[name] = known
	}
	for _, name := range []string{folded(language), language} {
		if lines[name] == nil {
			lines[name] = l
		}
	}
	o.lines.Store(&lines)
}

// ReadAudio fills the slice with what is to be heard next in a language, and with silence where nothing is. Call it
// once per tick or audio callback: the pace of these calls is the pace of the speech. The session must have been
// opened with OutputPlayout or OutputBoth. language is one of the targets; "": the first of them.
//
// It neither blocks nor allocates, from the second call with a language on. ErrBusy: another goroutine reads this
// language right now.
func (s *Session) ReadAudio(language string, pcm []int16) (Sound, error) {
	return s.read(language, unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), int16s)
}

// ReadAudioFloat32 is ReadAudio for EncodingF32.
func (s *Session) ReadAudioFloat32(language string, pcm []float32) (Sound, error) {
	return s.read(language, unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), float32s)
}

// ReadAudioBytes is ReadAudio for EncodingMulaw and EncodingAlaw; of other encodings it gives the bytes as they lie in
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
	frame, err := l.format.frameElements(kind)
	if err != nil {
		return 0, err
	}
	if length%frame != 0 {
		return 0, errOddLength
	}
	if length == 0 {
		audio = unsafe.Pointer(&nowhere)
	}
	frames := C.uint32_t(min(length/frame, math.MaxInt32))
	sound := C.read_bytes(s.handle, charPointer(l.language), (*C.uint8_t)(audio), frames)
	if sound < 0 {
		return 0, s.check(sound)
	}
	return Sound(sound), nil
}

// SetOutputFormat tells in which format a language is read from now on; "": all of them. What waits is kept; it is
// converted.
func (s *Session) SetOutputFormat(language string, encoding Encoding, sampleRate, channels int) error {
	rate, count, err := formatNumbers(sampleRate, channels)
	if err != nil {
		return err
	}
	wanted := format{encoding, channels, sampleRate}
	wanted.fillIn()
	set := func(l *line) error {
		if !l.busy.CompareAndSwap(false, true) {
			return plain(ErrBusy)
		}
		defer l.busy.Store(false)
		status := C.palabra_session_set_output_format(s.handle, charPointer(l.language), C.int32_t(encoding), rate, count)
		if status >= 0 {
			l.format = wanted
		}
		return s.check(status)
	}
	if language == "" {
		return s.setAll(set)
	}
	l, err := s.line(language)
	if err != nil {
		return err
	}
	return set(l)
}

// One by one, and never by the library's own "all": it may know of a language that this binding has not heard of.
func (s *Session) setAll(set func(*line) error) error {
	done := map[*line]bool{}
	for _, l := range *s.output.lines.Load() {
		if done[l] {
			continue
		}
		done[l] = true
		if err := set(l); err != nil {
			return err
		}
	}
	if len(done) == 0 {
		return plain(ErrUnsupported)
	}
	return nil
}
