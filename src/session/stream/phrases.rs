//! Local numbers for the service's phrase ids: small, comparable, and the same for all of a phrase.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::session::Session;
use crate::sync::{AtomicU64, Ordering};
use crate::text::digest;

/// A phrase that is older than this many others does not occur any more.
const REMEMBERED: usize = 256;

#[derive(Default)]
pub(crate) struct Phrases {
    /// Digests of ids, which a session of hours would keep all over the heap, and their numbers.
    recent: VecDeque<(u64, u64)>,
    /// In a call it goes on from session to session.
    last: Arc<AtomicU64>,
}

impl Phrases {
    pub(crate) fn of(session: &Session) -> Phrases {
        let last = session.link.as_ref().map(|link| link.phrases().clone()).unwrap_or_default();
        Phrases { recent: VecDeque::new(), last }
    }

    /// Returns the number of `id`, from 1; 0 for no id.
    pub(crate) fn number(&mut self, id: &str) -> u64 {
        if id.is_empty() {
            return 0;
        }
        let id = digest(id);
        // Newest first: nearly always a hit.
        if let Some((_, number)) = self.recent.iter().rev().find(|(known, _)| *known == id) {
            return *number;
        }
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        self.recent.push_back((id, number));
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ids_have_equal_numbers() {
        let mut phrases = Phrases::default();
        assert_eq!(["a", "b", "a", "", "b"].map(|id| phrases.number(id)), [1, 2, 1, 0, 2]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut phrases = Phrases::default();
        for n in 0..10_000 {
            phrases.number(&n.to_string());
        }
        assert_eq!(phrases.recent.len(), REMEMBERED);
        assert_eq!(phrases.number("9999"), 10_000);
    }
}
