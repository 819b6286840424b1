//! The incomplete sample at the end of a payload, which the next payload of the same phrase completes (protocol.md
//! 7).

use std::collections::VecDeque;

/// Number of phrases with an incomplete sample at once; limits memory.
const MOST: usize = 64;

/// What happens to a byte that nothing follows.
pub(crate) const HALF_DROPPED: &str = "speech ended in the middle of a sample: its last byte was dropped";

/// Nearly always empty, so searching costs nothing.
pub(crate) struct Carry<K, V> {
    waiting: VecDeque<(K, V)>,
}

impl<K, V> Default for Carry<K, V> {
    fn default() -> Carry<K, V> {
        Carry { waiting: VecDeque::new() }
    }
}

impl<K, V> Carry<K, V> {
    pub(crate) fn take(&mut self, is_it: impl Fn(&K) -> bool) -> Option<V> {
        let place = self.waiting.iter().position(|(key, _)| is_it(key))?;
        self.waiting.remove(place).map(|(_, value)| value)
    }

    /// For a phrase without an incomplete sample.
    pub(crate) fn keep(&mut self, key: K, value: V) {
        if self.waiting.len() == MOST {
            self.waiting.pop_front();
        }
        self.waiting.push_back((key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phrase_gets_its_own_back_and_the_oldest_go_first() {
        let mut carry = Carry::default();
        for n in 0..=MOST {
            carry.keep(n, n * 10);
        }
        assert_eq!(carry.take(|&n| n == 0), None);
        assert_eq!((carry.take(|&n| n == 5), carry.take(|&n| n == 5)), (Some(50), None));
    }
}
