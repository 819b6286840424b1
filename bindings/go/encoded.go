package palabra

/*
#include "palabra.h"

// As send_bytes.
static int32_t send_encoded_bytes(palabra_session *session, const uint8_t *data, int32_t size)
{
	return palabra_session_send_encoded(session, data, size);
}

#cgo noescape send_encoded_bytes
#cgo nocallback send_encoded_bytes
*/
import "C"

import (
	"context"
	"errors"
	"math"
	"time"
	"unsafe"
)

var errNoDuration = invalid("duration is not positive")

// SendEncoded takes bytes of encoded audio on their way to the service, which are sent unchanged: a speech-to-text session
// whose config has an encoded Format. The bytes are one stream, cut anywhere. Send at the pace of speech, as a recorder
// does. It returns how many were taken: fewer than all when Input.Buffer is full, and the caller must resend the remaining
// ones.
//
// It neither blocks nor allocates. ErrBusy: another goroutine is sending on this session.
func (s *Session) SendEncoded(data []byte) (int, error) {
	return s.send(unsafe.Pointer(unsafe.SliceData(data)), len(data), encodedBytes)
}

// SendEncodedPaced sends bytes of encoded audio evenly over the time that they last, by the clock, as SendPaced does with
// samples, and returns when all of them were taken.
func (s *Session) SendEncodedPaced(ctx context.Context, data []byte, duration, lead time.Duration) (int, error) {
	if duration <= 0 {
		return 0, errNoDuration
	}
	// Refused at once in a session that takes samples.
	if _, err := s.SendEncoded(nil); errors.Is(err, ErrUnsupported) {
		return 0, err
	}
	if err := s.WaitReady(ctx); err != nil || len(data) == 0 {
		return 0, err
	}
	if !s.input.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer s.input.busy.Store(false)
	plan := schedule{lead: lead, rate: len(data), per: duration}
	return s.sendPlanned(ctx, unsafe.Pointer(unsafe.SliceData(data)), len(data), encodedBytes, &plan)
}

// The caller holds busy.
func (s *Session) sendEncodedHeld(data unsafe.Pointer, size int) (int, error) {
	if size == 0 {
		data = unsafe.Pointer(&nowhere)
	}
	taken := C.send_encoded_bytes(s.handle, (*C.uint8_t)(data), C.int32_t(min(size, math.MaxInt32)))
	return max(int(taken), 0), s.check(cStatus(taken))
}
