//! What belongs to an account: REST sessions, voices and glossaries.

use std::ffi::{c_char, c_void};

/// A REST session: what the service returns before a stream is opened. `stream_url` and `token` make a
/// palabra_stream_address. Texts are "" for what the service does not say, and NULL only before success. A session
/// that was listed or read has no token at most services.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_rest_session {
    /// sizeof(palabra_rest_session).
    pub struct_size: u32,
    /// Must be ignored.
    pub reserved: u32,
    /// The service's id.
    pub id: *const c_char,
    /// Address of the translation stream.
    pub stream_url: *const c_char,
    /// Address of the text-to-speech stream.
    pub tts_stream_url: *const c_char,
    /// The publisher token, which is a secret.
    pub token: *const c_char,
    /// The subscriber tokens, which are secrets, separated by commas.
    pub subscriber_tokens: *const c_char,
    /// Address of the service's WebRTC server.
    pub webrtc_url: *const c_char,
    /// Room on that server.
    pub webrtc_room_name: *const c_char,
    /// What the session is for, in the service's word, such as "api".
    pub intent: *const c_char,
    /// When it was created, as the service writes it (ISO 8601).
    pub created_at: *const c_char,
    /// When it was last changed.
    pub updated_at: *const c_char,
    /// When it expires unless a stream is open.
    pub expires_at: *const c_char,
    /// Everything that the service says about it, tokens included, as a JSON object.
    pub json: *const c_char,
    /// Must be ignored.
    pub reserved_text: *const c_char,
    /// Internal. Do not read or modify. NULL in a list.
    pub payload: *mut c_void,
}

/// REST sessions.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_rest_sessions {
    /// sizeof(palabra_rest_sessions).
    pub struct_size: u32,
    /// How many REST sessions.
    pub count: i32,
    /// The sessions, `count` of them: `items[0]->id`; NULL: none. Read only; do not release them one by one.
    pub items: *const *const palabra_rest_session,
    /// Internal. Do not read or modify.
    pub payload: *mut c_void,
}

/// The sample has background noise.
pub const PALABRA_VOICE_DENOISE: u32 = 1;
/// Do not wait until the voice is ready.
pub const PALABRA_VOICE_NO_WAIT: u32 = 2;

/// State of a voice.
pub type palabra_voice_status = i32;

/// A status that this version does not know; it is in `json`.
pub const PALABRA_VOICE_STATUS_UNKNOWN: palabra_voice_status = 0;
/// Waits for its sample.
pub const PALABRA_VOICE_STATUS_CREATED: palabra_voice_status = 1;
/// Being made.
pub const PALABRA_VOICE_STATUS_PENDING: palabra_voice_status = 2;
/// Can be used.
pub const PALABRA_VOICE_STATUS_READY: palabra_voice_status = 3;
/// Could not be made; `errors` says why.
pub const PALABRA_VOICE_STATUS_FAILED: palabra_voice_status = 4;

/// A new voice for palabra_voice_create(), or what to change for palabra_voice_update().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_voice_config {
    /// sizeof(palabra_voice_config).
    pub struct_size: u32,
    /// PALABRA_VOICE_* bits.
    pub flags: u32,
    /// Name: 3 to 64 letters, digits, spaces or any of _ - .
    pub name: *const c_char,
    /// Language of the sample, such as "en".
    pub language: *const c_char,
    /// Free-form description; NULL: none.
    pub description: *const c_char,
    /// Label, in the service's words; NULL: none. An update replaces all three labels if it sets one of them.
    pub gender: *const c_char,
    /// Label; NULL: none.
    pub age_group: *const c_char,
    /// Label; NULL: none.
    pub mood: *const c_char,
    /// The sample as a file: wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, at most 10485760 bytes (10 MiB). One speaker,
    /// no noise: the official client advises 5 to 20 seconds, the service's documentation at least 30; NULL: it is in
    /// memory.
    pub sample_path: *const c_char,
    /// The sample in memory: the contents of such a file; NULL: it is a file.
    pub sample: *const c_void,
    /// File name of the sample, whose suffix says what it is. Required with `sample`; NULL: that of `sample_path`.
    pub sample_name: *const c_char,
    /// More keys for the sample as a JSON object, such as {"speech_normalization": true}, which take precedence; NULL:
    /// none.
    pub sample_json: *const c_char,
    /// Length of `sample`, in bytes.
    pub sample_bytes: i64,
}

