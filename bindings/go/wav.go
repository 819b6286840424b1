package palabra

// #include <palabra.h>
import "C"

import (
	"math"
	"unsafe"
)

// A WAV is the contents of a WAV file, or speech that can become one.
type WAV struct {
	SampleRate int     // frames per second
	Channels   int     // interleaved channels
	PCM        []int16 // interleaved samples
}

// ReadWAV reads a whole 16-bit PCM WAV file of any rate and number of channels. ErrUnsupported: its samples are of
// another kind; SendFile and TranslateFile take those too.
func ReadWAV(path string) (WAV, error) {
	where, err := terminated(path)
	if err != nil {
		return WAV{}, err
	}
	c, e := pointerless[cWAV](), newCError()
	defer C.palabra_wav_release(c)
	status := C.palabra_wav_read(charPointer(where), c, e)
	return readWAV(c), explained(status, e)
}

// WriteWAV writes a 16-bit PCM WAV file, replacing what was there.
func WriteWAV(path string, wav WAV) error {
	where, err := terminated(path)
	if err != nil {
		return err
	}
	var a arguments
	rate, channels := a.number("SampleRate", wav.SampleRate), a.number("Channels", wav.Channels)
	frames := 0
	switch {
	case wav.Channels < 1:
		a.fail("Channels is out of range")
	case len(wav.PCM)%wav.Channels != 0:
		return errOddLength
	default:
		frames = len(wav.PCM) / wav.Channels
	}
	if frames > math.MaxInt32 {
		a.fail("PCM is too long")
	}
	if a.err != nil {
		return a.err
	}
	e := newCError()
	pcm := (*C.int16_t)(unsafe.SliceData(wav.PCM))
	return explained(C.palabra_wav_write(charPointer(where), pcm, C.uint32_t(frames), rate, channels, e), e)
}

// Copies everything once.
func readWAV(c *cWAV) WAV {
	wav := WAV{SampleRate: int(c.sample_rate), Channels: int(c.channels)}
	if samples := int(c.frames) * int(c.channels); samples > 0 {
		wav.PCM = make([]int16, samples)
		copy(wav.PCM, unsafe.Slice((*int16)(c.pcm), samples))
	}
	return wav
}
