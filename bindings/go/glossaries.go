package palabra

// #include <palabra.h>
import "C"

import (
	"context"
	"strconv"
	"unsafe"
)

// A Glossary is a list of terms at the service. Its ID goes into a session's config; without that, every enabled glossary
// of the session's languages is used.
type Glossary struct {
	ID             string // the service's name for the glossary
	Kind           GlossaryKind
	Flags          GlossaryFlag // GlossaryDisabled or 0
	Name           string       // your name for it
	SourceLanguage string       // language of the terms
	TargetLanguage string       // language of what they become
	JSON           string       // all that the service says about it
}

// GlossaryConfig is a new glossary. Give its entries as Entries, as CSV or as CSVPath.
type GlossaryConfig struct {
	Flags          GlossaryFlag // GlossaryDisabled or 0
	Kind           GlossaryKind
	Name           string          // your name for it
	SourceLanguage string          // language of the terms, such as "en"
	TargetLanguage string          // language of the translations; "" for the other kinds
	Entries        []GlossaryEntry // the entries one by one; any characters
	CSV            string          // rows of term and what it becomes, for hotwords of terms alone
	CSVPath        string          // such a file, 1 MB at most
}

// A GlossaryEntry is one term of a glossary.
type GlossaryEntry struct {
	Term    string
	Becomes string // what it becomes; "" for hotwords
}

// GlossaryChange is what UpdateGlossary changes; nil leaves it as it is.
type GlossaryChange struct {
	Name    *string
	Enabled *bool
}

// CreateGlossary makes a glossary and uploads its entries, which cannot be changed later.
//
// Like all calls for voices and glossaries it needs an API key. On failure too the Glossary has its ID once the service
// has given one: it is then there without entries, to be deleted.
func (client *Client) CreateGlossary(ctx context.Context, config GlossaryConfig) (Glossary, error) {
	a := new(arguments)
	c := config.arguments(a)
	return client.askGlossary(ctx, a, func(glossary *cGlossary, e *cError, limit C.int32_t) cStatus {
		return C.palabra_glossaries_create(client.handle, c, glossary, e, limit)
	})
}

// Glossary asks for one glossary. ErrService with the HTTPStatus 404: there is none.
func (client *Client) Glossary(ctx context.Context, id string) (Glossary, error) {
	a := new(arguments)
	name := a.required("id", id)
	return client.askGlossary(ctx, a, func(glossary *cGlossary, e *cError, limit C.int32_t) cStatus {
		return C.palabra_glossaries_get(client.handle, name, glossary, e, limit)
	})
}

// Glossaries lists the account's glossaries, all pages of them.
func (client *Client) Glossaries(ctx context.Context) ([]Glossary, error) {
	return await(ctx, new(arguments), func(limit C.int32_t) ([]Glossary, error) {
		c, e := pointerless[cGlossaryList](), newCError()
		defer C.palabra_glossary_list_release(c)
		status := C.palabra_glossaries_list(client.handle, c, e, limit)
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
	return await(ctx, a, func(limit C.int32_t) (string, error) {
		c, e := pointerless[cGlossaryCSV](), newCError()
		defer C.palabra_glossary_csv_release(c)
		status := C.palabra_glossaries_download(client.handle, name, c, e, limit)
		return goText(c.text, c.size), explained(status, e)
	})
}

// UpdateGlossary renames a glossary, or switches it on or off.
func (client *Client) UpdateGlossary(ctx context.Context, id string, change GlossaryChange) (Glossary, error) {
	a := new(arguments)
	which, name, enabled := a.required("id", id), a.optional("Name", change.Name), C.int32_t(-1)
	if change.Enabled != nil {
		enabled = 0
		if *change.Enabled {
			enabled = 1
		}
	}
	return client.askGlossary(ctx, a, func(glossary *cGlossary, e *cError, limit C.int32_t) cStatus {
		return C.palabra_glossaries_update(client.handle, which, name, enabled, glossary, e, limit)
	})
}

// DeleteGlossary deletes a glossary.
func (client *Client) DeleteGlossary(ctx context.Context, id string) error {
	return client.onID(ctx, id, func(id *C.char, e *cError, limit C.int32_t) cStatus {
		return C.palabra_glossaries_delete(client.handle, id, e, limit)
	})
}

func (client *Client) askGlossary(
	ctx context.Context, a *arguments, call func(*cGlossary, *cError, C.int32_t) cStatus,
) (Glossary, error) {
	return await(ctx, a, func(limit C.int32_t) (Glossary, error) {
		c, e := pointerless[cGlossary](), newCError()
		defer C.palabra_glossary_release(c)
		status := call(c, e, limit)
		return readGlossary(c), explained(status, e)
	})
}

func (config *GlossaryConfig) arguments(a *arguments) *cGlossaryConfig {
	c := &cGlossaryConfig{
		struct_size:     C.sizeof_palabra_glossary_config,
		flags:           C.uint32_t(config.Flags),
		kind:            C.int32_t(config.Kind),
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
				term:    a.required("Term", entry.Term),
				becomes: a.text("Becomes", entry.Becomes),
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

// String is the name of the kind: "TRANSLATION".
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
