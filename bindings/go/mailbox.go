package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
	"time"
)

// How many events wait in the channel of Events; others wait in the library, within its limits.
const channelSize = 64

// Where events come from: a session, a call or a shared queue.
type eventSource interface {
	poll(event *cEvent) cStatus // without waiting
	descriptor() cStatus        // readable while events can be polled
}

type sessionEvents struct{ handle *C.palabra_session }

func (s sessionEvents) poll(event *cEvent) cStatus {
	return cStatus(C.palabra_session_poll_event(s.handle, event, 0))
}

func (s sessionEvents) descriptor() cStatus { return cStatus(C.palabra_session_get_event_fd(s.handle)) }

type callEvents struct{ handle *C.palabra_call }

func (c callEvents) poll(event *cEvent) cStatus {
	return cStatus(C.palabra_call_poll_event(c.handle, event, 0))
}

func (c callEvents) descriptor() cStatus { return cStatus(C.palabra_call_get_event_fd(c.handle)) }

type queueEvents struct{ handle *C.palabra_queue }

func (q queueEvents) poll(event *cEvent) cStatus {
	return cStatus(C.palabra_queue_poll_event(q.handle, event, 0))
}

func (q queueEvents) descriptor() cStatus { return cStatus(C.palabra_queue_get_event_fd(q.handle)) }

// What Session, Call and Queue have in common: taking events.
type mailbox struct {
	source  eventSource
	turn    chan struct{} // held by the goroutine that takes the next event
	done    chan struct{} // closed by stop
	event   *cEvent       // of the goroutine that holds turn
	channel func() <-chan Event
	names   *names        // the queue of names that it stands in; nil: none
	name    uintptr       // in that queue
	news    chan struct{} // of what has a name: something may have arrived

	closed error // after done

	mu      sync.Mutex // guards what follows, and keeps stop away while a descriptor is being copied
	stopped bool
	bell    *bell
}

func (m *mailbox) start(source eventSource) {
	m.source = source
	m.turn = make(chan struct{}, 1)
	m.done = make(chan struct{})
	m.event = pointerless[cEvent]()
	m.channel = sync.OnceValue(m.startPump)
}

// Its events are waited for by name from now on.
func (m *mailbox) introduce(in *names, name uintptr) {
	m.names, m.name, m.news = in, name, make(chan struct{}, 1)
	in.introduce(name, m)
}

// After the session or call was closed.
func (m *mailbox) leave() {
	if m.names != nil {
		m.names.leave(m.name)
	}
}

// Something has arrived. Never waits.
func (m *mailbox) signal() {
	select {
	case m.news <- struct{}{}:
	default:
	}
}

// Ends all waits, and those that begin later. Only the first call does, and returns true. The cause is that of the context
// that ended; nil: Close was called.
func (m *mailbox) stop(cause error) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopped {
		return false
	}
	m.stopped = true
	m.closed = errHandedBack
	if cause != nil {
		m.closed = handedBack(cause)
	}
	close(m.done)
	if m.bell != nil {
		m.bell.close()
	}
	return true
}

func (m *mailbox) isStopped() bool {
	select {
	case <-m.done:
		return true
	default:
		return false
	}
}

// Next takes the next event, waiting for one if there is none. No OS thread waits with it. Any number of goroutines
// may take events: each event goes to one of them.
//
// The error is ErrClosed when no event follows: EventClosed was taken before, Close was called, or the context of the session
// or call ended, whose cause it is then too; or that of this context.
func (m *mailbox) Next(ctx context.Context) (Event, error) {
	select {
	case m.turn <- struct{}{}:
	case <-m.done:
		return Event{}, m.closed
	case <-ctx.Done():
		return Event{}, ctx.Err()
	}
	defer func() { <-m.turn }()
	event, status := m.take()
	if status == 0 {
		var err error
		if event, status, err = m.wait(ctx); err != nil {
			return Event{}, err
		}
	}
	if status < 0 {
		return Event{}, m.refusal(Status(status))
	}
	return event, nil
}

// A slot for each goroutine inside a poll, or that makes its bell. Both are short, but a thread can lose its processor
// inside one, and then Go starts another thread: dozens with hundreds of sessions, which it keeps for ever.
var slots = make(chan struct{}, runtime.GOMAXPROCS(0)+2)

// Takes the next event if there is one: 1, 0 or an error.
func (m *mailbox) take() (Event, cStatus) {
	slots <- struct{}{}
	defer func() { <-slots }()
	status := m.source.poll(m.event)
	if status <= 0 {
		return Event{}, status
	}
	defer C.palabra_event_release(m.event)
	return readEvent(m.event), status
}

// Takes the next event as soon as there is one. Called after a poll that found none.
func (m *mailbox) wait(ctx context.Context) (event Event, status cStatus, err error) {
	if m.news != nil {
		return m.waitForName(ctx)
	}
	bell, err := m.hangBell()
	if err != nil {
		return Event{}, 0, err
	}
	err = bell.wait(ctx, m.done, func() bool {
		event, status = m.take()
		return status != 0
	})
	if err != nil && m.isStopped() {
		err = m.closed
	}
	return event, status, err
}

// A name comes again only after a poll that left nothing. What was signalled before that poll is looked at once more.
func (m *mailbox) waitForName(ctx context.Context) (Event, cStatus, error) {
	if err := m.names.serve(); err != nil {
		return Event{}, 0, err
	}
	for {
		select {
		case <-m.news:
		case <-m.done:
			return Event{}, 0, m.closed
		case <-ctx.Done():
			return Event{}, 0, ctx.Err()
		}
		if event, status := m.take(); status != 0 {
			return event, status, nil
		}
	}
}

// The bell, made by the first wait: polling without waiting needs no descriptor.
func (m *mailbox) hangBell() (*bell, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopped {
		return nil, m.closed
	}
	if m.bell == nil {
		slots <- struct{}{}
		defer func() { <-slots }()
		bell, err := newBell(m.source)
		if err != nil {
			return nil, err
		}
		m.bell = bell
	}
	return m.bell, nil
}

func (m *mailbox) refusal(status Status) error {
	if status == ErrBadHandle && m.isStopped() {
		return m.closed
	}
	return plain(status)
}

// All iterates over the events until EventClosed was taken or Close is called; those of a Queue until Close is called.
// Breaking out loses nothing: a later All continues with the next event. A session or call whose config has a Queue has
// no events of its own: All of the Queue has them.
func (m *mailbox) All() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for {
			event, err := m.Next(context.Background())
			if err != nil && !m.isOver(err) {
				m.pause()
				continue
			}
			if err != nil || !yield(event) {
				return
			}
		}
	}
}

// A lack of descriptors is no end: then events are looked for by the clock.
func (m *mailbox) isOver(err error) bool {
	return errors.Is(err, ErrClosed) || errors.Is(err, ErrBadHandle) || errors.Is(err, ErrUnsupported)
}

func (m *mailbox) pause() {
	select {
	case <-time.After(lookEvery):
	case <-m.done:
	}
}

// Events is a channel of the events, closed after EventClosed or Close; that of a Queue after Close. It holds few:
// others wait in the library, within its limits. The first call starts a goroutine, which ends with the channel.
func (m *mailbox) Events() <-chan Event { return m.channel() }

func (m *mailbox) startPump() <-chan Event {
	events := make(chan Event, channelSize)
	go func() {
		defer close(events)
		for event := range m.All() {
			select {
			case events <- event:
			case <-m.done:
				return
			}
		}
	}()
	return events
}
