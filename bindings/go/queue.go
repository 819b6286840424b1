package palabra

// #include <palabra.h>
import "C"

// A Queue is one place for the events of many sessions: put it into their configs. Events name their session by
// SessionTag. Sessions take turns, so that none starves the others.
type Queue struct {
	mailbox
	handle *C.palabra_queue
}

// NewQueue makes a queue. Close it when you are done with it.
func NewQueue() (*Queue, error) {
	q, e := new(Queue), newCError()
	if err := explained(C.palabra_queue_new(&q.handle, e), e); err != nil {
		return nil, err
	}
	q.mailbox.start(queueEvents{q.handle})
	return q, nil
}

// Close gives the queue back. Whoever waits on it comes back with ErrClosed; its sessions live on, but nobody can
// take their events any more. Closing twice is no error.
func (q *Queue) Close() error {
	if !q.mailbox.stop() {
		return nil
	}
	return check(C.palabra_queue_free(q.handle))
}
