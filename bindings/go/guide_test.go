package palabra

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const guide = "../../docs/guides/go-service.md"

// The program of the guide, which is no part of the module.
type guideService struct {
	address string
	process *exec.Cmd
	log     *bufio.Scanner
}

func startGuide(t *testing.T) *guideService {
	if _, err := os.Stat(guide); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the guides are not here")
	}
	newTestClient(t, "dev")
	service := &guideService{process: exec.Command(buildExample(t, guide, ""))}
	service.process.Env = append(os.Environ(), "ADDRESS=127.0.0.1:0")
	log, err := service.process.StderrPipe()
	must(t, err)
	must(t, service.process.Start())
	t.Cleanup(func() { _ = service.process.Process.Kill() })
	service.log = bufio.NewScanner(log)
	service.address = service.waitFor(t, `listening address=(\S+)`)
	return service
}

// The first group of the pattern, in the next line of the log that has it.
func (s *guideService) waitFor(t *testing.T, pattern string) string {
	t.Helper()
	wanted := regexp.MustCompile(pattern)
	for s.log.Scan() {
		if found := wanted.FindStringSubmatch(s.log.Text()); found != nil {
			return found[1]
		}
	}
	t.Fatalf("no line with %s", pattern)
	return ""
}

// Until the context is done.
func (s *guideService) post(ctx context.Context, t *testing.T, path string, body io.Reader) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+path, body)
	must(t, err)
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func (s *guideService) metrics(t *testing.T) string {
	t.Helper()
	answer, err := http.Get("http://" + s.address + "/metrics")
	must(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return string(text)
}

// A second of a tone, and one of silence, as 16-bit samples with 16 kHz.
func aWordAndAPause() []byte {
	samples := make([]byte, 2*16000*2)
	for i := range 16000 {
		samples[2*i+1] = byte(32 * (i / 40 % 2))
	}
	return samples
}

// A user who is captioned and hangs up; waits until the service has noticed.
func (s *guideService) hangsUp(t *testing.T) {
	t.Helper()
	microphone, said := io.Pipe()
	go func() { _, _ = said.Write(aWordAndAPause()) }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	captions := s.post(ctx, t, "/captions?language=en", microphone)
	_, err := captions.Body.Read(make([]byte, 1))
	must(t, err)
	cancel()
	for !strings.Contains(s.metrics(t), `palabra_sessions_open{product="stt"} 0`) {
	}
}

// SIGTERM comes while a user is still speaking: the captions are delivered, and only then the service ends.
func TestTheServiceOfTheGuideSpeaksCaptionsNoticesWhoHangsUpAndDrains(t *testing.T) {
	service := startGuide(t)
	speech := service.post(t.Context(), t, "/speech?language=en", strings.NewReader("Good evening"))
	if data, err := io.ReadAll(speech.Body); err != nil || speech.StatusCode != http.StatusOK || len(data) == 0 {
		t.Errorf("%v %v, %d bytes", err, speech.Status, len(data))
	}
	refused := service.post(t.Context(), t, "/captions?language=xx", bytes.NewReader(aWordAndAPause()))
	if reason, _ := io.ReadAll(refused.Body); refused.StatusCode != http.StatusBadRequest || !bytes.Contains(reason, []byte("language")) {
		t.Errorf("%s: %s", refused.Status, reason)
	}
	service.hangsUp(t)
	microphone, said := io.Pipe()
	go func() { _, _ = said.Write(aWordAndAPause()) }()
	captions := service.post(t.Context(), t, "/captions?language=en", microphone)
	lines := json.NewDecoder(captions.Body)
	var first struct {
		Text string
		End  int `json:"end_ms"`
	}
	must(t, lines.Decode(&first))
	if first.Text != "phrase 1, 1.0 s" || first.End < 900 {
		t.Errorf("%+v", first)
	}
	if text := service.metrics(t); !strings.Contains(text, `palabra_sessions_open{product="stt"} 1`) {
		t.Error(text)
	}
	must(t, service.process.Process.Signal(syscall.SIGTERM))
	service.waitFor(t, "(ending)")
	must(t, said.Close())
	if rest, err := io.ReadAll(io.MultiReader(lines.Buffered(), captions.Body)); err != nil || bytes.Contains(rest, []byte("error")) {
		t.Errorf("%v %s", err, rest)
	}
	for service.log.Scan() { // to its end
	}
	must(t, service.process.Wait())
}
