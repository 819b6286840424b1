package palabra_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/palabra-ai/libpalabra/bindings/go"
)

// The credentials come from the environment.
func ExampleSession() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	session, err := client.Open(ctx, palabra.Config{SourceLanguage: "en", TargetLanguages: []string{"es"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()

	go func() {
		_, _ = session.SendPaced(ctx, make([]int16, 12000), 0) // your audio; this is half a second of silence
		_ = session.End(time.Second)                           // the tail comes, then CLOSED
	}()
	for event := range session.All() {
		switch event.Kind {
		case palabra.EventReady:
			fmt.Println("ready")
		case palabra.EventTranscript:
			fmt.Println(event.Language, event.Text)
		case palabra.EventAudio: // play event.PCM
		case palabra.EventClosed:
			fmt.Println("closed:", event.Code)
		}
	}
	// Output:
	// ready
	// closed: PALABRA_OK
}

// What went wrong, and whether a new session can help.
func ExampleError() {
	client, err := palabra.NewClient(palabra.ClientConfig{CAFile: "no such file.pem"})
	if err == nil {
		client.Close()
	}
	var e *palabra.Error
	fmt.Println(errors.Is(err, palabra.ErrIO), errors.As(err, &e) && e.Retriable())
	// Output: true false
}

// Speech that is pulled, once per tick of the loudspeaker.
func ExampleSession_ReadAudio() {
	ctx := context.Background()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	session, err := client.Open(ctx, palabra.Config{
		SourceLanguage: "en", TargetLanguages: []string{"es"}, OutputMode: palabra.OutputPlayout, OutputSampleRate: 8000,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	_ = session.Speak("Buenos días", "es", 0, 1)
	_ = session.End(time.Second)

	tick, heard := make([]int16, 160), false // 20 ms
	for sound := palabra.SoundSilence; sound != palabra.SoundEnded; time.Sleep(time.Millisecond) {
		if sound, err = session.ReadAudio("es", tick); err != nil {
			fmt.Println(err)
			return
		}
		heard = heard || sound == palabra.SoundSpeech
	}
	fmt.Println("heard:", heard)
	// Output: heard: true
}

// The task that a config makes.
func ExampleTaskJSON() {
	_, err := palabra.TaskJSON(palabra.Config{SourceLanguage: "en"})
	fmt.Println(errors.Is(err, palabra.ErrInvalidArgument))
	// Output: true
}
