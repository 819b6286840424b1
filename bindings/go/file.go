package palabra

/*
#include "palabra.h"

// In file_progress.go.
extern int32_t palabraGoProgress(palabra_progress *progress, uintptr_t job);

static int32_t on_progress(const palabra_progress *progress, void *user_data)
{
	return palabraGoProgress((palabra_progress *)progress, (uintptr_t)user_data);
}

// user_data is a number here; Go would take it for an address.
static palabra_status translate_file(palabra_client *client, const palabra_translation_config *config, const char *input,
	const char *output, palabra_file_options options, uintptr_t job, palabra_file_result *result, palabra_error *error)
{
	options.progress = on_progress;
	options.user_data = (void *)job;
	return palabra_translate_file(client, config, input, output, &options, result, -1, error);
}
*/
import "C"

import (
	"context"
	"runtime"
	"runtime/cgo"
	"slices"
	"time"
	"unsafe"
)

// FileOptions are settings of TranslateFile. Zero values mean the defaults.
type FileOptions struct {
	Flags       FileFlag
	PacePercent int           // speed of sending, in percent of real time, 10 to 1000; 0: 100
	Lead        time.Duration // how far ahead of real time sending may run
	// Progress is called with every transcript, some four times a second, and at the end once all was translated, on a
	// goroutine of its own, while TranslateFile waits. It must not call the library. When it panics or ends by
	// runtime.Goexit, the file stops and TranslateFile does the same.
	Progress func(Progress)
}

// Progress is the progress of TranslateFile.
type Progress struct {
	State       State
	Position    time.Duration // how much of the file was sent
	Total       time.Duration // length of the file; negative: unknown
	Transcripts int           // transcripts so far: Text is new when this has grown
	Flags       Flag          // FlagFinal, FlagTranslation of the last transcript
	Phrase      uint64        // its phrase, as in events
	Part        int           // its part of a long phrase
	Text        string        // the last transcript
	Language    string        // its language
	ID          string        // the service's id of its phrase
	JSON        string        // with SessionJSON, the service's message of it
}

// FileResult is the result of TranslateFile.
type FileResult struct {
	Outputs          []FileOutput  // targets that were spoken
	Transcripts      int           // transcripts received, partial ones included
	InputFrames      int64         // frames of the file that were sent
	OutputFrames     int64         // frames of speech, of all languages
	InputSampleRate  int           // frames per second of the file
	OutputSampleRate int           // frames per second of the speech; 0: there was none
	Warnings         int           // EventWarning and EventError of the session
	FirstAudio       time.Duration // from the first chunk sent to the first speech; negative: there was none
	EventsDropped    int64         // events that were dropped because Progress or the disk was too slow
}

// FileOutput is the speech of one target.
type FileOutput struct {
	Language   string  // the target, as in the name of its file
	Frames     int64   // frames of speech
	SampleRate int     // frames per second
	Channels   int     // interleaved channels
	PCM        []int16 // interleaved samples, with FileAudio
}

// TranslateFile translates a recording: it opens a session, sends the file at its pace, and writes the speech of each
// target to a WAV file until the tail has arrived. "{lang}" in outputPattern stands for the language; "": the speech is
// not written. It ends with its context. The result is filled also on failure, and files that were started remain. Input.Format, Input.Gap, Output
// and SessionDropOldest are ignored; Queue must be nil.
//
// It blocks an OS thread for as long as it takes.
func (client *Client) TranslateFile(ctx context.Context, config TranslationConfig, input, outputPattern string, options FileOptions) (FileResult, error) {
	if err := ctx.Err(); err != nil {
		return FileResult{}, err
	}
	var a arguments
	defer a.release()
	c := config.arguments(&a)
	in, out := a.text("input", input), a.text("outputPattern", outputPattern)
	o := C.palabra_file_options{
		struct_size:  C.sizeof_palabra_file_options,
		flags:        C.uint32_t(options.Flags),
		pace_percent: a.number("PacePercent", options.PacePercent),
		lead_ms:      a.ms("Lead", options.Lead),
	}
	if a.err != nil {
		return FileResult{}, a.err
	}
	var outputs [32]cFileOutput
	a.pins.Pin(&outputs)
	r := cFileResult{struct_size: C.sizeof_palabra_file_result, output_capacity: C.int32_t(len(outputs)), outputs: &outputs[0]}

	job := &fileJob{ctx: ctx, progress: options.Progress}
	handle := cgo.NewHandle(job)
	e := newCError()
	returned := cancelWith(ctx, e)
	defer C.palabra_file_result_release(&r)
	status := C.translate_file(client.handle, c, in, out, o, C.uintptr_t(handle), &r, e)
	returned()
	handle.Delete()
	if job.panicked != nil {
		panic(job.panicked)
	}
	if job.exited {
		runtime.Goexit()
	}
	if ctx.Err() != nil && Status(status) == ErrClosed {
		return readFileResult(&r, outputs[:]), ctx.Err()
	}
	return readFileResult(&r, outputs[:]), explained(status, e)
}

func readFileResult(r *cFileResult, outputs []cFileOutput) FileResult {
	result := FileResult{
		Transcripts:      int(r.transcripts),
		InputFrames:      int64(r.input_frames),
		OutputFrames:     int64(r.output_frames),
		InputSampleRate:  int(r.input_sample_rate),
		OutputSampleRate: int(r.output_sample_rate),
		Warnings:         int(r.warnings),
		FirstAudio:       ms(r.first_audio_ms),
		EventsDropped:    int64(r.events_dropped),
	}
	for _, o := range outputs[:min(int(r.output_count), len(outputs))] {
		output := FileOutput{
			Language: C.GoString(&o.language[0]), Frames: int64(o.frames), SampleRate: int(o.sample_rate), Channels: int(o.channels),
		}
		if o.pcm != nil {
			output.PCM = slices.Clone(unsafe.Slice((*int16)(unsafe.Pointer(o.pcm)), int(o.frames)*int(o.channels)))
		}
		result.Outputs = append(result.Outputs, output)
	}
	return result
}
