//! The value of each fault.

use std::time::Duration;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    pub rest_status: Option<u16>,
    pub rest_fail_times: Option<u32>,
    pub rest_delay: Option<Duration>,
    pub rest_garbage: bool,
    pub rest_no_ws_url: bool,
    pub rest_echo_secret: bool,
    pub rest_reset: bool,
    /// `Retry-After` of refusals: a text, or the number of seconds until the date that it holds.
    pub retry_after: Option<String>,
    pub retry_after_date: Option<u64>,
    pub upgrade_status: Option<u16>,
    pub too_many_connections: bool,
    pub limit_by_http: bool,
    pub upgrade_delay: Option<Duration>,
    pub never_ready: bool,
    pub ready_after_polls: Option<u32>,
    pub reject_task: bool,
    pub echo_token: bool,
    pub close_after_audio: Option<u64>,
    pub close_code: Option<u16>,
    pub close_after: Option<Duration>,
    pub reset_after: Option<Duration>,
    pub reset_after_audio: Option<u64>,
    pub silent_after: Option<Duration>,
    pub garbage: bool,
    pub double_encode: bool,
    pub late_ack: Option<Duration>,
    pub stall_reading_after: Option<Duration>,
    pub expire_after: Option<Duration>,
    pub split_frames: bool,
    pub duplicate_frames: bool,
    pub huge_message: Option<usize>,
    pub invalid_utf8: bool,
    pub odd_pcm: bool,
    pub cut_pcm: bool,
    pub bad_base64: bool,
    pub bad_zlib: bool,
    pub nested_audio: bool,
    pub speed: Option<usize>,
    pub burst: Option<usize>,
    pub blast: Option<u32>,
    pub late_chunks: Option<Duration>,
    pub pacing_warning: bool,
    pub extra_ready: bool,
    pub no_eos: bool,
    pub no_close: bool,
    pub error_key: Option<ErrorKey>,
    pub desc_list: bool,
    pub desc_printed: bool,
    pub no_rate_limits: bool,
    pub no_answer: bool,
    pub late_answer: Option<Duration>,
    pub stream_error: Option<ErrorCode>,
    pub tts_interleave: bool,
    pub tts_merged_last: bool,
    pub tts_last_per_text: bool,
    pub tts_stays_open: bool,
    pub tts_stall: bool,
    pub tts_rate_by_stream: bool,
    pub stt_one_stream: bool,
    pub stt_bare_fin: bool,
    pub stt_no_fin: bool,
    pub stt_wrong_delta: bool,
    pub stt_flat_error: bool,
    pub stt_full_fin: bool,
    pub stt_any_pace: bool,
    pub stt_tell_again: bool,
    pub stt_empty_segments: bool,
    pub stt_json_refusal: bool,
    pub upload_status: Option<u16>,
    pub voice_delay: Option<Duration>,
    pub voice_fails: bool,
    pub page_size: Option<usize>,
}

/// A code of the errors of text-to-speech (protocol.md 8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode {
    pub name: &'static str,
    /// The close code after it, if the stream is closed at all (unconfirmed, protocol.md 16.1).
    pub close: Option<u16>,
}

impl ErrorCode {
    pub const KNOWN: [ErrorCode; 9] = [
        ErrorCode { name: "BAD_REQUEST", close: None },
        ErrorCode { name: "VALIDATION_ERROR", close: None },
        ErrorCode { name: "RATE_LIMIT_EXCEEDED", close: None },
        ErrorCode { name: "CONFLICT", close: Some(1008) },
        ErrorCode { name: "SESSION_NOT_FOUND", close: Some(1008) },
        ErrorCode { name: "UNAUTHORIZED", close: Some(1008) },
        ErrorCode { name: "SERVICE_UNAVAILABLE", close: Some(1011) },
        ErrorCode { name: "SERVER_ERROR", close: Some(1011) },
        ErrorCode { name: "UNKNOWN_ERROR", close: Some(1011) },
    ];

    pub fn named(name: &str) -> Option<ErrorCode> {
        Self::KNOWN.into_iter().find(|code| code.name == name)
    }
}

/// The key for the text of an error (protocol.md 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKey {
    Msg,
    Description,
    Message,
    Details,
}

impl ErrorKey {
    pub const KNOWN: [ErrorKey; 4] =
        [ErrorKey::Msg, ErrorKey::Description, ErrorKey::Message, ErrorKey::Details];

    pub fn name(self) -> &'static str {
        match self {
            ErrorKey::Msg => "msg",
            ErrorKey::Description => "description",
            ErrorKey::Message => "message",
            ErrorKey::Details => "details",
        }
    }
}

impl Faults {
    /// Returns when and with which code the WebSocket is closed.
    pub fn close(&self) -> Option<(Duration, u16)> {
        match (self.close_after, self.close_code) {
            (None, None) => None,
            (after, code) => Some((after.unwrap_or_default(), code.unwrap_or(1011))),
        }
    }
}
