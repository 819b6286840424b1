package palabra

/*
#include "palabra.h"

// Bytes, and without callbacks, as in audio.go.
static int32_t exchange_bytes(palabra_leg *leg, const uint8_t *input, int32_t input_frames, uint8_t *output, int32_t output_frames)
{
	return palabra_leg_exchange(leg, input, input_frames, output, output_frames);
}

static int32_t exchange_bytes_at(palabra_leg *leg, const uint8_t *input, int32_t input_frames, uint32_t rtp_timestamp,
	uint8_t *output, int32_t output_frames)
{
	return palabra_leg_exchange_at(leg, input, input_frames, rtp_timestamp, output, output_frames);
}

static int32_t send_leg_bytes(palabra_leg *leg, const uint8_t *audio, int32_t frames)
{
	return palabra_leg_send_audio(leg, audio, frames);
}

static int32_t read_leg_bytes(palabra_leg *leg, uint8_t *audio, int32_t frames)
{
	return palabra_leg_read_audio(leg, audio, frames);
}

#cgo noescape exchange_bytes
#cgo nocallback exchange_bytes
#cgo noescape exchange_bytes_at
#cgo nocallback exchange_bytes_at
#cgo noescape send_leg_bytes
#cgo nocallback send_leg_bytes
#cgo noescape read_leg_bytes
#cgo nocallback read_leg_bytes
*/
import "C"

import (
	"math"
	"time"
	"unsafe"
)

// LegConfig says what a party speaks and hears, and what its line sends and takes. Zero values mean the defaults.
type LegConfig struct {
	Language       string // that the party speaks, such as "en", or "auto", which requires TargetLanguage
	TargetLanguage string // that the party hears, such as "en-us"; "": Language
	VoiceID        string // voice in which the other party hears this one; "": that of the call's Translation

	HotwordsGlossaries     string // of what the party says: "all", "none" or ids separated by commas; "": those of the call's Translation
	VerificationGlossaries string // glossaries that correct what was recognized of the party; as above
	TranslationGlossaries  string // glossaries of the translation of what the party says; as above

	Flags   LegFlag       // LegDetectSpeech: EventSpeechStarted and EventSpeechEnded tell when the party speaks; LegComfortNoise: noise in place of silence; LegSuppressNoise, LegControlGain
	BargeIn BargeIn       // what may silence the translation that the party hears
	Jitter  time.Duration // how long a packet with a timestamp waits for one before it, 1 to 200 ms; 0: 60 ms

	Echo Echo // what is done about what the party hears and its line picks up again

	Input  AudioFormat // of the audio that the party's line sends; sample rate 0: 8000
	Output AudioFormat // of the audio that the party's line takes; zero: that of Input; sample rate 0: that of Input
}

func (config *LegConfig) arguments(a *arguments) *cLegConfig {
	return &cLegConfig{
		struct_size:             C.sizeof_palabra_leg_config,
		language:                a.text("Language", config.Language),
		target_language:         a.text("TargetLanguage", config.TargetLanguage),
		voice_id:                a.text("VoiceID", config.VoiceID),
		hotwords_glossaries:     a.text("HotwordsGlossaries", config.HotwordsGlossaries),
		verification_glossaries: a.text("VerificationGlossaries", config.VerificationGlossaries),
		translation_glossaries:  a.text("TranslationGlossaries", config.TranslationGlossaries),
		flags:                   C.uint32_t(config.Flags),
		barge_in:                C.palabra_barge_in(config.BargeIn),
		jitter_ms:               a.ms("Jitter", config.Jitter),
		echo:                    C.palabra_echo(config.Echo),
		input:                   config.Input.arguments(a),
		output:                  config.Output.arguments(a),
	}
}

// The sample rate of a line where nothing else is said.
const lineRate = 8000

// The formats with the defaults in the place of zeros.
func (config *LegConfig) formats() (input, output AudioFormat) {
	input, output = config.Input, config.Output
	if input.SampleRate == 0 {
		input.SampleRate = lineRate
	}
	if output == (AudioFormat{}) {
		output = input
		output.Channel = 0
	} else if output.SampleRate == 0 {
		output.SampleRate = input.SampleRate
	}
	return input.filledIn(), output.filledIn()
}

// A Leg is one party of a [Call]. One goroutine at a time may send its audio, and one may read it; any goroutine may call
// the other methods. They return ErrClosed after Close, and after that of the call.
type Leg struct {
	call        *Call
	handle      *C.palabra_leg
	number      int
	said, heard lane
}

