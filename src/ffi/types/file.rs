//! Recordings and whole files.

use std::ffi::{c_char, c_void};

use super::session::palabra_state;

/// Settings of a recording.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_recording_options {
    /// sizeof(palabra_recording_options).
    pub struct_size: u32,
    /// Frames per second of the file, 8000 to 48000; 0: 24000.
    pub sample_rate: i32,
    /// The target on the right; NULL: the first one.
    pub language: *const c_char,
    /// Must be NULL.
    pub reserved_text: *const c_char,
}

/// Progress of palabra_translate_file().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_progress {
    /// sizeof(palabra_progress) of the library.
    pub struct_size: u32,
    /// State of the session.
    pub state: palabra_state,
    /// How much of the file was sent, in ms.
    pub position_ms: i64,
    /// Length of the file, in ms; -1: unknown.
    pub total_ms: i64,
    /// Transcripts so far. `text` is new when this has grown.
    pub transcripts: i32,
    /// PALABRA_FLAG_FINAL, PALABRA_FLAG_TRANSLATION of the last transcript.
    pub flags: u32,
    /// Its phrase, as in events; 0: none.
    pub phrase: u64,
    /// Its part of a long phrase, as in events.
    pub part: i32,
    /// Must be ignored.
    pub reserved: i32,
    /// The last transcript; "" before the first. Valid during the callback.
    pub text: *const c_char,
    /// Its language; "" before the first. Valid during the callback.
    pub language: *const c_char,
    /// The service's id of its phrase; "" before the first. Valid during the callback.
    pub id: *const c_char,
    /// With PALABRA_SESSION_JSON in the config, the service's message of it; else "". Valid during the callback.
    pub json: *const c_char,
}

/// Called with the progress of palabra_translate_file(): with every transcript, some four times a second, and at the end
/// once all was translated. NULL disables the callback.
///
/// It runs on the thread that called palabra_translate_file(). It must not throw or longjmp, which is undefined
/// behaviour, and must not call the library: such calls return PALABRA_ERR_REENTRANT, except palabra_cancel(), which
/// stops it too, and what a callback of a queue may call.
///
/// @param progress the progress.
/// @param user_data what was passed with the callback.
/// @return 0 to continue. Anything else stops the translation, which then returns PALABRA_ERR_CLOSED; at the end there is
///   nothing left to stop.
pub type palabra_progress_callback =
    Option<unsafe extern "C" fn(progress: *const palabra_progress, user_data: *mut c_void) -> i32>;

/// Keep the speech in memory too, up to 1 GiB in all: `pcm` of palabra_file_output.
pub const PALABRA_FILE_AUDIO: u32 = 1;
/// Refuse to write through a symbolic link: a file of speech whose name is one is PALABRA_ERR_IO. Only the last part of
/// the name is checked, by the system when it opens the file.
pub const PALABRA_FILE_NO_FOLLOW: u32 = 2;

/// Settings of palabra_translate_file().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_file_options {
    /// sizeof(palabra_file_options).
    pub struct_size: u32,
    /// PALABRA_FILE_* bits.
    pub flags: u32,
    /// Speed of sending, in percent of real time, 10 to 1000; 0: 100, which the service expects.
    pub pace_percent: i32,
    /// How far ahead of real time sending may run, in ms, up to 60000; 0: not at all.
    pub lead_ms: i32,
    /// Called with the progress; NULL: no callback.
    pub progress: palabra_progress_callback,
    /// Passed to the callback.
    pub user_data: *mut c_void,
}

/// The speech of one target. Used in arrays, so it never grows.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_file_output {
    /// The target, as in the name of its file.
    pub language: [c_char; 32],
    /// Frames of speech.
    pub frames: i64,
    /// Frames per second.
    pub sample_rate: i32,
    /// Interleaved channels.
    pub channels: i32,
    /// With PALABRA_FILE_AUDIO, `frames` frames of interleaved 16-bit samples, valid until
    /// palabra_file_result_release(); NULL: none.
    pub pcm: *const i16,
    /// Must be ignored.
    pub reserved_pointer: *mut c_void,
}

/// Result of palabra_translate_file().
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_file_result {
    /// sizeof(palabra_file_result).
    pub struct_size: u32,
    /// Capacity of `outputs`, in elements. Set by the caller.
    pub output_capacity: i32,
    /// Targets that were spoken. Those beyond `output_capacity` are only counted.
    pub output_count: i32,
    /// Transcripts received, partial ones included.
    pub transcripts: i32,
    /// Frames per second of the file.
    pub input_sample_rate: i32,
    /// Frames per second of the speech; 0: there was none.
    pub output_sample_rate: i32,
    /// WARNING and ERROR events of the session.
    pub warnings: i32,
    /// Must be ignored.
    pub reserved: i32,
    /// Frames of the file that were sent.
    pub input_frames: i64,
    /// Frames of speech, of all languages.
    pub output_frames: i64,
    /// Time from the first chunk sent to the first speech, in ms; -1: there was none.
    pub first_audio_ms: i64,
    /// Events that were dropped because the callback or the disk was too slow; 0: nothing is missing.
    pub events_dropped: i64,
    /// Receives the targets that were spoken; NULL: `output_capacity` is 0. Set by the caller.
    pub outputs: *mut palabra_file_output,
    /// Internal. Do not read or modify.
    pub payload: *mut c_void,
}
