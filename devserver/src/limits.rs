//! Rate limits of commands, texts and connections (protocol.md 5.2, 8.4, 12 and 14 rows 11-12).

use std::collections::VecDeque;
use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant;

/// How much the network may change the interval between two texts that a client kept.
const TEXT_JITTER: Duration = Duration::from_millis(150);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// At most this many in any interval of this length.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rule {
    count: usize,
    within: Duration,
    words: &'static str,
}

const fn rule(count: usize, seconds: u64, words: &'static str) -> Rule {
    Rule { count, within: Duration::from_secs(seconds), words }
}

const COMMANDS: [(&str, Rule); 5] = [
    ("set_task", rule(1, 2, "1 per 2 s")),
    ("get_task", rule(1, 2, "1 per 2 s")),
    ("pause_task", rule(1, 3, "1 per 3 s")),
    ("end_task", rule(1, 3, "1 per 3 s")),
    ("tts_task", rule(60, 60, "60 per minute")),
];
/// How many texts of text-to-speech are taken in a second, and from whom (protocol.md 8.4: documents disagree).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRate {
    /// Over all streams of an identity, which is a token, or the credentials of a REST session.
    PerIdentity(usize),
    PerStream(usize),
}

impl TextRate {
    pub const BY_STREAM: TextRate = TextRate::PerStream(50);

    pub fn count(self) -> usize {
        match self {
            TextRate::PerIdentity(count) | TextRate::PerStream(count) => count,
        }
    }

    pub fn words(self) -> String {
        let whose = if matches!(self, TextRate::PerIdentity(_)) { "identity" } else { "stream" };
        format!("at most {} texts per second and {whose} are allowed", self.count())
    }
}

impl Default for TextRate {
    fn default() -> Self {
        TextRate::PerIdentity(20)
    }
}

impl FromStr for TextRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "expected a number of texts and whose they are, such as 20/identity or 50/stream".to_owned();
        let (count, whose) = text.split_once('/').ok_or_else(wrong)?;
        let count = count.parse().ok().filter(|count| (1..=1_000_000).contains(count)).ok_or_else(wrong)?;
        match whose {
            "identity" => Ok(TextRate::PerIdentity(count)),
            "stream" => Ok(TextRate::PerStream(count)),
            _ => Err(wrong()),
        }
    }
}

/// Times of what was admitted lately. What was refused does not count.
#[derive(Debug, Default)]
struct Taken(VecDeque<Instant>);

impl Taken {
    fn take(&mut self, now: Instant, count: usize, within: Duration) -> bool {
        while self.0.front().is_some_and(|at| now - *at >= within) {
            self.0.pop_front();
        }
        let room = self.0.len() < count;
        if room {
            self.0.push_back(now);
        }
        room
    }
}

/// Each command of one stream has its own limit, so `set_task` and `get_task` may follow each other at once.
#[derive(Debug)]
pub struct Commands {
    taken: [Taken; COMMANDS.len()],
    /// How much the network and busy machines may change the interval between two commands that a client kept.
    jitter: Duration,
}

impl Commands {
    pub fn new(jitter: Duration) -> Self {
        Self { taken: <[Taken; COMMANDS.len()]>::default(), jitter }
    }

    /// Admits a command, or returns its limit.
    pub fn take(&mut self, command: &str, now: Instant) -> Result<(), String> {
        let Some(at) = COMMANDS.iter().position(|(name, _)| *name == command) else {
            return Ok(());
        };
        let rule = COMMANDS[at].1;
        if self.taken[at].take(now, rule.count, rule.within.saturating_sub(self.jitter)) {
            Ok(())
        } else {
            Err(format!("{command}: at most {} is allowed", rule.words))
        }
    }
}

/// The texts of one stream, or of one identity, in the latest second.
#[derive(Debug, Default)]
pub struct Texts(Taken);

impl Texts {
    pub fn take(&mut self, now: Instant, most: usize) -> bool {
        self.0.take(now, most, SECOND.saturating_sub(TEXT_JITTER))
    }
}

/// The connections of one token to one product.
#[derive(Debug, Default)]
pub struct Connections(Taken);

impl Connections {
    pub fn take(&mut self, now: Instant, most: usize) -> bool {
        self.0.take(now, most, MINUTE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JITTER: Duration = Duration::from_millis(150);

    fn taken(command: &str, times_ms: &[u64]) -> Vec<bool> {
        let (mut commands, start) = (Commands::new(JITTER), Instant::now());
        times_ms.iter().map(|ms| commands.take(command, start + Duration::from_millis(*ms)).is_ok()).collect()
    }

    #[test]
    fn the_distance_that_clients_keep_is_enough() {
        assert_eq!(taken("get_task", &[0, 2100, 4000, 6100]), [true; 4]);
        assert_eq!(taken("pause_task", &[0, 3000]), [true, true]);
        assert_eq!(taken("interrupt_task", &[0, 0, 0]), [true; 3]);
    }

    #[test]
    fn what_comes_too_soon_is_refused_and_does_not_count() {
        assert_eq!(taken("set_task", &[0, 1000, 1800, 2000]), [true, false, false, true]);
        assert_eq!(taken("end_task", &[0, 2500]), [true, false]);
        let mut texts = taken("tts_task", &[0; 61]);
        assert_eq!((texts.pop(), texts.contains(&false)), (Some(false), false));
    }

    #[test]
    fn commands_do_not_share_a_limit() {
        let (mut commands, now) = (Commands::new(JITTER), Instant::now());
        assert!(commands.take("set_task", now).is_ok() && commands.take("get_task", now).is_ok());
        assert!(commands.take("get_task", now).unwrap_err().contains("1 per 2 s"));
    }

    #[test]
    fn so_many_texts_fit_into_a_second() {
        let (mut texts, start) = (Texts::default(), Instant::now());
        assert!((0..20).all(|_| texts.take(start, 20)));
        assert!(!texts.take(start + Duration::from_millis(700), 20));
        assert!(texts.take(start + SECOND, 20));
        assert_eq!("20/identity".parse(), Ok(TextRate::default()));
        assert_eq!("50/stream".parse(), Ok(TextRate::BY_STREAM));
        assert!(
            ["50", "0/stream", "x/stream", "5/minute"].iter().all(|text| text.parse::<TextRate>().is_err())
        );
    }

    #[test]
    fn twenty_connections_fit_into_a_minute() {
        let (mut connections, start) = (Connections::default(), Instant::now());
        assert!((0..20).all(|_| connections.take(start, 20)));
        assert!(!connections.take(start + Duration::from_secs(59), 20));
        assert!(connections.take(start + MINUTE, 20));
    }
}
