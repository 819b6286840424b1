package palabra

import (
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// Calls that belong to another product are refused immediately, with any kind of slice.
func TestWhatBelongsToAnotherProduct(t *testing.T) {
	spoken := filepath.Join(t.TempDir(), "spoken.wav")
	must(t, WriteWAV(spoken, Audio{SampleRate: 16000, Channels: 1, PCM: make([]int16, 1600)}))
	translation := openReady(t, usualConfig())
	stt := openSTT(t, STTConfig{})
	tts := openTTS(t, "dev", TTSConfig{})
	audioIn := map[string]func(*Session) error{
		"SendAudio":        func(s *Session) error { return only(s.SendAudio(make([]int16, 4))) },
		"SendAudioFloat32": func(s *Session) error { return only(s.SendAudioFloat32(make([]float32, 4))) },
		"SendAudioBytes":   func(s *Session) error { return only(s.SendAudioBytes(make([]byte, 3))) },
		"SendPaced":        func(s *Session) error { return only(s.SendPaced(t.Context(), make([]int16, 4), 0)) },
		"SendFile":         func(s *Session) error { return only(s.SendFile(t.Context(), spoken, 0)) },
		"SetInputFormat": func(s *Session) error {
			return s.SetInputFormat(AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1})
		},
		"Skip":       func(s *Session) error { return only(s.Skip(1)) },
		"FlushInput": func(s *Session) error { return s.FlushInput() },
		"InputSpace": func(s *Session) error { return only(s.InputSpace()) },
	}
	encoded := map[string]func(*Session) error{
		"SendEncoded": func(s *Session) error { return only(s.SendEncoded(make([]byte, 4))) },
		"SendEncodedPaced": func(s *Session) error {
			return only(s.SendEncodedPaced(t.Context(), make([]byte, 4), time.Second, 0))
		},
	}
	audioOut := map[string]func(*Session) error{
		"ReadAudio":        func(s *Session) error { return only(s.ReadAudio("", make([]int16, 4))) },
		"ReadAudioFloat32": func(s *Session) error { return only(s.ReadAudioFloat32("es", make([]float32, 4))) },
		"ReadAudioBytes":   func(s *Session) error { return only(s.ReadAudioBytes("en", make([]byte, 4))) },
		"SetOutputFormat": func(s *Session) error {
			return s.SetOutputFormat("", AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1})
		},
		"Silence":      func(s *Session) error { return s.Silence(nil, SilenceAll) },
		"SetOriginal":  func(s *Session) error { return s.SetOriginal(OriginalOptions{GainPercent: 50}) },
		"PlayoutStats": func(s *Session) error { return only(s.PlayoutStats("")) },
	}
	commands := map[string]func(*Session) error{
		"Speak":     func(s *Session) error { return s.Speak("hola", "es", 0, 1) },
		"Interrupt": func(s *Session) error { return s.Interrupt(nil, 0, 1) },
		"Pause":     func(s *Session) error { return s.Pause(1) },
		"Resume":    func(s *Session) error { return s.Resume(1) },
		"SetTask":   func(s *Session) error { return s.SetTask("{}", 1) },
		"GetTask":   func(s *Session) error { return s.GetTask(1) },
		"StartRecording": func(s *Session) error {
			return s.StartRecording(filepath.Join(t.TempDir(), "x.wav"), RecordingOptions{})
		},
	}
	texts := map[string]func(*Session) error{
		"SendText":   func(s *Session) error { return s.SendText("text", TextOptions{}) },
		"Cancel":     func(s *Session) error { return s.Cancel("", 1) },
		"Synthesize": func(s *Session) error { return only(s.Synthesize(t.Context(), "text", TextOptions{})) },
	}
	finalize := map[string]func(*Session) error{"Finalize": func(s *Session) error { return s.Finalize(1) }}
	for _, refused := range []struct {
		product string
		session *Session
		calls   []map[string]func(*Session) error
	}{
		{"translation", translation, []map[string]func(*Session) error{texts, finalize, encoded}},
		{"speech-to-text", stt, []map[string]func(*Session) error{audioOut, commands, texts, encoded}},
		{"text-to-speech", tts, []map[string]func(*Session) error{audioIn, commands, finalize, encoded}},
	} {
		for _, calls := range refused.calls {
			for name, call := range calls {
				if err := call(refused.session); !errors.Is(err, ErrUnsupported) {
					t.Errorf("%s of %s: %v", name, refused.product, err)
				}
			}
		}
	}
}
