package palabra

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
)

func TestWAVFiles(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "añadir.wav")
	for _, wav := range []Audio{{8000, 1, []int16{1, -2, 32767, -32768}, nil}, {48000, 2, tone(48000, 10), nil}, {24000, 1, nil, nil}} {
		must(t, WriteWAV(path, wav))
		if read, err := ReadWAV(path); err != nil || !reflect.DeepEqual(read, wav) {
			t.Errorf("%d samples at %d Hz with %d channels, %v", len(read.PCM), read.SampleRate, read.Channels, err)
		}
	}
	for name, wav := range map[string]Audio{
		"half a frame": {24000, 2, make([]int16, 3), nil}, "no channels": {24000, 0, nil, nil}, "a negative rate": {-1, 1, nil, nil},
		"no rate": {0, 1, nil, nil}, "too many channels": {24000, 9, make([]int16, 9), nil},
	} {
		if err := WriteWAV(path, wav); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"no folder": WriteWAV(filepath.Join(folder, "none", "x.wav"), Audio{SampleRate: 24000, Channels: 1}),
		"no file":   second(ReadWAV(filepath.Join(folder, "none.wav"))),
		"no audio":  second(ReadWAV("wav_test.go")),
	} {
		if !errors.Is(err, ErrIO) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second(_ Audio, err error) error { return err }
