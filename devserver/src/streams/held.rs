//! Messages that wait for their time: late acknowledgements, and speech that is delivered at the pace of playback.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::outgoing::Outgoing;

#[derive(Default)]
pub struct Held {
    waiting: BTreeMap<(Instant, u64), Outgoing>,
    next_number: u64,
    /// When the speech held so far has been played, per language.
    played: BTreeMap<String, Instant>,
}

impl Held {
    pub fn hold(&mut self, until: Instant, message: Outgoing) {
        self.next_number += 1;
        self.waiting.insert((until, self.next_number), message);
    }

    /// Speech begins when the previous speech of its language is over.
    pub fn hold_speech(&mut self, now: Instant, language: &str, length: Duration, message: Outgoing) {
        let free = self.played.get(language).map_or(now, |at| (*at).max(now));
        self.played.insert(language.to_owned(), free + length);
        self.hold(free, message);
    }

    pub fn next_at(&self) -> Option<Instant> {
        self.waiting.keys().next().map(|(at, _)| *at)
    }

    /// When the last speech is sent.
    pub fn speech_until(&self) -> Option<Instant> {
        let speech = self.waiting.iter().rev().find(|(_, m)| m.spoken.is_some());
        speech.map(|((at, _), _)| *at)
    }

    pub fn due(&mut self, now: Instant) -> Vec<Outgoing> {
        let later = self.waiting.split_off(&(now, u64::MAX));
        std::mem::replace(&mut self.waiting, later).into_values().collect()
    }

    pub fn all(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.waiting).into_values().collect()
    }

    /// Discards the speech in these languages.
    pub fn withdraw_speech(&mut self, concerned: impl Fn(&str) -> bool) {
        let keep = |m: &Outgoing| m.spoken.as_ref().is_none_or(|s| !concerned(&s.language));
        self.waiting.retain(|_, message| keep(message));
        self.played.retain(|language, _| !concerned(language));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::outgoing::Spoken;

    const CHUNK: Duration = Duration::from_millis(200);

    fn speech(language: &str) -> Outgoing {
        let spoken = Spoken { id: "id".to_owned(), language: language.to_owned(), length: CHUNK };
        Outgoing { spoken: Some(spoken), ..Outgoing::new("audio", serde_json::Value::Null) }
    }

    fn held(start: Instant, languages: &[&str]) -> Held {
        let mut held = Held::default();
        for language in languages {
            held.hold_speech(start, language, CHUNK, speech(language));
        }
        held
    }

    #[test]
    fn speech_of_one_language_follows_itself_and_no_other() {
        let start = Instant::now();
        let mut held = held(start, &["es", "es", "fr"]);
        assert_eq!((held.next_at(), held.speech_until()), (Some(start), Some(start + CHUNK)));
        assert_eq!(held.due(start).len(), 2);
        assert_eq!(held.due(start + CHUNK / 2).len(), 0);
        assert_eq!(held.due(start + CHUNK).len(), 1);
        assert_eq!(held.next_at(), None);
    }

    #[test]
    fn withdrawn_speech_leaves_no_gap() {
        let start = Instant::now();
        let mut held = held(start, &["es", "es", "fr"]);
        held.withdraw_speech(|language| language == "es");
        assert_eq!(held.due(start).len(), 1);
        held.hold_speech(start, "es", CHUNK, speech("es"));
        assert_eq!(held.next_at(), Some(start));
    }
}
