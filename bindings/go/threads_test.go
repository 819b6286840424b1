package palabra

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

const aloneVariable = "PALABRA_TEST_ALONE"

// No OS thread waits with a goroutine that waits for an event. Counted in child processes, because Go keeps threads that
// other tests made it start. On a busy machine Go starts a few more whenever a thread is preempted inside a
// call, so the best of three counts; with a thread for each session no run could pass.
func TestThreeHundredSessions(t *testing.T) {
	if os.Getenv(aloneVariable) != "" {
		converseByHundreds(t)
		return
	}
	newTestClient(t, "dev")
	var output []byte
	for range 3 {
		alone := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		alone.Env = append(os.Environ(), aloneVariable+"=1")
		var err error
		if output, err = alone.CombinedOutput(); err == nil {
			return
		}
	}
	t.Errorf("%s", output)
}

func converseByHundreds(t *testing.T) {
	const sessions = 300
	client := newTestClient(t, "dev")
	before := eventDescriptors(t)
	var ready, done sync.WaitGroup
	open := make([]*Session, sessions)
	for i := range open {
		open[i] = openTest(t, client, usualConfig())
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			var told story
			for e := range open[i].All() {
				told.take(t, e)
				if e.Kind == EventReady {
					ready.Done()
				}
			}
			if told.closed != 1 || told.code != OK {
				t.Errorf("session %d: %+v", i, told)
			}
		}()
	}
	within(t, 60*time.Second, "getting ready", ready.Wait)
	// Those of the library's thread, and what all sessions are waited for by.
	if more := eventDescriptors(t) - before; more > 8 {
		t.Errorf("%d more descriptors for events, with %d sessions", more, sessions)
	}
	for _, s := range open {
		if _, err := s.SendAudio(make([]int16, testRate)); err != nil {
			t.Error(err)
		}
	}
	for _, s := range open {
		eventually(t, 60*time.Second, "sending", func() bool {
			stats, err := s.Stats()
			must(t, err)
			return stats.ChunksSent >= 3
		})
	}
	all, library := osThreads(t)
	if limit := runtime.GOMAXPROCS(0) + library + 10; all >= limit {
		t.Errorf("%d OS threads for %d sessions, %d of them the library's", all, sessions, library)
	}
	for _, s := range open {
		must(t, s.End())
	}
	within(t, 60*time.Second, "the end", done.Wait)
}

// The descriptors of this process that only say that there is something.
func eventDescriptors(t *testing.T) (count int) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(links) == 0 {
		t.Skip("descriptors cannot be counted here")
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.Contains(target, "eventfd") {
			count++
		}
	}
	return count
}

// The threads of this process, and the number of the library's threads.
func osThreads(t *testing.T) (all, library int) {
	t.Helper()
	names, err := filepath.Glob("/proc/self/task/*/comm")
	if err != nil || len(names) == 0 {
		t.Skip("threads cannot be counted here")
	}
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil && strings.HasPrefix(string(text), "palabra") {
			library++
		}
	}
	return len(names), library
}
