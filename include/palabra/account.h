/*
 * palabra/account.h - What belongs to an account: REST sessions, voices and glossaries
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */

/*
 * Rules for all account calls
 * ===========================
 *
 * A function with a `timeout_ms` asks the service. `timeout_ms` is the limit of the whole call, in ms; negative: the
 * client's timeouts, for each page of a list, unless the comment says otherwise. `id` is the one in the struct of the
 * session, the voice or the glossary. Errors, besides those of palabra/base.h and of the function:
 *   PALABRA_ERR_AUTH             there are no credentials, they are of the wrong kind, or the service refused them
 *   PALABRA_ERR_SERVICE          the service refused otherwise; `http_status` of the error says how (404: there is no
 *                                such object)
 *   PALABRA_ERR_SESSION          the service refused to create a REST session; `http_status` says how
 *   PALABRA_ERR_RATE             the service refused because of too many requests; see `retry_after_ms`
 *   PALABRA_ERR_DNS, _CONNECT, _TLS  the service was not reached
 *   PALABRA_ERR_CONNECTION_LOST  the reply did not arrive; the service may have processed the request
 *   PALABRA_ERR_PROTOCOL         the reply makes no sense
 *   PALABRA_ERR_TIMEOUT          the time was up
 *   PALABRA_ERR_CLOSED           palabra_cancel() ended the call
 *   PALABRA_ERR_LIMIT            too many results were not released, or no thread can be started
 *   PALABRA_ERR_SHUTDOWN         palabra_shutdown() was called meanwhile
 *
 * Voices and glossaries need an API key.
 */
#ifndef PALABRA_ACCOUNT_H
#define PALABRA_ACCOUNT_H

#include <palabra/base.h>

/** State of a voice. */
typedef enum palabra_voice_status PALABRA_INT32_ENUM {
    /** A status that this version does not know; it is in `json`. */
    PALABRA_VOICE_STATUS_UNKNOWN = 0,
    /** Waits for its sample. */
    PALABRA_VOICE_STATUS_CREATED = 1,
    /** Being made. */
    PALABRA_VOICE_STATUS_PENDING = 2,
    /** Can be used. */
    PALABRA_VOICE_STATUS_READY = 3,
    /** Could not be made; `errors` says why. */
    PALABRA_VOICE_STATUS_FAILED = 4
} palabra_voice_status;
PALABRA_ASSERT_INT32(palabra_voice_status);

/** What a glossary is for. */
typedef enum palabra_glossary_kind PALABRA_INT32_ENUM {
    /** A kind that this version does not know; it is in `json`. */
    PALABRA_GLOSSARY_UNKNOWN = 0,
    /** Terms that recognition listens for: an entry is a term alone. */
    PALABRA_GLOSSARY_HOTWORDS = 1,
    /** What recognition hears and what replaces it, in the same language. */
    PALABRA_GLOSSARY_VERIFICATION = 2,
    /** Terms and their translations. */
    PALABRA_GLOSSARY_TRANSLATION = 3
} palabra_glossary_kind;
PALABRA_ASSERT_INT32(palabra_glossary_kind);

/** The sample has background noise. */
#define PALABRA_VOICE_DENOISE 1u
/** Do not wait until the voice is ready. */
#define PALABRA_VOICE_NO_WAIT 2u

/** The glossary is not used unless a session names it. */
#define PALABRA_GLOSSARY_DISABLED 1u

/** A REST session: what the service returns before a stream is opened. `stream_url` and `token` make a
 *  palabra_stream_address. Texts are "" for what the service does not say, and NULL only before success. A session
 *  that was listed or read has no token at most services. */
typedef struct palabra_rest_session {
    uint32_t struct_size;
    uint32_t reserved;
    /** The service's id. */
    const char *id;
    /** Address of the translation stream. */
    const char *stream_url;
    /** Address of the text-to-speech stream. */
    const char *tts_stream_url;
    /** The publisher token, which is a secret. */
    const char *token;
    /** The subscriber tokens, which are secrets, separated by commas. */
    const char *subscriber_tokens;
    /** Address of the service's WebRTC server. */
    const char *webrtc_url;
    /** Room on that server. */
    const char *webrtc_room_name;
    /** What the session is for, in the service's word, such as "api". */
    const char *intent;
    /** When it was created, as the service writes it (ISO 8601). */
    const char *created_at;
    /** When it was last changed. */
    const char *updated_at;
    /** When it expires unless a stream is open. */
    const char *expires_at;
    /** Everything that the service says about it, tokens included, as a JSON object. */
    const char *json;
    const char *reserved_text;
    /** Internal. Do not read or modify. NULL in a list. */
    void *payload;
} palabra_rest_session;

