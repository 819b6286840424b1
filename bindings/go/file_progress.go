package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"runtime/cgo"
)

// One running TranslateFile.
type fileJob struct {
	ctx      context.Context
	progress func(Progress)
	panicked any
	exited   bool // progress called runtime.Goexit
}

// Runs on the thread of the call, inside the library, out of which nothing may go but a return.
//
//export palabraGoProgress
func palabraGoProgress(c *C.palabra_progress, handle C.uintptr_t) (stop C.int32_t) {
	job := cgo.Handle(handle).Value().(*fileJob)
	if job.progress != nil && !job.call(readProgress(c)) {
		return 1
	}
	if job.ctx.Err() != nil {
		return 1
	}
	return 0
}

// call reports whether progress returned. It runs on a goroutine of its own: runtime.Goexit, as t.FailNow calls it, ends
// the goroutine it is called on, and this one has the library's frames below it.
func (job *fileJob) call(progress Progress) (returned bool) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			job.panicked = recover()
			job.exited = job.panicked == nil && !returned
		}()
		job.progress(progress)
		returned = true
	}()
	<-done
	return returned
}

func readProgress(c *C.palabra_progress) Progress {
	return Progress{
		State:       State(c.state),
		Position:    ms(c.position_ms),
		Total:       ms(c.total_ms),
		Transcripts: int(c.transcripts),
		Flags:       Flag(c.flags),
		Phrase:      uint64(c.phrase),
		Part:        int(c.part),
		Text:        C.GoString(c.text),
		Language:    C.GoString(c.language),
		ID:          C.GoString(c.id),
		JSON:        C.GoString(c.json),
	}
}
