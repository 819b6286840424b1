package palabra

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Close while other goroutines are inside every other method, ten thousand times in the slower tier. No call may hang: the
// limit is a second, and on a busy machine a multiple of the time that the machine takes to run a goroutine.
func TestCloseInterleavings(t *testing.T) {
	const workers = 8
	rounds := 2000
	if os.Getenv("PALABRA_PROVE_CLOCK") != "" {
		rounds = 10_000
	}
	if devserver.WSURL == "" {
		t.Skip("PALABRA_DEVSERVER does not name a devserver")
	}
	client := newTestClient(t, "dev")
	config := playoutConfig("es")
	config.Output.Mode = OutputBoth
	config.Stream = StreamAddress{devserver.WSURL, "dev~blast=20"}
	var all sync.WaitGroup
	amid := interleavings{client: client, config: config, heartbeat: startHeartbeat(t)}
	for worker := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			for range rounds / workers {
				if !amid.once(t, random) {
					return
				}
			}
		}()
	}
	all.Wait()
	t.Logf("%d of %d sessions were ready; the longest took %v", amid.ready.Load(), rounds, time.Duration(amid.longest.Load()))
	if int(amid.ready.Load()) < rounds/100 {
		t.Error("hardly a session was ready when it was closed")
	}
}

type interleavings struct {
	client    *Client
	config    TranslationConfig
	heartbeat *heartbeat
	ready     atomic.Int32
	longest   atomic.Int64
}

func (amid *interleavings) once(t *testing.T, random *rand.Rand) bool {
	s, err := amid.client.OpenTranslation(context.Background(), amid.config)
	if err != nil {
		t.Error(err)
		return false
	}
	var users sync.WaitGroup
	until := func(step func() error) {
		users.Add(1)
		go func() {
			defer users.Done()
			for err := error(nil); !errors.Is(err, ErrClosed); err = step() {
				if !isUsual(err) {
					t.Error(err)
				}
				runtime.Gosched()
			}
		}()
	}
	begin(s, random, until)
	pause(t, s, random)
	closed := make(chan struct{})
	if s.State() == StateReady {
		amid.ready.Add(1)
	}
	begun := time.Now()
	go func() {
		defer close(closed)
		if random.IntN(4) == 0 {
			go func() { _ = s.Close() }()
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		users.Wait()
	}()
	return amid.inTime(t, begun, closed)
}

func (amid *interleavings) inTime(t *testing.T, begun time.Time, closed <-chan struct{}) bool {
	var where []byte
	select {
	case <-closed:
	case <-time.After(onTheClock(time.Second)):
		where = stacks()
		select {
		case <-closed:
		case <-time.After(5 * time.Minute):
			t.Errorf("it hangs\n%s", stacks())
			return false
		}
	}
	took := time.Since(begun)
	for known := amid.longest.Load(); int64(took) > known && !amid.longest.CompareAndSwap(known, int64(took)); {
		known = amid.longest.Load()
	}
	if where != nil {
		// A heartbeat of the same length shows that the machine had no processor for either.
		beat := amid.heartbeat.longestSince(begun)
		t.Errorf("Close and the end of all users took %v, a heartbeat beside it %v\n%s", took, beat, where)
	}
	return true
}

// Close while other goroutines wait for speech, send texts and listen.
func TestCloseAmidSynthesize(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 100 {
		s := openTTS(t, "dev", TTSConfig{Output: OutputOptions{Mode: OutputBoth}})
		var users sync.WaitGroup
		pcm := make([]int16, 240)
		for _, step := range []func() error{
			func() error { _, err := s.Synthesize(context.Background(), "Good evening", TextOptions{}); return err },
			func() error { _, err := s.Synthesize(context.Background(), "Good night", TextOptions{}); return err },
			func() error { return s.SendText("Good", TextOptions{GenerationID: "a"}) },
			func() error { return s.Cancel("a", 1) },
			func() error { _, err := s.ReadAudio("en", pcm); return err },
			func() error { _, err := s.Next(context.Background()); return err },
		} {
			users.Add(1)
			go func() {
				defer users.Done()
				for err := error(nil); !errors.Is(err, ErrClosed); err = step() {
					if !isUsual(err) {
						t.Error(err)
					}
					runtime.Gosched()
				}
			}()
		}
		pause(t, s, random)
		must(t, s.Close())
		within(t, 20*time.Second, "the end of all users", users.Wait)
	}
}

// The stacks of all goroutines.
func stacks() []byte {
	text := make([]byte, 1<<20)
	return text[:runtime.Stack(text, true)]
}

// The results that a user may get while nothing is wrong.
func isUsual(err error) bool {
	return err == nil || errors.Is(err, ErrBusy) || errors.Is(err, ErrAgain) || errors.Is(err, context.DeadlineExceeded)
}

// Some of the calls on a session, each repeated until the session is closed.
func begin(s *Session, random *rand.Rand, until func(func() error)) {
	pcm, heard := make([]int16, 160), make([]int16, 160)
	steps := []func() error{
		func() error { _, err := s.SendAudio(pcm); return err },
		func() error { _, err := s.ReadAudio("es", heard); return err },
		func() error { _, err := s.Next(context.Background()); return err },
		func() error {
			ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
			defer cancel()
			_, err := s.Next(ctx)
			return err
		},
		func() error {
			for range s.All() {
			}
			return ErrClosed
		},
		func() error {
			for range s.Events() {
			}
			return ErrClosed
		},
		func() error {
			return s.SetInputFormat(AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1})
		},
		func() error {
			return s.SetOutputFormat("ES", AudioFormat{Encoding: EncodingS16, SampleRate: 16000, Channels: 1})
		},
		func() error { _, err := s.Stats(); return err },
		func() error { return s.Speak("hola", "es", 0, 1) },
		func() error { return s.WaitReady(context.Background()) },
		func() error { _, err := s.SendPaced(context.Background(), pcm, 0); return err },
	}
	random.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	for _, step := range steps[:1+random.IntN(4)] {
		until(step)
	}
}

// Lets the other goroutines reach any point: by turns of the scheduler, also after the session has become READY.
func pause(t *testing.T, s *Session, random *rand.Rand) {
	if random.IntN(32) == 0 {
		if err := s.WaitReady(context.Background()); err != nil {
			t.Error(err)
		}
	}
	for range random.IntN(1 << random.IntN(12)) {
		runtime.Gosched()
	}
}
