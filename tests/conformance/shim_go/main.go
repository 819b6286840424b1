// The shim of the Go binding; README.md describes its input and output.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/palabra-ai/libpalabra/bindings/go"
)

const (
	rate     = 24000
	patience = 20 * time.Second
)

// The events of a session so far. Before open, and if open failed, there is no session.
type shim struct {
	session      *palabra.Session
	asking       *palabra.Client // with `ask`
	opened       chan struct{}   // closed when that is printed
	phraseFrames map[string]int
	phraseBytes  int
	hasOverflown bool
	line         *line     // with call_open
	out          io.Writer // where results and events are printed
}

func main() {
	s := shim{phraseFrames: map[string]int{}, out: os.Stdout}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		command, rest, _ := strings.Cut(lines.Text(), " ")
		s.obey(command, rest)
	}
	if s.session != nil {
		_ = s.session.Close()
	}
	if s.asking != nil {
		_ = s.asking.Close()
	}
	if s.line != nil {
		_ = s.line.call.Close()
	}
	_ = palabra.Shutdown(2 * time.Second)
}

func (s *shim) obey(command, rest string) {
	argument, text, _ := strings.Cut(rest, " ")
	if strings.HasPrefix(command, "call_") {
		s.obeyCall(command, argument, text)
		return
	}
	switch command {
	case "open", "open_tts", "open_stt":
		// Whoever is asked for credentials may be faster than this thread.
		s.opened = make(chan struct{})
		told(command, s.open(command, strings.Fields(rest)))
		close(s.opened)
	case "text":
		told(command, s.session.SendText(text, palabra.TextOptions{Flags: palabra.TextEOS, GenerationID: argument, UserTag: 9}))
	case "cancel":
		told(command, s.session.Cancel(argument, 9))
	case "cancel_tagged":
		told(command, s.session.CancelTagged(uint64(number(rest))))
	case "synthesize":
		s.synthesize(rest)
	case "end_call":
		s.endCall(rest)
	case "rest":
		restSessions(rest)
	case "file":
		translateFile(argument, text)
	case "finalize":
		told(command, s.session.Finalize(9))
	case "ready":
		told(command, s.ready())
	case "over":
		s.over()
	case "say":
		s.say(number(argument), number(text))
	case "skip":
		if taken, err := s.session.Skip(number(argument) * rate / 1000); err != nil {
			told(command, err)
		} else {
			fmt.Println(command, taken)
		}
	case "flush_input":
		told(command, s.session.FlushInput())
	case "bytes":
		s.bytes(number(argument), number(text))
	case "speak":
		told(command, s.session.Speak(text, argument, 0, 7))
	case "pause":
		told(command, s.session.Pause(8))
	case "resume":
		told(command, s.session.Resume(8))
	case "interrupt":
		told(command, s.session.Interrupt(nil, 0, 8))
	case "rate":
		told(command, s.session.SetOutputFormat("", palabra.AudioFormat{SampleRate: number(argument)}))
	case "original":
		told(command, s.session.SetOriginal(palabra.OriginalOptions{GainPercent: number(argument)}))
	case "silence":
		told(command, s.session.Silence(nil, palabra.SilenceAll))
	case "get_task":
		told(command, s.session.GetTask(8))
	case "end":
		told(command, s.session.End())
	case "until":
		s.until(rest)
	case "miss":
		s.miss(argument, time.Duration(number(text))*time.Millisecond)
	case "play":
		s.play(rest)
	case "record":
		told(command, s.session.StartRecording(recording(), palabra.RecordingOptions{SampleRate: number(argument)}))
	case "pause_recording":
		told(command, s.session.PauseRecording())
	case "resume_recording":
		told(command, s.session.ResumeRecording())
	case "stop_recording":
		told(command, s.session.StopRecording(patience))
		_ = os.Remove(recording())
	case "close":
		told(command, s.session.CloseWait(time.Second))
	}
}

