package palabra

// #include <palabra.h>
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
	ID          string      // the service's name for the voice
	Status      VoiceStatus // how far its making is
	Name        string      // your name for it
	Language    string      // language of the sample
	Description string      // words of your own
	VoiceType   string      // how it was made, in the service's word
	Gender      string      // label
	AgeGroup    string      // label
	Mood        string      // label
	Errors      string      // why it failed
	Warnings    string      // what is wrong with the sample, though it may do
	JSON        string      // all that the service says about it
}

// VoiceConfig is a new voice. Name, Language and a sample are needed.
type VoiceConfig struct {
	Flags       VoiceFlag
	Name        string // 3 to 64 letters, digits, spaces or any of _ - .
	Language    string // language of the sample, such as "en"
	Description string // words of your own
	Gender      string // label, in the service's words
	AgeGroup    string // label
	Mood        string // label
	SamplePath  string // the sample as a file of 10 MB at most; one speaker, no noise
	Sample      []byte // or the bytes of such a file; then SampleName is needed
	SampleName  string // name of the sample's file, whose suffix says what it is; "": that of SamplePath
	SampleJSON  string // more keys for the sample as a JSON object
}

// VoiceChange is what UpdateVoice changes; nil leaves a text as it is. One label given replaces all three.
type VoiceChange struct {
	Name        *string
	Description *string
	Gender      *string
	AgeGroup    *string
	Mood        *string
}

// CreateVoice clones a voice: it uploads the sample, and waits until the voice is ready unless VoiceNoWait is set.
//
// Like all calls for voices and glossaries it needs an API key. On failure too the Voice has its ID once the service has
// given one: the voice is then there, to wait for or to delete. With a context that is cancelled before its deadline it
// may be there too, and Voices lists it.
func (client *Client) CreateVoice(ctx context.Context, config VoiceConfig) (Voice, error) {
	a := new(arguments)
	c := config.arguments(a)
	return client.askVoice(ctx, a, func(voice *cVoice, e *cError, limit C.int32_t) cStatus {
		return C.palabra_voices_create(client.handle, c, voice, e, limit)
	})
}

// WaitVoice waits until a voice is ready. The Voice is what was last seen of it, on failure too.
func (client *Client) WaitVoice(ctx context.Context, id string) (Voice, error) {
	a := new(arguments)
	name := a.required("id", id)
	return client.askVoice(ctx, a, func(voice *cVoice, e *cError, limit C.int32_t) cStatus {
		return C.palabra_voices_wait_ready(client.handle, name, voice, e, limit)
	})
}

// Voice asks for one voice. ErrService with the HTTPStatus 404: there is none.
func (client *Client) Voice(ctx context.Context, id string) (Voice, error) {
	a := new(arguments)
	name := a.required("id", id)
	return client.askVoice(ctx, a, func(voice *cVoice, e *cError, limit C.int32_t) cStatus {
		return C.palabra_voices_get(client.handle, name, voice, e, limit)
	})
}

// Voices lists the account's own voices, all pages of them. search is a part of the name, 2 characters or more, language
// that of the sample; "": any.
func (client *Client) Voices(ctx context.Context, search, language string) ([]Voice, error) {
	a := new(arguments)
	part, code := a.text("search", search), a.text("language", language)
	return client.askVoices(ctx, a, func(list *cVoiceList, e *cError, limit C.int32_t) cStatus {
		return C.palabra_voices_list(client.handle, part, code, list, e, limit)
	})
}

// BuiltinVoices lists the voices that every account has.
func (client *Client) BuiltinVoices(ctx context.Context) ([]Voice, error) {
	return client.askVoices(ctx, new(arguments), func(list *cVoiceList, e *cError, limit C.int32_t) cStatus {
		return C.palabra_voices_list_builtin(client.handle, list, e, limit)
	})
}

// UpdateVoice changes the name, the description or the labels of a voice.
func (client *Client) UpdateVoice(ctx context.Context, id string, change VoiceChange) (Voice, error) {
	a := new(arguments)
	name, c := a.required("id", id), change.arguments(a)
	return client.askVoice(ctx, a, func(voice *cVoice, e *cError, limit C.int32_t) cStatus {
		return C.palabra_voices_update(client.handle, name, c, voice, e, limit)
	})
}

// DeleteVoice deletes a voice.
func (client *Client) DeleteVoice(ctx context.Context, id string) error {
	return client.onID(ctx, id, func(id *C.char, e *cError, limit C.int32_t) cStatus {
		return C.palabra_voices_delete(client.handle, id, e, limit)
	})
}

func (client *Client) askVoice(
	ctx context.Context, a *arguments, call func(*cVoice, *cError, C.int32_t) cStatus,
) (Voice, error) {
	return await(ctx, a, func(limit C.int32_t) (Voice, error) {
		c, e := pointerless[cVoice](), newCError()
		defer C.palabra_voice_release(c)
		status := call(c, e, limit)
		return readVoice(c), explained(status, e)
	})
}

func (client *Client) askVoices(
	ctx context.Context, a *arguments, call func(*cVoiceList, *cError, C.int32_t) cStatus,
) ([]Voice, error) {
	return await(ctx, a, func(limit C.int32_t) ([]Voice, error) {
		c, e := pointerless[cVoiceList](), newCError()
		defer C.palabra_voice_list_release(c)
		status := call(c, e, limit)
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
		sample := bytes.Clone(config.Sample) // a call that was left to itself still reads it
		a.pins.Pin(&sample[0])
		c.sample, c.sample_bytes = unsafe.Pointer(&sample[0]), C.uint64_t(len(sample))
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

// String is the name of the state: "READY".
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
