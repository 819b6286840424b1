package palabra

import (
	"context"
	"errors"
	"math/bits"
	"testing"
	"time"
)

// The events of a session.
type story struct {
	events, ready, finals, translations, lastChunks, closed, samples int
	lastSeq                                                          uint64
	code                                                             Status
}

func (s *story) take(t testing.TB, e Event) {
	t.Helper()
	s.events++
	if e.Seq != s.lastSeq+1 || s.closed > 0 {
		t.Errorf("event %v has seq %d after %d, %d CLOSED before it", e.Kind, e.Seq, s.lastSeq, s.closed)
	}
	s.lastSeq = e.Seq
	switch e.Kind {
	case EventReady:
		s.ready++
	case EventTranscript:
		s.takeTranscript(t, e)
	case EventAudio:
		s.samples += len(e.PCM)
		if e.Flags&FlagLastChunk != 0 {
			s.lastChunks++
		}
		if e.Language != "es" || e.SampleRate != 24000 || e.Channels != 1 {
			t.Errorf("audio in %q at %d Hz with %d channels", e.Language, e.SampleRate, e.Channels)
		}
	case EventClosed:
		s.closed++
		s.code = e.Code
	}
}

func (s *story) takeTranscript(t testing.TB, e Event) {
	t.Helper()
	language := "en"
	if e.Flags&FlagTranslation != 0 {
		language = "es"
	}
	if e.Text == "" || e.Language != language || e.ID == "" || e.Phrase == 0 {
		t.Errorf("transcript %+v", e)
	}
	switch {
	case e.Flags&FlagFinal == 0:
	case e.Flags&FlagTranslation != 0:
		s.translations++
	default:
		s.finals++
	}
}

func (s *story) check(t testing.TB, phraseMS int) {
	t.Helper()
	wanted := phraseMS * testRate / 1000
	if s.ready != 1 || s.finals != 1 || s.translations != 1 || s.lastChunks != 1 || s.closed != 1 || s.code != OK {
		t.Errorf("%+v", *s)
	}
	if s.samples < wanted*9/10 || s.samples > wanted*11/10 {
		t.Errorf("%d samples of speech for %d", s.samples, wanted)
	}
}

// Sends one phrase in real time and requests the end, while another goroutine takes the events.
func speakInto(s *Session, phraseMS int) error {
	if _, err := s.SendPaced(context.Background(), tone(testRate, phraseMS), 2*time.Second); err != nil {
		return err
	}
	return s.End()
}

func TestConversationByIterator(t *testing.T) {
	config := usualConfig()
	config.SessionTag, config.SessionName = 1<<63+7, "conversation é"
	s := openTest(t, newTestClient(t, "dev"), config)
	said := make(chan error, 1)
	go func() { said <- speakInto(s, 1200) }()
	var told story
	for e := range s.All() {
		if e.SessionTag != config.SessionTag || e.SessionName != config.SessionName {
			t.Errorf("session tag %d, name %q", e.SessionTag, e.SessionName)
		}
		told.take(t, e)
	}
	must(t, <-said)
	told.check(t, 1200)
	if s.State() != StateClosed || s.Err() != nil {
		t.Errorf("state %v, last error %v", s.State(), s.Err())
	}
	stats, err := s.Stats()
	must(t, err)
	if stats.InputFramesTaken != int64(len(tone(testRate, 1200))) || stats.AudioFramesReceived != int64(told.samples) || stats.Ready <= 0 {
		t.Errorf("stats %+v", stats)
	}
	for range s.All() {
		t.Error("an event after CLOSED")
	}
}

func TestConversationByChannel(t *testing.T) {
	s := openReady(t, usualConfig())
	said := make(chan error, 1)
	go func() { said <- speakInto(s, 1200) }()
	var told story
	for e := range s.Events() {
		told.take(t, e)
	}
	must(t, <-said)
	told.check(t, 1200)
}

// A channel without a receiver is bounded, blocks no other goroutine, and ends with the session.
func TestAChannelThatNobodyReceivesFrom(t *testing.T) {
	s := openTest(t, newTestClient(t, "dev~blast=300"), usualConfig())
	events := s.Events()
	eventually(t, 20*time.Second, "filling the channel and the library's queue", func() bool {
		stats, err := s.Stats()
		must(t, err)
		return len(events) == cap(events) && stats.EventsQueued >= 100
	})
	must(t, s.Close())
	received := 0
	within(t, 5*time.Second, "the end of the channel", func() {
		for range events {
			received++
		}
	})
	if received > cap(events)+1 {
		t.Errorf("%d events after Close", received)
	}
}