// Join adds a party to the call. When both have joined, the translations between them are opened.
//
// A party that has joined and has neither exchanged nor read audio is not on the line yet, as while its telephone rings:
// the translations are connected meanwhile, but nothing of the other party is sent or heard. So join it when the
// telephone begins to ring, and exchange audio when it is answered. The first exchange puts it on the line, also an empty
// one.
//
// For a transfer close the leg and join another: it can have another language and other formats. ErrUnsupported: the call
// has two legs already, or config asks for a feature that was not built into the library (see [HasFeature]).
func (call *Call) Join(config LegConfig) (*Leg, error) {
	var a arguments
	defer a.release()
	c := config.arguments(&a)
	if a.err != nil {
		return nil, a.err
	}
	leg := &Leg{call: call}
	leg.said.format, leg.heard.format = config.formats()
	// Stated explicitly, so that library and binding cannot differ about the length of a frame.
	c.input.encoding, c.input.channels = C.palabra_encoding(leg.said.format.Encoding), a.number("Channels", leg.said.format.Channels)
	c.output = leg.heard.format.arguments(&a)
	e := newCError()
	if status := C.palabra_leg_join(call.handle, c, &leg.handle, e); status < 0 {
		if Status(status) == ErrBadHandle {
			return nil, call.refusal(ErrBadHandle)
		}
		return nil, explained(status, e)
	}
	number := C.palabra_leg_get_number(leg.handle)
	leg.number = int(number)
	return leg, leg.check(cStatus(number))
}

// A handle is invalid only after a Close, of the leg or of the call.
func (leg *Leg) check(status cStatus) error {
	switch {
	case status >= 0:
		return nil
	case Status(status) != ErrBadHandle:
		return plain(Status(status))
	case leg.call.isStopped():
		return leg.call.closed
	}
	return errHandedBack
}

// Number returns the number of the leg, which events call Leg: 0 or 1. A leg that joins in the place of a closed one has
// its number.
func (leg *Leg) Number() int { return leg.number }

// Exchange is one tick of the party's line: it takes what the party says, and fills output with what it is to hear, the
// translation of the other party and the other's own voice under it. Each slice has at most 500 ms of audio, in the format
// of its direction; either may be nil, their lengths are independent, and they must not overlap. Call it once per tick: the
// pace of the calls is the pace of the speech.
//
// Input is always taken: what cannot be delivered in time is dropped, the oldest first, which EventWarning with
// FlagDropped reports. It is ignored after End of the call, so the same loop plays the rest, until SoundEnded. The other
// party hears what is said while a translation connects, and after one has ended, too. After an error nothing was taken.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending or reading on this leg.
func (leg *Leg) Exchange(input, output []int16) (Sound, error) {
	return leg.exchange(
		unsafe.Pointer(unsafe.SliceData(input)), len(input), nil, unsafe.Pointer(unsafe.SliceData(output)), len(output), int16s)
}

// ExchangeFloat32 is Exchange for EncodingF32 in both directions.
func (leg *Leg) ExchangeFloat32(input, output []float32) (Sound, error) {
	return leg.exchange(
		unsafe.Pointer(unsafe.SliceData(input)), len(input), nil, unsafe.Pointer(unsafe.SliceData(output)), len(output), float32s)
}

// ExchangeBytes is Exchange for EncodingMulaw and EncodingAlaw, and for directions of different encodings: of the others
// it takes and returns the bytes as they are in memory.
func (leg *Leg) ExchangeBytes(input, output []byte) (Sound, error) {
	return leg.exchange(
		unsafe.Pointer(unsafe.SliceData(input)), len(input), nil, unsafe.Pointer(unsafe.SliceData(output)), len(output), bytesOfAny)
}

// ExchangeAt is Exchange for the payload of one packet with its RTP timestamp, so that packets may come late, out of order,
// twice or never. Use either it or Exchange on a leg.
//
// A packet that comes before its turn waits for those before it, up to Jitter of the leg's config: then they were lost. If
// more than one packet has arrived since the last tick, call it for each of them, with an empty output for all but one. The
// timestamp counts frames of the input format, modulo 2^32; it is ignored if input is empty.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending or reading on this leg.
func (leg *Leg) ExchangeAt(input []int16, timestamp uint32, output []int16) (Sound, error) {
	return leg.exchange(
		unsafe.Pointer(unsafe.SliceData(input)), len(input), &timestamp, unsafe.Pointer(unsafe.SliceData(output)), len(output), int16s)
}

