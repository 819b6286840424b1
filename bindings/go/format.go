package palabra

// How the library reads or fills a buffer. Whoever hands it one must know, or it would reach beyond.
type format struct {
	encoding   Encoding
	channels   int
	sampleRate int
}

// What nothing else is said about.
const usualRate = 24000

func (f *format) fillIn() {
	if f.encoding == 0 {
		f.encoding = EncodingS16
	}
	if f.channels == 0 {
		f.channels = 1
	}
	if f.sampleRate <= 0 {
		f.sampleRate = usualRate
	}
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
	bytesOfAny elements = iota // bytes of whatever the encoding is
	int16s
	float32s
)

// Made once: being wrong costs no allocation on the audio path either.
var (
	errWrongSlice = invalid("the audio is of another encoding than this function takes")
	errOddLength  = invalid("the slice does not hold whole frames")
)

// How many elements of the slice make a frame.
func (f format) frameElements(kind elements) (int, error) {
	switch {
	case kind == bytesOfAny:
		return f.channels * f.encoding.sampleBytes(), nil
	case kind == int16s && f.encoding == EncodingS16, kind == float32s && f.encoding == EncodingF32:
		return f.channels, nil
	}
	return 0, errWrongSlice
}
