package palabra

// #include "palabra.h"
import "C"

import (
	"sync"
)

// All sessions and calls of the process without a Queue stand in one queue of names of the library. It says which of them
// has something, and one goroutine passes that on, so that none needs a descriptor or a thread of its own to wait. Those of
// a client with a TokenSource stand in a queue of their own, so that a request for credentials shows whose it is.
var sourceNames names

type names struct {
	needed func() // called when a session or call needs credentials; nil: none asks

	mu    sync.Mutex
	queue *C.palabra_queue // while there are sessions or calls, or one is being opened
	count int              // of those
	known map[uintptr]*mailbox
	done  chan struct{} // closed with the queue
	bell  *bell         // from the first wait on
}

func (n *names) join() (*C.palabra_queue, error) {
	queue, err := n.enter()
	// Credentials are needed before anybody waits for an event.
	if err == nil && n.needed != nil {
		if err = n.serve(); err != nil {
			n.leave(0)
		}
	}
	return queue, err
}

func (n *names) enter() (*C.palabra_queue, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.queue == nil {
		e := newCError()
		if err := explained(C.palabra_queue_new(C.PALABRA_QUEUE_NAMES, &n.queue, e), e); err != nil {
			return nil, err
		}
		n.known, n.done = make(map[uintptr]*mailbox), make(chan struct{})
	}
	n.count++
	return n.queue, nil
}

// A name that came before finds nobody. The first Next looks for events before it waits.
func (n *names) introduce(handle uintptr, m *mailbox) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[handle] = m
}

// After the session or call was closed, or was not opened (0).
func (n *names) leave(handle uintptr) {
	queue, done, bell := n.remove(handle)
	if queue == nil {
		return
	}
	close(done)
	// Not under the lock: it waits for a call of pass that is under way, which takes it.
	if bell != nil {
		bell.close()
	}
	C.palabra_queue_free(queue)
}

// What is to be closed after the last of them.
func (n *names) remove(handle uintptr) (queue *C.palabra_queue, done chan struct{}, bell *bell) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.known, handle)
	n.count--
	if n.count > 0 {
		return nil, nil, nil
	}
	queue, done, bell = n.queue, n.done, n.bell
	n.queue, n.bell = nil, nil
	return queue, done, bell
}

// From now on names are passed on, as long as there are any.
func (n *names) serve() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.queue == nil || n.bell != nil {
		return nil
	}
	bell, err := bellOfNames(nameEvents{n.queue})
	if err != nil {
		return err
	}
	n.bell = bell
	queue, done, ready := n.queue, n.done, pointerless[cReady]()
	go bell.serve(done, func(wait C.int32_t) bool { return n.pass(queue, ready, wait) })
	return nil
}

// Passes on all names that wait. False: the queue is gone.
func (n *names) pass(queue *C.palabra_queue, ready *cReady, wait C.int32_t) bool {
	for {
		ready.struct_size = C.sizeof_palabra_ready
		status := C.palabra_queue_poll_ready(queue, ready, wait)
		if status <= 0 {
			return status == 0
		}
		if ready.kind == C.PALABRA_READY_QUEUE && n.needed != nil {
			n.takeRequests(queue)
			continue
		}
		n.mu.Lock()
		m := n.known[uintptr(ready.handle)]
		n.mu.Unlock()
		if m != nil {
			m.signal()
		}
	}
}

// What belongs to the queue itself: requests for credentials, and how many of them were dropped.
func (n *names) takeRequests(queue *C.palabra_queue) {
	event := pointerless[cEvent]()
	for C.palabra_queue_poll_event(queue, event, 0) > 0 {
		C.palabra_event_release(event)
		n.needed()
	}
}

// Replaced by a test.
var bellOfNames = newBell

type nameEvents struct{ handle *C.palabra_queue }

func (nameEvents) poll(*cEvent) cStatus { return 0 }

func (q nameEvents) descriptor() cStatus { return cStatus(C.palabra_queue_get_event_fd(q.handle)) }