// ExchangeFloat32At is ExchangeAt for EncodingF32 in both directions.
func (leg *Leg) ExchangeFloat32At(input []float32, timestamp uint32, output []float32) (Sound, error) {
	return leg.exchange(
		unsafe.Pointer(unsafe.SliceData(input)), len(input), &timestamp, unsafe.Pointer(unsafe.SliceData(output)), len(output), float32s)
}

// ExchangeBytesAt is ExchangeAt for bytes, as ExchangeBytes is Exchange.
func (leg *Leg) ExchangeBytesAt(input []byte, timestamp uint32, output []byte) (Sound, error) {
	return leg.exchange(
		unsafe.Pointer(unsafe.SliceData(input)), len(input), &timestamp, unsafe.Pointer(unsafe.SliceData(output)), len(output), bytesOfAny)
}

// Without a timestamp the input is what follows.
func (leg *Leg) exchange(
	input unsafe.Pointer, inputLength int, timestamp *uint32, output unsafe.Pointer, outputLength int, kind elements,
) (Sound, error) {
	if !leg.said.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer leg.said.busy.Store(false)
	if !leg.heard.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer leg.heard.busy.Store(false)
	said, _, err := leg.said.frames(inputLength, kind)
	if err != nil {
		return 0, err
	}
	heard, _, err := leg.heard.frames(outputLength, kind)
	if err != nil {
		return 0, err
	}
	var sound C.int32_t
	if timestamp == nil {
		sound = C.exchange_bytes(leg.handle, (*C.uint8_t)(input), said, (*C.uint8_t)(output), heard)
	} else {
		sound = C.exchange_bytes_at(leg.handle, (*C.uint8_t)(input), said, C.uint32_t(*timestamp), (*C.uint8_t)(output), heard)
	}
	if sound < 0 {
		return 0, leg.check(cStatus(sound))
	}
	return Sound(sound), nil
}

// SendAudio is the half of Exchange that takes what the party says, for lines that send and read in two goroutines. It
// returns how many elements of the slice were taken: all of them, at the pace of speech.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending on this leg.
func (leg *Leg) SendAudio(pcm []int16) (int, error) {
	return leg.send(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), int16s)
}

// SendAudioFloat32 is SendAudio for EncodingF32.
func (leg *Leg) SendAudioFloat32(pcm []float32) (int, error) {
	return leg.send(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), float32s)
}

// SendAudioBytes is SendAudio for EncodingMulaw and EncodingAlaw; of other encodings it takes the bytes as they are in
// memory.
func (leg *Leg) SendAudioBytes(audio []byte) (int, error) {
	return leg.send(unsafe.Pointer(unsafe.SliceData(audio)), len(audio), bytesOfAny)
}

func (leg *Leg) send(audio unsafe.Pointer, length int, kind elements) (int, error) {
	if !leg.said.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer leg.said.busy.Store(false)
	frames, frame, err := leg.said.frames(length, kind)
	if err != nil {
		return 0, err
	}
	taken := C.send_leg_bytes(leg.handle, (*C.uint8_t)(audio), frames)
	return max(int(taken), 0) * frame, leg.check(cStatus(taken))
}

// ReadAudio is the half of Exchange that fills a slice with what the party is to hear, at most 500 ms of audio.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is reading on this leg.
func (leg *Leg) ReadAudio(pcm []int16) (Sound, error) {
	return leg.read(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), int16s)
}

// ReadAudioFloat32 is ReadAudio for EncodingF32.
func (leg *Leg) ReadAudioFloat32(pcm []float32) (Sound, error) {
	return leg.read(unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), float32s)
}

// ReadAudioBytes is ReadAudio for EncodingMulaw and EncodingAlaw; of other encodings it returns the bytes as they are in
// memory.
func (leg *Leg) ReadAudioBytes(audio []byte) (Sound, error) {
	return leg.read(unsafe.Pointer(unsafe.SliceData(audio)), len(audio), bytesOfAny)
}

func (leg *Leg) read(audio unsafe.Pointer, length int, kind elements) (Sound, error) {
	if !leg.heard.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer leg.heard.busy.Store(false)
	frames, _, err := leg.heard.frames(length, kind)
	if err != nil {
		return 0, err
	}
	sound := C.read_leg_bytes(leg.handle, (*C.uint8_t)(audio), frames)
	if sound < 0 {
		return 0, leg.check(cStatus(sound))
	}
	return Sound(sound), nil
}

// Skip states that frames of what the party says were lost, as Session.Skip does. It returns how many were taken.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending on this leg.
func (leg *Leg) Skip(frames int) (int, error) {
	taken := C.palabra_leg_skip(leg.handle, C.int32_t(max(min(frames, math.MaxInt32), math.MinInt32)))
	return max(int(taken), 0), leg.check(cStatus(taken))
}

