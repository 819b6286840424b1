package palabra

// #include "palabra.h"
import "C"

import (
	"bytes"
	"context"
	"strconv"
	"unsafe"
)

// A Voice is a voice of the account, or one that every account has. Its ID goes into the VoiceID of a config once it is
// ready.
type Voice struct {
	ID          string // the service's id
	Status      VoiceStatus
	Name        string
	Language    string // language of the sample
	Description string // free-form description
	VoiceType   string // how it was made, in the service's word
	Gender      string // label
	AgeGroup    string // label
	Mood        string // label
	Errors      string // why it failed
	Warnings    string // what is wrong with the sample although it can be used
	JSON        string // everything that the service says about it, as a JSON object
}

// VoiceConfig is a new voice. Name, Language and a sample are required.
type VoiceConfig struct {
	Flags       VoiceFlag
	Name        string // 3 to 64 letters, digits, spaces or any of _ - .
	Language    string // language of the sample, such as "en"
	Description string // free-form description
	Gender      string // label, in the service's words
	AgeGroup    string // label
	Mood        string // label
	SamplePath  string // the sample as a file of at most 10 MiB; one speaker, no noise
	Sample      []byte // the sample in memory: the contents of such a file
	SampleName  string // file name of the sample, whose suffix says what it is; required with Sample
	SampleJSON  string // more keys for the sample as a JSON object
}

// VoiceChange is what UpdateVoice changes; nil: unchanged. One label replaces all three.
type VoiceChange struct {
	Name        *string
	Description *string
	Gender      *string
	AgeGroup    *string
	Mood        *string
}

// CreateVoice clones a voice: it creates it, uploads the sample, and waits until the voice is ready unless VoiceNoWait is
// set.
//
// Voices and glossaries need an API key. The Voice is returned on failure too if the service has given an ID: it then
// exists, to be waited for or deleted. With a context that is cancelled before its deadline it may exist too, and Voices
// lists it.
func (client *Client) CreateVoice(ctx context.Context, config VoiceConfig) (Voice, error) {
	a := new(arguments)
	c := config.arguments(a)
	return client.askVoice(ctx, a, func(voice *cVoice, limit C.int32_t, e *cError) cStatus {
		return C.palabra_voice_create(client.handle, c, voice, limit, e)
	})
}

// WaitVoice waits until a voice is ready. It returns the last known state of the voice, on failure too.
func (client *Client) WaitVoice(ctx context.Context, id string) (Voice, error) {
	a := new(arguments)
	name := a.required("id", id)
	return client.askVoice(ctx, a, func(voice *cVoice, limit C.int32_t, e *cError) cStatus {
		return C.palabra_voice_wait_ready(client.handle, name, voice, limit, e)
	})
}

// Voice reads one voice. ErrService with the HTTPStatus 404: there is none.
func (client *Client) Voice(ctx context.Context, id string) (Voice, error) {
	a := new(arguments)
	name := a.required("id", id)
	return client.askVoice(ctx, a, func(voice *cVoice, limit C.int32_t, e *cError) cStatus {
		return C.palabra_voice_get(client.handle, name, voice, limit, e)
	})
}

// Voices lists the account's own voices, of all pages. search is a part of the name, 2 characters or more, language
// that of the sample; "": any.
func (client *Client) Voices(ctx context.Context, search, language string) ([]Voice, error) {
	a := new(arguments)
	part, code := a.text("search", search), a.text("language", language)
	return client.askVoices(ctx, a, func(list *cVoices, limit C.int32_t, e *cError) cStatus {
		return C.palabra_voice_list(client.handle, part, code, list, limit, e)
	})
}

// BuiltinVoices lists the voices that every account has.
func (client *Client) BuiltinVoices(ctx context.Context) ([]Voice, error) {
	return client.askVoices(ctx, new(arguments), func(list *cVoices, limit C.int32_t, e *cError) cStatus {
		return C.palabra_voice_list_builtin(client.handle, list, limit, e)
	})
}

