package palabra

import (
	"encoding/json"
	"errors"
	"hash/crc32"
	"net/http"
	"testing"
	"time"
	"unsafe"
)

func openSTT(t testing.TB, config STTConfig) *Session {
	t.Helper()
	s, err := newTestClient(t, "dev").OpenSTT(t.Context(), config)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// The devserver's report of sessions and their streams.
type streamReport struct {
	AudioBytes int    `json:"audio_bytes"`
	AudioCRC   uint32 `json:"audio_crc32"`
	Settings   struct {
		Format     string `json:"format"`
		SampleRate string `json:"sample_rate"`
	} `json:"settings"`
}

type sessionReport struct {
	ID      string         `json:"id"`
	Deleted int            `json:"deleted"`
	Streams []streamReport `json:"streams"`
}

func sessionReports(t testing.TB) []sessionReport {
	t.Helper()
	reply, err := http.Get(devserver.APIURL + "/devserver/sessions")
	must(t, err)
	defer func() { _ = reply.Body.Close() }()
	var sessions []sessionReport
	must(t, json.NewDecoder(reply.Body).Decode(&sessions))
	return sessions
}

func lastStream(t testing.TB) streamReport {
	t.Helper()
	sessions := sessionReports(t)
	last := sessions[len(sessions)-1]
	return last.Streams[len(last.Streams)-1]
}

// One channel is sent unchanged, byte by byte.
func TestEveryEncodingGoesOutAsItIs(t *testing.T) {
	for format, config := range map[string]STTConfig{
		"pcm_s16le": {Input: InputOptions{Format: AudioFormat{SampleRate: 44100}}},
		"pcm_f32le": {Input: InputOptions{Format: AudioFormat{Encoding: EncodingF32, SampleRate: 16000}}},
		"mulaw":     {Input: InputOptions{Format: AudioFormat{Encoding: EncodingMulaw}}},
		"alaw":      {Input: InputOptions{Format: AudioFormat{Encoding: EncodingAlaw}}},
	} {
		config.Input.Buffer = 5 * time.Second
		s := openSTT(t, config)
		must(t, s.WaitReady(t.Context()))
		// Values of every kind, in a number that is no multiple of a chunk.
		audio := make([]byte, config.plan().input.SampleRate*13/10*max(config.Input.Format.Encoding.sampleBytes(), 1)/8*8)
		for i := range audio {
			audio[i] = byte(i * 7 / 3)
		}
		send := map[Encoding]func() (int, error){
			0:           func() (int, error) { return s.SendAudio(as[int16](audio)) },
			EncodingF32: func() (int, error) { return s.SendAudioFloat32(as[float32](audio)) },
		}[config.Input.Format.Encoding]
		if send == nil {
			send = func() (int, error) { return s.SendAudioBytes(audio) }
		}
		if n, err := send(); err != nil || n == 0 {
			t.Errorf("%s: %d, %v", format, n, err)
		}
		must(t, s.End())
		for range s.All() {
		}
		stats, err := s.Stats()
		must(t, err)
		report := lastStream(t)
		if report.Settings.Format != format || stats.InputFramesSent != stats.InputFramesTaken {
			t.Errorf("%s: %+v, %+v", format, report, stats)
		}
		silence := map[Encoding]byte{EncodingMulaw: 0xff, EncodingAlaw: 0xd5}[config.Input.Format.Encoding]
		for len(audio) < report.AudioBytes {
			audio = append(audio, silence) // while the last final is pending
		}
		if report.AudioBytes != len(audio) || report.AudioCRC != crc32.ChecksumIEEE(audio) {
			t.Errorf("%s: %d bytes came, which are others than the %d sent", format, report.AudioBytes, len(audio))
		}
	}
}

func as[T any](bytes []byte) []T {
	size := int(unsafe.Sizeof(*new(T)))
	return unsafe.Slice((*T)(unsafe.Pointer(&bytes[0])), len(bytes)/size)
}

func TestSpeechBecomesText(t *testing.T) {
	s := openSTT(t, STTConfig{Language: "en", TargetLanguages: []string{"es", "fr"}, Input: InputOptions{Format: AudioFormat{SampleRate: testRate}}, Flags: SessionJSON})
	go func() { _ = speakInto(s, 800) }()
	finals := map[string]Event{}
	growing := 0
	var last Event
	for e := range s.All() {
		if e.Kind == EventTranscript {
			if e.Flags&FlagFinal == 0 {
				growing++
			} else if e.Text != "" {
				finals[e.Language] = e
			}
		}
		last = e
	}
	if last.Kind != EventClosed || last.Code != OK {
		t.Errorf("%+v", last)
	}
	said := finals["en"]
	if growing == 0 || said.End-said.Start < 700*time.Millisecond || said.Flags&FlagTranslation != 0 || !json.Valid([]byte(said.JSON)) {
		t.Errorf("%d growing texts, %+v", growing, said)
	}
	for _, language := range []string{"es", "fr"} {
		if e := finals[language]; e.Flags&FlagTranslation == 0 || e.Phrase != said.Phrase {
			t.Errorf("%s: %+v", language, e)
		}
	}
}

func TestFinalizeIsAnswered(t *testing.T) {
	s := openSTT(t, STTConfig{Language: "en", Input: InputOptions{Format: AudioFormat{SampleRate: testRate}}, Finalization: STTFinalizationManual, AutoFinalize: time.Minute})
	if _, err := s.SendPaced(t.Context(), tone(testRate, 600)[:testRate], 2*time.Second); err != nil {
		t.Fatal(err)
	}
	must(t, s.Finalize(7))
	within(t, 20*time.Second, "the answer", func() {
		for e := range s.All() {
			if e.UserTag == 7 {
				if e.Kind != EventTranscript || e.Flags&FlagFinal == 0 || e.Text == "" {
					t.Errorf("%+v", e)
				}
				return
			}
		}
	})
}

// The devserver counts 4 bytes as one ms of speech.
func TestEncodedBytesAreSentAsTheyAre(t *testing.T) {
	s := openSTT(t, STTConfig{Language: "en", Format: STTFormatOgg})
	data := make([]byte, 4003)
	for n := range data {
		data[n] = byte(n * 7 / 3)
	}
	if n, err := s.SendEncodedPaced(t.Context(), data[:1003], 50*time.Millisecond, 0); n != 1003 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := s.SendEncoded(data[1003:]); n != 3000 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := s.SendEncodedPaced(t.Context(), data, 0, 0); !errors.Is(err, ErrInvalidArgument) {
		t.Error(err)
	}
	if _, err := s.SendAudio(make([]int16, 4)); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
	must(t, s.End())
	last := ""
	within(t, 20*time.Second, "the end", func() {
		for e := range s.All() {
			if e.Kind == EventTranscript && e.Flags&FlagFinal != 0 {
				last = e.Text
			}
		}
	})
	got := lastStream(t)
	if got.AudioBytes != len(data) || got.AudioCRC != crc32.ChecksumIEEE(data) || got.Settings.Format != "ogg" || last != "phrase 1, 1.0 s" {
		t.Errorf("%+v, %q", got, last)
	}
}
