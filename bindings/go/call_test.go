package palabra

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func callConfig() CallConfig {
	return CallConfig{CallTag: 1<<63 + 5, CallName: "line é", Translation: TranslationConfig{
		EndSilence:  time.Second,
		Input:       InputOptions{Buffer: 10 * time.Second}, // so that a whole phrase can be sent at once
		Output:      OutputOptions{Prime: time.Second},      // read faster than it is spoken
		CommandPace: CommandPace{TaskInterval: time.Millisecond, PauseInterval: time.Millisecond},
	}}
}

func openTestCall(t testing.TB, client *Client, config CallConfig) *Call {
	t.Helper()
	call, err := client.OpenCall(t.Context(), config)
	must(t, err)
	t.Cleanup(func() { _ = call.Close() })
	return call
}

func join(t testing.TB, call *Call, config LegConfig) *Leg {
	t.Helper()
	leg, err := call.Join(config)
	must(t, err)
	return leg
}

// A call whose lines tick while its events are waited for.
type lines struct {
	t     testing.TB
	call  *Call
	ticks []func()
	seq   uint64
}

// Takes events until each of these has come, in whatever order.
func (l *lines) until(wanted ...func(Event) bool) {
	l.t.Helper()
	for over := time.Now().Add(onTheClock(20 * time.Second)); len(wanted) > 0; {
		if time.Now().After(over) {
			l.t.Fatalf("%d of the wanted events do not come", len(wanted))
		}
		for _, tick := range l.ticks {
			tick()
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Millisecond)
		e, err := l.call.Next(ctx)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			continue
		}
		must(l.t, err)
		if l.seq++; e.Seq != l.seq || e.SessionTag != 1<<63+5 || e.SessionName != "line é" {
			l.t.Errorf("event %d of tag %d, name %q after %d", e.Seq, e.SessionTag, e.SessionName, l.seq-1)
		}
		for n, is := range wanted {
			if is(e) {
				wanted = append(wanted[:n:n], wanted[n+1:]...)
				break
			}
		}
	}
}

func of(kind EventKind, leg int) func(Event) bool {
	return func(e Event) bool { return e.Kind == kind && e.Leg == leg && e.Code == OK }
}

func saying(kind EventKind, leg int, text string) func(Event) bool {
	return func(e Event) bool { return e.Kind == kind && e.Leg == leg && e.Text == text }
}

func spoken(leg int, language string) func(Event) bool {
	return func(e Event) bool {
		return e.Kind == EventTranscript && e.Leg == leg && e.Flags&FlagFinal != 0 && e.Language == language
	}
}

// Counts the ticks with speech; a party that is not there any more hears nothing.
func listener(t testing.TB, speech *int, tick func() (Sound, error)) func() {
	return func() {
		sound, err := tick()
		if err != nil && !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if sound&SoundSpeech != 0 {
			*speech++
		}
	}
}