// UpdateVoice changes the name, the description or the labels of a voice.
func (client *Client) UpdateVoice(ctx context.Context, id string, change VoiceChange) (Voice, error) {
	a := new(arguments)
	name, c := a.required("id", id), change.arguments(a)
	return client.askVoice(ctx, a, func(voice *cVoice, limit C.int32_t, e *cError) cStatus {
		return C.palabra_voice_update(client.handle, name, c, voice, limit, e)
	})
}

// DeleteVoice deletes a voice.
func (client *Client) DeleteVoice(ctx context.Context, id string) error {
	return client.onID(ctx, id, func(id *C.char, limit C.int32_t, e *cError) cStatus {
		return C.palabra_voice_delete(client.handle, id, limit, e)
	})
}

func (client *Client) askVoice(
	ctx context.Context, a *arguments, call func(*cVoice, C.int32_t, *cError) cStatus,
) (Voice, error) {
	return await(ctx, a, func(limit C.int32_t, e *cError) (Voice, error) {
		c := pointerless[cVoice]()
		defer C.palabra_voice_release(c)
		status := call(c, limit, e)
		return readVoice(c), explained(status, e)
	})
}

func (client *Client) askVoices(
	ctx context.Context, a *arguments, call func(*cVoices, C.int32_t, *cError) cStatus,
) ([]Voice, error) {
	return await(ctx, a, func(limit C.int32_t, e *cError) ([]Voice, error) {
		c := pointerless[cVoices]()
		defer C.palabra_voices_release(c)
		status := call(c, limit, e)
		var voices []Voice
		for _, voice := range unsafe.Slice(c.items, int(c.count)) {
			voices = append(voices, readVoice(voice))
		}
		return voices, explained(status, e)
	})
}

func (config *VoiceConfig) arguments(a *arguments) *cVoiceConfig {
	c := &cVoiceConfig{
		struct_size: C.sizeof_palabra_voice_config,
		flags:       C.uint32_t(config.Flags),
		name:        a.text("Name", config.Name),
		language:    a.text("Language", config.Language),
		description: a.text("Description", config.Description),
		gender:      a.text("Gender", config.Gender),
		age_group:   a.text("AgeGroup", config.AgeGroup),
		mood:        a.text("Mood", config.Mood),
		sample_path: a.text("SamplePath", config.SamplePath),
		sample_name: a.text("SampleName", config.SampleName),
		sample_json: a.text("SampleJSON", config.SampleJSON),
	}
	if len(config.Sample) > 0 {
		sample := bytes.Clone(config.Sample) // a call whose caller has returned still reads it
		a.pins.Pin(&sample[0])
		c.sample, c.sample_bytes = unsafe.Pointer(&sample[0]), C.int64_t(len(sample))
	}
	return c
}

func (change *VoiceChange) arguments(a *arguments) *cVoiceConfig {
	return &cVoiceConfig{
		struct_size: C.sizeof_palabra_voice_config,
		name:        a.optional("Name", change.Name),
		description: a.optional("Description", change.Description),
		gender:      a.optional("Gender", change.Gender),
		age_group:   a.optional("AgeGroup", change.AgeGroup),
		mood:        a.optional("Mood", change.Mood),
	}
}

func readVoice(c *cVoice) Voice {
	return Voice{
		ID:          C.GoString(c.id),
		Status:      VoiceStatus(c.status),
		Name:        C.GoString(c.name),
		Language:    C.GoString(c.language),
		Description: C.GoString(c.description),
		VoiceType:   C.GoString(c.voice_type),
		Gender:      C.GoString(c.gender),
		AgeGroup:    C.GoString(c.age_group),
		Mood:        C.GoString(c.mood),
		Errors:      C.GoString(c.errors),
		Warnings:    C.GoString(c.warnings),
		JSON:        C.GoString(c.json),
	}
}

// String returns the name of the status, such as "READY".
func (s VoiceStatus) String() string {
	switch s {
	case VoiceStatusUnknown:
		return "UNKNOWN"
	case VoiceStatusCreated:
		return "CREATED"
	case VoiceStatusPending:
		return "PENDING"
	case VoiceStatusReady:
		return "READY"
	case VoiceStatusFailed:
		return "FAILED"
	}
	return "VoiceStatus(" + strconv.Itoa(int(s)) + ")"
}
