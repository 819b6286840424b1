//! Text-to-speech: texts in, speech out.

use std::ffi::c_char;

use super::playout::palabra_output_options;
use super::queue::palabra_queue;
use super::session::{palabra_limits, palabra_stream_address, palabra_timeouts};

/// Split texts that are too long for one message, between sentences if possible, else between words.
pub const PALABRA_TTS_SPLIT: u32 = 65536;

/// Nothing follows in the generation: the service completes its speech.
pub const PALABRA_TEXT_EOS: u32 = 1;
/// The voice forgets the texts before this one. Servers for a client id and secret ignore it.
pub const PALABRA_TEXT_RESET_CONTEXT: u32 = 2;

/// Maximum length of a text with PALABRA_TTS_SPLIT, in bytes.
pub const PALABRA_MAX_TEXT_BYTES: i32 = 131072;

/// Format of the speech that the service sends.
pub type palabra_tts_format = i32;

/// The default, which is PALABRA_TTS_FORMAT_PCM.
pub const PALABRA_TTS_FORMAT_DEFAULT: palabra_tts_format = 0;
/// 16-bit samples.
pub const PALABRA_TTS_FORMAT_PCM: palabra_tts_format = 1;
/// The same behind the header of a WAV file, which the library removes. Events are the same.
pub const PALABRA_TTS_FORMAT_WAV: palabra_tts_format = 2;
/// MP3, delivered as it arrives: events and palabra_audio have `data` instead of `pcm`. Not with playout.
pub const PALABRA_TTS_FORMAT_MP3: palabra_tts_format = 3;

/// Voice, speed and accent.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_tts_voice {
    /// Voice; NULL: "default_low", for a later text the one before.
    pub voice_id: *const c_char,
    /// Must be NULL.
    pub reserved_text: *const c_char,
    /// Speed, in percent of the natural one, up to 1000; 0: the service's default, for a later text the one before.
    pub speed_percent: i32,
    /// How much of a foreign accent is removed, in percent, 1 to 100; 0: 100, for a later text the one before; -1:
    /// none.
    pub deaccent_percent: i32,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// Settings of a text-to-speech session.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_tts_config {
    /// sizeof(palabra_tts_config).
    pub struct_size: u32,
    /// PALABRA_SESSION_* and PALABRA_TTS_* bits.
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
    /// Language of the texts, such as "en". Required.
    pub language: *const c_char,
    /// Model of the service; NULL: "auto".
    pub model: *const c_char,
    /// Voice, speed and accent.
    pub voice: palabra_tts_voice,
    /// Format of the speech that the service sends.
    pub format: palabra_tts_format,
    /// Frames per second of the speech in events, 8000 to 48000; 0: 24000. With playout it must be 0.
    pub sample_rate: i32,
    /// Maximum number of messages with text in a second, of which one sixth may go out at once, 1 to 1000; 0: 20.
    pub texts_per_second: i32,
    /// Must be 0.
    pub reserved: u32,
    /// How speech is delivered. `original` must be zero.
    pub output: palabra_output_options,
    /// Limits on what may wait.
    pub limits: palabra_limits,
    /// Timeouts.
    pub timeouts: palabra_timeouts,
}