func TestTwoPartiesOnOneLine(t *testing.T) {
	call := openTestCall(t, newTestClient(t, "dev"), callConfig())
	a := join(t, call, LegConfig{Language: "en"})
	b := join(t, call, LegConfig{Language: "es", Input: AudioFormat{Encoding: EncodingMulaw}})
	if a.Number() != 0 || b.Number() != 1 {
		t.Errorf("the legs are %d and %d", a.Number(), b.Number())
	}
	recorded := filepath.Join(t.TempDir(), "call.wav")
	must(t, call.StartRecording(recorded, CallRecordingOptions{Flags: RecordingTranslations, SampleRate: 8000}))
	must(t, call.PauseRecording())
	must(t, call.ResumeRecording())
	l := lines{t: t, call: call}
	l.until(of(EventLinkUp, 0), of(EventLinkUp, 1))
	if call.State() != StateReady || call.Err() != nil {
		t.Errorf("%v, %v", call.State(), call.Err())
	}

	// The telephone is answered.
	var heard int
	packet := make([]byte, 160)
	l.ticks = append(l.ticks, listener(t, &heard, func() (Sound, error) { return b.ExchangeBytes(nil, packet) }))
	l.ticks[0]()
	if n, err := a.SendAudio(tone(8000, 1000)); n != len(tone(8000, 1000)) || err != nil {
		t.Errorf("%d samples, %v", n, err)
	}
	l.until(spoken(0, "en"), spoken(0, "es"), of(EventPlayoutFinished, 0))
	if heard < 45 || heard > 60 {
		t.Errorf("%d ticks with speech, for 1000 ms", heard)
	}

	// A hold rests both directions.
	must(t, a.Hold())
	l.until(saying(EventTaskStatus, 0, "paused"), saying(EventTaskStatus, 1, "paused"))
	must(t, a.Resume())
	must(t, only(a.SendAudio(tone(8000, 100)))) // which the task is resumed for
	l.until(saying(EventTaskStatus, 0, "resumed"))

	// A transfer, to a party with another language and another format.
	must(t, b.Close())
	l.until(of(EventLinkDown, 0), of(EventLinkDown, 1))
	c := join(t, call, LegConfig{Language: "fr", Output: AudioFormat{Encoding: EncodingF32, SampleRate: 16000, Channels: 2}})
	if c.Number() != 1 {
		t.Errorf("the new leg is %d", c.Number())
	}
	floats, spoke := make([]float32, 640), 0
	l.ticks[0] = listener(t, &spoke, func() (Sound, error) { return c.ReadAudioFloat32(floats) })
	l.until(of(EventLinkUp, 0), of(EventLinkUp, 1))
	must(t, c.Speak("bonsoir", 7))
	l.until(func(e Event) bool { return e.Kind == EventSpeakStatus && e.Leg == 0 && e.UserTag == 7 }, of(EventPlayoutFinished, 0))
	if spoke == 0 {
		t.Error("what is spoken to a party is not heard")
	}
	must(t, c.Interrupt(8))
	l.until(func(e Event) bool {
		return e.Kind == EventTaskStatus && e.Leg == 0 && e.UserTag == 8 && e.Text == "interrupted"
	})

	stats, err := a.Stats()
	must(t, err)
	if stats.LinksOpened != 2 || stats.LinksBroken != 0 || stats.LinkState != StateReady || stats.InputTaken != 4100*time.Millisecond ||
		stats.SpeechReceived < time.Second || stats.GapPauses != 1 || stats.Ready < 0 {
		t.Errorf("%+v", stats)
	}
	must(t, call.End())
	l.until(of(EventLinkDown, 0), of(EventLinkDown, 1), of(EventClosed, -1))
	for name, sound := range map[string]func() (Sound, error){
		"a": func() (Sound, error) { return a.Exchange(make([]int16, 160), make([]int16, 160)) },
		"c": func() (Sound, error) { return c.ReadAudioFloat32(floats) },
	} {
		eventually(t, 20*time.Second, "the end of "+name, func() bool {
			sound, err := sound()
			must(t, err)
			return sound&SoundEnded != 0
		})
	}
	if call.State() != StateClosed || call.Err() != nil {
		t.Errorf("%v, %v", call.State(), call.Err())
	}
	for range call.All() {
		t.Error("an event after CLOSED")
	}
	must(t, call.StopRecording(20*time.Second))
	if about, err := os.Stat(recorded); err != nil || about.Size() < 4*2*8000 {
		t.Errorf("%v, %v", about, err)
	}
	line, err := call.StatsJSON()
	must(t, err)
	var told struct {
		Name string `json:"call_name"`
		Code string `json:"code"`
		Legs []struct {
			Language string `json:"language"`
			Links    []any  `json:"links"`
		} `json:"legs"`
	}
	if err := json.Unmarshal([]byte(line), &told); err != nil || told.Name != "line é" || told.Code != "PALABRA_OK" ||
		len(told.Legs) != 3 || len(told.Legs[0].Links) != 2 {
		t.Errorf("%s, %v", line, err)
	}
}

