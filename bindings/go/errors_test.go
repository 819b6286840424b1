package palabra

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRefusalsExplainThemselves(t *testing.T) {
	for id, wanted := range map[string]struct {
		status    Status
		http      int
		retriable bool
	}{
		"dev~rest_status=401": {ErrAuth, 401, false},
		"dev~rest_status=422": {ErrSession, 422, false},
		"dev~reject_task":     {ErrTask, 0, false},
	} {
		s := openTest(t, newTestClient(t, id), usualConfig())
		err := s.WaitReady(t.Context())
		var e *Error
		if !errors.Is(err, wanted.status) || !errors.As(err, &e) {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if e.HTTPStatus != wanted.http || e.Retriable() != wanted.retriable || !e.Fatal() || e.Text == "" || e.RetryAfter >= 0 {
			t.Errorf("%s: %+v", id, e)
		}
		if strings.Contains(err.Error(), "s3cret") || !strings.HasPrefix(err.Error(), wanted.status.String()) {
			t.Errorf("%s: %q", id, err)
		}
		var last Event
		for last = range s.All() {
		}
		var told *Error
		if last.Kind != EventClosed || !errors.As(last.Err(), &told) || *told != *e {
			t.Errorf("%s: the last event is %+v", id, last)
		}
	}
}

func TestALostConnectionIsRetriable(t *testing.T) {
	s := openTest(t, newTestClient(t, "dev~reset_after_ms=300"), usualConfig())
	for range s.All() {
	}
	var e *Error
	if !errors.As(s.Err(), &e) || e.Status != ErrConnectionLost || !e.Retriable() {
		t.Errorf("%v", s.Err())
	}
}

func TestWrongArguments(t *testing.T) {
	client := newTestClient(t, "dev")
	for name, config := range map[string]TranslationConfig{
		"no languages":       {SourceLanguage: "en"},
		"a comma in a list":  {SourceLanguage: "en", TargetLanguages: []string{"es,fr"}},
		"a NUL byte":         {SourceLanguage: "e\x00n", TargetLanguages: []string{"es"}},
		"a negative number":  {SourceLanguage: "en", TargetLanguages: []string{"es"}, Input: InputOptions{Format: AudioFormat{SampleRate: -1}}},
		"a negative time":    {SourceLanguage: "en", TargetLanguages: []string{"es"}, Input: InputOptions{Chunk: -time.Nanosecond}},
		"too large a number": {SourceLanguage: "en", TargetLanguages: []string{"es"}, Limits: Limits{EventCount: 1 << 40}},
		"too long a time":    {SourceLanguage: "en", TargetLanguages: []string{"es"}, Input: InputOptions{Chunk: 1 << 62}},
		"no JSON":            {SourceLanguage: "en", TargetLanguages: []string{"es"}, TaskJSON: "{"},
	} {
		if _, err := client.OpenTranslation(t.Context(), config); !errors.Is(err, ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := client.OpenTranslation(t.Context(), TranslationConfig{SourceLanguage: "\xff", TargetLanguages: []string{"es"}}); !errors.Is(err, ErrInvalidUTF8) {
		t.Errorf("invalid UTF-8: %v", err)
	}
	if _, err := NewClient(ClientConfig{Credentials: Credentials{ClientID: "only"}, Flags: ClientIgnoreEnvironment}); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("only an id: %v", err)
	}
	if _, err := NewClient(ClientConfig{CAFile: "/nowhere/ca.pem"}); !errors.Is(err, ErrIO) {
		t.Errorf("no such file: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.OpenTranslation(cancelled, usualConfig()); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that is done: %v", err)
	}
}

// With a slice of the wrong type the library would read beyond its end.
func TestASliceMustFitTheFormat(t *testing.T) {
	config := usualConfig()
	config.Input.Format.Channels = 2
	s := openTest(t, newTestClient(t, "dev"), config)
	if n, err := s.SendAudio(make([]int16, 6)); n != 6 || err != nil {
		t.Errorf("three frames of two channels: %d, %v", n, err)
	}
	if _, err := s.SendAudio(make([]int16, 5)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("two frames and a half: %v", err)
	}
	if _, err := s.SendAudioFloat32(make([]float32, 4)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("floats for 16-bit: %v", err)
	}
	if n, err := s.SendAudioBytes(make([]byte, 8)); n != 8 || err != nil {
		t.Errorf("bytes for 16-bit: %d, %v", n, err)
	}
	must(t, s.SetInputFormat(AudioFormat{Encoding: EncodingF32, SampleRate: 48000, Channels: 1}))
	if _, err := s.SendAudio(make([]int16, 4)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("16-bit for floats: %v", err)
	}
	if err := s.SetInputFormat(AudioFormat{Encoding: 9, SampleRate: 48000, Channels: 1}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an unknown encoding: %v", err)
	}
	if n, err := s.SendAudioFloat32(make([]float32, 3)); n != 3 || err != nil {
		t.Errorf("after a refused change the format is what it was: %d, %v", n, err)
	}
	if n, err := s.SendAudio(nil); n != 0 || !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("nothing, of the wrong kind: %d, %v", n, err)
	}
}

// Channels that only the task declares determine the length of slices too.
func TestChannelsOfTheTask(t *testing.T) {
	config := usualConfig()
	config.TaskJSON = `{"input_stream":{"source":{"sample_rate":16000,"channels":2}}}`
	s := openTest(t, newTestClient(t, "dev"), config)
	if _, err := s.SendAudio(make([]int16, 5)); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("two frames and a half: %v", err)
	}
	space, err := s.InputSpace()
	must(t, err)
	if n, err := s.SendAudio(make([]int16, 2*space+2)); n != 2*space || err != nil {
		t.Errorf("%d of %d samples were taken: %v", n, 2*space, err)
	}
	if n, err := s.SendAudio(make([]int16, 2)); n != 0 || err != nil {
		t.Errorf("a full ring took %d: %v", n, err)
	}
}

