package palabra

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The first example of README.md, with both libraries.
func TestReadmeExample(t *testing.T) {
	newTestClient(t, "dev")
	for _, tags := range []string{"", "palabra_static"} {
		run := exec.Command(buildExample(t, "README.md", tags))
		if tags != "" {
			run.Env = append(os.Environ(), "LD_LIBRARY_PATH=")
		}
		output, err := run.CombinedOutput()
		if err != nil || !strings.Contains(string(output), "closed: PALABRA_OK") {
			t.Errorf("tags %q: %v\n%s", tags, err, output)
		}
	}
}

// Builds the first example of a page as a program of its own, with its pieces beside it, and as the tests were built: so Go
// compiles its standard library only once.
func buildExample(t *testing.T, page, tags string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	must(t, err)
	example := regexp.MustCompile("(?s)```go\n(package main.*?)```").FindSubmatch(text)
	if example == nil {
		t.Fatalf("%s has no program", page)
	}
	here, err := os.Getwd()
	must(t, err)
	const module = "github.com/palabra-ai/libpalabra/bindings/go"
	folder := t.TempDir()
	for name, content := range map[string]string{
		"main.go": string(example[1]),
		"rest.go": restOf(page, string(text)),
		"go.mod":  "module example\n\ngo 1.24\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + here + "\n",
	} {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	if formatted, err := format.Source(example[1]); err != nil || !bytes.Equal(formatted, example[1]) {
		t.Errorf("%s: the program is not formatted: %v", page, err)
	}
	program := filepath.Join(folder, "example")
	build := exec.Command("go", append(append([]string{"build"}, raceFlags...), "-tags", tags, "-o", program, ".")...)
	build.Dir = folder
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s, tags %q: %v\n%s", page, tags, err, output)
	}
	return program
}

// The examples that are no programs, each in a function, after what they take for granted. "..." stands for the program's own.
func restOf(page, text string) string {
	source := `package main

import (
	"context"
	"errors"

	"github.com/palabra-ai/libpalabra/bindings/go"
)

var (
	ctx    = context.Background()
	client *palabra.Client
	err    error
	_      = errors.Is
)

func askYourServer(context.Context) (string, error) { return "", nil }
`
	for n, example := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(example[1], "package ") || page != "README.md" {
			continue
		}
		code := strings.ReplaceAll(strings.ReplaceAll(example[1], "\n...\n", "\n"), "{ ... }", "{}")
		for _, names := range regexp.MustCompile(`(?m)^(\w+(?:, \w+)*) :=`).FindAllStringSubmatch(code, -1) {
			code += strings.Repeat("_, ", strings.Count(names[1], ",")) + "_ = " + names[1] + "\n"
		}
		source += fmt.Sprintf("\nfunc example%d() {\n%s}\n", n, code)
	}
	return source
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
