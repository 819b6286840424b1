package palabra

// #include <palabra.h>
import "C"

import (
	"encoding/json"
	"time"
)

// Config holds the settings of a translation. Zero values mean the defaults. The comments of
// palabra_translation_config in palabra.h say more about each field.
type Config struct {
	Flags      TranslationFlag
	SessionTag uint64 // any number; comes back in every event of the session
	Queue      *Queue // to deliver the events to, shared with other sessions; nil: the session has one of its own

	SourceLanguage  string   // language spoken, such as "en" or "auto"
	TargetLanguages []string // languages wanted
	VoiceID         string   // voice of the translation
	MessageTypes    []string // types of the messages that the service is to send

	TranscriptionJSON      string // settings of the recognition, laid over pipeline.transcription
	TargetsJSON            string // what differs between targets: language to settings
	HotwordsGlossaries     string // "all", "none" or ids separated by commas
	VerificationGlossaries string // glossaries that correct what was heard
	TranslationGlossaries  string // glossaries of translations, for every target
	TaskJSON               string // service settings without a field of their own, laid over the task

	WSURL string // address of a stream to use instead of creating a REST session; needs Token
	Token string // for WSURL

	InputEncoding    Encoding      // of the audio that you send; 0: EncodingS16
	InputSampleRate  int           // 8000 to 48000; 0: as on the wire
	InputChannels    int           // 1 to 8, interleaved; 0: what TaskJSON declares, else 1
	InputChannel     int           // the channel that is sent on, from 1; 0: all, mixed
	WireSampleRate   int           // 16000 to 48000; 0: the input's but at least 16000, else 24000
	Chunk            time.Duration // length of a chunk on the wire; 0: 320 ms
	InputBuffer      time.Duration // room for audio that was not sent yet; 0: 2 s
	SilenceThreshold time.Duration // silence that completes a phrase; 0: the service's default
	EventLimit       int           // events that may wait to be taken; 0: 1000
	EventBytesLimit  int           // bytes of events that may wait; 0: 16 MiB
	ConnectTimeout   time.Duration // for one attempt to reach the stream; 0: the client's
	ReadyTimeout     time.Duration // for the service to become ready once connected; 0: 30 s
	EndTimeout       time.Duration // for silence of the service after the end; 0: 30 s
	LivenessTimeout  time.Duration // silence after which the connection counts as dead; 0: 40 s
	TaskInterval     time.Duration // distance between two SetTask or Resume; 0: 2.1 s
	PauseInterval    time.Duration // distance between two Pause; 0: 3.1 s
	SpeakPerMinute   int           // most Speak in a minute; 0: 60
	CommandLimit     int           // commands that may wait to be sent; 0: 32
	OutputMode       Output        // how translated speech comes
	OutputEncoding   Encoding      // of what ReadAudio gives; 0: EncodingS16
	OutputSampleRate int           // 8000 to 48000; 0: 24000
	OutputChannels   int           // 1 to 8, each with the same speech; 0: 1
	PlayoutPrime     time.Duration // speech that must be here before a phrase begins to be heard; 0: 60 ms
	PlayoutCap       time.Duration // most speech that may wait in one language; 0: 30 s
	PlayoutTarget    time.Duration // speech that should wait at most; 0: off
	OriginalPercent  int           // how loud the speaker is under the translation; 0: not at all
	DuckPercent      int           // how loud while the translation speaks; 0: 20
	DuckAttack       time.Duration // how long it takes to get there; 0: 50 ms
	DuckRelease      time.Duration // how long it takes to come back; 0: 300 ms
	QueueLevel       time.Duration // speech that the service aims to have waiting; 0: its default
	QueueMax         time.Duration // speech at the service above which it drops the oldest; 0: its default
	AutoTempo        Tempo         // whether the service speaks faster when speech piles up
	MinTempoPercent  int           // slowest tempo then; 0: the service's default
	MaxTempoPercent  int           // fastest tempo then; 0: the service's default
	GapPolicy        Gap           // what happens when you stop sending
	GapAfter         time.Duration // how long input must be missing for that; 0: 200 ms for silence, 5 s for a pause
}

