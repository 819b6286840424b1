package palabra

// #include "palabra.h"
import "C"

import (
	"unsafe"
)

// Audio is speech, or the contents of a WAV file.
type Audio struct {
	SampleRate int     // frames per second
	Channels   int     // interleaved channels
	PCM        []int16 // interleaved samples
	Data       []byte  // speech of TTSFormatMP3, instead of PCM
}

// ReadWAV reads a whole 16-bit PCM WAV file. ErrUnsupported: its samples are not 16-bit integers; SendFile and
// TranslateFile accept those too.
func ReadWAV(path string) (Audio, error) {
	where, err := terminated(path)
	if err != nil {
		return Audio{}, err
	}
	c, e := pointerless[cAudio](), newCError()
	defer C.palabra_audio_release(c)
	status := C.palabra_audio_read_wav(charPointer(where), c, e)
	return readAudio(c), explained(status, e)
}

// WriteWAV writes a 16-bit WAV file, replacing the file if it exists.
func WriteWAV(path string, audio Audio) error {
	where, err := terminated(path)
	if err != nil {
		return err
	}
	var a arguments
	rate, channels := a.number("SampleRate", audio.SampleRate), a.number("Channels", audio.Channels)
	frames := 0
	switch {
	case audio.Channels < 1:
		a.fail("Channels is out of range")
	case len(audio.PCM)%audio.Channels != 0:
		return errOddLength
	default:
		frames = len(audio.PCM) / audio.Channels
	}
	if a.err != nil {
		return a.err
	}
	e := newCError()
	pcm := (*C.int16_t)(unsafe.SliceData(audio.PCM))
	return explained(C.palabra_audio_write_wav(charPointer(where), pcm, C.int64_t(frames), rate, channels, e), e)
}

// Copies everything once.
func readAudio(c *cAudio) Audio {
	audio := Audio{SampleRate: int(c.sample_rate), Channels: int(c.channels)}
	if samples := int(c.frames) * int(c.channels); samples > 0 {
		audio.PCM = make([]int16, samples)
		copy(audio.PCM, unsafe.Slice((*int16)(c.pcm), samples))
	}
	audio.Data = goBytes(c.data, c.data_len)
	return audio
}