// A wait that was ended by its context gets the library's status. Of a library that lacks something, the option of the build
// that the error asks for is told, too.
func told(what string, err error) {
	line := what + " " + nameOf(statusOf(err))
	if err != nil {
		if option := option.FindString(err.Error()); option != "" {
			line += " " + option
		}
	}
	fmt.Println(line)
}

var option = regexp.MustCompile("PALABRA_WITH_[A-Z_]+")

func echoOf(word string) palabra.Echo {
	return map[string]palabra.Echo{"measure": palabra.EchoMeasure, "cancel": palabra.EchoCancel}[word]
}

func statusOf(err error) palabra.Status {
	status := palabra.OK
	var e *palabra.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		status = palabra.ErrTimeout
	case errors.Is(err, context.Canceled):
		status = palabra.ErrClosed
	case errors.Is(err, palabra.ErrBadHandle): // which is ErrClosed in Go when Close has invalidated the handle
		status = palabra.ErrBadHandle
	case errors.As(err, &e):
		status = e.Status
	case err != nil:
		status = palabra.ErrInternal
	}
	return status
}

func nameOf(status palabra.Status) string { return strings.TrimPrefix(status.String(), "PALABRA_") }

func recording() string {
	return fmt.Sprintf("%s/palabra-conformance-%d.wav", os.TempDir(), os.Getpid())
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

func to100ms(frames int) int { return (frames*1000/rate + 50) / 100 * 100 }

func (s *shim) open(command string, words []string) error {
	var account palabra.ClientConfig
	input := palabra.InputOptions{Buffer: patience, Format: palabra.AudioFormat{SampleRate: rate}}
	config := palabra.TranslationConfig{Input: palabra.InputOptions{Buffer: patience}, EndSilence: time.Second}
	speaker := palabra.TTSConfig{}
	listener := palabra.STTConfig{Input: input}
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "id":
			account.Credentials = palabra.Credentials{ClientID: value, ClientSecret: "secret"}
		case "ask":
			opened := s.opened
			account.TokenSource = palabra.TokenSourceFunc(func(context.Context) (palabra.Credentials, error) {
				<-opened
				fmt.Println("CREDENTIALS_NEEDED")
				return palabra.Credentials{ClientID: value, ClientSecret: "secret"}, nil
			})
		case "source":
			config.SourceLanguage = value
		case "targets":
			config.TargetLanguages = strings.Split(value, ",")
		case "language":
			speaker.Language, listener.Language = value, value
		case "format":
			speaker.Format, listener.Format, listener.Input = palabra.TTSFormatMP3, palabra.STTFormatMP3, palabra.InputOptions{}
		case "translate":
			listener.TargetLanguages = strings.Split(value, ",")
		case "output":
			if value == "playout" {
				config.Output.Mode = palabra.OutputPlayout
			}
		case "reader_lag":
			config.Output.ReaderLag = time.Duration(number(value)) * time.Millisecond
		case "event_limit":
			config.Limits.EventCount = number(value)
		case "message_bytes":
			config.Limits.MessageBytes = number(value)
		case "liveness":
			config.Timeouts.Liveness = time.Duration(number(value)) * time.Millisecond
		case "echo":
			config.Echo = echoOf(value)
		case "noise":
			config.Flags |= palabra.TranslationSuppressNoise
		case "gain":
			config.Flags |= palabra.TranslationControlGain
		case "drop_oldest":
			config.Flags |= palabra.SessionDropOldest
		}
	}
	client, err := palabra.NewClient(account)
	if err != nil {
		return err
	}
	if account.TokenSource != nil {
		s.asking = client
	} else {
		defer client.Close()
	}
	var session *palabra.Session
	switch command {
	case "open_tts":
		session, err = client.OpenTTS(context.Background(), speaker)
	case "open_stt":
		session, err = client.OpenSTT(context.Background(), listener)
	default:
		session, err = client.OpenTranslation(context.Background(), config)
	}
	if err == nil {
		s.session = session
	}
	return err
}

