package palabra

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func playoutConfig(languages ...string) TranslationConfig {
	return TranslationConfig{SourceLanguage: "en", TargetLanguages: languages, EndSilence: time.Second, Output: OutputOptions{Mode: OutputPlayout, Prime: time.Second}}
}

// Reads a language in ticks of 20 ms, four times as fast as it is spoken, until it has ended, and returns how many ticks had speech in them.
func listen(t *testing.T, tick func() (Sound, error)) int {
	t.Helper()
	speech := 0
	loudspeaker := time.NewTicker(5 * time.Millisecond)
	defer loudspeaker.Stop()
	for over := time.After(onTheClock(30 * time.Second)); ; {
		select {
		case <-loudspeaker.C:
		case <-over:
			t.Error("it does not end")
			return speech
		}
		switch sound, err := tick(); {
		case err != nil:
			t.Error(err)
			return speech
		case sound&SoundEnded != 0:
			return speech
		case sound&SoundSpeech != 0:
			speech++
		}
	}
}

func TestPlayout(t *testing.T) {
	config := playoutConfig("es", "fr")
	config.Input.Gap.Policy = GapSilence // it completes the phrase
	s := openReady(t, config)
	go func() { _, _ = s.SendPaced(t.Context(), tone(testRate, 1000), 2*time.Second) }()
	marked := make(chan map[EventKind]int)
	go func() { marked <- endWhenHeard(t, s, 2) }()
	heard := make(chan int)
	go func() {
		pcm := make([]int16, 480)
		heard <- listen(t, func() (Sound, error) { return s.ReadAudio("FR", pcm) })
	}()
	pcm, loud := make([]int16, 480), false
	spanish := listen(t, func() (Sound, error) {
		sound, err := s.ReadAudio("", pcm)
		for _, sample := range pcm {
			loud = loud || sample > 1000
		}
		return sound, err
	})
	for name, ticks := range map[string]int{"es": spanish, "fr": <-heard} {
		if ticks < 45 || ticks > 60 {
			t.Errorf("%s: %d ticks with speech, for 1000 ms", name, ticks)
		}
	}
	if !loud {
		t.Error("speech is silent")
	}
	stats, err := s.PlayoutStats("es")
	must(t, err)
	if stats.PhrasesStarted != 1 || stats.PhrasesFinished != 1 || stats.Buffered != 0 {
		t.Errorf("%+v", stats)
	}
	if marks := <-marked; marks[EventPlayoutStarted] != 2 || marks[EventPlayoutFinished] != 2 || marks[EventAudio] != 0 {
		t.Errorf("%v", marks)
	}
}

// Counts the events of a session, and ends it when this many phrases were heard: after CLOSED no event reports a phrase.
func endWhenHeard(t *testing.T, s *Session, phrases int) map[EventKind]int {
	marks := map[EventKind]int{}
	for e := range s.All() {
		marks[e.Kind]++
		if e.Kind != EventPlayoutFinished {
			continue
		}
		if e.HeardFor < 900*time.Millisecond || e.HeardFor != e.PhraseLength {
			t.Errorf("%+v", e)
		}
		if marks[e.Kind] == phrases {
			if err := s.End(); err != nil {
				t.Error(err)
			}
		}
	}
	return marks
}

