//! Rate limits of commands, texts and connections (protocol.md 5.2, 8.4, 12 and 14 rows 11-12).

use std::collections::VecDeque;
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
/// Text messages of one text-to-speech stream.
const TEXTS: usize = 50;
/// New connections of one token.
const CONNECTIONS: usize = 20;

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

/// The text messages of one text-to-speech stream: 50 per second (protocol.md 8.4).
#[derive(Debug, Default)]
pub struct Texts(Taken);

impl Texts {
    pub fn take(&mut self, now: Instant) -> bool {
        self.0.take(now, TEXTS, SECOND.saturating_sub(TEXT_JITTER))
    }
}

/// The connections of one token.
#[derive(Debug, Default)]
pub struct Connections(Taken);

impl Connections {
    pub fn take(&mut self, now: Instant) -> bool {
        self.0.take(now, CONNECTIONS, MINUTE)
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
    fn fifty_texts_fit_into_a_second() {
        let (mut texts, start) = (Texts::default(), Instant::now());
        assert!((0..50).all(|_| texts.take(start)));
        assert!(!texts.take(start + Duration::from_millis(700)));
        assert!(texts.take(start + SECOND));
    }

    #[test]
    fn twenty_connections_fit_into_a_minute() {
        let (mut connections, start) = (Connections::default(), Instant::now());
        assert!((0..20).all(|_| connections.take(start)));
        assert!(!connections.take(start + Duration::from_secs(59)));
        assert!(connections.take(start + MINUTE));
    }
}