// A listener interrupts: the speech stops immediately.
func TestInterrupt(t *testing.T) {
	s := openReady(t, playoutConfig("es", "fr"))
	must(t, s.Speak("una frase que no se oye hasta el final", "es", 0, 1))
	pcm := make([]int16, 480)
	eventually(t, 20*time.Second, "the beginning of the speech", func() bool {
		sound, err := s.ReadAudio("es", pcm)
		must(t, err)
		return sound&SoundSpeech != 0
	})
	must(t, s.Interrupt([]string{"es"}, 0, 2))
	within(t, 20*time.Second, "the mark of what was heard", func() {
		for e := range s.All() {
			if _, err := s.ReadAudio("es", pcm); err != nil {
				t.Error(err)
			}
			if e.Kind == EventPlayoutCut {
				if e.HeardFor <= 0 || e.HeardFor >= e.PhraseLength {
					t.Errorf("%+v", e)
				}
				return
			}
		}
	})
}

// Breaking off an iteration loses nothing.
func TestIterationGoesOn(t *testing.T) {
	s := openTest(t, newTestClient(t, "dev"), usualConfig())
	go func() { _ = speakInto(s, 600) }()
	var told story
	for told.closed == 0 {
		for e := range s.All() {
			told.take(t, e)
			break
		}
	}
	told.check(t, 600)
}

func TestFloatsAndBytes(t *testing.T) {
	for name, start := range map[string]func(*Session) error{
		"float32": func(s *Session) error {
			floats := make([]float32, 0, testRate)
			for _, sample := range tone(testRate, 800) {
				floats = append(floats, float32(sample)/32768)
			}
			_, err := s.SendPacedFloat32(context.Background(), floats, 2*time.Second)
			return err
		},
		"mulaw": func(s *Session) error {
			bytes := make([]byte, 0, 8000)
			for _, sample := range tone(8000, 800) {
				bytes = append(bytes, mulaw(sample))
			}
			_, err := s.SendPacedBytes(context.Background(), bytes, 2*time.Second)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openReady(t, usualConfig())
			if name == "float32" {
				must(t, s.SetInputFormat(AudioFormat{Encoding: EncodingF32, SampleRate: testRate, Channels: 1}))
			} else {
				must(t, s.SetInputFormat(AudioFormat{Encoding: EncodingMulaw, SampleRate: 8000, Channels: 1}))
			}
			go func() {
				_ = start(s)
				_ = s.End()
			}()
			var told story
			for e := range s.All() {
				told.take(t, e)
			}
			told.check(t, 800)
		})
	}
}

// G.711: a sign, eight segments, sixteen steps in each.
func mulaw(sample int16) byte {
	sign, magnitude := 0, int(sample)
	if magnitude < 0 {
		sign, magnitude = 0x80, -magnitude
	}
	magnitude = min(magnitude, 32635) + 132
	segment := bits.Len(uint(magnitude)) - 8
	return ^byte(sign | segment<<4 | magnitude>>(segment+3)&15)
}

func TestCommandsAreAnsweredWithTheirTags(t *testing.T) {
	config := usualConfig()
	config.CommandPace.TaskInterval = time.Millisecond
	config.CommandPace.PauseInterval = time.Millisecond
	s := openReady(t, config)
	must(t, s.Speak("Buenas noches", "es", 0, 1))
	must(t, s.Speak("good evening", "en", SpeakTranslate, 2))
	must(t, s.GetTask(3))
	task, err := BuildTask(config)
	must(t, err)
	must(t, s.Pause(4))
	must(t, s.Resume(5))
	must(t, s.SetTask(task, 6))
	must(t, s.Interrupt(nil, 0, 7))
	must(t, s.End())
	answers := map[uint64]EventKind{}
	for e := range s.All() {
		if e.UserTag != 0 {
			answers[e.UserTag] = e.Kind
		}
	}
	for tag, kind := range map[uint64]EventKind{1: EventSpeakStatus, 2: EventSpeakStatus, 3: EventTaskInfo, 4: EventTaskStatus} {
		if answers[tag] != kind {
			t.Errorf("command %d was answered by %v", tag, answers[tag])
		}
	}
}

func TestSharedQueue(t *testing.T) {
	const sessions = 5
	queue, err := NewQueue()
	must(t, err)
	client := newTestClient(t, "dev")
	open := map[uint64]*Session{}
	for tag := range uint64(sessions) {
		config := usualConfig()
		config.Queue, config.SessionTag = queue, tag
		open[tag] = openTest(t, client, config)
		go func(s *Session) { _ = speakInto(s, 600) }(open[tag])
	}
	if _, err := open[0].Next(t.Context()); !errors.Is(err, ErrUnsupported) {
		t.Errorf("its events go to a queue, and Next says %v", err)
	}
	stories := map[uint64]*story{}
	left := sessions
	for e := range queue.All() {
		if stories[e.SessionTag] == nil {
			stories[e.SessionTag] = new(story)
		}
		stories[e.SessionTag].take(t, e)
		if e.Kind == EventClosed {
			if left--; left == 0 {
				break
			}
		}
	}
	for _, told := range stories {
		told.check(t, 600)
	}
	waiting := make(chan error)
	go func() {
		_, err := queue.Next(context.Background())
		waiting <- err
	}()
	must(t, queue.Close())
	must(t, queue.Close())
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Errorf("a closed queue says %v", err)
	}
}
