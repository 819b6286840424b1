//! Translation: speech in, texts and speech in other languages out.

use std::ffi::c_char;

use super::audio::palabra_input_options;
use super::playout::{palabra_echo, palabra_output_options};
use super::queue::palabra_queue;
use super::session::{palabra_limits, palabra_stream_address, palabra_timeouts};

/// Clone the speaker's voice. Takes precedence over `voice_id`.
pub const PALABRA_TRANSLATION_VOICE_CLONING: u32 = 256;
/// Deliver partial translations too, not only partial transcripts.
pub const PALABRA_TRANSLATION_PARTIALS: u32 = 512;
/// Let the service compress the speech that it sends. Events are the same.
pub const PALABRA_TRANSLATION_ZLIB_OUTPUT: u32 = 1024;
/// Steady noise in what is sent is made fainter, by about 12 dB. What is sent takes the way that PALABRA_ECHO_CANCEL
/// describes, with or without that. Requires the feature "echo".
pub const PALABRA_TRANSLATION_SUPPRESS_NOISE: u32 = 2048;
/// What is sent is made louder where it is faint. Otherwise as PALABRA_TRANSLATION_SUPPRESS_NOISE.
pub const PALABRA_TRANSLATION_CONTROL_GAIN: u32 = 4096;

/// `text` is in the source language: translate it into every target instead of speaking it as it is.
pub const PALABRA_SPEAK_TRANSLATE: u32 = 1;
/// Pause as well.
pub const PALABRA_INTERRUPT_PAUSE: u32 = 1;

/// Maximum length of the text of palabra_session_speak(), in bytes. The service allows 2048 characters.
pub const PALABRA_MAX_SPEAK_BYTES: i32 = 8192;
/// Maximum length of the JSON of palabra_session_set_task(), in bytes.
pub const PALABRA_MAX_TASK_BYTES: i32 = 262144;

/// Whether the service may change the tempo of its speech.
pub type palabra_tempo = i32;

/// The service's default, which is PALABRA_TEMPO_AUTO.
pub const PALABRA_TEMPO_DEFAULT: palabra_tempo = 0;
/// The service speaks faster when its speech queue grows.
pub const PALABRA_TEMPO_AUTO: palabra_tempo = 1;
/// The service never changes the tempo.
pub const PALABRA_TEMPO_FIXED: palabra_tempo = 2;

/// What the service does about speech that waits in its own queue.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_service_queue {
    /// Target level of the service's queue, of all targets, in ms; 0: the service's default, 5000.
    pub target_ms: i32,
    /// Level above which the service drops the oldest speech, in ms, more than `target_ms`; 0: the service's default,
    /// 20000.
    pub max_ms: i32,
    /// Whether the service may change the tempo of its speech.
    pub tempo: palabra_tempo,
    /// Slowest tempo, in percent of the natural one; 0: the service's default.
    pub min_tempo_percent: i32,
    /// Fastest tempo, in percent of the natural one; 0: the service's default.
    pub max_tempo_percent: i32,
    /// Must be 0.
    pub reserved_tempo: i32,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// Minimum intervals between commands. The service refuses commands that come faster than its own intervals.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_command_pace {
    /// Interval between two commands of palabra_session_set_task() or palabra_session_resume(), and between two of
    /// palabra_session_get_task(), in ms; 0: 2100. The service allows one in 2 s.
    pub task_interval_ms: i32,
    /// Interval between two commands of palabra_session_pause(), in ms; 0: 3100. The service allows one in 3 s.
    pub pause_interval_ms: i32,
    /// Maximum number of palabra_session_speak() in a minute, of which one sixth may go out at once, 1 to 60000; 0: 60.
    pub speak_per_minute: i32,
    /// Must be 0.
    pub reserved_pace: i32,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// Settings of a translation session.
///
/// Audio on the wire is 16-bit, at one rate for the whole session, with one channel unless `task_json` declares more:
/// rates below 16 kHz are sent at 16 kHz, those above 48 kHz at 48 kHz, all others as they are. Input that already has
/// the format of the wire is sent unchanged; everything else is converted on the library's thread with at most 3 ms of
/// delay.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_translation_config {
    /// sizeof(palabra_translation_config).
    pub struct_size: u32,
    /// PALABRA_SESSION_* and PALABRA_TRANSLATION_* bits.
    pub flags: u32,
    /// Any number; returned in every event of the session.
    pub session_tag: u64,
    /// Any text of up to 127 bytes, such as the UUID of a call; returned in every event and log line; NULL: none.
    pub session_name: *const c_char,
    /// Queue that the events are delivered to, or that names the session (PALABRA_QUEUE_NAMES), shared with other
    /// sessions; NULL: the session has its own.
    pub queue: *mut palabra_queue,
    /// Stream to connect to; NULL: the client's. Without it a REST session is created where the credentials need one.
    pub stream: palabra_stream_address,
    /// Language spoken, such as "en", or "auto".
    pub source_language: *const c_char,
    /// Languages to translate to, separated by commas: "es" or "es,fr,de". Each has its own texts and audio.
    pub target_languages: *const c_char,
    /// Voice of the translation; NULL: the service's default.
    pub voice_id: *const c_char,
    /// Glossaries of words to listen for: "all", "none", or ids separated by commas; NULL: the service's default.
    pub hotwords_glossaries: *const c_char,
    /// Glossaries that correct what was recognized; as above.
    pub verification_glossaries: *const c_char,
    /// Glossaries of translations, for every target; as above.
    pub translation_glossaries: *const c_char,
    /// Types of the messages that the service sends, separated by commas; NULL: translated_transcription,
    /// partial_transcription and validated_transcription, with PALABRA_TRANSLATION_PARTIALS also
    /// partial_translated_transcription. Audio, answers, warnings and errors are always sent.
    pub message_types: *const c_char,
    /// Settings of the recognition: a JSON object merged into "pipeline.transcription" of the task.
    pub transcription_json: *const c_char,
    /// Settings of single targets: a JSON object of language to an object merged into the settings of that target,
    /// such as {"es": {"speech_generation": {"voice_id": "..."}}, "fr": {}}. Without `target_languages` it also names
    /// the targets, in its order.
    pub targets_json: *const c_char,
    /// Other settings of the task: a JSON object merged into the task that the fields make. Objects are merged key by
    /// key, everything else is replaced. Without languages it is the whole task.
    pub task_json: *const c_char,
    /// Frames per second on the wire, 16000 to 48000; 0: what `task_json` declares, else the rate of the input but at
    /// least 16000, else 24000.
    pub wire_sample_rate: i32,
    /// Silence after which a phrase is considered complete, in ms; 0: the service's default.
    pub silence_threshold_ms: i32,
    /// Silence after which the service considers the last phrase complete once palabra_session_end() was called, in
    /// ms, 1000 to 30000, a multiple of 1000; 0: 4000. With an API key the service decides.
    pub end_silence_ms: i32,
    /// Must be 0.
    pub reserved: u32,
    /// How audio is taken and sent.
    pub input: palabra_input_options,
    /// How speech is delivered.
    pub output: palabra_output_options,
    /// What the service does about speech that waits in its own queue.
    pub service_queue: palabra_service_queue,
    /// Minimum intervals between commands.
    pub command_pace: palabra_command_pace,
    /// Limits on what may wait.
    pub limits: palabra_limits,
    /// Timeouts.
    pub timeouts: palabra_timeouts,
    /// What is done about what is played and sent back, with playout only: of the first target language.
    pub echo: palabra_echo,
    /// Must be 0.
    pub reserved_echo: u32,
}
