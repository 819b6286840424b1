package palabra

// #include "palabra.h"
import "C"

import (
	"context"
	"strconv"
	"unsafe"
)

// A Glossary is a list of terms at the service. Its ID goes into a session's config; without that, every enabled glossary
// of the session's languages is used.
type Glossary struct {
	ID             string // the service's id
	Kind           GlossaryKind
	Flags          GlossaryFlag // GlossaryDisabled or 0
	Name           string
	SourceLanguage string // language of the terms
	TargetLanguage string // language of the translations
	JSON           string // everything that the service says about it, as a JSON object
}

// GlossaryConfig is a new glossary. Set its entries as Entries, as CSV or as CSVPath.
type GlossaryConfig struct {
	Flags          GlossaryFlag // GlossaryDisabled or 0
	Kind           GlossaryKind
	Name           string
	SourceLanguage string          // language of the terms, such as "en"
	TargetLanguage string          // language of the translations; "" for other kinds
	Entries        []GlossaryEntry // the entries, with any characters
	CSV            string          // the entries as CSV text: rows of a term and its replacement, for hotwords of a term alone
	CSVPath        string          // the entries as such a file, at most 1 MiB
}

// A GlossaryEntry is one term of a glossary.
type GlossaryEntry struct {
	Term        string
	Replacement string // its replacement or translation; "" for hotwords
}

// GlossaryChange is what UpdateGlossary changes; nil: unchanged.
type GlossaryChange struct {
	Name    *string
	Enabled *bool
}

// CreateGlossary creates a glossary and uploads its entries, which cannot be changed later.
//
// Voices and glossaries need an API key. The Glossary is returned on failure too if the service has given an ID: it then
// exists without entries, to be deleted.
func (client *Client) CreateGlossary(ctx context.Context, config GlossaryConfig) (Glossary, error) {
	a := new(arguments)
	c := config.arguments(a)
	return client.askGlossary(ctx, a, func(glossary *cGlossary, limit C.int32_t, e *cError) cStatus {
		return C.palabra_glossary_create(client.handle, c, glossary, limit, e)
	})
}

// Glossary reads one glossary, without its entries. ErrService with the HTTPStatus 404: there is none.
func (client *Client) Glossary(ctx context.Context, id string) (Glossary, error) {
	a := new(arguments)
	name := a.required("id", id)
	return client.askGlossary(ctx, a, func(glossary *cGlossary, limit C.int32_t, e *cError) cStatus {
		return C.palabra_glossary_get(client.handle, name, glossary, limit, e)
	})
}

// Glossaries lists the account's glossaries, of all pages.
func (client *Client) Glossaries(ctx context.Context) ([]Glossary, error) {
	return await(ctx, new(arguments), func(limit C.int32_t, e *cError) ([]Glossary, error) {
		c := pointerless[cGlossaries]()
		defer C.palabra_glossaries_release(c)
		status := C.palabra_glossary_list(client.handle, c, limit, e)
		var glossaries []Glossary
		for _, glossary := range unsafe.Slice(c.items, int(c.count)) {
			glossaries = append(glossaries, readGlossary(glossary))
		}
		return glossaries, explained(status, e)
	})
}

// GlossaryCSV reads the entries of a glossary: the CSV file as it was uploaded.
func (client *Client) GlossaryCSV(ctx context.Context, id string) (string, error) {
	a := new(arguments)
	name := a.required("id", id)
	return await(ctx, a, func(limit C.int32_t, e *cError) (string, error) {
		c := pointerless[cGlossaryCSV]()
		defer C.palabra_glossary_csv_release(c)
		status := C.palabra_glossary_download(client.handle, name, c, limit, e)
		return goText(c.text, c.text_len), explained(status, e)
	})
}

// UpdateGlossary renames, enables or disables a glossary.
func (client *Client) UpdateGlossary(ctx context.Context, id string, change GlossaryChange) (Glossary, error) {
	a := new(arguments)
	which, name, enabled := a.required("id", id), a.optional("Name", change.Name), C.int32_t(-1)
	if change.Enabled != nil {
		enabled = 0
		if *change.Enabled {
			enabled = 1
		}
	}
	return client.askGlossary(ctx, a, func(glossary *cGlossary, limit C.int32_t, e *cError) cStatus {
		return C.palabra_glossary_update(client.handle, which, name, enabled, glossary, limit, e)
	})
}

// DeleteGlossary deletes a glossary.
func (client *Client) DeleteGlossary(ctx context.Context, id string) error {
	return client.onID(ctx, id, func(id *C.char, limit C.int32_t, e *cError) cStatus {
		return C.palabra_glossary_delete(client.handle, id, limit, e)
	})
}

func (client *Client) askGlossary(
	ctx context.Context, a *arguments, call func(*cGlossary, C.int32_t, *cError) cStatus,
) (Glossary, error) {
	return await(ctx, a, func(limit C.int32_t, e *cError) (Glossary, error) {
		c := pointerless[cGlossary]()
		defer C.palabra_glossary_release(c)
		status := call(c, limit, e)
		return readGlossary(c), explained(status, e)
	})
}

func (config *GlossaryConfig) arguments(a *arguments) *cGlossaryConfig {
	c := &cGlossaryConfig{
		struct_size:     C.sizeof_palabra_glossary_config,
		flags:           C.uint32_t(config.Flags),
		kind:            C.palabra_glossary_kind(config.Kind),
		entry_count:     a.number("Entries", len(config.Entries)),
		name:            a.text("Name", config.Name),
		source_language: a.text("SourceLanguage", config.SourceLanguage),
		target_language: a.text("TargetLanguage", config.TargetLanguage),
		csv:             a.text("CSV", config.CSV),
		csv_path:        a.text("CSVPath", config.CSVPath),
	}
	if len(config.Entries) > 0 {
		entries := make([]cGlossaryEntry, len(config.Entries))
		for i, entry := range config.Entries {
			entries[i] = cGlossaryEntry{
				term:        a.required("Term", entry.Term),
				replacement: a.text("Replacement", entry.Replacement),
			}
		}
		a.pins.Pin(&entries[0])
		c.entries = &entries[0]
	}
	return c
}

func readGlossary(c *cGlossary) Glossary {
	return Glossary{
		ID:             C.GoString(c.id),
		Kind:           GlossaryKind(c.kind),
		Flags:          GlossaryFlag(c.flags),
		Name:           C.GoString(c.name),
		SourceLanguage: C.GoString(c.source_language),
		TargetLanguage: C.GoString(c.target_language),
		JSON:           C.GoString(c.json),
	}
}

// String returns the name of the kind, such as "TRANSLATION".
func (k GlossaryKind) String() string {
	switch k {
	case GlossaryHotwords:
		return "HOTWORDS"
	case GlossaryVerification:
		return "VERIFICATION"
	case GlossaryTranslation:
		return "TRANSLATION"
	}
	return "GlossaryKind(" + strconv.Itoa(int(k)) + ")"
}
