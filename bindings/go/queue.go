package palabra

// #include "palabra.h"
import "C"

// A Queue is one place to wait for the events of many sessions and calls: set it in their configs. Events name their
// session or call by SessionTag and SessionName. They take turns, so that none starves the others.
type Queue struct {
	mailbox
	handle *C.palabra_queue
}

// NewQueue creates a queue. It must be closed.
func NewQueue() (*Queue, error) {
	if err := versionCheck(); err != nil {
		return nil, err
	}
	q, e := new(Queue), newCError()
	if err := explained(C.palabra_queue_new(0, &q.handle, e), e); err != nil {
		return nil, err
	}
	q.mailbox.start(queueEvents{q.handle})
	return q, nil
}

// OpenLog delivers log lines of the whole library up to a level to the queue, as EventLog: LogLevel, Text, and
// SessionTag and SessionName of the session they are about; 0: no more lines. At most 1000 lines wait; beyond that the
// oldest are dropped, and EventOverflow says how many. Lines contain no secrets.
func (q *Queue) OpenLog(level LogLevel) error {
	e := newCError()
	status := C.palabra_log_open(q.handle, C.palabra_log_level(level), e)
	if Status(status) == ErrBadHandle {
		return q.refusal(ErrBadHandle)
	}
	return explained(status, e)
}

// Close frees the queue. Goroutines that wait on it return ErrClosed; its sessions and calls remain open, but their events
// cannot be taken any more. Closing twice is not an error.
func (q *Queue) Close() error {
	if !q.mailbox.stop(nil) {
		return nil
	}
	return check(C.palabra_queue_free(q.handle))
}

// nil: the session or call has a queue of its own.
func (q *Queue) pointer() *C.palabra_queue {
	if q == nil {
		return nil
	}
	return q.handle
}