/** REST sessions. */
typedef struct palabra_rest_sessions {
    uint32_t struct_size;
    /** How many REST sessions. */
    int32_t count;
    /** The sessions, `count` of them: `items[0]->id`; NULL: none. Read only; do not release them one by one. */
    const palabra_rest_session * const *items;
    void *payload;
} palabra_rest_sessions;

/** A new voice for palabra_voice_create(), or what to change for palabra_voice_update(). */
typedef struct palabra_voice_config {
    uint32_t struct_size;
    /** PALABRA_VOICE_* bits. */
    uint32_t flags;
    /** Name: 3 to 64 letters, digits, spaces or any of _ - . */
    const char *name;
    /** Language of the sample, such as "en". */
    const char *language;
    /** Free-form description; NULL: none. */
    const char *description;
    /** Label, in the service's words; NULL: none. An update replaces all three labels if it sets one of them. */
    const char *gender;
    /** Label; NULL: none. */
    const char *age_group;
    /** Label; NULL: none. */
    const char *mood;
    /** The sample as a file: wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, at most 10485760 bytes (10 MiB). One
     *  speaker, no noise: the official client advises 5 to 20 seconds, the service's documentation at least 30; NULL:
     *  it is in memory. */
    const char *sample_path;
    /** The sample in memory: the contents of such a file; NULL: it is a file. */
    const void *sample;
    /** File name of the sample, whose suffix says what it is. Required with `sample`; NULL: that of `sample_path`. */
    const char *sample_name;
    /** More keys for the sample as a JSON object, such as {"speech_normalization": true}, which take precedence; NULL:
     *  none. */
    const char *sample_json;
    /** Length of `sample`, in bytes. */
    int64_t sample_bytes;
} palabra_voice_config;

/** A voice. When it is ready its `id` can be used as `voice_id` of a session. Texts are "" for what the service does
 *  not say, and NULL only before success. */
typedef struct palabra_voice {
    uint32_t struct_size;
    palabra_voice_status status;
    /** The service's id. */
    const char *id;
    /** Name. */
    const char *name;
    /** Language of the sample. */
    const char *language;
    /** Free-form description. */
    const char *description;
    /** How it was made, in the service's word, such as "instantly_cloned". */
    const char *voice_type;
    /** Label. */
    const char *gender;
    /** Label. */
    const char *age_group;
    /** Label. */
    const char *mood;
    /** Why it failed. */
    const char *errors;
    /** What is wrong with the sample although it can be used. */
    const char *warnings;
    /** Everything that the service says about it, as a JSON object. */
    const char *json;
    /** Internal. Do not read or modify. NULL in a list. */
    void *payload;
} palabra_voice;

/** Voices. */
typedef struct palabra_voices {
    uint32_t struct_size;
    /** How many voices. */
    int32_t count;
    /** The voices, `count` of them: `items[0]->name`; NULL: none. Read only; do not release them one by one. */
    const palabra_voice * const *items;
    void *payload;
} palabra_voices;

/** One entry of a glossary. Used in arrays, so it never grows. */
typedef struct palabra_glossary_entry {
    /** The term. */
    const char *term;
    /** Its replacement or translation; NULL for hotwords. */
    const char *replacement;
} palabra_glossary_entry;

/** A new glossary. Set its entries as `entries`, as `csv` or as `csv_path`. */
typedef struct palabra_glossary_config {
    uint32_t struct_size;
    /** PALABRA_GLOSSARY_DISABLED or 0. */
    uint32_t flags;
    palabra_glossary_kind kind;
    /** Number of `entries`. */
    int32_t entry_count;
    /** Name. */
    const char *name;
    /** Language of the terms, such as "en". */
    const char *source_language;
    /** Language of the translations; NULL for other kinds. */
    const char *target_language;
    /** The entries, `entry_count` of them, with any characters; NULL: none. */
    const palabra_glossary_entry *entries;
    /** The entries as CSV text, which is sent unchanged: rows of a term and its replacement, for hotwords of a term
     *  alone; NULL: none. */
    const char *csv;
    /** The entries as such a file of at most 1048576 bytes (1 MiB); NULL: none. */
    const char *csv_path;
} palabra_glossary_config;

/** A glossary. Its `id` goes into a session's config; without that, every enabled glossary of the session's languages
 *  is used. Texts are "" for what the service does not say, and NULL only before success. */
