//! Two parties on one line, each in its own language.

use std::ffi::c_char;

use super::audio::palabra_audio_format;
use super::queue::palabra_queue;

/// Two parties on one line: a translation in each direction. Opaque.
pub struct palabra_call {
    _opaque: (),
}

/// One party of a call. Opaque.
pub struct palabra_leg {
    _opaque: (),
}

/// The parties do not hear each other's own voices under the translation, unless palabra_leg_set_original() says so.
pub const PALABRA_CALL_NO_ORIGINAL: u32 = 1;

/// When a session between the parties breaks, another one is opened, at once or when the service allows it; after
/// sessions that were never READY less and less often, up to 30 s apart. LINK_DOWN has RETRIABLE then, and LINK_UP
/// follows. What the parties say meanwhile is not translated later.
pub const PALABRA_CALL_REOPEN: u32 = 2;

/// Settings of a call. The translations have theirs: see palabra_call_open().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_call_config {
    /// sizeof(palabra_call_config).
    pub struct_size: u32,
    /// PALABRA_CALL_* bits.
    pub flags: u32,
    /// Any number; returned as `session_tag` in every event of the call.
    pub call_tag: u64,
    /// Any text of up to 127 bytes, such as the UUID of the call; returned as `session_name` in every event and log
    /// line; NULL: none.
    pub call_name: *const c_char,
    /// Queue that the events are delivered to, or that names the call (PALABRA_QUEUE_NAMES), shared with other calls and
    /// sessions; NULL: the call has its own.
    pub queue: *mut palabra_queue,
}

/// One party: what it speaks and hears, and what its line sends and takes.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_leg_config {
    /// sizeof(palabra_leg_config).
    pub struct_size: u32,
    /// Must be 0.
    pub flags: u32,
    /// Language that the party speaks, such as "en", or "auto".
    pub language: *const c_char,
    /// Language that the party hears, such as "en-us"; NULL: `language`.
    pub target_language: *const c_char,
    /// Voice in which the other party hears this one; NULL: that of the translation's config.
    pub voice_id: *const c_char,
    /// Glossaries of words to listen for in what the party says: "all", "none", or ids separated by commas; NULL: those
    /// of the translation's config.
    pub hotwords_glossaries: *const c_char,
    /// Glossaries that correct what was recognized of the party; as above.
    pub verification_glossaries: *const c_char,
    /// Glossaries of the translation of what the party says; as above.
    pub translation_glossaries: *const c_char,
    /// Format of the audio that the party's line sends. Sample rate 0: 8000.
    pub input: palabra_audio_format,
    /// Format of the audio that the party's line takes. All fields 0: that of `input`. Sample rate 0: that of `input`.
    pub output: palabra_audio_format,
}
