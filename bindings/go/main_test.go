package palabra

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// The devserver's first line; empty without PALABRA_DEVSERVER, and then the tests that need it are skipped.
var devserver struct {
	APIURL string `json:"api_url"`
	WSURL  string `json:"ws_url"`
}

const testRate = 24000

func TestMain(m *testing.M) {
	os.Exit(beside(os.Getenv("PALABRA_DEVSERVER"), m.Run))
}

func beside(path string, run func() int) int {
	if path == "" {
		// Those that converse need no test of their own for that.
		flag.Parse()
		_ = flag.Set("test.skip", "^Example(Session|Call|Client|Queue)")
		return run()
	}
	server := exec.Command(path, "--port", "0", "--no-rate-limits", "--start-delay-ms", "1",
		// No timeout of the server ends a conversation on a slow machine.
		"--idle-timeout-ms", "600000")
	server.Stderr = os.Stderr
	out, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err == nil {
		var line []byte
		if line, err = bufio.NewReader(out).ReadBytes('\n'); err == nil {
			err = json.Unmarshal(line, &devserver)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "devserver:", err)
		return 1
	}
	for name, value := range map[string]string{
		"PALABRA_API_URL": devserver.APIURL, "PALABRA_CLIENT_ID": "demo", "PALABRA_CLIENT_SECRET": "demo-secret",
	} {
		_ = os.Setenv(name, value)
	}
	code := run()
	_ = server.Process.Signal(syscall.SIGTERM)
	_ = server.Wait()
	return code
}

// A client of the devserver; its id can name faults.
func newTestClient(t testing.TB, id string) *Client {
	t.Helper()
	if devserver.APIURL == "" {
		t.Skip("PALABRA_DEVSERVER does not name a devserver")
	}
	client, err := NewClient(ClientConfig{
		Credentials: Credentials{ClientID: id, ClientSecret: "s3cret-of-the-tests"}, APIURL: devserver.APIURL, Flags: ClientIgnoreEnvironment,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func usualConfig() TranslationConfig {
	return TranslationConfig{SourceLanguage: "en", TargetLanguages: []string{"es"}, EndSilence: time.Second}
}

func openTest(t testing.TB, client *Client, config TranslationConfig) *Session {
	t.Helper()
	s, err := client.OpenTranslation(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openReady(t testing.TB, config TranslationConfig) *Session {
	t.Helper()
	s := openTest(t, newTestClient(t, "dev"), config)
	if err := s.WaitReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// A tone between two pieces of silence, which the devserver treats as a phrase.
func tone(rate, ms int) []int16 {
	lead, sound := rate/2, rate*ms/1000
	pcm := make([]int16, lead+sound+rate)
	for i := range sound {
		pcm[lead+i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/float64(rate)))
	}
	return pcm
}

// A time limit. The slower tier of the tests, which runs alone, applies it exactly; otherwise
// it is so wide that only an unintended wait exceeds it, on any machine.
func onTheClock(limit time.Duration) time.Duration {
	if os.Getenv("PALABRA_PROVE_CLOCK") != "" {
		return limit
	}
	return 20*limit + 10*time.Second
}

func within(t testing.TB, limit time.Duration, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(onTheClock(limit)):
		t.Fatalf("%s took more than %v", what, limit)
	}
}

// Polls until a condition holds.
func eventually(t testing.TB, limit time.Duration, what string, isSo func() bool) {
	t.Helper()
	looks := time.NewTicker(time.Millisecond)
	defer looks.Stop()
	for over := time.After(onTheClock(limit)); !isSo(); {
		select {
		case <-looks.C:
		case <-over:
			t.Fatalf("%s took more than %v", what, limit)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
