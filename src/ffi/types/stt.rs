//! Speech-to-text: audio in, texts out.

use std::ffi::c_char;

use super::audio::palabra_input_options;
use super::queue::palabra_queue;
use super::session::{palabra_limits, palabra_stream_address, palabra_timeouts};

/// Whether fillers such as "um" are kept.
pub type palabra_stt_fillers = i32;

/// The service's default: fillers are removed, except in Japanese.
pub const PALABRA_STT_FILLERS_DEFAULT: palabra_stt_fillers = 0;
/// Fillers are removed.
pub const PALABRA_STT_FILLERS_REMOVED: palabra_stt_fillers = 1;
/// Fillers are kept.
pub const PALABRA_STT_FILLERS_KEPT: palabra_stt_fillers = 2;

/// What makes a text final.
pub type palabra_stt_finalization = i32;

/// The service's default, which is PALABRA_STT_FINALIZATION_AUTO.
pub const PALABRA_STT_FINALIZATION_DEFAULT: palabra_stt_finalization = 0;
/// A pause in speech.
pub const PALABRA_STT_FINALIZATION_AUTO: palabra_stt_finalization = 1;
/// palabra_session_finalize().
pub const PALABRA_STT_FINALIZATION_MANUAL: palabra_stt_finalization = 2;

/// What the caller sends.
pub type palabra_stt_format = i32;

/// The default, which is PALABRA_STT_FORMAT_PCM.
pub const PALABRA_STT_FORMAT_DEFAULT: palabra_stt_format = 0;
/// Samples, for palabra_session_send_audio(); `input.format` says which.
pub const PALABRA_STT_FORMAT_PCM: palabra_stt_format = 1;
/// WAV, for palabra_session_send_encoded(), as all below.
pub const PALABRA_STT_FORMAT_WAV: palabra_stt_format = 2;
/// MP3.
pub const PALABRA_STT_FORMAT_MP3: palabra_stt_format = 3;
/// AAC.
pub const PALABRA_STT_FORMAT_AAC: palabra_stt_format = 4;
/// FLAC.
pub const PALABRA_STT_FORMAT_FLAC: palabra_stt_format = 5;
/// Ogg.
pub const PALABRA_STT_FORMAT_OGG: palabra_stt_format = 6;
/// WebM, such as the recorders of browsers make.
pub const PALABRA_STT_FORMAT_WEBM: palabra_stt_format = 7;

/// Settings of a speech-to-text session.
///
/// Audio with one channel and up to 48 kHz is sent as it is, in its own encoding. Several channels are mixed, or one
/// is selected, and sent as 16-bit samples at the same rate. Above 48 kHz audio is sent as 16-bit samples at 48 kHz.
/// After palabra_session_set_input_format() audio is converted to what the stream was opened with.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_stt_config {
    /// sizeof(palabra_stt_config).
    pub struct_size: u32,
    /// PALABRA_SESSION_* bits.
    pub flags: u32,
    /// Any number; returned in every event of the session.
    pub session_tag: u64,
    /// Any text of up to 127 bytes, such as the UUID of a call; returned in every event and log line; NULL: none.
    pub session_name: *const c_char,
    /// Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
    /// sessions; NULL: the session has its own.
    pub queue: *mut palabra_queue,
    /// Stream to connect to; NULL: the client's.
    pub stream: palabra_stream_address,
    /// Language spoken, such as "en"; NULL: the service detects it.
    pub language: *const c_char,
    /// Languages that each final text is translated to, separated by commas; NULL: none.
    pub target_languages: *const c_char,
    /// Whether fillers such as "um" are kept.
    pub fillers: palabra_stt_fillers,
    /// What makes a text final.
    pub finalization: palabra_stt_finalization,
    /// Time after which a text becomes final with PALABRA_STT_FINALIZATION_MANUAL even if it was not requested, in ms,
    /// 1000 to 3600000, a multiple of 1000; 0: the service's default.
    pub auto_finalize_ms: i32,
    /// Time the answer to palabra_session_finalize() may take, in ms; 0: 10000.
    pub finalize_timeout_ms: i32,
    /// What the caller sends. With an encoded format `input.format` must be 0, PALABRA_GAP_SILENCE and
    /// PALABRA_SESSION_DROP_OLDEST are not supported, and for `input.buffer_ms` and `input.chunk_ms` one ms stands for
    /// 32 bytes.
    pub format: palabra_stt_format,
    /// Must be 0.
    pub reserved: u32,
    /// How audio is taken and sent. PALABRA_GAP_PAUSE is not supported. Without PALABRA_GAP_SILENCE the service ends
    /// the session after some 10 s without audio, and gives no final of what was said before.
    pub input: palabra_input_options,
    /// Limits on what may wait.
    pub limits: palabra_limits,
    /// Timeouts.
    pub timeouts: palabra_timeouts,
}
