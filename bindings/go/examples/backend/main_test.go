package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/palabra-ai/libpalabra/bindings/go"
)

// The REST address of a devserver that ends with the test.
func devserver(t *testing.T) string {
	path := os.Getenv("PALABRA_DEVSERVER")
	if path == "" {
		t.Skip("PALABRA_DEVSERVER does not name a devserver")
	}
	server := exec.Command(path, "--port", "0", "--accept", "owner:key-of-the-owner")
	out, err := server.StdoutPipe()
	must(t, err)
	must(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	must(t, err)
	var first struct {
		APIURL string `json:"api_url"`
	}
	must(t, json.Unmarshal(line, &first))
	return first.APIURL
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, address, secret string) *http.Response {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/session", nil)
	must(t, err)
	request.Header.Set("Authorization", "Bearer "+secret)
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// A player's program has no credentials of its own, and talks.
func TestAPlayerTalksWithASessionFromTheBackend(t *testing.T) {
	owner, err := palabra.NewClient(palabra.ClientConfig{
		Flags: palabra.ClientIgnoreEnvironment, APIURL: devserver(t),
		Credentials: palabra.Credentials{ClientID: "owner", ClientSecret: "key-of-the-owner"},
	})
	must(t, err)
	defer func() { _ = owner.Close() }()
	server := httptest.NewServer(newBackend(owner, []string{"", "secret-of-anna"}).handler())
	defer server.Close()

	answer := ask(t, server.URL, "secret-of-anna")
	var got session
	must(t, json.NewDecoder(answer.Body).Decode(&got))
	if got.URL == "" || got.Token == "" || strings.Contains(got.URL+got.Token, "key-of-the-owner") {
		t.Fatalf("an address and a token that are no key: %+v", got)
	}
	player, err := palabra.NewClient(palabra.ClientConfig{Flags: palabra.ClientIgnoreEnvironment})
	must(t, err)
	defer func() { _ = player.Close() }()
	talk, err := player.OpenTranslation(t.Context(), palabra.TranslationConfig{
		SourceLanguage: "en", TargetLanguages: []string{"es"}, Stream: palabra.StreamAddress{URL: got.URL, Token: got.Token},
	})
	must(t, err)
	defer func() { _ = talk.Close() }()
	must(t, talk.WaitReady(t.Context()))
}

func TestWhoIsUnknownGetsNothing(t *testing.T) {
	server := httptest.NewServer(newBackend(nil, []string{"", "secret-of-anna"}).handler())
	defer server.Close()
	for _, secret := range []string{"", "secret-of-ann", "secret-of-anna,"} {
		if answer := ask(t, server.URL, secret); answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("%q: %s", secret, answer.Status)
		}
	}
}

// Whoever asks does not learn whose account has what problem.
func TestWhatTheServiceRefusesIsNotTold(t *testing.T) {
	owner, err := palabra.NewClient(palabra.ClientConfig{
		Flags: palabra.ClientIgnoreEnvironment, APIURL: devserver(t), RESTTimeout: 20 * time.Second,
		Credentials: palabra.Credentials{ClientID: "owner", ClientSecret: "a wrong one"},
	})
	must(t, err)
	defer func() { _ = owner.Close() }()
	server := httptest.NewServer(newBackend(owner, []string{"secret-of-anna"}).handler())
	defer server.Close()
	answer := ask(t, server.URL, "secret-of-anna")
	text, err := bufio.NewReader(answer.Body).ReadString('\n')
	if answer.StatusCode != http.StatusBadGateway || text != "no session\n" {
		t.Errorf("%s %q %v", answer.Status, text, err)
	}
}