func (config *Config) arguments(a *arguments) *cConfig {
	c := &cConfig{
		struct_size:             C.sizeof_palabra_translation_config,
		flags:                   C.uint32_t(config.Flags),
		session_tag:             C.uint64_t(config.SessionTag),
		source_language:         a.text("SourceLanguage", config.SourceLanguage),
		target_languages:        a.list("TargetLanguages", config.TargetLanguages),
		voice_id:                a.text("VoiceID", config.VoiceID),
		message_types:           a.list("MessageTypes", config.MessageTypes),
		transcription_json:      a.text("TranscriptionJSON", config.TranscriptionJSON),
		targets_json:            a.text("TargetsJSON", config.TargetsJSON),
		hotwords_glossaries:     a.text("HotwordsGlossaries", config.HotwordsGlossaries),
		verification_glossaries: a.text("VerificationGlossaries", config.VerificationGlossaries),
		translation_glossaries:  a.text("TranslationGlossaries", config.TranslationGlossaries),
		task_json:               a.text("TaskJSON", config.TaskJSON),
		ws_url:                  a.text("WSURL", config.WSURL),
		token:                   a.text("Token", config.Token),
		input_encoding:          C.int32_t(config.InputEncoding),
		input_sample_rate:       a.number("InputSampleRate", config.InputSampleRate),
		input_channels:          a.number("InputChannels", config.InputChannels),
		input_channel:           a.number("InputChannel", config.InputChannel),
		wire_sample_rate:        a.number("WireSampleRate", config.WireSampleRate),
		chunk_ms:                a.ms("Chunk", config.Chunk),
		input_buffer_ms:         a.ms("InputBuffer", config.InputBuffer),
		silence_threshold_ms:    a.ms("SilenceThreshold", config.SilenceThreshold),
		event_limit:             a.number("EventLimit", config.EventLimit),
		event_bytes_limit:       a.number("EventBytesLimit", config.EventBytesLimit),
		connect_timeout_ms:      a.ms("ConnectTimeout", config.ConnectTimeout),
		ready_timeout_ms:        a.ms("ReadyTimeout", config.ReadyTimeout),
		end_timeout_ms:          a.ms("EndTimeout", config.EndTimeout),
		liveness_timeout_ms:     a.ms("LivenessTimeout", config.LivenessTimeout),
		task_interval_ms:        a.ms("TaskInterval", config.TaskInterval),
		pause_interval_ms:       a.ms("PauseInterval", config.PauseInterval),
		speak_per_minute:        a.number("SpeakPerMinute", config.SpeakPerMinute),
		command_limit:           a.number("CommandLimit", config.CommandLimit),
		output_mode:             C.int32_t(config.OutputMode),
		output_encoding:         C.int32_t(config.OutputEncoding),
		output_sample_rate:      a.number("OutputSampleRate", config.OutputSampleRate),
		output_channels:         a.number("OutputChannels", config.OutputChannels),
		playout_prime_ms:        a.ms("PlayoutPrime", config.PlayoutPrime),
		playout_cap_ms:          a.ms("PlayoutCap", config.PlayoutCap),
		playout_target_ms:       a.ms("PlayoutTarget", config.PlayoutTarget),
		original_percent:        a.number("OriginalPercent", config.OriginalPercent),
		duck_percent:            a.number("DuckPercent", config.DuckPercent),
		duck_attack_ms:          a.ms("DuckAttack", config.DuckAttack),
		duck_release_ms:         a.ms("DuckRelease", config.DuckRelease),
		queue_level_ms:          a.ms("QueueLevel", config.QueueLevel),
		queue_max_ms:            a.ms("QueueMax", config.QueueMax),
		auto_tempo:              C.int32_t(config.AutoTempo),
		min_tempo_percent:       a.number("MinTempoPercent", config.MinTempoPercent),
		max_tempo_percent:       a.number("MaxTempoPercent", config.MaxTempoPercent),
		gap_policy:              C.uint32_t(config.GapPolicy),
		gap_after_ms:            a.ms("GapAfter", config.GapAfter),
	}
	if config.Queue != nil {
		c.queue = config.Queue.handle
	}
	return c
}

// TaskJSON builds the task that Open would set for a config, as JSON: what Session.SetTask takes.
func TaskJSON(config Config) (string, error) {
	var a arguments
	defer a.release()
	c := config.arguments(&a)
	if a.err != nil {
		return "", a.err
	}
	e := newCError()
	buffer := make([]byte, 4096)
	for {
		length := C.palabra_task_build(c, charPointer(buffer), C.uint32_t(len(buffer)), e)
		if err := explained(length, e); err != nil {
			return "", err
		}
		if int(length) < len(buffer) {
			return string(buffer[:length]), nil
		}
		buffer = make([]byte, int(length)+1)
	}
}

// What the binding must know to tell how many frames a slice holds: the formats, and which languages there are.
type plan struct {
	input     format
	output    format
	languages []string
}

func (config *Config) plan() (plan, error) {
	task, err := TaskJSON(*config)
	if err != nil {
		return plan{}, err
	}
	declared := readTask(task)
	p := plan{
		input:     format{config.InputEncoding, config.InputChannels, config.InputSampleRate},
		output:    format{config.OutputEncoding, config.OutputChannels, config.OutputSampleRate},
		languages: declared.languages(),
	}
	if p.input.channels == 0 {
		p.input.channels = whole(declared.InputStream.Source.Channels)
	}
	if p.input.sampleRate == 0 {
		p.input.sampleRate = whole(declared.InputStream.Source.SampleRate)
	}
	p.input.fillIn()
	p.output.fillIn()
	return p, nil
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

// Whatever cannot be read is missing: the library has its own opinion of such a task.
func readTask(text string) task {
	var t task
	if json.Unmarshal([]byte(text), &t) != nil {
		return task{}
	}
	return t
}

// 0 for what is no whole number.
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
