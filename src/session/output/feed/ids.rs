//! Ids of phrases that are recognized when something of them arrives later.

use std::collections::VecDeque;

use crate::text::digest;

/// Number that are remembered: far more than are in progress at once.
const MAX: usize = 128;

/// As digests: a session of hours remembers as many as it can.
#[derive(Clone, Default)]
pub(crate) struct Ids(VecDeque<u64>);

impl Ids {
    /// A phrase without an id is not recognized.
    pub(super) fn remember(&mut self, id: &str) {
        if !id.is_empty() {
            self.push(digest(id));
        }
    }

    pub(crate) fn take_all(&mut self, others: Ids) {
        others.0.into_iter().for_each(|id| self.push(id));
    }

    pub(super) fn forget(&mut self, id: &str) {
        let id = digest(id);
        self.0.retain(|known| *known != id);
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        !id.is_empty() && self.0.contains(&digest(id))
    }

    fn push(&mut self, id: u64) {
        if self.0.contains(&id) {
            return;
        }
        if self.0.len() == MAX {
            self.0.pop_front();
        }
        self.0.push_back(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_remembered() {
        let mut ids = Ids::default();
        (0..1000).for_each(|n| ids.remember(&n.to_string()));
        assert!(ids.contains("999") && ids.contains("872") && !ids.contains("871"));
        ids.forget("999");
        assert!(!ids.contains("999") && !ids.contains(""));
    }
}
