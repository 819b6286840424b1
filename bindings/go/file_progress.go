package palabra

// #include <palabra.h>
import "C"

import (
	"context"
	"runtime/cgo"
	"time"
)

// One TranslateFile under way.
type fileJob struct {
	ctx      context.Context
	progress func(Progress)
	panicked any
}

// It runs on the thread that made the call, inside the library, through which no panic may go.
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
		Position:    time.Duration(c.position_ms) * time.Millisecond,
		Total:       time.Duration(c.total_ms) * time.Millisecond,
		Transcripts: int(c.transcripts),
		Flags:       Flag(c.flags),
		Text:        C.GoString(c.text),
		Language:    C.GoString(c.language),
	}
}
