package palabra

// #include "palabra.h"
import "C"

// An AudioFormat is the format of audio that is sent or read. The library and the binding must agree about it: it says
// how far the library reads or fills a slice.
type AudioFormat struct {
	Encoding   Encoding
	SampleRate int // frames per second, 8000 to 192000; 0: the default of the enclosing struct
	Channels   int // interleaved channels, 1 to 8; 0: 1. When reading, each channel has the same audio
	Channel    int // input: the only channel to use, from 1; 0: all of them, mixed. Output: must be 0
}

func (f *AudioFormat) arguments(a *arguments) cAudioFormat {
	return cAudioFormat{
		encoding:    C.palabra_encoding(f.Encoding),
		sample_rate: a.number("SampleRate", f.SampleRate),
		channels:    a.number("Channels", f.Channels),
		channel:     a.number("Channel", f.Channel),
	}
}

// The sample rate where nothing else is said.
const defaultRate = 24000

// Returns the format with the defaults in the place of zeros.
func (f AudioFormat) filledIn() AudioFormat {
	if f.Encoding == EncodingDefault {
		f.Encoding = EncodingS16
	}
	if f.Channels == 0 {
		f.Channels = 1
	}
	if f.SampleRate <= 0 {
		f.SampleRate = defaultRate
	}
	return f
}

func (e Encoding) sampleBytes() int {
	switch e {
	case EncodingS16:
		return 2
	case EncodingF32:
		return 4
	case EncodingMulaw, EncodingAlaw:
		return 1
	}
	return 0
}

// What a slice holds.
type elements int

const (
	bytesOfAny elements = iota // bytes, whatever the encoding is
	int16s
	float32s
	encodedBytes // of a stream in another format than samples
)

// Made once: a refusal costs no allocation on the audio path either.
var (
	errWrongSlice = invalid("the audio has another encoding than this function takes")
	errOddLength  = invalid("the slice does not hold whole frames")
)

// How many elements of the slice make a frame.
func (f *AudioFormat) frameElements(kind elements) (int, error) {
	switch {
	case kind == encodedBytes:
		return 1, nil
	case kind == bytesOfAny:
		return f.Channels * f.Encoding.sampleBytes(), nil
	case kind == int16s && f.Encoding == EncodingS16, kind == float32s && f.Encoding == EncodingF32:
		return f.Channels, nil
	}
	return 0, errWrongSlice
}

func (f *AudioFormat) frameBytes(kind elements) int {
	if kind == encodedBytes {
		return 1
	}
	return f.Channels * f.Encoding.sampleBytes()
}
