package palabra

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"
)

// Samples of the devserver's speech for one character, at 24 kHz.
const character = 1440

func openTTS(t testing.TB, id string, config TTSConfig) *Session {
	t.Helper()
	config.Language = "en"
	s, err := newTestClient(t, id).OpenTTS(t.Context(), config)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestTextsAreSaid(t *testing.T) {
	s := openTTS(t, "dev", TTSConfig{SessionTag: 3})
	must(t, s.SendText("Good ", TextOptions{GenerationID: "a", UserTag: 7}))
	must(t, s.SendText("evening.", TextOptions{GenerationID: "a", Flags: TextEOS, UserTag: 8}))
	must(t, s.SendText("And good night", TextOptions{Flags: TextEOS, Voice: &TTSVoice{VoiceID: "other", SpeedPercent: 110}}))
	must(t, s.End())
	type generation struct {
		id      string
		tag     uint64
		samples int
		isWhole bool
	}
	said := map[uint64]*generation{}
	var last Event
	for e := range s.All() {
		if e.Kind == EventAudio {
			if said[e.Phrase] == nil {
				said[e.Phrase] = &generation{id: e.ID, tag: e.UserTag}
			}
			g := said[e.Phrase]
			g.samples += len(e.PCM)
			g.isWhole = g.isWhole || e.Flags&FlagLastChunk != 0
			if g.id != e.ID || e.SessionTag != 3 || e.SampleRate != 24000 || e.Channels != 1 {
				t.Errorf("%+v", e)
			}
		}
		last = e
	}
	if last.Kind != EventClosed || last.Code != OK || len(said) != 2 {
		t.Fatalf("%d generations, %+v", len(said), last)
	}
	if *said[1] != (generation{"a", 7, 13 * character, true}) || said[2].samples != 14*character*100/110 || !said[2].isWhole {
		t.Errorf("%+v, %+v", *said[1], *said[2])
	}
}

func TestATextIsTakenBack(t *testing.T) {
	s := openTTS(t, "dev~late_answer_ms=60000", TTSConfig{})
	must(t, s.SendText("nobody hears this", TextOptions{GenerationID: "a", Flags: TextEOS}))
	must(t, s.Cancel("a", 5))
	for e := range s.All() {
		switch e.Kind {
		case EventAudio:
			t.Error("it is heard")
		case EventTaskStatus:
			if e.UserTag != 5 || e.ID != "a" || e.ServiceCode != "cancel" || e.Text != "cancelled" {
				t.Errorf("%+v", e)
			}
			must(t, s.Close())
		}
	}
}

func TestSpeechIsRead(t *testing.T) {
	s := openTTS(t, "dev", TTSConfig{Output: OutputOptions{
		Mode: OutputPlayout, Prime: time.Second, Format: AudioFormat{Encoding: EncodingF32, SampleRate: 48000},
	}})
	must(t, s.SendText("Good evening", TextOptions{Flags: TextEOS}))
	must(t, s.End())
	if _, err := s.ReadAudio("en", make([]int16, 4)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("16-bit of floats: %v", err)
	}
	tick := make([]float32, 960)
	if speech := listen(t, func() (Sound, error) { return s.ReadAudioFloat32("en", tick) }); speech < 34 || speech > 40 {
		t.Errorf("%d ticks of 20 ms for 720 ms", speech)
	}
}

func TestSynthesize(t *testing.T) {
	s := openTTS(t, "dev", TTSConfig{})
	speech, err := s.Synthesize(t.Context(), "Good evening", TextOptions{})
	must(t, err)
	if len(speech.PCM) != 12*character || speech.SampleRate != 24000 || speech.Channels != 1 {
		t.Errorf("%d samples at %d Hz with %d channels", len(speech.PCM), speech.SampleRate, speech.Channels)
	}
	for name, text := range map[string]string{"nothing": "", "a NUL byte": "a\x00b"} {
		if _, err := s.Synthesize(t.Context(), text, TextOptions{}); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fast := TextOptions{Voice: &TTSVoice{SpeedPercent: 200}, Flags: TextResetContext, UserTag: 5}
	if speech, err = s.Synthesize(t.Context(), "Good evening", fast); err != nil || len(speech.PCM) != 6*character {
		t.Errorf("%d samples, %v", len(speech.PCM), err)
	}
	for name, options := range map[string]TextOptions{
		"a generation": {GenerationID: "x"}, "a slow voice": {Voice: &TTSVoice{SpeedPercent: -1}},
	} {
		if _, err := s.Synthesize(t.Context(), "text", options); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, s.End())
	for e := range s.All() {
		if e.Kind == EventAudio {
			t.Errorf("%+v", e)
		}
	}
}

func TestATextIsCancelledByItsTag(t *testing.T) {
	s := openTTS(t, "dev~no_answer", TTSConfig{})
	must(t, s.SendText("one", TextOptions{GenerationID: "a", Flags: TextEOS, UserTag: 7}))
	must(t, s.SendText("two", TextOptions{GenerationID: "b", Flags: TextEOS, UserTag: 8}))
	must(t, s.CancelTagged(7))
	for e := range s.All() {
		if e.Kind == EventTaskStatus {
			if e.UserTag != 7 || e.ID != "a" {
				t.Errorf("%+v", e)
			}
			break
		}
	}
	if err := s.CancelTagged(0); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("no tag: %v", err)
	}
	waiting := make(chan error)
	go func() {
		_, err := s.Synthesize(context.Background(), "Good evening", TextOptions{UserTag: 9})
		waiting <- err
	}()
	eventually(t, 10*time.Second, "cancelling", func() bool {
		must(t, s.CancelTagged(9))
		select {
		case err := <-waiting:
			return errors.Is(err, ErrClosed)
		default:
			return false
		}
	})
}

func TestSynthesizeEndsWithTheContext(t *testing.T) {
	s := openTTS(t, "dev~no_answer", TTSConfig{})
	must(t, s.WaitReady(t.Context()))
	within(t, 10*time.Second, "a deadline", func() {
		if _, err := s.Synthesize(soon(t), "Good evening", TextOptions{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
	count := func() int64 {
		stats, err := s.Stats()
		must(t, err)
		return stats.ChunksSent
	}
	// The first text is not among them when its deadline came before its turn.
	oneMore := func() func() bool {
		before := count()
		return func() bool { return count() > before }
	}
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error)
	isSent := oneMore()
	go func() {
		_, err := s.Synthesize(ctx, "Good evening", TextOptions{})
		waiting <- err
	}()
	eventually(t, 10*time.Second, "sending the second text", isSent)
	cancel()
	within(t, 10*time.Second, "cancelling", func() {
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	if _, err := s.Synthesize(ctx, "Good evening", TextOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that is done: %v", err)
	}
	isSent = oneMore()
	go func() {
		_, err := s.Synthesize(context.Background(), "Good evening", TextOptions{})
		waiting <- err
	}()
	eventually(t, 10*time.Second, "sending the third text", isSent)
	must(t, s.Close())
	within(t, 10*time.Second, "closing", func() {
		if err := <-waiting; !errors.Is(err, ErrClosed) {
			t.Errorf("%v", err)
		}
	})
}

func TestARefusedTextExplainsItself(t *testing.T) {
	s := openTTS(t, "dev~stream_error=SERVER_ERROR", TTSConfig{})
	_, err := s.Synthesize(t.Context(), "Good evening", TextOptions{})
	var e *Error
	if !errors.Is(err, ErrService) || !errors.As(err, &e) || e.ServiceCode != "SERVER_ERROR" {
		t.Errorf("%+v", err)
	}
	if _, err := newTestClient(t, "dev").OpenTTS(t.Context(), TTSConfig{}); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("no language: %v", err)
	}
	if err := s.SendText("text", TextOptions{Voice: &TTSVoice{SpeedPercent: -1}}); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("a negative speed: %v", err)
	}
}

func TestMP3IsDeliveredAsBytes(t *testing.T) {
	s := openTTS(t, "dev", TTSConfig{Format: TTSFormatMP3})
	whole, err := s.Synthesize(t.Context(), "Good evening", TextOptions{})
	must(t, err)
	if len(whole.PCM) != 0 || !bytes.HasPrefix(whole.Data, []byte{0xff, 0xf3}) {
		t.Errorf("%d samples, %d bytes", len(whole.PCM), len(whole.Data))
	}
	must(t, s.SendText("Good evening", TextOptions{Flags: TextEOS}))
	must(t, s.End())
	var data []byte
	for e := range s.All() {
		if len(e.PCM) != 0 {
			t.Errorf("%d samples", len(e.PCM))
		}
		data = append(data, e.Data...)
	}
	if !bytes.Equal(data, whole.Data) {
		t.Errorf("%d bytes instead of %d", len(data), len(whole.Data))
	}
}