/// A voice. When it is ready its `id` can be used as `voice_id` of a session. Texts are "" for what the service does
/// not say, and NULL only before success.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_voice {
    /// sizeof(palabra_voice).
    pub struct_size: u32,
    /// State of a voice.
    pub status: palabra_voice_status,
    /// The service's id.
    pub id: *const c_char,
    /// Name.
    pub name: *const c_char,
    /// Language of the sample.
    pub language: *const c_char,
    /// Free-form description.
    pub description: *const c_char,
    /// How it was made, in the service's word, such as "instantly_cloned".
    pub voice_type: *const c_char,
    /// Label.
    pub gender: *const c_char,
    /// Label.
    pub age_group: *const c_char,
    /// Label.
    pub mood: *const c_char,
    /// Why it failed.
    pub errors: *const c_char,
    /// What is wrong with the sample although it can be used.
    pub warnings: *const c_char,
    /// Everything that the service says about it, as a JSON object.
    pub json: *const c_char,
    /// Internal. Do not read or modify. NULL in a list.
    pub payload: *mut c_void,
}

/// Voices.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_voices {
    /// sizeof(palabra_voices).
    pub struct_size: u32,
    /// How many voices.
    pub count: i32,
    /// The voices, `count` of them: `items[0]->name`; NULL: none. Read only; do not release them one by one.
    pub items: *const *const palabra_voice,
    /// Internal. Do not read or modify.
    pub payload: *mut c_void,
}

/// The glossary is not used unless a session names it.
pub const PALABRA_GLOSSARY_DISABLED: u32 = 1;

/// What a glossary is for.
pub type palabra_glossary_kind = i32;

/// A kind that this version does not know; it is in `json`.
pub const PALABRA_GLOSSARY_UNKNOWN: palabra_glossary_kind = 0;
/// Terms that recognition listens for: an entry is a term alone.
pub const PALABRA_GLOSSARY_HOTWORDS: palabra_glossary_kind = 1;
/// What recognition hears and what replaces it, in the same language.
pub const PALABRA_GLOSSARY_VERIFICATION: palabra_glossary_kind = 2;
/// Terms and their translations.
pub const PALABRA_GLOSSARY_TRANSLATION: palabra_glossary_kind = 3;

/// One entry of a glossary. Used in arrays, so it never grows.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary_entry {
    /// The term.
    pub term: *const c_char,
    /// Its replacement or translation; NULL for hotwords.
    pub replacement: *const c_char,
}

/// A new glossary. Set its entries as `entries`, as `csv` or as `csv_path`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary_config {
    /// sizeof(palabra_glossary_config).
    pub struct_size: u32,
    /// PALABRA_GLOSSARY_DISABLED or 0.
    pub flags: u32,
    /// What a glossary is for.
    pub kind: palabra_glossary_kind,
    /// Number of `entries`.
    pub entry_count: i32,
    /// Name.
    pub name: *const c_char,
    /// Language of the terms, such as "en".
    pub source_language: *const c_char,
    /// Language of the translations; NULL for other kinds.
    pub target_language: *const c_char,
    /// The entries, `entry_count` of them, with any characters; NULL: none.
    pub entries: *const palabra_glossary_entry,
    /// The entries as CSV text, which is sent unchanged: rows of a term and its replacement, for hotwords of a term
    /// alone; NULL: none.
    pub csv: *const c_char,
    /// The entries as such a file of at most 1048576 bytes (1 MiB); NULL: none.
    pub csv_path: *const c_char,
}

/// A glossary. Its `id` goes into a session's config; without that, every enabled glossary of the session's languages
/// is used. Texts are "" for what the service does not say, and NULL only before success.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary {
    /// sizeof(palabra_glossary).
    pub struct_size: u32,
    /// PALABRA_GLOSSARY_DISABLED or 0.
    pub flags: u32,
    /// What a glossary is for.
    pub kind: palabra_glossary_kind,
    /// Must be ignored.
    pub reserved: u32,
    /// The service's id.
    pub id: *const c_char,
    /// Name.
    pub name: *const c_char,
    /// Language of the terms.
    pub source_language: *const c_char,
    /// Language of the translations.
    pub target_language: *const c_char,
    /// Everything that the service says about it, as a JSON object.
    pub json: *const c_char,
    /// Internal. Do not read or modify. NULL in a list.
    pub payload: *mut c_void,
}

/// Glossaries.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossaries {
    /// sizeof(palabra_glossaries).
    pub struct_size: u32,
    /// How many glossaries.
    pub count: i32,
    /// The glossaries, `count` of them: `items[0]->name`; NULL: none. Read only; do not release them one by one.
    pub items: *const *const palabra_glossary,
    /// Internal. Do not read or modify.
    pub payload: *mut c_void,
}

/// The entries of a glossary.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_glossary_csv {
    /// sizeof(palabra_glossary_csv).
    pub struct_size: u32,
    /// Length of `text`, in bytes.
    pub text_len: i32,
    /// The CSV file as it was uploaded.
    pub text: *const c_char,
    /// Internal. Do not read or modify.
    pub payload: *mut c_void,
}
