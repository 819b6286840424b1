//! Up to where in the stream nothing has to be said again, if it breaks: the end of the last phrase that is final or
//! whose translation has begun to arrive, which is heard.

use std::collections::VecDeque;

/// Phrases whose places are remembered: more than are ever recognized and spoken at once.
const REMEMBERED: usize = 16;

/// The number of what has no id.
const NO_PHRASE: u64 = 0;

pub(super) struct Settled {
    /// The latest phrases, and where they end in ms of the stream.
    ends: VecDeque<(u64, u32)>,
    /// The latest one that is settled; 0: none.
    last: u64,
    /// `None`: where that one ends is not known.
    until_ms: Option<u32>,
}

impl Default for Settled {
    fn default() -> Settled {
        Settled { ends: VecDeque::new(), last: 0, until_ms: Some(0) }
    }
}

impl Settled {
    /// This phrase is there in the stream, as far as is known now.
    pub(super) fn place(&mut self, phrase: u64, end_ms: u32) {
        if phrase == NO_PHRASE {
            return;
        }
        match self.ends.iter_mut().find(|(number, _)| *number == phrase) {
            Some((_, known)) => *known = end_ms.max(*known),
            None => {
                if self.ends.len() == REMEMBERED {
                    self.ends.pop_front();
                }
                self.ends.push_back((phrase, end_ms));
            }
        }
        if phrase <= self.last {
            self.settle(phrase);
        }
    }

    /// This phrase must not be said again, and so must not those before it.
    pub(super) fn settle(&mut self, phrase: u64) {
        let end = self.ends.iter().find(|(number, _)| *number == phrase).map(|(_, end_ms)| *end_ms);
        if phrase == NO_PHRASE {
            self.until_ms = None;
        } else if phrase > self.last {
            // One whose end is not known is forgotten when a later one is settled.
            let before = self.until_ms.unwrap_or(0);
            self.until_ms = end.map(|end| end.max(before));
            self.last = phrase;
        } else if phrase == self.last || self.until_ms.is_some() {
            self.until_ms = end.max(self.until_ms);
        }
    }

    /// In ms of the stream; `None`: not known.
    pub(super) fn until_ms(&self) -> Option<u32> {
        self.until_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_that_is_settled_ends_where_it_is_known_to_end_at_last() {
        let mut settled = Settled::default();
        assert_eq!(settled.until_ms(), Some(0));
        settled.place(1, 900);
        assert_eq!(settled.until_ms(), Some(0), "it is not final");
        settled.settle(1);
        assert_eq!(settled.until_ms(), Some(900));
        settled.place(1, 1500);
        settled.place(2, 3000);
        settled.place(1, 1200);
        assert_eq!(settled.until_ms(), Some(1500));
        settled.settle(2);
        settled.settle(1);
        assert_eq!(settled.until_ms(), Some(3000));
    }

    #[test]
    fn a_place_that_is_not_known_is_not_guessed() {
        let mut settled = Settled::default();
        settled.place(1, 900);
        settled.settle(1);
        settled.settle(2);
        assert_eq!(settled.until_ms(), None);
        settled.place(1, 1000);
        assert_eq!(settled.until_ms(), None, "it is the one before");
        settled.place(2, 2000);
        assert_eq!(settled.until_ms(), Some(2000), "it is known later");
        settled.settle(3);
        settled.place(4, 5000);
        assert_eq!(settled.until_ms(), None);
        settled.settle(4);
        assert_eq!(settled.until_ms(), Some(5000), "the next one is behind it");
        settled.place(0, 9000);
        settled.settle(0);
        assert_eq!(settled.until_ms(), None, "it could be any");
    }

    #[test]
    fn memory_is_bounded() {
        let mut settled = Settled::default();
        (1..1000).for_each(|phrase| settled.place(phrase, 1));
        assert_eq!(settled.ends.len(), REMEMBERED);
    }
}