func (s *shim) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.session.WaitReady(ctx)
}

// Waits until nothing more will happen; the events remain queued.
func (s *shim) over() {
	for s.session.State() != palabra.StateClosed {
		time.Sleep(5 * time.Millisecond)
	}
	told("over", nil)
}

func (s *shim) synthesize(text string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if speech, err := s.session.Synthesize(ctx, text, palabra.TextOptions{UserTag: 5}); err != nil {
		told("synthesize", err)
	} else {
		fmt.Println("synthesize", to100ms(len(speech.PCM)))
	}
}

func (s *shim) endCall(text string) {
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := s.session.Synthesize(ctx, text, palabra.TextOptions{UserTag: 6})
	told("end_call", err)
}

func clientOf(id string) *palabra.Client {
	client, err := palabra.NewClient(palabra.ClientConfig{Credentials: palabra.Credentials{ClientID: id, ClientSecret: "secret"}})
	if err != nil {
		panic(err)
	}
	return client
}

func restSessions(id string) {
	client, ctx := clientOf(id), context.Background()
	defer client.Close()
	made, create := client.CreateRESTSession(ctx)
	_, list := client.RESTSessions(ctx)
	_, get := client.RESTSession(ctx, made.ID)
	ttl := client.SetRESTSessionTTL(ctx, made.ID, time.Minute)
	_, missing := client.RESTSession(ctx, "never made")
	line := "rest"
	for _, err := range []error{create, list, get, ttl, missing, client.DeleteRESTSession(ctx, made.ID)} {
		line += " " + nameOf(statusOf(err))
	}
	fmt.Println(line)
}

func translateFile(id, lengths string) {
	sound, silence, _ := strings.Cut(lengths, " ")
	path := filepath.Join(os.TempDir(), fmt.Sprintf("palabra-shim-go-%d.wav", os.Getpid()))
	defer os.Remove(path)
	err := palabra.WriteWAV(path, palabra.Audio{SampleRate: rate, Channels: 1, PCM: squareWave(number(sound), number(silence))})
	if err != nil {
		panic(err)
	}
	config := palabra.TranslationConfig{SourceLanguage: "en", TargetLanguages: []string{"es"}, EndSilence: time.Second}
	options := palabra.FileOptions{Flags: palabra.FileAudio | palabra.FileNoFollow, PacePercent: 1000}
	client := clientOf(id)
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	result, err := client.TranslateFile(ctx, config, path, "", options)
	line := "file " + nameOf(statusOf(err))
	for _, output := range result.Outputs {
		if output.PCM != nil {
			line += fmt.Sprintf(" %s %d", output.Language, to100ms(len(output.PCM)))
		}
	}
	fmt.Println(line)
}

// Frames of a tone, and of silence.
func squareWave(soundMS, silenceMS int) []int16 {
	return wave(soundMS, silenceMS, func(int) int { return 60 })
}

// The same of what is taken for speech.
func sungWave(soundMS, silenceMS int) []int16 {
	return wave(soundMS, silenceMS, func(n int) int { return 80 + n/1200%5*8 })
}

func wave(soundMS, silenceMS int, half func(int) int) []int16 {
	samples := make([]int16, (soundMS+silenceMS)*rate/1000)
	for n := range soundMS * rate / 1000 {
		samples[n] = -4000
		if n/half(n)%2 != 0 {
			samples[n] = 4000
		}
	}
	return samples
}

func (s *shim) say(soundMS, silenceMS int) {
	if taken, err := s.session.SendAudio(squareWave(soundMS, silenceMS)); err != nil {
		told("say", err)
	} else {
		fmt.Println("say", taken)
	}
}

func (s *shim) bytes(count, ms int) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	data := make([]byte, count)
	taken, err := 0, error(nil)
	if ms > 0 {
		taken, err = s.session.SendEncodedPaced(ctx, data, time.Duration(ms)*time.Millisecond, 0)
	} else {
		taken, err = s.session.SendEncoded(data)
	}
	if err != nil {
		told("bytes", err)
	} else {
		fmt.Println("bytes", taken)
	}
}