func TestPlayoutFormats(t *testing.T) {
	config := playoutConfig("es", "fr")
	config.Output.Format = AudioFormat{Encoding: EncodingF32, SampleRate: 48000, Channels: 2}
	s := openReady(t, config)
	if _, err := s.ReadAudio("es", make([]int16, 4)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("16-bit of floats: %v", err)
	}
	if _, err := s.ReadAudioFloat32("es", make([]float32, 5)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("two frames and a half: %v", err)
	}
	if sound, err := s.ReadAudioFloat32("eS", make([]float32, 4)); sound != 0 || err != nil {
		t.Errorf("%v, %v", sound, err)
	}
	if _, err := s.ReadAudioFloat32("de", make([]float32, 4)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("no such target: %v", err)
	}
	if sound, err := s.ReadAudioFloat32("", nil); sound != 0 || err != nil {
		t.Errorf("no frames: %v, %v", sound, err)
	}
	must(t, s.SetOutputFormat("fr", AudioFormat{Encoding: EncodingMulaw, SampleRate: 8000, Channels: 1}))
	if _, err := s.ReadAudioFloat32("fr", make([]float32, 4)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("floats of mu-law: %v", err)
	}
	silence := make([]byte, 160)
	if _, err := s.ReadAudioBytes("FR", silence); err != nil || silence[159] != 0xff {
		t.Errorf("%x, %v", silence[159], err)
	}
	must(t, s.SetOutputFormat("", AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1}))
	for _, language := range []string{"", "es", "eS", "fr", "FR"} {
		if _, err := s.ReadAudio(language, make([]int16, 7)); err != nil {
			t.Errorf("%q: %v", language, err)
		}
	}
	if err := s.SetOutputFormat("de", AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1}); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("no such target: %v", err)
	}
}

// A language that a later task adds is read in the format that was set for all.
func TestLanguagesOfALaterTask(t *testing.T) {
	s := openReady(t, playoutConfig("es"))
	task, err := BuildTask(usualConfigWith("es", "de"))
	must(t, err)
	must(t, s.SetOutputFormat("", AudioFormat{Encoding: EncodingF32, SampleRate: 48000, Channels: 2}))
	must(t, s.SetTask(task, 1))
	eventually(t, 10*time.Second, "the new language", func() bool {
		_, err = s.ReadAudioFloat32("de", make([]float32, 960))
		return !errors.Is(err, ErrInvalidArgument)
	})
	must(t, err)
	if _, err := s.ReadAudio("de", make([]int16, 480)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("16-bit of floats: %v", err)
	}
	must(t, s.SetOutputFormat("de", AudioFormat{Encoding: EncodingAlaw, SampleRate: 8000, Channels: 1}))
	if _, err := s.ReadAudioBytes("de", make([]byte, 160)); err != nil {
		t.Error(err)
	}
}

func usualConfigWith(languages ...string) TranslationConfig {
	return TranslationConfig{SourceLanguage: "en", TargetLanguages: languages, EndSilence: time.Second}
}

func TestEventsAreNotRead(t *testing.T) {
	s := openTest(t, newTestClient(t, "dev"), usualConfig())
	if _, err := s.ReadAudio("es", make([]int16, 10)); !errors.Is(err, ErrUnsupported) {
		t.Errorf("%v", err)
	}
	if err := s.StartRecording(filepath.Join(t.TempDir(), "x.wav"), RecordingOptions{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("%v", err)
	}
}

func TestRecordingAndFiles(t *testing.T) {
	folder := t.TempDir()
	spoken, recorded := filepath.Join(folder, "spoken.wav"), filepath.Join(folder, "recorded.wav")
	writeWAV(t, spoken, tone(16000, 800), 16000)

	s := openReady(t, playoutConfig("es"))
	must(t, s.StartRecording(recorded, RecordingOptions{SampleRate: 8000, Language: "es"}))
	must(t, s.PauseRecording())
	must(t, s.ResumeRecording())
	if n, err := s.SendFile(t.Context(), spoken, 2*time.Second); n != len(tone(16000, 800)) || err != nil {
		t.Errorf("%d frames, %v", n, err)
	}
	if _, err := s.SendFile(t.Context(), filepath.Join(folder, "none.wav"), 0); !errors.Is(err, ErrIO) {
		t.Errorf("no such file: %v", err)
	}
	must(t, s.End())
	pcm := make([]int16, 480)
	listen(t, func() (Sound, error) { return s.ReadAudio("", pcm) })
	must(t, s.StopRecording(10*time.Second))
	if about, err := os.Stat(recorded); err != nil || about.Size() < 4*8000 {
		t.Errorf("%v, %v", about, err)
	}
}
