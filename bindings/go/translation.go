package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"encoding/json"
	"time"
)

// TranslationConfig holds the settings of a translation session. Zero values mean the defaults. The comments of
// palabra_translation_config in palabra.h say more about each field.
type TranslationConfig struct {
	Flags       SessionFlag // Session* and Translation* bits
	SessionTag  uint64      // any number; returned in every event of the session
	SessionName string      // any text of up to 127 bytes; returned in every event and log line
	Queue       *Queue      // that the events are delivered to, shared with other sessions; nil: the session has its own
	Stream      StreamAddress

	SourceLanguage  string   // language spoken, such as "en", or "auto"
	TargetLanguages []string // languages to translate to
	VoiceID         string   // voice of the translation; "": the service's default

	HotwordsGlossaries     string   // "all", "none" or ids separated by commas; "": the service's default
	VerificationGlossaries string   // glossaries that correct what was recognized; as above
	TranslationGlossaries  string   // glossaries of translations, for every target; as above
	MessageTypes           []string // types of the messages that the service sends
	TranscriptionJSON      string   // settings of the recognition, merged into pipeline.transcription of the task
	TargetsJSON            string   // settings of single targets: language to settings
	TaskJSON               string   // other settings, merged into the task that the fields make

	WireSampleRate   int           // 16000 to 48000; 0: what TaskJSON declares, else the input's, within these
	SilenceThreshold time.Duration // silence after which a phrase is considered complete; 0: the service's default
	// EndSilence is the silence after which the service considers the last phrase complete after Session.End, 1 s to
	// 30 s in whole seconds; 0: 4 s. With an API key the service decides.
	EndSilence time.Duration

	Input        InputOptions
	Output       OutputOptions
	ServiceQueue ServiceQueue
	CommandPace  CommandPace
	Limits       Limits
	Timeouts     Timeouts
	Echo         Echo // what is done about what is played and sent back, with playout only: of the first target language
}

func (config *TranslationConfig) arguments(a *arguments) *cTranslation {
	return &cTranslation{
		struct_size:             C.sizeof_palabra_translation_config,
		flags:                   C.uint32_t(config.Flags),
		session_tag:             C.uint64_t(config.SessionTag),
		session_name:            a.text("SessionName", config.SessionName),
		queue:                   config.Queue.pointer(),
		stream:                  config.Stream.arguments(a),
		source_language:         a.text("SourceLanguage", config.SourceLanguage),
		target_languages:        a.list("TargetLanguages", config.TargetLanguages),
		voice_id:                a.text("VoiceID", config.VoiceID),
		hotwords_glossaries:     a.text("HotwordsGlossaries", config.HotwordsGlossaries),
		verification_glossaries: a.text("VerificationGlossaries", config.VerificationGlossaries),
		translation_glossaries:  a.text("TranslationGlossaries", config.TranslationGlossaries),
		message_types:           a.list("MessageTypes", config.MessageTypes),
		transcription_json:      a.text("TranscriptionJSON", config.TranscriptionJSON),
		targets_json:            a.text("TargetsJSON", config.TargetsJSON),
		task_json:               a.text("TaskJSON", config.TaskJSON),
		wire_sample_rate:        a.number("WireSampleRate", config.WireSampleRate),
		silence_threshold_ms:    a.ms("SilenceThreshold", config.SilenceThreshold),
		end_silence_ms:          a.ms("EndSilence", config.EndSilence),
		input:                   config.Input.arguments(a),
		output:                  config.Output.arguments(a),
		service_queue:           config.ServiceQueue.arguments(a),
		command_pace:            config.CommandPace.arguments(a),
		echo:                    C.palabra_echo(config.Echo),
		limits:                  config.Limits.arguments(a),
		timeouts:                config.Timeouts.arguments(a),
	}
}

// OpenTranslation opens a translation session and returns immediately, in StateConnecting. The outcome is an event:
// EventReady, or EventClosed with the reason. Audio may be sent, commands given and the end requested from the first
// moment: they wait.
//
// The context is the session's: when it is done, the session is closed.
func (client *Client) OpenTranslation(ctx context.Context, config TranslationConfig) (*Session, error) {
	plan, err := config.plan()
	if err != nil {
		return nil, err
	}
	var a arguments
	c := config.arguments(&a)
	// Stated explicitly, so that library and binding cannot differ about the length of a frame.
	c.input.format.encoding = C.palabra_encoding(plan.input.Encoding)
	c.input.format.channels = C.int32_t(plan.input.Channels)
	return client.open(ctx, plan, &a, &c.queue, func(session **C.palabra_session, e *cError) cStatus {
		return C.palabra_session_open_translation(client.handle, c, session, e)
	})
}

// BuildTask builds the task that OpenTranslation would set for a config, as JSON for Session.SetTask. Fields that do
// not concern the task are ignored.
func BuildTask(config TranslationConfig) (string, error) {
	var a arguments
	defer a.release()
	c := config.arguments(&a)
	if a.err != nil {
		return "", a.err
	}
	e := newCError()
	task, status := written(func(buffer *C.char, capacity C.int32_t) C.int32_t {
		return C.palabra_translation_build_task(c, buffer, capacity, e)
	})
	return task, explained(status, e)
}

// What the binding must know to know how many frames a slice holds: the formats, and which languages there are.
type plan struct {
	input     AudioFormat // of text-to-speech: EncodingDefault, no audio is sent
	output    AudioFormat
	languages []string
}

func (config *TranslationConfig) plan() (plan, error) {
	task, err := BuildTask(*config)
	if err != nil {
		return plan{}, err
	}
	declared := readTask(task)
	input := config.Input.Format
	if input.Channels == 0 {
		input.Channels = whole(declared.InputStream.Source.Channels)
	}
	if input.SampleRate == 0 {
		input.SampleRate = whole(declared.InputStream.Source.SampleRate)
	}
	return plan{input: input.filledIn(), output: config.Output.Format.filledIn(), languages: declared.languages()}, nil
}

// The little of a task that the binding has to know.
type task struct {
	InputStream struct {
		Source struct {
			Channels   json.RawMessage `json:"channels"`
			SampleRate json.RawMessage `json:"sample_rate"`
		} `json:"source"`
	} `json:"input_stream"`
	Pipeline struct {
		Translations []struct {
			TargetLanguage string `json:"target_language"`
		} `json:"translations"`
	} `json:"pipeline"`
}

// What cannot be read counts as missing: the library refuses such a task in its own words.
func readTask(text string) task {
	var t task
	if json.Unmarshal([]byte(text), &t) != nil {
		return task{}
	}
	return t
}

// 0 for what is not a whole number.
func whole(raw json.RawMessage) int {
	var number uint32
	if json.Unmarshal(raw, &number) != nil {
		return 0
	}
	return int(number)
}

func (t *task) languages() []string {
	var all []string
	for _, target := range t.Pipeline.Translations {
		if target.TargetLanguage != "" {
			all = append(all, target.TargetLanguage)
		}
	}
	return all
}
