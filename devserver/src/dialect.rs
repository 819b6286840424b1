//! Which client generation the server supports (protocol.md 14, "Dialect rule"). All differences are here.

use std::str::FromStr;
use std::time::Duration;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Understood by every generation.
    #[default]
    Superset,
    /// Exactly the first generation.
    StrictV1,
    /// Exactly the second generation.
    StrictV2,
}

/// How a stream ends after `end_task`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Silence to wait for, counted from the last speech.
    pub silence: Duration,
    /// Whether the phrase in progress is still delivered.
    pub tail: bool,
    /// The last message before the close.
    pub marker: Option<&'static str>,
}

impl Dialect {
    /// Whether commands are acknowledged with `task_status`.
    pub fn acknowledges(self) -> bool {
        self != Dialect::StrictV1
    }

    /// Code points in one text of text-to-speech (protocol.md 2 and 8.1).
    pub fn text_limit(self) -> usize {
        if self == Dialect::StrictV1 { 256 } else { 1024 }
    }

    pub fn ending(self, eos_timeout: Option<Duration>) -> Ending {
        match (self, eos_timeout) {
            (Dialect::Superset | Dialect::StrictV1, Some(silence)) => {
                Ending { silence, tail: true, marker: Some("eos") }
            }
            (Dialect::StrictV1, None) => Ending { silence: Duration::ZERO, tail: false, marker: None },
            (Dialect::Superset, None) | (Dialect::StrictV2, _) => {
                Ending { silence: Duration::ZERO, tail: true, marker: Some("end_of_stream") }
            }
        }
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "superset" => Ok(Dialect::Superset),
            "strict-v1" => Ok(Dialect::StrictV1),
            "strict-v2" => Ok(Dialect::StrictV2),
            other => Err(format!("unknown dialect \"{other}\" (known: superset, strict-v1, strict-v2)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_follow_the_generation() {
        let four = Some(Duration::from_secs(4));
        let marker = |d: Dialect, t| d.ending(t).marker;
        assert_eq!(marker(Dialect::Superset, four), Some("eos"));
        assert_eq!(marker(Dialect::Superset, None), Some("end_of_stream"));
        assert_eq!(marker(Dialect::StrictV1, None), None);
        assert!(!Dialect::StrictV1.ending(None).tail);
        assert_eq!(marker(Dialect::StrictV2, four), Some("end_of_stream"));
        assert_eq!(Dialect::StrictV2.ending(four).silence, Duration::ZERO);
        assert!(!Dialect::StrictV1.acknowledges() && Dialect::StrictV2.acknowledges());
    }
}
