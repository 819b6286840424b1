package palabra

// #include <palabra.h>
import "C"

import "time"

// PlayoutStats are the figures of the playout of one language.
type PlayoutStats struct {
	Waiting         time.Duration // speech that is here and was not read yet
	Underruns       uint64        // how often speech broke off because the rest was not here
	PhrasesStarted  uint64        // phrases that began to be heard
	PhrasesFinished uint64        // phrases that were heard to their end
	PhrasesCut      uint64        // phrases that were taken back
	PhrasesDropped  uint64        // phrases that were lost because too much waited
	Skipped         time.Duration // speech and silence that was left out to catch up
}

// PlayoutStats tells the figures of the playout of a language; "": the first target.
func (s *Session) PlayoutStats(language string) (PlayoutStats, error) {
	code, err := terminated(language)
	if err != nil {
		return PlayoutStats{}, err
	}
	c := cPlayoutStats{struct_size: C.sizeof_palabra_playout_stats}
	if err := s.check(C.palabra_session_playout_stats(s.handle, charPointer(code), &c)); err != nil {
		return PlayoutStats{}, err
	}
	return PlayoutStats{
		Waiting:         ms(c.waiting_ms),
		Underruns:       uint64(c.underruns),
		PhrasesStarted:  uint64(c.phrases_started),
		PhrasesFinished: uint64(c.phrases_finished),
		PhrasesCut:      uint64(c.phrases_cut),
		PhrasesDropped:  uint64(c.phrases_dropped),
		Skipped:         time.Duration(c.skipped_ms) * time.Millisecond,
	}, nil
}

// RecordStart begins to record the session to a WAV file: on the left what was sent, on the right what was read from
// a language; "": the first target. The session must have been opened with OutputPlayout or OutputBoth.
func (s *Session) RecordStart(path, language string) error {
	where, err := terminated(path)
	if err != nil {
		return err
	}
	code, err := terminated(language)
	if err != nil {
		return err
	}
	e := newCError()
	return s.explained(C.palabra_session_record_start(s.handle, charPointer(where), charPointer(code), e), e)
}

// RecordStop ends the recording and waits until its file is complete, for so long at most. It blocks an OS thread
// meanwhile.
func (s *Session) RecordStop(timeout time.Duration) error {
	var a arguments
	limit := a.ms("timeout", timeout)
	if a.err != nil {
		return a.err
	}
	e := newCError()
	return s.explained(C.palabra_session_record_stop(s.handle, limit, e), e)
}