// A buffer may be part of a struct that contains pointers.
func TestABufferInsideAStruct(t *testing.T) {
	device := &struct {
		name *string
		pcm  [480]int16
		next *Session
	}{name: new(string), next: new(Session)}
	config := usualConfig()
	config.Output.Mode = OutputPlayout
	s := openTest(t, newTestClient(t, "dev"), config)
	if n, err := s.SendAudio(device.pcm[:]); n != 480 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := s.ReadAudio("", device.pcm[:]); err != nil {
		t.Error(err)
	}
}

func TestAfterClose(t *testing.T) {
	config := usualConfig()
	config.Output.Mode = OutputPlayout
	s := openTest(t, newTestClient(t, "dev"), config)
	must(t, s.CloseWait(2*time.Second))
	must(t, s.Close())
	_, send := s.SendAudio(make([]int16, 10))
	_, read := s.ReadAudio("es", make([]int16, 10))
	_, next := s.Next(t.Context())
	_, stats := s.Stats()
	_, playout := s.PlayoutStats("")
	_, space := s.InputSpace()
	_, skip := s.Skip(1)
	_, paced := s.SendPaced(t.Context(), make([]int16, 10), 0)
	_, synthesize := s.Synthesize(t.Context(), "a", TextOptions{})
	_, file := s.SendFile(t.Context(), "/nowhere.wav", 0)
	for name, err := range map[string]error{
		"SendAudio": send, "ReadAudio": read, "Next": next, "Stats": stats, "PlayoutStats": playout, "InputSpace": space, "Skip": skip, "FlushInput": s.FlushInput(),
		"SendPaced": paced, "SendFile": file, "WaitReady": s.WaitReady(t.Context()), "End": s.End(),
		"Speak": s.Speak("a", "es", 0, 0), "Pause": s.Pause(0), "Resume": s.Resume(0), "SetTask": s.SetTask("{}", 0),
		"GetTask": s.GetTask(0), "Finalize": s.Finalize(0), "SendText": s.SendText("a", TextOptions{}), "Cancel": s.Cancel("", 0),
		"Synthesize": synthesize, "Interrupt": s.Interrupt(nil, 0, 0), "Silence": s.Silence(nil, 0), "SetOriginal": s.SetOriginal(OriginalOptions{GainPercent: 50}), "StartRecording": s.StartRecording("x.wav", RecordingOptions{}),
		"StopRecording": s.StopRecording(0), "SetInputFormat": s.SetInputFormat(AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1}),
		"SetOutputFormat": s.SetOutputFormat("", AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1}),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s.State() != StateClosed || s.Err() != nil {
		t.Errorf("state %v, last error %v", s.State(), s.Err())
	}
	for range s.Events() {
		t.Error("an event after Close")
	}
	// Both names are accepted: the library's and that of Go.
	var e *Error
	if err := s.Pause(0); !errors.Is(err, ErrBadHandle) || !errors.As(err, &e) || e.Status != ErrClosed {
		t.Errorf("%v", err)
	}
	other := openTest(t, newTestClient(t, "dev~rest_status=401"), usualConfig())
	if err := other.WaitReady(t.Context()); errors.Is(err, ErrBadHandle) || errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}

var errShiftIsOver = errors.New("the shift is over")

// What its own context has closed says why, whatever is called; what Close has closed does not.
func TestWhatAContextClosedNamesTheCause(t *testing.T) {
	client := newTestClient(t, "dev")
	for _, isClosed := range []bool{false, true} {
		ctx, cancel := context.WithCancelCause(t.Context())
		s, err := client.OpenTranslation(ctx, usualConfig())
		must(t, err)
		call, err := client.OpenCall(ctx, CallConfig{})
		must(t, err)
		leg, err := call.Join(LegConfig{Language: "en"})
		must(t, err)
		if isClosed {
			must(t, s.Close())
			must(t, call.Close())
		}
		cancel(errShiftIsOver)
		<-s.done
		<-call.done
		for name, use := range map[string]func() error{
			"Next":       func() error { _, err := s.Next(t.Context()); return err },
			"End":        s.End,
			"SendAudio":  func() error { _, err := s.SendAudio(make([]int16, 240)); return err },
			"WaitReady":  func() error { return s.WaitReady(t.Context()) },
			"Call.Next":  func() error { _, err := call.Next(t.Context()); return err },
			"Call.End":   call.End,
			"Leg.Number": func() error { return leg.Hold() },
		} {
			// The handle is given back just after done is closed, and what is being closed is ended first.
			for err = use(); err == nil || errors.Is(err, ErrEnded); err = use() {
			}
			if !errors.Is(err, ErrClosed) || errors.Is(err, errShiftIsOver) == isClosed {
				t.Errorf("%s, closed by Close: %v: %v", name, isClosed, err)
			}
		}
	}
}