typedef struct palabra_glossary {
    uint32_t struct_size;
    /** PALABRA_GLOSSARY_DISABLED or 0. */
    uint32_t flags;
    palabra_glossary_kind kind;
    uint32_t reserved;
    /** The service's id. */
    const char *id;
    /** Name. */
    const char *name;
    /** Language of the terms. */
    const char *source_language;
    /** Language of the translations. */
    const char *target_language;
    /** Everything that the service says about it, as a JSON object. */
    const char *json;
    /** Internal. Do not read or modify. NULL in a list. */
    void *payload;
} palabra_glossary;

/** Glossaries. */
typedef struct palabra_glossaries {
    uint32_t struct_size;
    /** How many glossaries. */
    int32_t count;
    /** The glossaries, `count` of them: `items[0]->name`; NULL: none. Read only; do not release them one by one. */
    const palabra_glossary * const *items;
    void *payload;
} palabra_glossaries;

/** The entries of a glossary. */
typedef struct palabra_glossary_csv {
    uint32_t struct_size;
    int32_t text_len;
    /** The CSV file as it was uploaded. */
    const char *text;
    void *payload;
} palabra_glossary_csv;

#ifdef __cplusplus
extern "C" {
#endif

/** Creates a REST session, for programs that pass its address and token on. Sessions opened without a stream do this
 *  by themselves.
 *
 *  Up to three attempts are made if the service does not answer, or answers with a 5xx before the request was
 *  processed and does not ask for a wait of more than 2 s.
 *
 *  @param timeout_ms limit of the whole call, in ms; negative: as long as the attempts take. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_create(
    palabra_client *client, palabra_rest_session *rest_session, int32_t timeout_ms, palabra_error *error);

/** Lists the REST sessions of the account, from all pages.
 *  @param timeout_ms limit of the whole call, in ms; negative: the client's timeouts, for each page. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_list(
    palabra_client *client, palabra_rest_sessions *list, int32_t timeout_ms, palabra_error *error);

/** Reads a REST session.
 *  @param id `id` of palabra_rest_session, or that of a READY event. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_get(
    palabra_client *client, const char *id, palabra_rest_session *rest_session, int32_t timeout_ms,
    palabra_error *error);

/** Sets for how long a REST session exists without a stream, from now on.
 *  @param id `id` of palabra_rest_session, or that of a READY event.
 *  @param ttl_ms the time, in ms, a multiple of 1000.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `ttl_ms` is out of range. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_set_ttl(
    palabra_client *client, const char *id, int32_t ttl_ms, int32_t timeout_ms, palabra_error *error);

/** Deletes a REST session at the service. Otherwise it expires by itself. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error);

/** Releases a REST session: wipes and frees its texts, and zeroes the struct except for its size. The service is not
 *  told. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_release(palabra_rest_session *rest_session);

/** Releases a list of REST sessions with the sessions in it: wipes and frees their texts, and zeroes the struct except
 *  for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_rest_sessions_release(palabra_rest_sessions *list);

/** Clones a voice: creates it, uploads the sample, and waits until the voice is ready unless PALABRA_VOICE_NO_WAIT is
 *  set.
 *
 *  Everything is checked before anything is sent. Two copies of the sample are held during the call.
 *
 *  @param config the voice; `name`, `language` and a sample are required.
 *  @param voice receives the voice, on failure too if the service has given an `id`: it then exists, to be waited for
 *    or deleted. Release it with palabra_voice_release().
 *  @param timeout_ms limit of the whole call, in ms; negative: 300000.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too long, too large or of an unknown kind.
 *  @retval PALABRA_ERR_IO `sample_path` cannot be read.
 *  Blocks: up to `timeout_ms`, and on the disk. Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_create(
    palabra_client *client, const palabra_voice_config *config, palabra_voice *voice, int32_t timeout_ms,
    palabra_error *error);

/** Waits until a voice is ready.
 *  @param voice receives the last known state of the voice, on failure too; release it with palabra_voice_release().
 *  @param timeout_ms limit of the whole call, in ms; negative: 300000. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_wait_ready(
    palabra_client *client, const char *id, palabra_voice *voice, int32_t timeout_ms, palabra_error *error);

/** Reads one voice. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_get(
    palabra_client *client, const char *id, palabra_voice *voice, int32_t timeout_ms, palabra_error *error);

/** Lists the account's own voices, of all pages.
 *  @param search a part of the name, 2 characters or more; NULL: any.
 *  @param language language of the sample; NULL: any.
 *  Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_list(
    palabra_client *client, const char *search, const char *language, palabra_voices *list, int32_t timeout_ms,
    palabra_error *error);

/** Lists the voices that every account has. Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_list_builtin(
    palabra_client *client, palabra_voices *list, int32_t timeout_ms, palabra_error *error);

/** Changes the name, the description or the labels of a voice.
 *  @param change `name`, `description`, `gender`, `age_group` and `mood`; NULL leaves a text unchanged, and one label
 *    replaces all three. Everything else must be 0 or NULL.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `change` has something that cannot be changed, or is too long.
 *  Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_update(
    palabra_client *client, const char *id, const palabra_voice_config *change, palabra_voice *voice,
    int32_t timeout_ms, palabra_error *error);

/** Deletes a voice. Example: voices.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error);

/** Releases a voice: frees its texts and zeroes the struct except for its size. The service is not told. */
PALABRA_API palabra_status PALABRA_CALL palabra_voice_release(palabra_voice *voice);

/** Releases a list of voices with the voices in it, and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_voices_release(palabra_voices *list);

/** Creates a glossary and uploads its entries, which cannot be changed later.
 *
 *  Everything is checked before anything is sent.
 *
 *  @param config the glossary; `name`, `kind`, `source_language` and entries are required, for translations also
 *    `target_language`.
 *  @param glossary receives the glossary, on failure too if the service has given an `id`: it then exists without
 *    entries, to be deleted. Release it with palabra_glossary_release().
 *  @param timeout_ms limit of the whole call, in ms; negative: as long as its steps take.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT Something is missing, too large or does not fit the kind; `error` names the
 *    entry, counted from 1.
 *  @retval PALABRA_ERR_IO `csv_path` cannot be read.
 *  Blocks: up to `timeout_ms`, and on the disk. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_create(
    palabra_client *client, const palabra_glossary_config *config, palabra_glossary *glossary, int32_t timeout_ms,
    palabra_error *error);

/** Reads one glossary, without its entries. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_get(
    palabra_client *client, const char *id, palabra_glossary *glossary, int32_t timeout_ms, palabra_error *error);

/** Lists the account's glossaries, of all pages. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_list(
    palabra_client *client, palabra_glossaries *list, int32_t timeout_ms, palabra_error *error);

/** Reads the entries of a glossary. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_download(
    palabra_client *client, const char *id, palabra_glossary_csv *csv, int32_t timeout_ms, palabra_error *error);

/** Renames, enables or disables a glossary.
 *  @param name the new name; NULL: unchanged.
 *  @param enabled 1: enabled; 0: disabled; -1: unchanged.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `enabled` is out of range, or `name` is too long.
 *  Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_update(
    palabra_client *client, const char *id, const char *name, int32_t enabled, palabra_glossary *glossary,
    int32_t timeout_ms, palabra_error *error);

/** Deletes a glossary. Example: glossary.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error);

/** Releases a glossary: frees its texts and zeroes the struct except for its size. The service is not told. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_release(palabra_glossary *glossary);

/** Releases a list of glossaries with the glossaries in it, and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossaries_release(palabra_glossaries *list);

/** Releases the entries of a glossary and zeroes the struct except for its size. */
PALABRA_API palabra_status PALABRA_CALL palabra_glossary_csv_release(palabra_glossary_csv *csv);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_REST_SESSION_INIT    PALABRA_STRUCT_INIT(palabra_rest_session)
#define PALABRA_REST_SESSIONS_INIT   PALABRA_STRUCT_INIT(palabra_rest_sessions)
#define PALABRA_VOICE_CONFIG_INIT    PALABRA_STRUCT_INIT(palabra_voice_config)
#define PALABRA_VOICE_INIT           PALABRA_STRUCT_INIT(palabra_voice)
#define PALABRA_VOICES_INIT          PALABRA_STRUCT_INIT(palabra_voices)
#define PALABRA_GLOSSARY_CONFIG_INIT PALABRA_STRUCT_INIT(palabra_glossary_config)
#define PALABRA_GLOSSARY_INIT        PALABRA_STRUCT_INIT(palabra_glossary)
#define PALABRA_GLOSSARIES_INIT      PALABRA_STRUCT_INIT(palabra_glossaries)
#define PALABRA_GLOSSARY_CSV_INIT    PALABRA_STRUCT_INIT(palabra_glossary_csv)

#endif /* PALABRA_ACCOUNT_H */
