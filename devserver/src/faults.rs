//! What can be made to go wrong, for one session or for all: see [`KNOWN`].
//!
//! A session asks for faults through its credential (`dev~name~name=value`), so one process can serve a thousand fates.

use std::fmt::Write;
use std::time::Duration;

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
}

/// How one fault is written and stored.
pub struct Known {
    pub name: &'static str,
    /// What stands after `=` in the help; empty when the fault takes no value.
    pub value: &'static str,
    pub help: &'static str,
    set: Setter,
}

enum Setter {
    Flag(fn(&mut Faults)),
    Status(fn(&mut Faults, u16)),
    CloseCode(fn(&mut Faults, u16)),
    Count(fn(&mut Faults, u32)),
    Millis(fn(&mut Faults, Duration)),
}

macro_rules! known {
    ($($name:literal $kind:ident $value:literal $field:ident : $help:literal)*) => {
        &[$(Known { name: $name, value: $value, help: $help, set: known!(@ $kind $field) }),*]
    };
    (@ Flag $field:ident) => { Setter::Flag(|f| f.$field = true) };
    (@ Count $field:ident) => { Setter::Count(|f, n| f.$field = Some(n.into())) };
    (@ $kind:ident $field:ident) => { Setter::$kind(|f, v| f.$field = Some(v)) };
}

/// Every fault there is, in the order of the help text.
pub const KNOWN: &[Known] = known! {
    "rest_status" Status "STATUS" rest_status: "answer session creation with this HTTP status"
    "rest_fail_times" Count "N" rest_fail_times: "with rest_status: only the first N creations of a credential fail"
    "rest_delay_ms" Millis "MS" rest_delay: "answer session creation this much later"
    "rest_garbage" Flag "" rest_garbage: "answer session creation with 201 and a body that is not JSON"
    "rest_no_ws_url" Flag "" rest_no_ws_url: "leave ws_url out of the new session"
    "rest_echo_secret" Flag "" rest_echo_secret: "refuse creation with 401, repeating the secret in the error text"
    "rest_reset" Flag "" rest_reset: "reset the TCP connection instead of answering session creation"
    "upgrade_status" Status "STATUS" upgrade_status: "answer the WebSocket upgrade with this HTTP status"
    "upgrade_delay_ms" Millis "MS" upgrade_delay: "answer the WebSocket upgrade this much later"
    "never_ready" Flag "" never_ready: "accept the task but never start it"
    "ready_after_polls" Count "N" ready_after_polls: "start the task only after N get_task were answered NOT_FOUND"
    "reject_task" Flag "" reject_task: "refuse every task with VALIDATION_ERROR"
    "echo_token" Flag "" echo_token: "with reject_task: repeat the token in the error text"
    "close_after_audio" Count "N" close_after_audio: "after N audio messages end TLS/TCP in order, without a WebSocket close"
    "close_code" CloseCode "CODE" close_code: "close the WebSocket with this code (at once, or see close_after_ms)"
    "close_after_ms" Millis "MS" close_after: "close the WebSocket this long after the upgrade (code 1011 unless given)"
    "reset_after_ms" Millis "MS" reset_after: "reset the TCP connection this long after the upgrade"
    "reset_after_audio" Count "N" reset_after_audio: "reset the TCP connection after N audio messages"
    "silent_after_ms" Millis "MS" silent_after: "stop reading and writing, keep TCP open (half-open)"
    "garbage" Flag "" garbage: "put broken, empty, unknown and bare messages between the good ones"
    "double_encode" Flag "" double_encode: "send data as a JSON string that holds the object"
    "late_ack" Millis "MS" late_ack: "send task_status this much later"
};

impl Faults {
    /// The faults that a credential names; none for an ordinary credential.
    pub fn of_credential(credential: &str, common: &Faults) -> Result<Faults, String> {
        let mut faults = common.clone();
        if let Some(list) = credential.strip_prefix(CREDENTIAL_PREFIX) {
            for item in list.split('~').filter(|item| !item.is_empty()) {
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
        known.set.apply(self, name, value)
    }

    /// When and with which code the WebSocket is to be closed.
    pub fn close(&self) -> Option<(Duration, u16)> {
        match (self.close_after, self.close_code) {
            (None, None) => None,
            (after, code) => Some((after.unwrap_or_default(), code.unwrap_or(1011))),
        }
    }
}

impl Setter {
    fn apply(&self, faults: &mut Faults, name: &str, value: Option<&str>) -> Result<(), String> {
        let number = |lowest: u32, highest: u32| {
            let text = value.ok_or_else(|| format!("fault {name} needs a value: {name}=N"))?;
            let parsed = text.parse::<u32>().ok().filter(|n| (lowest..=highest).contains(n));
            parsed.ok_or_else(|| format!("fault {name} needs a whole number from {lowest} to {highest}"))
        };
        match self {
            Setter::Flag(set) => match value {
                None | Some("1" | "true") => set(faults),
                Some(_) => return Err(format!("fault {name} takes no value")),
            },
            Setter::Status(set) => set(faults, number(200, 599)? as u16),
            // Codes below 1000 and a few above may not be sent in a close frame (RFC 6455 7.4).
            Setter::CloseCode(set) => match number(1000, 4999)? as u16 {
                code @ (1004..=1006 | 1015..=2999) => {
                    return Err(format!("fault {name}: {code} cannot be sent in a close frame"));
                }
                code => set(faults, code),
            },
            Setter::Count(set) => set(faults, number(0, 1_000_000)?),
            Setter::Millis(set) => set(faults, Duration::from_millis(number(0, 3_600_000)?.into())),
        }
        Ok(())
    }
}

/// The part of `--help` that explains faults.
pub fn help() -> String {
    let mut text = String::from(
        "Faults:\n  Give them to all sessions with --fault, or to one through its credential: client id (or token)\n  \
         dev~NAME~NAME=VALUE, for example dev~reset_after_ms=500~late_ack=100.\n\n",
    );
    for known in KNOWN {
        let written = if known.value.is_empty() {
            known.name.to_owned()
        } else {
            format!("{}={}", known.name, known.value)
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {written:<24} {}", known.help);
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
        for credential in ["", "abc", "dev", "dev-1", "dev~", "x~never_ready"] {
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
