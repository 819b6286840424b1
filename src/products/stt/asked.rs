//! Which `finalize` an answer belongs to. Answers name none, so it is the oldest one that waits.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

pub(super) struct Asked {
    timeout: Duration,
    /// The caller's tags, and until when they wait.
    waiting: VecDeque<(u64, Instant)>,
    /// The session's own request at the end.
    ending: bool,
    /// Requests that waited too long. Their answers may still arrive, and must not be taken for that of the end.
    overdue: usize,
}

/// Whose request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    Owner(u64),
    /// Everything that was sent has been recognised.
    End,
    /// No request that still waits.
    Nobody,
}

impl Asked {
    pub(super) fn new(timeout: Duration) -> Asked {
        Asked { timeout, waiting: VecDeque::new(), ending: false, overdue: 0 }
    }

    pub(super) fn ask(&mut self, user_tag: u64, now: Instant) {
        self.waiting.push_back((user_tag, now + self.timeout));
    }

    pub(super) fn ask_last(&mut self) {
        self.ending = true;
    }

    pub(super) fn answered(&mut self) -> Answered {
        if let Some((user_tag, _)) = self.waiting.pop_front() {
            return Answered::Owner(user_tag);
        }
        if self.ending && self.overdue == 0 {
            return Answered::End;
        }
        self.overdue = self.overdue.saturating_sub(1);
        Answered::Nobody
    }

    /// The library's thread could not run for this long.
    pub(super) fn put_off(&mut self, late: Duration) {
        self.waiting.iter_mut().for_each(|(_, until)| *until += late);
    }

    /// When the first request will have waited too long.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.front().map(|&(_, until)| until)
    }

    /// The tag of a request that has waited too long.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Option<u64> {
        if self.next()? > now {
            return None;
        }
        self.overdue += 1;
        self.take_any()
    }

    /// The tag of a request that will not be answered any more.
    pub(super) fn take_any(&mut self) -> Option<u64> {
        self.waiting.pop_front().map(|(user_tag, _)| user_tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    #[test]
    fn the_oldest_is_answered_first_and_the_end_last() {
        let now = Instant::now();
        let mut asked = Asked::new(10 * S);
        assert_eq!(asked.answered(), Answered::Nobody);
        asked.ask(1, now);
        asked.ask(2, now);
        asked.ask_last();
        assert_eq!(asked.answered(), Answered::Owner(1));
        assert_eq!(asked.answered(), Answered::Owner(2));
        assert_eq!(asked.answered(), Answered::End);
    }

    #[test]
    fn an_answer_that_is_late_is_not_that_of_the_end() {
        let now = Instant::now();
        let mut asked = Asked::new(S);
        asked.ask(1, now);
        assert_eq!(asked.take_overdue(now + S), Some(1));
        asked.ask_last();
        assert_eq!(asked.answered(), Answered::Nobody);
        assert_eq!(asked.answered(), Answered::End);
    }

    #[test]
    fn a_standstill_is_no_wait() {
        let now = Instant::now();
        let mut asked = Asked::new(10 * S);
        asked.ask(1, now);
        asked.put_off(40 * S);
        assert_eq!((asked.take_overdue(now + 49 * S), asked.answered()), (None, Answered::Owner(1)));
    }

    #[test]
    fn what_waits_too_long_is_told_in_its_order() {
        let now = Instant::now();
        let mut asked = Asked::new(10 * S);
        asked.ask(1, now);
        asked.ask(2, now + S);
        assert_eq!((asked.next(), asked.take_overdue(now + 9 * S)), (Some(now + 10 * S), None));
        assert_eq!(asked.take_overdue(now + 10 * S), Some(1));
        assert_eq!(asked.take_overdue(now + 10 * S), None);
        assert_eq!((asked.take_any(), asked.take_any()), (Some(2), None));
    }
}
