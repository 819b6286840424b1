package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"math/bits"
	"time"
	"unsafe"
)

// How often the audio that is due is sent.
const paceStep = 10 * time.Millisecond

// How late a schedule may be without being moved: a busy machine is.
const paceJitter = 100 * time.Millisecond

// SendPaced sends audio at the pace of speech, by the clock, and returns when all of it was taken. Nothing is sent
// before the session is ready. lead is how far ahead of real time sending may run. The schedule starts with the first
// frame, so that delays do not add up, and a call that follows immediately continues it. A schedule that is late by more
// than lead and by more than 100 ms, as after a stop of the process, is moved: what was missed is sent later and not in a
// burst.
//
// It returns how many elements of the slice were sent, and why not all of them were: the error of the context, ErrEnded,
// ErrClosed, or ErrBusy when another goroutine is sending. It waits in Go, so that no OS thread waits.
func (s *Session) SendPaced(ctx context.Context, pcm []int16, lead time.Duration) (int, error) {
	return s.sendPaced(ctx, unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), int16s, lead)
}

// SendPacedFloat32 is SendPaced for EncodingF32.
func (s *Session) SendPacedFloat32(ctx context.Context, pcm []float32, lead time.Duration) (int, error) {
	return s.sendPaced(ctx, unsafe.Pointer(unsafe.SliceData(pcm)), len(pcm), float32s, lead)
}

// SendPacedBytes is SendPaced for EncodingMulaw and EncodingAlaw; of other encodings it takes the bytes as they are in
// memory.
func (s *Session) SendPacedBytes(ctx context.Context, audio []byte, lead time.Duration) (int, error) {
	return s.sendPaced(ctx, unsafe.Pointer(unsafe.SliceData(audio)), len(audio), bytesOfAny, lead)
}

// Where the schedule of the last SendPaced ended. Guarded by input.busy.
type pacer struct {
	spoken time.Time
}

func (s *Session) sendPaced(ctx context.Context, audio unsafe.Pointer, length int, kind elements, lead time.Duration) (int, error) {
	if s.input.none {
		return s.send(audio, length, kind)
	}
	if err := s.WaitReady(ctx); err != nil {
		return 0, err
	}
	if !s.input.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer s.input.busy.Store(false)
	frame, err := s.input.format.frameElements(kind)
	if err != nil {
		return 0, err
	}
	if length%frame != 0 {
		return 0, errOddLength
	}
	plan := schedule{lead: lead, rate: s.input.format.SampleRate}
	sent, err := s.sendPlanned(ctx, audio, length/frame, kind, &plan)
	return sent * frame, err
}

// Continues the schedule before. The caller holds busy.
func (s *Session) sendPlanned(ctx context.Context, audio unsafe.Pointer, frames int, kind elements, plan *schedule) (int, error) {
	plan.start = time.Now()
	if s.paced.spoken.After(plan.start) {
		plan.start = s.paced.spoken
	}
	sent, err := s.sendDue(ctx, audio, frames, kind, plan)
	s.paced.spoken = plan.spoken(sent)
	return sent, err
}

// When frames may go, counted from the start, so that small delays do not add up. Large ones move the start.
type schedule struct {
	start time.Time
	lead  time.Duration
	rate  int           // frames
	per   time.Duration // that last so long; 0: a second
}

func (p *schedule) length() time.Duration {
	if p.per == 0 {
		return time.Second
	}
	return p.per
}

// part of whole, of which so much is.
func scaled(whole, part, of int64) int64 {
	high, low := bits.Mul64(uint64(whole), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(of))
	return int64(quotient)
}

// How many frames may have gone by now.
func (p *schedule) due(now time.Time) int {
	since := max(now.Sub(p.start)+p.lead, 0)
	whole, rest := since/p.length(), since%p.length()
	return int(whole)*p.rate + int(scaled(int64(p.rate), int64(rest), int64(p.length())))
}

// When so many frames have been spoken.
func (p *schedule) spoken(frames int) time.Time {
	whole, rest := frames/p.rate, frames%p.rate
	part := scaled(int64(p.length()), int64(rest), int64(p.rate))
	return p.start.Add(time.Duration(whole)*p.length() + time.Duration(part))
}

// Moves the start if sending is late by more than its lead.
func (p *schedule) catchUp(now time.Time, sent int) {
	if late := now.Add(p.lead).Sub(p.spoken(sent)); late > max(p.lead, paceJitter) {
		p.start = p.start.Add(late - p.lead)
	}
}

// The caller holds busy. Counts frames.
func (s *Session) sendDue(ctx context.Context, audio unsafe.Pointer, frames int, kind elements, plan *schedule) (int, error) {
	ticks := time.NewTicker(paceStep)
	defer ticks.Stop()
	frame, err := s.input.format.frameElements(kind)
	if err != nil {
		return 0, err
	}
	frameBytes := s.input.format.frameBytes(kind)
	sent := 0
	for {
		now := time.Now()
		plan.catchUp(now, sent)
		// Also while nothing is due, to notice the end.
		step := max(min(plan.due(now), frames)-sent, 0)
		taken, err := s.sendHeld(unsafe.Add(audio, sent*frameBytes), step*frame, kind)
		sent += taken / frame
		if err != nil || sent == frames {
			return sent, err
		}
		select {
		case <-ticks.C:
		case <-s.done:
			return sent, s.closed
		case <-ctx.Done():
			return sent, ctx.Err()
		}
	}
}

// SendFile sends a file at the pace of speech, as SendPaced does, and returns how many of its frames were sent. It may
// be a WAV file of any usual kind, whatever the input format of the session, and with the feature "decoders" a FLAC, MP3
// or Ogg Vorbis file. The session is not ended.
//
// It blocks an OS thread while the file lasts. When the context is done, the session is ended (End): a file cannot be
// stopped in another way.
func (s *Session) SendFile(ctx context.Context, path string, lead time.Duration) (int, error) {
	where, err := terminated(path)
	if err != nil {
		return 0, err
	}
	var a arguments
	leadMS := a.ms("lead", lead)
	if a.err != nil {
		return 0, a.err
	}
	if !s.input.busy.CompareAndSwap(false, true) {
		return 0, plain(ErrBusy)
	}
	defer s.input.busy.Store(false)
	defer context.AfterFunc(ctx, func() { _ = s.End() })()
	e := newCError()
	sent := C.palabra_session_send_file(s.handle, charPointer(where), leadMS, -1, e)
	if ctx.Err() != nil {
		return max(int(sent), 0), ctx.Err()
	}
	return max(int(sent), 0), s.explained(cStatus(sent), e)
}