func TestDrain(t *testing.T) {
	client := newTestClient(t, "dev")
	call := openTestCall(t, client, CallConfig{})
	drained := make(chan error)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { drained <- client.Drain(ctx) }()
	eventually(t, 20*time.Second, "the beginning of the drain", func() bool {
		other, err := client.OpenCall(t.Context(), CallConfig{})
		if err == nil {
			must(t, other.Close())
		}
		return errors.Is(err, ErrDraining)
	})
	if _, err := client.OpenTranslation(t.Context(), usualConfig()); !errors.Is(err, ErrDraining) {
		t.Errorf("a session: %v", err)
	}
	cancel()
	if err := <-drained; !errors.Is(err, context.Canceled) {
		t.Errorf("a call is open: %v", err)
	}
	go func() { drained <- client.Drain(t.Context()) }()
	must(t, call.Close())
	must(t, <-drained)
	text, err := client.MetricsText()
	must(t, err)
	if !strings.Contains(text, "# TYPE ") || !strings.HasSuffix(text, "\n") {
		t.Errorf("%q", text)
	}
}

func TestWhatACallCannotDo(t *testing.T) {
	client := newTestClient(t, "dev")
	refused := callConfig()
	refused.Translation.SourceLanguage = "en"
	if _, err := client.OpenCall(t.Context(), refused); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("the languages are those of the legs: %v", err)
	}
	call := openTestCall(t, client, CallConfig{})
	if _, err := call.Join(LegConfig{}); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("no language: %v", err)
	}
	a := join(t, call, LegConfig{Language: "en", Output: AudioFormat{Encoding: EncodingAlaw}})
	for what, err := range map[string]error{
		"floats":                 only(a.SendAudioFloat32(make([]float32, 4))),
		"16-bit of A-law":        only(a.ReadAudio(make([]int16, 4))),
		"bytes of another width": only(a.SendAudioBytes(make([]byte, 3))),
		"16-bit both ways":       only(a.Exchange(make([]int16, 160), make([]int16, 160))),
		"half a sample":          only(a.ExchangeBytes(make([]byte, 321), make([]byte, 160))),
		"more than 500 ms":       only(a.ExchangeBytes(nil, make([]byte, 4001))),
		"a NUL":                  a.Speak("a\x00b", 1),
		"no sample rate":         a.SetInputFormat(AudioFormat{Encoding: EncodingF32}),
	} {
		if !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := a.Speak("hola", 1); !errors.Is(err, ErrAgain) {
		t.Errorf("nobody else is there: %v", err)
	}
	must(t, only(a.ExchangeBytes(make([]byte, 320), make([]byte, 160))))
	must(t, a.SetInputFormat(AudioFormat{Encoding: EncodingF32, SampleRate: 48000, Channels: 2}))
	must(t, a.SetOutputFormat(AudioFormat{Encoding: EncodingF32, SampleRate: 16000, Channels: 1}))
	must(t, only(a.ExchangeFloat32(make([]float32, 1920), make([]float32, 320))))
	must(t, only(a.SendAudioFloat32(make([]float32, 1920))))
	must(t, only(a.Skip(960)))
	must(t, a.SetOriginal(OriginalOptions{GainPercent: 50}))
	must(t, a.SetMuted(true))
	must(t, a.Silence(SilenceAll))

	b := join(t, call, LegConfig{Language: "es"})
	if _, err := call.Join(LegConfig{Language: "fr"}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a third leg: %v", err)
	}
	must(t, only(b.ExchangeAt(make([]int16, 160), 0xffff_ff60, make([]int16, 160))))
	must(t, only(b.ExchangeBytesAt(make([]byte, 320), 0, make([]byte, 320))))
	if _, err := b.ExchangeFloat32At(make([]float32, 160), 160, nil); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("floats of 16-bit: %v", err)
	}
	b.said.busy.Store(true)
	for what, err := range map[string]error{
		"Exchange": only(b.Exchange(nil, nil)), "ExchangeAt": only(b.ExchangeAt(nil, 0, nil)), "SendAudio": only(b.SendAudio(nil)),
		"SetInputFormat": b.SetInputFormat(AudioFormat{SampleRate: 16000}),
	} {
		if !errors.Is(err, ErrBusy) {
			t.Errorf("%s beside a sender: %v", what, err)
		}
	}
	must(t, only(b.ReadAudio(make([]int16, 160))))
	b.said.busy.Store(false)
	must(t, b.Close())
	must(t, b.Close())
	must(t, call.Close())
	must(t, call.Close())
	must(t, a.Close())
	for what, err := range map[string]error{
		"Exchange": only(a.ExchangeFloat32(nil, make([]float32, 320))), "Hold": a.Hold(), "End": call.End(),
		"Join": only(call.Join(LegConfig{Language: "en"})), "Next": only(call.Next(t.Context())), "Hold of b": b.Hold(),
	} {
		if !errors.Is(err, ErrClosed) || !errors.Is(err, ErrBadHandle) && what != "Next" {
			t.Errorf("%s after Close: %v", what, err)
		}
	}
	if call.State() != StateClosed {
		t.Error(call.State())
	}
}

