package palabra

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Each key has an account of its own; the key may name faults.
func newAccount(t testing.TB, key string) *Client {
	t.Helper()
	if devserver.APIURL == "" {
		t.Skip("PALABRA_DEVSERVER does not name a devserver")
	}
	client, err := NewClient(ClientConfig{Credentials: Credentials{APIKey: key}, APIURL: devserver.APIURL, Flags: ClientIgnoreEnvironment})
	must(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func myVoice() VoiceConfig {
	return VoiceConfig{Name: "My voice", Language: "en", Sample: []byte("123456789\r\n--\x00\xff"), SampleName: "me.wav"}
}

// Checks that the service refused a call, and how.
func refused(t testing.TB, err error, status Status, httpStatus int, part string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, status) || e.HTTPStatus != httpStatus || !strings.Contains(e.Text, part) {
		t.Fatalf("%+v is not %v with HTTP status %d and %q", err, status, httpStatus, part)
	}
	return e
}

func TestAVoiceIsMadeFoundChangedAndDeleted(t *testing.T) {
	client, ctx := newAccount(t, "go-voice"), t.Context()
	config := myVoice()
	config.Flags, config.Description, config.Gender, config.Mood = VoiceDenoise, "mine", "female", "calm"
	config.SampleJSON = `{"speech_normalization": true}`
	voice, err := client.CreateVoice(ctx, config)
	must(t, err)
	if voice.ID == "" || voice.Status != VoiceStatusReady || voice.Name != "My voice" || voice.Language != "en" ||
		voice.Description != "mine" || voice.Gender != "female" || voice.Mood != "calm" || !strings.Contains(voice.JSON, voice.ID) {
		t.Errorf("%+v", voice)
	}
	again, err := client.Voice(ctx, voice.ID)
	if again != voice || err != nil {
		t.Errorf("%+v, %v", again, err)
	}
	for search, wanted := range map[string]int{"": 1, "my vo": 1, "other": 0} {
		if found, err := client.Voices(ctx, search, "en"); err != nil || len(found) != wanted {
			t.Errorf("%q: %+v, %v", search, found, err)
		}
	}
	name := "Other name"
	changed, err := client.UpdateVoice(ctx, voice.ID, VoiceChange{Name: &name})
	if err != nil || changed.Name != name || changed.Description != "mine" || changed.Mood != "calm" {
		t.Errorf("%+v, %v", changed, err)
	}
	must(t, client.DeleteVoice(ctx, voice.ID))
	_, err = client.Voice(ctx, voice.ID)
	refused(t, err, ErrService, 404, "unknown voice")
	refused(t, client.DeleteVoice(ctx, voice.ID), ErrService, 404, "unknown voice")
}

func TestAVoiceFromAFileAndTheWaitForIt(t *testing.T) {
	client, ctx := newAccount(t, "dev~voice_delay_ms=300~.go"), t.Context()
	sample := filepath.Join(t.TempDir(), "me.wav")
	must(t, WriteWAV(sample, Audio{SampleRate: 16000, Channels: 1, PCM: tone(16000, 500)}))
	voice, err := client.CreateVoice(ctx, VoiceConfig{Flags: VoiceNoWait, Name: "My voice", Language: "en", SamplePath: sample})
	if err != nil || voice.Status == VoiceStatusReady {
		t.Fatalf("%+v, %v", voice, err)
	}
	if voice, err = client.WaitVoice(ctx, voice.ID); err != nil || voice.Status.String() != "READY" {
		t.Errorf("%+v, %v", voice, err)
	}
}

// An object that exists at the service is always returned.
func TestAVoiceIsThereOnFailureToo(t *testing.T) {
	slow := newAccount(t, "dev~voice_delay_ms=60000~.go")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	voice, err := slow.CreateVoice(ctx, myVoice())
	if !errors.Is(err, context.DeadlineExceeded) || voice.ID == "" || voice.Status != VoiceStatusPending {
		t.Errorf("%+v, %v", voice, err)
	}
	voice, err = newAccount(t, "dev~voice_fails~voice_delay_ms=0~.go").CreateVoice(t.Context(), myVoice())
	refused(t, err, ErrService, 0, "no speech")
	if voice.Status != VoiceStatusFailed || voice.Errors == "" {
		t.Errorf("%+v", voice)
	}
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	within(t, 10*time.Second, "cancelling", func() {
		if _, err := slow.CreateVoice(ctx, myVoice()); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestListsAreReadToTheirLastPage(t *testing.T) {
	client, ctx := newAccount(t, "dev~page_size=2~.go"), t.Context()
	builtin, err := client.BuiltinVoices(ctx)
	if err != nil || len(builtin) != 12 {
		t.Errorf("%d built-in voices, %v", len(builtin), err)
	}
	for n := range 5 {
		config := myVoice()
		config.Flags, config.Name = VoiceNoWait, fmt.Sprintf("Voice %d", n)
		_, err := client.CreateVoice(ctx, config)
		must(t, err)
		_, err = client.CreateGlossary(ctx, GlossaryConfig{
			Kind: GlossaryHotwords, Name: fmt.Sprintf("Terms %d", n), SourceLanguage: "en", Entries: []GlossaryEntry{{Term: "Palabra"}},
		})
		must(t, err)
	}
	voices, err := client.Voices(ctx, "", "")
	must(t, err)
	glossaries, err := client.Glossaries(ctx)
	must(t, err)
	if len(voices) != 5 || len(glossaries) != 5 {
		t.Fatalf("%d voices, %d glossaries", len(voices), len(glossaries))
	}
	for n := range 5 {
		if voices[n].Name != fmt.Sprintf("Voice %d", n) || glossaries[n].Name != fmt.Sprintf("Terms %d", n) {
			t.Errorf("%d: %+v, %+v", n, voices[n], glossaries[n])
		}
	}
}

func TestAGlossaryIsMadeReadChangedAndDeleted(t *testing.T) {
	client, ctx := newAccount(t, "go-glossary"), t.Context()
	glossary, err := client.CreateGlossary(ctx, GlossaryConfig{
		Kind: GlossaryTranslation, Name: "Terms", SourceLanguage: "en", TargetLanguage: "es",
		Entries: []GlossaryEntry{{"cat", "gato"}, {"a, b", "c \"d\"\ne"}},
	})
	must(t, err)
	if glossary.Kind.String() != "TRANSLATION" || glossary.Flags != 0 || glossary.SourceLanguage != "en" || glossary.TargetLanguage != "es" {
		t.Errorf("%+v", glossary)
	}
	again, err := client.Glossary(ctx, glossary.ID)
	if again != glossary || err != nil {
		t.Errorf("%+v, %v", again, err)
	}
	if csv, err := client.GlossaryCSV(ctx, glossary.ID); err != nil || csv != "cat,gato\n\"a, b\",\"c \"\"d\"\"\ne\"\n" {
		t.Errorf("%q, %v", csv, err)
	}
	name, off, on := "New", false, true
	changed, err := client.UpdateGlossary(ctx, glossary.ID, GlossaryChange{Name: &name})
	if err != nil || changed.Name != name || changed.Flags != 0 {
		t.Errorf("%+v, %v", changed, err)
	}
	changed, err = client.UpdateGlossary(ctx, glossary.ID, GlossaryChange{Enabled: &off})
	if err != nil || changed.Name != name || changed.Flags != GlossaryDisabled {
		t.Errorf("%+v, %v", changed, err)
	}
	changed, err = client.UpdateGlossary(ctx, glossary.ID, GlossaryChange{Enabled: &on})
	if err != nil || changed.Flags != 0 {
		t.Errorf("%+v, %v", changed, err)
	}
	must(t, client.DeleteGlossary(ctx, glossary.ID))
	refused(t, client.DeleteGlossary(ctx, glossary.ID), ErrService, 404, "unknown glossary")
	_, err = client.GlossaryCSV(ctx, glossary.ID)
	refused(t, err, ErrService, 404, "unknown glossary")
}

func TestGlossariesFromText(t *testing.T) {
	client, ctx := newAccount(t, "go-csv"), t.Context()
	config := GlossaryConfig{Flags: GlossaryDisabled, Kind: GlossaryVerification, Name: "Terms", SourceLanguage: "en"}
	path := filepath.Join(t.TempDir(), "terms.csv")
	must(t, os.WriteFile(path, []byte("\ufeffpalabbra,Palabra\r\n"), 0o600))
	config.CSVPath = path
	glossary, err := client.CreateGlossary(ctx, config)
	must(t, err)
	if csv, err := client.GlossaryCSV(ctx, glossary.ID); csv != "\ufeffpalabbra,Palabra\r\n" || err != nil || glossary.Flags != GlossaryDisabled {
		t.Errorf("%q, %v, %+v", csv, err, glossary)
	}
	config.CSVPath, config.CSV = "", "only one\n"
	glossary, err = client.CreateGlossary(ctx, config)
	refused(t, err, ErrService, 422, "row 1: must have 2 columns, has 1")
	must(t, client.DeleteGlossary(ctx, glossary.ID)) // it exists, without entries
	config.CSV, config.Entries = "", []GlossaryEntry{{"term", ""}}
	_, err = client.CreateGlossary(ctx, config)
	refused(t, err, ErrInvalidArgument, 0, "1")
}

// The service's list of errors (RFC 9457): HTTP status, code and detail.
func TestRefusalsOfTheService(t *testing.T) {
	for _, wanted := range []struct {
		http      int
		status    Status
		code      string
		retriable bool
	}{{401, ErrAuth, "", false}, {402, ErrService, "100050", false}, {429, ErrRate, "", true}, {503, ErrService, "", true}} {
		client := newAccount(t, fmt.Sprintf("dev~rest_status=%d", wanted.http))
		_, err := client.Voices(t.Context(), "", "")
		e := refused(t, err, wanted.status, wanted.http, "refused on purpose")
		if e.Retriable() != wanted.retriable || wanted.code != "" && e.ServiceCode != wanted.code {
			t.Errorf("%+v", e)
		}
		_, err = client.Glossaries(t.Context())
		refused(t, err, wanted.status, wanted.http, "refused on purpose")
	}
	client := newAccount(t, "dev~rest_echo_secret")
	_, err := client.BuiltinVoices(t.Context())
	if e := refused(t, err, ErrAuth, 401, "***"); strings.Contains(e.Error(), "echo") {
		t.Errorf("%v", e)
	}
	_, err = newTestClient(t, "dev").Voices(t.Context(), "", "")
	refused(t, err, ErrAuth, 0, "PALABRA_API_KEY")
	if _, err := client.Voice(t.Context(), "a\x00b"); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("a NUL byte: %v", err)
	}
}

func TestRESTSessions(t *testing.T) {
	client := newTestClient(t, "dev")
	rest, err := client.CreateRESTSession(t.Context())
	must(t, err)
	if rest.ID == "" || rest.StreamURL == "" || rest.TTSStreamURL == "" || rest.Token == "" {
		t.Errorf("%q, %q, %q", rest.ID, rest.StreamURL, rest.TTSStreamURL)
	}
	for _, printed := range []string{fmt.Sprint(rest), fmt.Sprintf("%+v %#v", rest, &rest)} {
		if strings.Contains(printed, rest.Token) {
			t.Error("the token is printed")
		}
	}
	config := usualConfig()
	config.Stream = StreamAddress{rest.StreamURL, rest.Token}
	s := openTest(t, client, config)
	must(t, s.WaitReady(t.Context()))
	must(t, s.CloseWait(5*time.Second))
	deleted := func() int {
		for _, session := range sessionReports(t) {
			if session.ID == rest.ID {
				return session.Deleted
			}
		}
		return -1
	}
	if n := deleted(); n != 0 {
		t.Errorf("deleted %d times, and it is the program's", n)
	}
	listed, err := client.RESTSessions(t.Context())
	must(t, err)
	if !slices.ContainsFunc(listed, func(session RESTSession) bool { return session.ID == rest.ID && session.Token == "" }) {
		t.Errorf("%d listed, and not %s", len(listed), rest.ID)
	}
	must(t, client.SetRESTSessionTTL(t.Context(), rest.ID, 5*time.Hour))
	seen, err := client.RESTSession(t.Context(), rest.ID)
	must(t, err)
	if seen.ExpiresAt <= rest.ExpiresAt || rest.WebRTCURL == "" || !strings.Contains(rest.JSON, rest.WebRTCRoomName) {
		t.Errorf("%s after %s; %s", seen.ExpiresAt, rest.ExpiresAt, rest.WebRTCURL)
	}
	_, err = client.RESTSession(t.Context(), "never made")
	refused(t, err, ErrService, 404, "unknown session")
	if err := client.SetRESTSessionTTL(t.Context(), rest.ID, 0); !errors.Is(err, ErrInvalidArgument) {
		t.Errorf("no time: %v", err)
	}
	must(t, client.DeleteRESTSession(t.Context(), rest.ID))
	if n := deleted(); n != 1 {
		t.Errorf("deleted %d times", n)
	}
	if _, err := newTestClient(t, "dev~rest_delay_ms=60000").CreateRESTSession(soon(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	must(t, client.Close())
	if _, err := client.CreateRESTSession(t.Context()); !errors.Is(err, ErrBadHandle) {
		t.Errorf("a closed client: %v", err)
	}
}
