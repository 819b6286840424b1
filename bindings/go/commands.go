package palabra

// #include "palabra.h"
import "C"

// Speak speaks a text in the target voice, as if it had been recognized. language is one of the targets, or with
// SpeakTranslate the source.
//
// Commands wait until the session is ready, and the library enforces the service's minimum intervals between them. The
// answer is an event with the tag: here EventSpeakStatus. ErrAgain: too many commands are pending.
func (s *Session) Speak(text, language string, flags SpeakFlag, tag uint64) error {
	words, err := terminated(text)
	if err != nil {
		return err
	}
	code, err := terminated(language)
	if err != nil {
		return err
	}
	return s.check(C.palabra_session_speak(s.handle, charPointer(words), charPointer(code), C.uint32_t(flags), C.uint64_t(tag)))
}

// Interrupt interrupts the translation: all phrases that have begun to arrive are discarded, and what the speaker is
// saying now is lost; see Silence for a listener who wants to hear no more of a phrase. What ReadAudio reads is faded out
// at once; EventAudio that is queued or on its way is still delivered. languages are targets; nil: all of them. Answer:
// EventTaskStatus "interrupted".
func (s *Session) Interrupt(languages []string, flags InterruptFlag, tag uint64) error {
	var a arguments
	defer a.release()
	codes := a.list("languages", languages)
	if a.err != nil {
		return a.err
	}
	return s.check(C.palabra_session_interrupt(s.handle, codes, C.uint32_t(flags), C.uint64_t(tag)))
}

// Pause pauses the translation: audio sent from now on is dropped by the service and not billed. Answer:
// EventTaskStatus "paused".
func (s *Session) Pause(tag uint64) error {
	return s.check(C.palabra_session_pause(s.handle, C.uint64_t(tag)))
}

// Resume continues after a pause. Answer: EventTaskStatus "resumed", or "unchanged" if nothing was paused.
func (s *Session) Resume(tag uint64) error {
	return s.check(C.palabra_session_resume(s.handle, C.uint64_t(tag)))
}

// SetTask replaces the task while the session runs, with JSON such as BuildTask makes. Answer: EventTaskStatus
// "updated", "unchanged" or "resumed"; or EventError, and the old task continues.
func (s *Session) SetTask(taskJSON string, tag uint64) error {
	text, err := terminated(taskJSON)
	if err != nil {
		return err
	}
	e := newCError()
	return s.explained(C.palabra_session_set_task(s.handle, charPointer(text), C.uint64_t(tag), e), e)
}

// GetTask requests the task as the service sees it. Answer: EventTaskInfo.
func (s *Session) GetTask(tag uint64) error {
	return s.check(C.palabra_session_get_task(s.handle, C.uint64_t(tag)))
}
