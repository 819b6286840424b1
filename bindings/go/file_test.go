package palabra

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func writeWAV(t testing.TB, path string, pcm []int16, rate int) {
	t.Helper()
	var b bytes.Buffer
	size := uint32(2 * len(pcm))
	for _, part := range []any{
		[]byte("RIFF"), size + 36, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate),
		uint16(2), uint16(16), []byte("data"), size, pcm,
	} {
		must(t, binary.Write(&b, binary.LittleEndian, part))
	}
	must(t, os.WriteFile(path, b.Bytes(), 0o600))
}

func TestTranslateFile(t *testing.T) {
	folder := t.TempDir()
	spoken := filepath.Join(folder, "spoken.wav")
	writeWAV(t, spoken, tone(16000, 1000), 16000)
	client := newTestClient(t, "dev")
	texts := map[string]bool{}
	var last Progress
	result, err := client.TranslateFile(t.Context(), usualConfigWith("es", "fr"), spoken, filepath.Join(folder, "{lang}.wav"),
		FileOptions{PacePercent: 300, Progress: func(p Progress) {
			last = p
			texts[p.Language] = texts[p.Language] || p.Text != ""
		}})
	must(t, err)
	if len(result.Outputs) != 2 || result.InputFrames != int64(len(tone(16000, 1000))) || result.InputSampleRate != 16000 ||
		result.OutputSampleRate != 24000 || result.OutputFrames < 2*21600 {
		t.Errorf("%+v", result)
	}
	if !texts["en"] || !texts["es"] || !texts["fr"] || last.Total != 2500*time.Millisecond {
		t.Errorf("%v, %+v", texts, last)
	}
	for _, output := range result.Outputs {
		about, err := os.Stat(filepath.Join(folder, output.Language+".wav"))
		if err != nil || about.Size() < 2*output.Frames {
			t.Errorf("%+v: %v, %v", output, about, err)
		}
	}
}

func TestTranslateFileStops(t *testing.T) {
	spoken := filepath.Join(t.TempDir(), "spoken.wav")
	writeWAV(t, spoken, make([]int16, 60*16000), 16000)
	client := newTestClient(t, "dev")
	ctx, cancel := context.WithCancel(t.Context())
	within(t, 20*time.Second, "stopping by the context", func() {
		result, err := client.TranslateFile(ctx, usualConfig(), spoken, "", FileOptions{Progress: func(p Progress) {
			if p.Position > 0 {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) || result.InputFrames == 0 {
			t.Errorf("%+v, %v", result, err)
		}
	})
	within(t, 20*time.Second, "stopping by a panic", func() {
		defer func() {
			if recover() != "enough" {
				t.Error("the panic of the callback did not come out")
			}
		}()
		_, _ = client.TranslateFile(t.Context(), usualConfig(), spoken, "", FileOptions{Progress: func(Progress) { panic("enough") }})
	})
	within(t, 20*time.Second, "stopping by the end of the goroutine", func() {
		_, _ = client.TranslateFile(t.Context(), usualConfig(), spoken, "", FileOptions{Progress: func(Progress) { runtime.Goexit() }})
		t.Error("the goroutine that called goes on")
	})
	eventually(t, 20*time.Second, "the end of its session", func() bool {
		sessions := sessionReports(t)
		return sessions[len(sessions)-1].Deleted == 1
	})
	// The library is unchanged afterwards.
	openReady(t, usualConfig())
	_, err := client.TranslateFile(t.Context(), usualConfig(), "/nowhere.wav", "", FileOptions{})
	if !errors.Is(err, ErrIO) {
		t.Error(err)
	}
}

func TestSendFileEndsWithTheContext(t *testing.T) {
	spoken := filepath.Join(t.TempDir(), "spoken.wav")
	writeWAV(t, spoken, make([]int16, 60*16000), 16000)
	s := openReady(t, usualConfig())
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for stats, err := s.Stats(); err == nil && stats.InputFramesTaken == 0; stats, err = s.Stats() {
			time.Sleep(time.Millisecond)
		}
	}()
	within(t, 10*time.Second, "SendFile", func() {
		n, err := s.SendFile(ctx, spoken, 0)
		if !errors.Is(err, context.Canceled) || n <= 0 || n >= 60*16000 {
			t.Errorf("%d frames, %v", n, err)
		}
	})
}
