package palabra

/*
#include <palabra.h>

// In file_progress.go.
extern int32_t palabraGoProgress(palabra_progress *progress, uintptr_t job);

static int32_t on_progress(const palabra_progress *progress, void *user_data)
{
	return palabraGoProgress((palabra_progress *)progress, (uintptr_t)user_data);
}

// What stands behind user_data is a number; Go would take it for an address.
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
	"runtime/cgo"
	"time"
)

// FileOptions are settings of TranslateFile. Zero values mean the defaults.
type FileOptions struct {
	PacePercent int           // speed of sending, 10 to 1000 percent of that of speech; 0: 100
	Lead        time.Duration // how far ahead of that sending may run
	EOS         time.Duration // as for Session.End
	// Progress is told how far it is: with every transcript, and some four times a second. It comes on the goroutine
	// that called TranslateFile and must not call the library.
	Progress func(Progress)
}

// Progress is how far TranslateFile is.
type Progress struct {
	State       State
	Position    time.Duration // how much of the file was sent
	Total       time.Duration // how long the file is; 0 when it does not tell
	Transcripts int           // transcripts so far: Text is new when this has grown
	Flags       Flag          // FlagFinal, FlagTranslation of the last transcript
	Text        string        // the last transcript
	Language    string        // its language
}

// FileResult is what came of TranslateFile.
type FileResult struct {
	Outputs          []FileOutput  // targets that were spoken
	Transcripts      int           // transcripts that came, growing ones included
	InputFrames      uint64        // frames of the file that were sent
	OutputFrames     uint64        // frames of speech, in all languages together
	InputSampleRate  int           // frames per second of the file
	OutputSampleRate int           // frames per second of the speech; 0 if there was none
	Warnings         int           // EventWarning and EventError of the session
	FirstAudio       time.Duration // from the first chunk sent to the first speech
	EventsDropped    uint64        // events that were lost because Progress or the disk took too long
}

// FileOutput is the speech of one target.
type FileOutput struct {
	Language string // as it stands in the name of its file
	Frames   uint64 // frames of speech
}

// TranslateFile translates a recording: it opens a session, sends the file at its pace, and writes the speech of each
// target to a WAV file. "{lang}" in outputPattern stands for the language; "": the speech goes nowhere. The result has
// figures also when there is an error, and files that were begun stay. Fields of the config about input format, output
// mode and gaps are ignored; Queue must be nil.
//
// It blocks an OS thread for as long as it takes.
func (client *Client) TranslateFile(ctx context.Context, config Config, input, outputPattern string, options FileOptions) (FileResult, error) {
	if err := ctx.Err(); err != nil {
		return FileResult{}, err
	}
	var a arguments
	defer a.release()
	c := config.arguments(&a)
	in, out := a.text("input", input), a.text("outputPattern", outputPattern)
	o := C.palabra_file_options{
		struct_size:   C.sizeof_palabra_file_options,
		pace_percent:  a.number("PacePercent", options.PacePercent),
		lead_ms:       a.ms("Lead", options.Lead),
		eos_timeout_s: a.seconds("EOS", options.EOS),
	}
	if a.err != nil {
		return FileResult{}, a.err
	}
	var outputs [32]cFileOutput
	a.pins.Pin(&outputs)
	r := cFileResult{struct_size: C.sizeof_palabra_file_result, output_capacity: C.uint32_t(len(outputs)), outputs: &outputs[0]}

	job := &fileJob{ctx: ctx, progress: options.Progress}
	handle := cgo.NewHandle(job)
	e := newCError()
	status := C.translate_file(client.handle, c, in, out, o, C.uintptr_t(handle), &r, e)
	handle.Delete()
	if job.panicked != nil {
		panic(job.panicked)
	}
	if ctx.Err() != nil && Status(status) == ErrClosed {
		return readFileResult(&r, outputs[:]), ctx.Err()
	}
	return readFileResult(&r, outputs[:]), explained(status, e)
}

func readFileResult(r *cFileResult, outputs []cFileOutput) FileResult {
	result := FileResult{
		Transcripts:      int(r.transcripts),
		InputFrames:      uint64(r.input_frames),
		OutputFrames:     uint64(r.output_frames),
		InputSampleRate:  int(r.input_sample_rate),
		OutputSampleRate: int(r.output_sample_rate),
		Warnings:         int(r.warnings),
		FirstAudio:       ms(r.first_audio_ms),
		EventsDropped:    uint64(r.events_dropped),
	}
	for _, o := range outputs[:min(int(r.output_count), len(outputs))] {
		result.Outputs = append(result.Outputs, FileOutput{C.GoString(&o.language[0]), uint64(o.frames)})
	}
	return result
}
