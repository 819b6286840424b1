//! Audio on its way to the service.

use std::ffi::c_void;

/// How samples are encoded.
pub type palabra_encoding = i32;

/// The default, which is PALABRA_ENCODING_S16.
pub const PALABRA_ENCODING_DEFAULT: palabra_encoding = 0;
/// 16-bit signed integers in the byte order of the machine.
pub const PALABRA_ENCODING_S16: palabra_encoding = 1;
/// 32-bit floats in the byte order of the machine, from -1 to 1. Values outside are clipped; NaN is silence.
pub const PALABRA_ENCODING_F32: palabra_encoding = 2;
/// Mu-law bytes (ITU-T G.711), as used by telephones in North America and Japan.
pub const PALABRA_ENCODING_MULAW: palabra_encoding = 3;
/// A-law bytes (ITU-T G.711), as used by telephones elsewhere.
pub const PALABRA_ENCODING_ALAW: palabra_encoding = 4;

/// What happens when the caller stops sending audio while the session is READY, as during hold.
pub type palabra_gap_policy = i32;

/// Nothing. The service may end the session after some 10 s.
pub const PALABRA_GAP_NONE: palabra_gap_policy = 0;
/// Silence is sent in real time in place of what is missing, so that the service completes the phrase, keeps listening
/// and receives as much audio as time passes. Shorter losses than `after_ms` add up until silence makes up for them.
/// What was missed while the process was stopped or the line was too slow is not sent later.
pub const PALABRA_GAP_SILENCE: palabra_gap_policy = 1;
/// The task is paused, and resumed with the next frame that is sent; the audio waits until the resume is on its way.
/// Translation only. TASK_STATUS reports both with `user_tag` 0 where the service acknowledges. The policy is
/// suspended between palabra_session_pause() and palabra_session_resume() or palabra_session_set_task().
pub const PALABRA_GAP_PAUSE: palabra_gap_policy = 2;

/// Format of audio that is sent or read.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_audio_format {
    /// How samples are encoded.
    pub encoding: palabra_encoding,
    /// Frames per second, 8000 to 192000; 0: the default of the enclosing struct.
    pub sample_rate: i32,
    /// Interleaved channels, 1 to 8; 0: 1. When reading, each channel has the same audio.
    pub channels: i32,
    /// Input: the only channel to use, counted from 1; 0: all of them, mixed in equal parts. Output: must be 0.
    pub channel: i32,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// When and how missing input is handled.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_gap_options {
    /// What happens when the caller stops sending audio.
    pub policy: palabra_gap_policy,
    /// How long input must be missing, in ms, 20 to 3600000, counted from the end of the audio sent so far; 0: 200
    /// for silence, 5000 for a pause. Choose a value above the length of the blocks that are sent.
    pub after_ms: i32,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// How audio is taken and sent.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_input_options {
    /// Format of the audio that the caller sends. Sample rate 0: that of the wire, which is 24000 in a translation
    /// unless its config says otherwise; speech-to-text 16000, or 8000 for mu-law and A-law.
    pub format: palabra_audio_format,
    /// Capacity for audio that was not delivered yet, in ms, 20 to 60000; 0: 2000. Audio sent before READY
    /// waits in it.
    pub buffer_ms: i32,
    /// Length of the audio in one message, in ms, 20 to 1000; 0: 320. The first is sent in two messages, of 100 ms
    /// and the rest; on a slow line they are shorter. Less is sent when no audio followed for as long.
    pub chunk_ms: i32,
    /// When and how missing input is handled.
    pub gap: palabra_gap_options,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// Samples that the library holds for the caller.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_audio {
    /// sizeof(palabra_audio).
    pub struct_size: u32,
    /// Frames per second.
    pub sample_rate: i32,
    /// Interleaved channels.
    pub channels: i32,
    /// Length of `data`, in bytes.
    pub data_len: i32,
    /// Frames at `pcm`.
    pub frames: i64,
    /// Interleaved 16-bit samples; NULL: none.
    pub pcm: *const i16,
    /// Speech of PALABRA_TTS_FORMAT_MP3; NULL: none.
    pub data: *const c_void,
    /// Must be ignored.
    pub reserved_pointer: *const c_void,
    /// Internal. Do not read or modify.
    pub payload: *mut c_void,
}
