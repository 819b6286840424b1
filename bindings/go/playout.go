package palabra

// #include "palabra.h"
import "C"

import "time"

// PlayoutStats are the statistics of the playout of one language.
type PlayoutStats struct {
	Buffered        time.Duration // speech that is buffered and was not read yet
	Underruns       int64         // times that speech stopped because the rest of the phrase was not there
	PhrasesStarted  int64         // phrases that started to be heard
	PhrasesFinished int64         // phrases that were heard to their end
	PhrasesCut      int64         // phrases that were taken back, heard in part or not at all
	PhrasesDropped  int64         // phrases that were dropped because of Output.Buffer or Output.ReaderLag
	Skipped         time.Duration // speech and silence removed because of Output.Target or Output.ReaderLag
}

// PlayoutStats reads the statistics of the playout of a language; "": the first target.
func (s *Session) PlayoutStats(language string) (PlayoutStats, error) {
	code, err := terminated(language)
	if err != nil {
		return PlayoutStats{}, err
	}
	c := cPlayoutStats{struct_size: C.sizeof_palabra_playout_stats}
	if err := s.check(C.palabra_session_get_playout_stats(s.handle, charPointer(code), &c)); err != nil {
		return PlayoutStats{}, err
	}
	return PlayoutStats{
		Buffered:        ms(c.buffered_ms),
		Underruns:       int64(c.underruns),
		PhrasesStarted:  int64(c.phrases_started),
		PhrasesFinished: int64(c.phrases_finished),
		PhrasesCut:      int64(c.phrases_cut),
		PhrasesDropped:  int64(c.phrases_dropped),
		Skipped:         ms(c.skipped_ms),
	}, nil
}

// RecordingOptions are settings of StartRecording. Zero values mean the defaults.
type RecordingOptions struct {
	SampleRate int    // frames per second of the file, 8000 to 48000; 0: 24000
	Language   string // the target on the right; "": the first one
}

// StartRecording starts to record the session to a WAV file: on the left what was sent, on the right what was read from
// a language. The session must have been opened with OutputPlayout or OutputBoth.
func (s *Session) StartRecording(path string, options RecordingOptions) error {
	where, err := terminated(path)
	if err != nil {
		return err
	}
	var a arguments
	defer a.release()
	o := C.palabra_recording_options{
		struct_size: C.sizeof_palabra_recording_options,
		sample_rate: a.number("SampleRate", options.SampleRate),
		language:    a.text("Language", options.Language),
	}
	if a.err != nil {
		return a.err
	}
	e := newCError()
	return s.explained(C.palabra_session_start_recording(s.handle, charPointer(where), &o, e), e)
}

// PauseRecording pauses the recording, as while a card number is spoken: until ResumeRecording both sides of the file
// are silent, and time goes on.
func (s *Session) PauseRecording() error {
	return s.check(C.palabra_session_pause_recording(s.handle))
}

// ResumeRecording continues the recording.
func (s *Session) ResumeRecording() error {
	return s.check(C.palabra_session_resume_recording(s.handle))
}

// StopRecording stops the recording and waits until its file is complete, at most that long. It blocks an OS thread
// meanwhile.
func (s *Session) StopRecording(timeout time.Duration) error {
	var a arguments
	limit := a.ms("timeout", timeout)
	if a.err != nil {
		return a.err
	}
	e := newCError()
	return s.explained(C.palabra_session_stop_recording(s.handle, limit, e), e)
}
