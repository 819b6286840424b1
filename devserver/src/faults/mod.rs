//! Faults that can be requested, for one session or for all: see [`KNOWN`].
//!
//! A session requests faults through its credential (`dev~name~name=value`), so one process can serve many tests.

mod known;

use std::fmt::Write;
use std::time::Duration;

pub use known::KNOWN;

/// A credential that starts like this names faults.
const CREDENTIAL_PREFIX: &str = "dev~";

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    pub rest_status: Option<u16>,
    pub rest_fail_times: Option<u32>,
    pub rest_delay: Option<Duration>,
    pub rest_garbage: bool,
    pub rest_no_ws_url: bool,
    pub rest_echo_secret: bool,
    pub rest_reset: bool,
    pub upgrade_status: Option<u16>,
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
    pub no_rate_limits: bool,
    pub no_answer: bool,
    pub late_answer: Option<Duration>,
    pub stream_error: Option<ErrorCode>,
    pub tts_interleave: bool,
    pub tts_merged_last: bool,
    pub tts_last_per_text: bool,
    pub stt_one_stream: bool,
    pub stt_bare_fin: bool,
    pub stt_no_fin: bool,
    pub stt_wrong_delta: bool,
    pub stt_nested_error: bool,
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
    /// Returns the faults that a credential names; none for an ordinary credential.
    pub fn of_credential(credential: &str, common: &Faults) -> Result<Faults, String> {
        let mut faults = common.clone();
        if let Some(list) = credential.strip_prefix(CREDENTIAL_PREFIX) {
            for item in list.split('~').filter(|item| !item.is_empty() && !item.starts_with('.')) {
                faults.add(item)?;
            }
        }
        Ok(faults)
    }

    /// Adds one `name` or `name=value`.
    pub fn add(&mut self, item: &str) -> Result<(), String> {
        let (name, value) = item.split_once('=').map_or((item, None), |(n, v)| (n, Some(v)));
        let known = KNOWN
            .iter()
            .find(|known| known.name == name)
            .ok_or_else(|| format!("unknown fault \"{}\"", crate::log::shown(name)))?;
        known.set(self, value)
    }

    /// Returns when and with which code the WebSocket is closed.
    pub fn close(&self) -> Option<(Duration, u16)> {
        match (self.close_after, self.close_code) {
            (None, None) => None,
            (after, code) => Some((after.unwrap_or_default(), code.unwrap_or(1011))),
        }
    }
}

/// The part of `--help` that explains faults.
pub fn help() -> String {
    let mut text = String::from(
        "Faults:\n  Give them to all sessions with --fault, or to one through its credential: client id (or token)\n  \
         dev~NAME~NAME=VALUE, for example dev~reset_after_ms=500~late_ack=100. A part that begins with a dot is ignored:\n  \
         it tells tokens apart, for example dev~never_ready~.7 (each token has 20 new connections a minute).\n\n",
    );
    for known in KNOWN {
        let written = if known.value.is_empty() {
            known.name.to_owned()
        } else {
            format!("{}={}", known.name, known.value)
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {written:<27} {}", known.help);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(credential: &str) -> Result<Faults, String> {
        Faults::of_credential(credential, &Faults::default())
    }

    #[test]
    fn ordinary_credentials_name_no_faults() {
        for credential in ["", "abc", "dev", "dev-1", "dev~", "dev~.7", "x~never_ready"] {
            assert_eq!(parse(credential), Ok(Faults::default()), "{credential}");
        }
    }

    #[test]
    fn names_and_values_are_read() {
        let faults = parse("dev~never_ready~reset_after_ms=500~rest_status=503~close_after_audio=3").unwrap();
        assert!(faults.never_ready);
        assert_eq!(faults.reset_after, Some(Duration::from_millis(500)));
        assert_eq!(faults.rest_status, Some(503));
        assert_eq!(faults.close_after_audio, Some(3));
    }

    #[test]
    fn a_credential_adds_to_what_all_sessions_have() {
        let mut common = Faults::default();
        common.add("garbage").unwrap();
        let faults = Faults::of_credential("dev~double_encode", &common).unwrap();
        assert!(faults.garbage && faults.double_encode);
        assert!(Faults::of_credential("plain", &common).unwrap().garbage);
    }

    #[test]
    fn mistakes_are_named() {
        for (credential, part) in [
            ("dev~nonsense", "unknown fault \"nonsense\""),
            ("dev~rest_status", "needs a value"),
            ("dev~rest_status=9", "from 200 to 599"),
            ("dev~reset_after_ms=soon", "whole number"),
            ("dev~garbage=loud", "takes no value"),
            ("dev~close_code=1006", "cannot be sent"),
            ("dev~error_key=text", "one of msg, description, message, details"),
            ("dev~speed=0", "from 1 to 100"),
            ("dev~stream_error=NONE", "one of BAD_REQUEST, VALIDATION_ERROR"),
        ] {
            let error = parse(credential).unwrap_err();
            assert!(error.contains(part), "{credential}: {error}");
        }
    }

    #[test]
    fn a_close_needs_only_one_of_its_two_values() {
        assert_eq!(parse("dev~close_code=1013").unwrap().close(), Some((Duration::ZERO, 1013)));
        assert_eq!(parse("dev~close_after_ms=5").unwrap().close(), Some((Duration::from_millis(5), 1011)));
        assert_eq!(parse("dev").unwrap().close(), None);
    }

    #[test]
    fn help_names_every_fault() {
        let text = help();
        assert!(KNOWN.iter().all(|known| text.contains(known.name)));
    }
}