func only(_ any, err error) error { return err }

func TestTheContextOfOpenClosesTheCall(t *testing.T) {
	client := newTestClient(t, "dev")
	ctx, cancel := context.WithCancel(t.Context())
	call, err := client.OpenCall(ctx, CallConfig{})
	must(t, err)
	leg := join(t, call, LegConfig{Language: "en"})
	go cancel()
	within(t, 5*time.Second, "the end of the events", func() {
		for e := range call.All() {
			t.Errorf("%+v", e)
		}
	})
	eventually(t, 5*time.Second, "the closing", func() bool { return errors.Is(leg.Hold(), ErrClosed) })
	if _, err := client.OpenCall(ctx, CallConfig{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCallsShareAQueue(t *testing.T) {
	queue, err := NewQueue()
	must(t, err)
	defer func() { _ = queue.Close() }()
	client := newTestClient(t, "dev")
	const calls = 3
	for tag := range uint64(calls) {
		call := openTestCall(t, client, CallConfig{CallTag: tag, Queue: queue})
		join(t, call, LegConfig{Language: "en"})
		join(t, call, LegConfig{Language: "es"})
		if _, err := call.Next(t.Context()); !errors.Is(err, ErrUnsupported) {
			t.Errorf("its events go to a queue, and Next says %v", err)
		}
		must(t, call.End())
	}
	var last [calls]EventKind
	for closed := 0; closed < calls; {
		e, err := queue.Next(t.Context())
		must(t, err)
		if last[e.SessionTag] == EventClosed {
			t.Errorf("%v of %d after CLOSED", e.Kind, e.SessionTag)
		}
		if last[e.SessionTag] = e.Kind; e.Kind == EventClosed {
			closed++
		}
	}
}

// Close while other goroutines exchange, join, listen and give commands.
func TestCloseAmidExchange(t *testing.T) {
	client := newTestClient(t, "dev")
	random := rand.New(rand.NewPCG(3, 3))
	for range 20 {
		call := openTestCall(t, client, CallConfig{})
		a, b := join(t, call, LegConfig{Language: "en"}), join(t, call, LegConfig{Language: "es"})
		var users sync.WaitGroup
		pcm := make([]int16, 160)
		for _, step := range []func() error{
			func() error { return only(a.Exchange(pcm[:80], pcm[80:])) },
			func() error { return only(b.ReadAudio(make([]int16, 160))) },
			func() error { return a.SetInputFormat(AudioFormat{SampleRate: 16000}) },
			func() error { return only(call.Next(context.Background())) },
			func() error { return b.Speak("hola", 1) },
			func() error {
				leg, err := call.Join(LegConfig{Language: "fr"})
				if err == nil {
					_ = leg.Close()
				}
				return err
			},
		} {
			users.Add(1)
			go func() {
				defer users.Done()
				for err := error(nil); !errors.Is(err, ErrClosed); err = step() {
					if !isUsual(err) && !errors.Is(err, ErrUnsupported) {
						t.Error(err)
					}
					runtime.Gosched()
				}
			}()
		}
		for range random.IntN(1 << random.IntN(12)) {
			runtime.Gosched()
		}
		must(t, call.Close())
		within(t, 20*time.Second, "the end of all users", users.Wait)
	}
}
