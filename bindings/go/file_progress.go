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
}

// Runs on the thread of the call, inside the library, through which no panic may pass.
//
//export palabraGoProgress
func palabraGoProgress(c *C.palabra_progress, handle C.uintptr_t) (stop C.int32_t) {
	job := cgo.Handle(handle).Value().(*fileJob)
	defer func() {
		if job.panicked = recover(); job.panicked != nil {
			stop = 1
		}
	}()
	if job.progress != nil {
		job.progress(readProgress(c))
	}
	if job.ctx.Err() != nil {
		return 1
	}
	return 0
}

func readProgress(c *C.palabra_progress) Progress {
	return Progress{
		State:       State(c.state),
		Position:    ms(c.position_ms),
		Total:       ms(c.total_ms),
		Transcripts: int(c.transcripts),
		Flags:       Flag(c.flags),
		Text:        C.GoString(c.text),
		Language:    C.GoString(c.language),
	}
}
