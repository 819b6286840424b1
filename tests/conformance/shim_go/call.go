package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/palabra-ai/libpalabra/bindings/go"
)

// A call, and what is printed of its events until somebody asks for those of a leg.
type line struct {
	call    *palabra.Call
	parties map[int]*party
	told    map[int][]toldEvent // by leg
}

type party struct {
	leg      *palabra.Leg
	answered bool
	loud     int // frames with speech that were heard
}

type toldEvent struct {
	kind palabra.EventKind
	text string
}

func (s *shim) obeyCall(command, argument, text string) {
	switch command {
	case "call_open":
		told(command, s.openCall(strings.Fields(argument+" "+text)))
		return
	case "call_end":
		told(command, s.line.call.End())
		return
	case "call_close":
		told(command, s.line.call.CloseWait(time.Second))
		return
	case "call_record":
		options := palabra.CallRecordingOptions{Flags: palabra.RecordingTranslations, SampleRate: number(argument)}
		told(command, s.line.call.StartRecording(recording(), options))
		return
	case "call_pause_recording":
		told(command, s.line.call.PauseRecording())
		return
	case "call_resume_recording":
		told(command, s.line.call.ResumeRecording())
		return
	case "call_stop_recording":
		told(command, s.line.call.StopRecording(patience))
		_ = os.Remove(recording())
		return
	}
	place := number(argument)
	if s.line.parties[place] == nil {
		s.line.parties[place] = new(party)
	}
	p := s.line.parties[place]
	switch command {
	case "call_join":
		leg, err := s.line.call.Join(legOf(strings.Fields(text)))
		p.leg, p.answered = leg, false
		told(command, err)
	case "call_answer":
		p.answered = true
		_, err := p.tick()
		told(command, err)
	case "call_say":
		p.say(command, text, squareWave)
	case "call_sing":
		p.say(command, text, sungWave)
	case "call_spoke":
		p.spoke(command)
	case "call_hear":
		told(command, p.hear())
	case "call_packets":
		told(command, p.packets(strings.Fields(text)))
	case "call_stats":
		if now, err := p.leg.Stats(); err != nil {
			told(command, err)
		} else {
			fmt.Println(command, now.InputTaken.Milliseconds(), now.InputLost.Milliseconds(), now.LinksOpened, now.LinksBroken)
		}
	case "call_until":
		s.untilOf(command, place, text)
	case "call_heard":
		fmt.Println(command, to100ms(p.loud))
		p.loud = 0
	case "call_hold":
		told(command, p.leg.Hold())
	case "call_resume":
		told(command, p.leg.Resume())
	case "call_mute":
		told(command, p.leg.SetMuted(true))
	case "call_silence":
		told(command, p.leg.Silence(palabra.SilenceAll))
	case "call_interrupt":
		told(command, p.leg.Interrupt(8))
	case "call_speak":
		told(command, p.leg.Speak(text, 7))
	case "call_hang_up":
		p.answered = false
		told(command, p.leg.Close())
	case "call_play":
		told(command, p.play())
	}
}

func (s *shim) openCall(words []string) error {
	config := palabra.CallConfig{Flags: palabra.CallNoOriginal, Translation: palabra.TranslationConfig{
		EndSilence:  time.Second,
		Input:       palabra.InputOptions{Buffer: patience},
		Output:      palabra.OutputOptions{Prime: time.Second},
		CommandPace: palabra.CommandPace{TaskInterval: time.Millisecond, PauseInterval: time.Millisecond},
	}}
	id := ""
	for _, word := range words {
		if key, value, _ := strings.Cut(word, "="); key == "id" {
			id = value
		} else if key == "source" {
			config.Translation.SourceLanguage = value
		} else if key == "resend" {
			config.Flags |= palabra.CallReopen
			config.Resend = time.Duration(number(value)) * time.Millisecond
			config.Translation.Output.Target = config.Resend
		}
	}
	client := clientOf(id)
	defer client.Close()
	call, err := client.OpenCall(context.Background(), config)
	if err == nil {
		s.line = &line{call, map[int]*party{}, map[int][]toldEvent{}}
	}
	return err
}

func legOf(words []string) palabra.LegConfig {
	config := palabra.LegConfig{Language: words[0], Input: palabra.AudioFormat{SampleRate: rate}}
	for _, word := range words[1:] {
		switch key, value, _ := strings.Cut(word, "="); key {
		case "barge_in":
			config.BargeIn = map[string]palabra.BargeIn{"speech": palabra.BargeInOnSpeech, "none": palabra.BargeInNone}[value]
		case "echo":
			config.Echo = echoOf(value)
		case "detect":
			config.Flags |= palabra.LegDetectSpeech
		case "noise":
			config.Flags |= palabra.LegSuppressNoise
		case "gain":
			config.Flags |= palabra.LegControlGain
		}
	}
	return config
}

func (p *party) say(command, lengths string, wave func(int, int) []int16) {
	sound, silence, _ := strings.Cut(lengths, " ")
	if taken, err := p.leg.SendAudio(wave(number(sound), number(silence))); err != nil {
		told(command, err)
	} else {
		fmt.Println(command, taken)
	}
}

func (p *party) spoke(command string) {
	now, err := p.leg.Stats()
	ms := now.Spoke.Milliseconds()
	if err != nil || now.Spoke < 0 {
		ms = -1
	} else {
		ms = (ms + 50) / 100 * 100
	}
	fmt.Println(command, now.Spurts, ms)
}

// Until some of the translation is heard.
func (p *party) hear() error {
	for {
		if sound, err := p.tick(); err != nil || sound&palabra.SoundSpeech != 0 {
			return err
		}
	}
}

func (p *party) tick() (palabra.Sound, error) {
	var heard [rate / 100]int16
	sound, err := p.leg.Exchange(nil, heard[:])
	for _, sample := range heard {
		if sound&palabra.SoundSpeech != 0 && sample != 0 {
			p.loud++
		}
	}
	return sound, err
}

// Packets of 20 ms with these numbers, one in a tick.
func (p *party) packets(numbers []string) error {
	said := squareWave(20, 0)
	heard := make([]int16, len(said))
	for _, text := range numbers {
		if _, err := p.leg.ExchangeAt(said, uint32(number(text)*len(said)), heard); err != nil {
			return err
		}
	}
	return nil
}

func (p *party) play() error {
	for {
		if sound, err := p.tick(); err != nil || sound&palabra.SoundEnded != 0 {
			return err
		}
	}
}

func (s *shim) untilOf(command string, leg int, wanted string) {
	for {
		for len(s.line.told[leg]) > 0 {
			event := s.line.told[leg][0]
			s.line.told[leg] = s.line.told[leg][1:]
			fmt.Print(event.text)
			if event.kind.String() == wanted {
				return
			}
		}
		if err := s.nextOfCall(); err != nil {
			told(command, err)
			return
		}
	}
}

// Waits for an event while the parties that have answered listen, and keeps what is printed of it.
func (s *shim) nextOfCall() error {
	for over := time.Now().Add(patience); ; {
		for _, p := range s.line.parties {
			if p.answered {
				_, _ = p.tick()
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Millisecond)
		event, err := s.line.call.Next(ctx)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) && time.Now().Before(over) {
			continue
		}
		if err != nil {
			return err
		}
		var text bytes.Buffer
		s.out = &text
		// Whether something was heard is not ordered with what is said meanwhile.
		if event.Kind != palabra.EventPlayoutFinished {
			s.print(event)
		}
		s.out = os.Stdout
		s.line.told[event.Leg] = append(s.line.told[event.Leg], toldEvent{event.Kind, text.String()})
		return nil
	}
}