func (s *shim) until(kind string) {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		event, err := s.session.Next(ctx)
		cancel()
		if err != nil {
			told("until", err)
			return
		}
		s.print(event)
		if event.Kind.String() == kind {
			return
		}
	}
}

func (s *shim) print(event palabra.Event) {
	switch event.Kind {
	case palabra.EventReady, palabra.EventLinkUp, palabra.EventStreamEnd, palabra.EventOverflow, palabra.EventSpeechStarted, palabra.EventSpeechEnded:
		s.hasOverflown = s.hasOverflown || event.Kind == palabra.EventOverflow
		fmt.Fprintln(s.out, event.Kind)
	case palabra.EventTranscript:
		if event.Flags&palabra.FlagFinal != 0 {
			s.printTranscript(event)
		}
	case palabra.EventAudio:
		s.hear(event)
	case palabra.EventSpeakStatus, palabra.EventTaskStatus:
		fmt.Fprintln(s.out, event.Kind, event.Text, event.UserTag)
	case palabra.EventTaskInfo:
		if event.UserTag != 0 && event.Flags&palabra.FlagPaused != 0 {
			fmt.Fprintln(s.out, event.Kind, event.UserTag, "paused")
		} else if event.UserTag != 0 {
			fmt.Fprintln(s.out, event.Kind, event.UserTag)
		}
	case palabra.EventPlayoutCut, palabra.EventPlayoutFinished:
		fmt.Fprintln(s.out, event.Kind, event.Language)
	case palabra.EventError, palabra.EventLinkDown, palabra.EventClosed:
		fmt.Fprintln(s.out, event.Kind, nameOf(event.Code))
	}
}

func (s *shim) printTranscript(event palabra.Event) {
	line := []any{event.Kind, event.Language, event.Text}
	if event.Flags&palabra.FlagTranslation != 0 {
		line = append(line, "translation")
	}
	if event.UserTag != 0 {
		line = append(line, event.UserTag)
	}
	fmt.Fprintln(s.out, line...)
}

func (s *shim) hear(event palabra.Event) {
	s.phraseFrames[event.Language] += len(event.PCM)
	s.phraseBytes += len(event.Data)
	if event.Flags&palabra.FlagLastChunk == 0 {
		return
	}
	switch {
	case s.phraseBytes > 0:
		fmt.Fprintln(s.out, event.Kind, event.Language, s.phraseBytes, "bytes")
	case s.hasOverflown:
		fmt.Fprintln(s.out, event.Kind, event.Language)
	default:
		fmt.Fprintln(s.out, event.Kind, event.Language, to100ms(s.phraseFrames[event.Language]))
	}
	s.phraseFrames[event.Language], s.phraseBytes = 0, 0
}

// The cut of what was ready is told at a read, and a read before everything is missed would hear some of it.
func (s *shim) miss(language string, most time.Duration) {
	tick := make([]int16, rate/100)
	stats, err := s.session.PlayoutStats(language)
	for looks := 1; err == nil && stats.PhrasesDropped == 0; looks++ {
		if looks > 200 && stats.Skipped >= most && stats.Buffered == 0 {
			s.session.ReadAudio(language, tick)
			looks = 0
		}
		time.Sleep(5 * time.Millisecond)
		stats, err = s.session.PlayoutStats(language)
	}
	told("miss", err)
}

func (s *shim) play(language string) {
	tick, loud := make([]int16, rate/100), 0
	for {
		sound, err := s.session.ReadAudio(language, tick)
		if err != nil {
			told("play", err)
			return
		}
		if sound&palabra.SoundEnded != 0 {
			fmt.Println("play", to100ms(loud))
			return
		}
		for _, sample := range tick {
			if sample != 0 {
				loud++
			}
		}
	}
}
