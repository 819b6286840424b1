package palabra_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	session, err := client.OpenTranslation(ctx, palabra.TranslationConfig{SourceLanguage: "en", TargetLanguages: []string{"es"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()

	go func() {
		_, _ = session.SendPaced(ctx, make([]int16, 12000), 0) // your audio; this is half a second of silence
		_ = session.End()                                      // the tail comes, then CLOSED
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

// The cause of an error, and whether a new session can help.
func ExampleError() {
	client, err := palabra.NewClient(palabra.ClientConfig{CAFile: "no such file.pem"})
	if err == nil {
		client.Close()
	}
	var e *palabra.Error
	fmt.Println(errors.Is(err, palabra.ErrIO), errors.As(err, &e) && e.Retriable())
	// Output: true false
}

// Speech that is read, once per tick of the loudspeaker.
func ExampleSession_ReadAudio() {
	ctx := context.Background()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	session, err := client.OpenTranslation(ctx, palabra.TranslationConfig{
		SourceLanguage: "en", TargetLanguages: []string{"es"},
		Output: palabra.OutputOptions{Mode: palabra.OutputPlayout, Format: palabra.AudioFormat{SampleRate: 8000}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	_ = session.Speak("Buenos días", "es", 0, 1)
	_ = session.End()

	tick, heard := make([]int16, 160), false
	for range time.Tick(20 * time.Millisecond) { // a loudspeaker that takes 160 samples each time
		sound, err := session.ReadAudio("es", tick)
		if err != nil || sound&palabra.SoundEnded != 0 {
			fmt.Println("heard:", heard, err)
			return
		}
		heard = heard || sound&palabra.SoundSpeech != 0
	}
	// Output: heard: true <nil>
}

// One goroutine takes the events of many sessions.
func ExampleQueue() {
	ctx := context.Background()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	queue, err := palabra.NewQueue()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer queue.Close()
	const count = 3
	for caller := range count {
		session, err := client.OpenTranslation(ctx, palabra.TranslationConfig{
			SourceLanguage: "en", TargetLanguages: []string{"es"}, Queue: queue, SessionTag: uint64(caller + 1),
			EndSilence: time.Second, // after End
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		defer session.Close()
		_ = session.Speak("Buenos días", "es", 0, 1)
		_ = session.End()
	}
	spoken, closed := make(map[uint64]bool), 0
	for event := range queue.All() { // until the queue is closed
		switch event.Kind {
		case palabra.EventAudio: // of the session that event.SessionTag names
			spoken[event.SessionTag] = true
		case palabra.EventClosed:
			if closed++; closed == count {
				fmt.Println(len(spoken), "sessions spoke")
				return
			}
		}
	}
	// Output: 3 sessions spoke
}

// Before a new version of a service starts: what is open goes on, and nothing is opened any more.
func ExampleClient_Drain() {
	ctx := context.Background()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	config := palabra.TranslationConfig{SourceLanguage: "en", TargetLanguages: []string{"es"}}
	session, err := client.OpenTranslation(ctx, config)
	if err != nil {
		fmt.Println(err)
		return
	}
	brief, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	fmt.Println(client.Drain(brief)) // it begins, and somebody is still talking
	_, err = client.OpenTranslation(ctx, config)
	fmt.Println(errors.Is(err, palabra.ErrDraining))
	_ = session.Close()
	fmt.Println(client.Drain(ctx))
	// Output:
	// context deadline exceeded
	// true
	// <nil>
}

// Two telephones on one line, whose owners speak different languages.
func ExampleCall() {
	ctx := context.Background()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	call, err := client.OpenCall(ctx, palabra.CallConfig{CallName: "call 7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer call.Close()
	mulaw := palabra.AudioFormat{Encoding: palabra.EncodingMulaw} // at 8 kHz, both ways
	var legs [2]*palabra.Leg
	for n, language := range []string{"en", "es"} {
		if legs[n], err = call.Join(palabra.LegConfig{Language: language, Input: mulaw}); err != nil {
			fmt.Println(err)
			return
		}
	}
	go func() {
		said, heard := make([]byte, 160), make([]byte, 160) // packets of 20 ms
		for range time.Tick(20 * time.Millisecond) {
			for _, leg := range legs {
				// Here `said` would come from the line of this leg, and `heard` go to it.
				sound, err := leg.ExchangeBytes(said, heard)
				if err != nil || sound&palabra.SoundEnded != 0 {
					return
				}
			}
		}
	}()
	for event := range call.All() {
		switch event.Kind {
		case palabra.EventLinkUp:
			if event.Leg == 0 {
				fmt.Println("the first party is translated")
				_ = call.End() // a real call ends when somebody hangs up
			}
		case palabra.EventTranscript:
			fmt.Println(event.Leg, event.Language, event.Text)
		case palabra.EventClosed:
			fmt.Println("closed:", event.Code)
		}
	}
	// Output:
	// the first party is translated
	// closed: PALABRA_OK
}

// Text in, speech out, in one call.
func ExampleSession_Synthesize() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	session, err := client.OpenTTS(ctx, palabra.TTSConfig{Language: "en"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	speech, err := session.Synthesize(ctx, "Good evening", palabra.TextOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	file := filepath.Join(os.TempDir(), "good evening.wav")
	defer os.Remove(file)
	fmt.Println(speech.SampleRate, len(speech.PCM) > 0, palabra.WriteWAV(file, speech))
	// Output: 24000 true <nil>
}

// The tokens of a language model are spoken as they arrive.
func ExampleClient_OpenTTS() {
	ctx := context.Background()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	session, err := client.OpenTTS(ctx, palabra.TTSConfig{Language: "en"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	for _, token := range []string{"Good", " evening,", " every", "body"} {
		_ = session.SendText(token, palabra.TextOptions{UserTag: 1})
	}
	_ = session.SendText(".", palabra.TextOptions{Flags: palabra.TextEOS})
	_ = session.End() // all of it is said, then CLOSED

	for event := range session.All() {
		switch {
		case event.Kind == palabra.EventAudio && event.Flags&palabra.FlagLastChunk != 0:
			fmt.Println("said:", event.UserTag)
		case event.Kind == palabra.EventAudio: // play event.PCM
		case event.Kind == palabra.EventClosed:
			fmt.Println("closed:", event.Code)
		}
	}
	// Output:
	// said: 1
	// closed: PALABRA_OK
}

// Speech in, text out.
func ExampleClient_OpenSTT() {
	ctx := context.Background()
	client, err := palabra.NewClient(palabra.ClientConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	session, err := client.OpenSTT(ctx, palabra.STTConfig{Language: "en", Input: palabra.InputOptions{Format: palabra.AudioFormat{SampleRate: 16000}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.Close()
	go func() {
		speech := make([]int16, 8000) // your audio; this is half a second of a buzz
		for i := range speech {
			speech[i] = int16(i%100) * 100
		}
		_, _ = session.SendPaced(ctx, speech, 0)
		_ = session.End() // the last text becomes final, then CLOSED
	}()
	for event := range session.All() {
		if event.Kind == palabra.EventTranscript && event.Flags&palabra.FlagFinal != 0 {
			fmt.Println(event.Language, event.Text)
		}
	}
	// Output: en phrase 1, 0.5 s
}

// How terms are translated.
func ExampleClient_CreateGlossary() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := palabra.NewClient(palabra.ClientConfig{Credentials: palabra.Credentials{APIKey: "your API key"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	glossary, err := client.CreateGlossary(ctx, palabra.GlossaryConfig{
		Kind: palabra.GlossaryTranslation, Name: "Animals", SourceLanguage: "en", TargetLanguage: "es",
		Entries: []palabra.GlossaryEntry{{Term: "cat", Replacement: "gato"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	csv, err := client.GlossaryCSV(ctx, glossary.ID) // the ID goes into Config.TranslationGlossaries
	fmt.Print(csv, err, client.DeleteGlossary(ctx, glossary.ID))
	// Output:
	// cat,gato
	// <nil> <nil>
}

// The task that a config makes.
func ExampleBuildTask() {
	_, err := palabra.BuildTask(palabra.TranslationConfig{SourceLanguage: "en"})
	fmt.Println(errors.Is(err, palabra.ErrInvalidArgument))
	// Output: true
}
