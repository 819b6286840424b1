//! What is still to come after the audio: a text that is not final, translations of one that is.

use std::collections::VecDeque;

/// A translation that did not arrive before this many later ones will not arrive.
const REMEMBERED: usize = 64;

pub(super) struct Tail {
    /// Number of translations of each final text.
    targets: usize,
    /// The segment whose text may still change.
    growing: Option<String>,
    /// The latest segments, and how many of their translations are missing. What was translated stays: a final text may come
    /// again, with a better one, and need not be translated again.
    untranslated: VecDeque<(String, usize)>,
}

impl Tail {
    pub(super) fn new(targets: usize) -> Tail {
        Tail { targets, growing: None, untranslated: VecDeque::new() }
    }

    pub(super) fn partial(&mut self, id: &str, text: &str) {
        if !text.is_empty() {
            self.growing = Some(id.to_owned());
        }
    }

    /// One segment grows at a time, so any final text completes it.
    pub(super) fn last(&mut self, id: &str, text: &str) {
        self.growing = None;
        let is_known = self.untranslated.iter().any(|(known, _)| known == id);
        if self.targets == 0 || text.is_empty() || is_known {
            return;
        }
        if self.untranslated.len() == REMEMBERED {
            self.untranslated.pop_front();
        }
        self.untranslated.push_back((id.to_owned(), self.targets));
    }

    pub(super) fn translation(&mut self, id: &str) {
        if let Some((_, missing)) = self.untranslated.iter_mut().find(|(known, _)| known == id) {
            *missing = missing.saturating_sub(1);
        }
    }

    pub(super) fn is_growing(&self) -> bool {
        self.growing.is_some()
    }

    pub(super) fn is_translated(&self) -> bool {
        self.untranslated.iter().all(|(_, missing)| *missing == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_grows_until_it_is_final() {
        let mut tail = Tail::new(0);
        tail.partial("a", "");
        assert!(!tail.is_growing());
        tail.partial("a", "good");
        assert!(tail.is_growing());
        tail.last("a", "good morning");
        assert!(!tail.is_growing() && tail.is_translated());
    }

    #[test]
    fn each_final_that_says_something_has_a_translation_in_every_target() {
        let mut tail = Tail::new(2);
        tail.last("a", "good");
        tail.last("a", "good");
        tail.last("b", "");
        assert!(!tail.is_translated());
        tail.translation("x");
        tail.translation("a");
        assert!(!tail.is_translated());
        tail.translation("a");
        assert!(tail.is_translated());
        // One more than there are targets, and a final that comes again.
        tail.translation("a");
        tail.last("a", "good morning");
        assert!(tail.is_translated());
        tail.last("c", "bye");
        assert!(!tail.is_translated());
    }

    #[test]
    fn translations_that_never_come_are_forgotten() {
        let mut tail = Tail::new(1);
        for n in 0..1000 {
            tail.last(&n.to_string(), "text");
        }
        assert_eq!(tail.untranslated.len(), REMEMBERED);
    }
}
