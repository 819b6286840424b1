package palabra

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Builds the first example of README.md as a program of its own, and as the tests were built: so Go compiles its standard
// library only once.
func TestReadmeExample(t *testing.T) {
	newTestClient(t, "dev")
	text, err := os.ReadFile("README.md")
	must(t, err)
	example := regexp.MustCompile("(?s)```go\n(package main.*?)```").FindSubmatch(text)
	if example == nil {
		t.Fatal("README.md has no program")
	}
	here, err := os.Getwd()
	must(t, err)
	const module = "github.com/palabra-ai/libpalabra/bindings/go"
	folder := t.TempDir()
	for name, content := range map[string]string{
		"main.go": string(example[1]),
		"go.mod":  "module example\n\ngo 1.24\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + here + "\n",
	} {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	for _, tags := range []string{"", "palabra_static"} {
		program := filepath.Join(folder, "example"+tags)
		build := exec.Command("go", append(append([]string{"build"}, raceFlags...), "-tags", tags, "-o", program, ".")...)
		build.Dir = folder
		if output, err := build.CombinedOutput(); err != nil {
			t.Fatalf("tags %q: %v\n%s", tags, err, output)
		}
		run := exec.Command(program)
		if tags != "" {
			run.Env = append(os.Environ(), "LD_LIBRARY_PATH=")
		}
		output, err := run.CombinedOutput()
		if err != nil || !strings.Contains(string(output), "closed: PALABRA_OK") {
			t.Errorf("tags %q: %v\n%s", tags, err, output)
		}
	}
}

// Nobody has to guess why nothing is defined.
func TestABuildWithoutCgoSaysWhatItNeedsAndNothingElse(t *testing.T) {
	build := exec.Command("go", "build", ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	// The first line names the package.
	if err == nil || len(lines) != 2 || !strings.Contains(lines[1], "needs_cgo") {
		t.Errorf("%v: %q", err, lines)
	}
}