// SetInputFormat changes the format of the audio that the party's line sends from now on. SampleRate is required; Channel
// must be 0. ErrBusy: another goroutine is sending on this leg.
func (leg *Leg) SetInputFormat(format AudioFormat) error {
	return leg.setFormat(&leg.said, format, func(c *cAudioFormat) cStatus { return C.palabra_leg_set_input_format(leg.handle, c) })
}

// SetOutputFormat changes the format of the audio that the party's line takes from now on. SampleRate is required; Channel
// must be 0. Speech continues where it was. ErrBusy: another goroutine is reading on this leg.
func (leg *Leg) SetOutputFormat(format AudioFormat) error {
	return leg.setFormat(&leg.heard, format, func(c *cAudioFormat) cStatus { return C.palabra_leg_set_output_format(leg.handle, c) })
}

func (leg *Leg) setFormat(l *lane, format AudioFormat, set func(*cAudioFormat) cStatus) error {
	var a arguments
	c := format.arguments(&a)
	if a.err != nil {
		return a.err
	}
	if !l.busy.CompareAndSwap(false, true) {
		return plain(ErrBusy)
	}
	defer l.busy.Store(false)
	status := set(&c)
	if status >= 0 {
		l.format = format.filledIn()
	}
	return leg.check(status)
}

// SetOriginal changes how the party hears the other's own voice under the translation: its gain, also to 0 and back, and
// the ducking. The change is faded within 20 ms.
func (leg *Leg) SetOriginal(options OriginalOptions) error {
	var a arguments
	defer a.release()
	original := options.arguments(&a)
	if a.err != nil {
		return a.err
	}
	return leg.check(C.palabra_leg_set_original(leg.handle, &original))
}

// SetMuted mutes the party, or ends that: what its line sends is silence for the other party and for the service. It goes
// on sending.
func (leg *Leg) SetMuted(muted bool) error {
	var number C.int32_t
	if muted {
		number = 1
	}
	return leg.check(C.palabra_leg_set_muted(leg.handle, number))
}

// Hold puts the party on hold: the conversation rests. What the lines send, such as music, is heard by the other party as
// it is and does not reach the service, in either direction; the tasks are paused, which is not billed. What was said
// before is still translated and heard. With both parties on hold Resume must be called for each of them.
func (leg *Leg) Hold() error { return leg.check(C.palabra_leg_hold(leg.handle)) }

// Resume ends the hold of the party. What is said from now on is translated, and is no part of a phrase that was said
// before. The service's task of each direction is resumed when its party sends the next audio, which waits for it.
func (leg *Leg) Resume() error { return leg.check(C.palabra_leg_resume(leg.handle)) }

// Silence silences the translation that the party hears, and nothing else: the phrase that is heard is faded out within
// 5 ms, and nothing more of it is heard; with SilenceAll so are all phrases that have begun to arrive. What the other party
// says goes on to be translated. For barge-in.
func (leg *Leg) Silence(flags SilenceFlag) error {
	return leg.check(C.palabra_leg_silence(leg.handle, C.uint32_t(flags)))
}

// Interrupt interrupts the translation that the party hears, as Session.Interrupt does: all phrases that have begun to
// arrive are discarded, also at the service, and what the other party is saying now is lost. Answer: EventTaskStatus
// "interrupted", with the Leg of the other party. ErrAgain: no translation for this leg was opened yet.
func (leg *Leg) Interrupt(tag uint64) error {
	return leg.check(C.palabra_leg_interrupt(leg.handle, C.uint64_t(tag)))
}

// Speak speaks a text to the party, in its language; the other party does not hear it. Answer: EventSpeakStatus, with the
// Leg of the other party. ErrAgain: no translation for this leg was opened yet.
func (leg *Leg) Speak(text string, tag uint64) error {
	words, err := terminated(text)
	if err != nil {
		return err
	}
	return leg.check(C.palabra_leg_speak(leg.handle, charPointer(words), C.uint64_t(tag)))
}

// Close takes the party out of the call, as when it hangs up. The other party hears the rest of what was said, and the
// call goes on: another party can join. What the other party says is not translated any more, until somebody joins.
// EventLinkDown is delivered for both legs. Closing twice is not an error.
func (leg *Leg) Close() error {
	if status := C.palabra_leg_close(leg.handle); Status(status) != ErrBadHandle {
		return check(status)
	}
	return nil
}
