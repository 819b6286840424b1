//go:build unix

package palabra

import (
	"sync"
	"testing"
	"time"
)

// Closing the last session waits for whoever looks at the descriptor of the names, who may need their lock: it is free
// meanwhile.
func TestTheLastCloseWaitsWithoutTheLock(t *testing.T) {
	client := newTestClient(t, "dev")
	eventually(t, 20*time.Second, "an end of other tests' sessions", noNames)
	looks, goOn := make(chan struct{}), make(chan struct{})
	end := sync.OnceFunc(func() { close(goOn) })
	defer end()
	bellOfNames = func(source eventSource) (*bell, error) {
		bell, err := newBell(source)
		if err == nil {
			go func() {
				_ = bell.conn.Read(func(uintptr) bool {
					close(looks)
					<-goOn
					return true
				})
			}()
			<-looks
		}
		return bell, err
	}
	defer func() { bellOfNames = newBell }()
	s, err := client.OpenTranslation(t.Context(), usualConfig())
	must(t, err)
	must(t, sourceNames.serve())
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	within(t, 20*time.Second, "a lock that nobody holds", func() {
		for !noNames() {
			time.Sleep(time.Millisecond)
		}
	})
	select {
	case <-closed:
		t.Fatal("Close did not wait for the look, so the test shows nothing")
	default:
	}
	end()
	must(t, <-closed)
}
