//! The generations of one session: which are awaited, which are over, and which are discarded.

use std::collections::VecDeque;
use std::sync::Arc;

use super::sink::Sink;
use crate::error::{Error, Result, Status};

/// Number awaited at the same time; limits memory.
const MAX_AWAITED: usize = 1024;
/// Number of finished or cancelled generations that are still recognised when something late arrives.
const REMEMBERED: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Awaited,
    /// An error may have been about it: it may continue, or never end (protocol.md 8.3).
    Doubtful,
    Over,
    Cancelled,
}

struct Generation {
    number: u64,
    /// The caller's name; `None`: none.
    label: Option<String>,
    /// Its name on the wire and in events, unique among the remembered ones.
    id: Arc<str>,
    /// Of its first text.
    user_tag: u64,
    state: State,
    /// Its last text was taken, and sent.
    has_end: bool,
    end_sent: bool,
    texts_sent: u32,
    /// Of those, the ones that followed a text of another generation, or none.
    runs_sent: u32,
    ends_heard: u32,
    sink: Option<Arc<Sink>>,
}

/// What the server is known to end besides generations.
#[derive(Clone, Copy, Default)]
struct Manner {
    /// Each text (protocol.md 16).
    texts: bool,
    /// A generation where a text of another one arrives; its next text begins it anew (protocol.md 8.4).
    runs: bool,
}

/// What a cancel is about.
#[derive(Clone, Copy)]
pub(super) enum Which<'a> {
    All,
    /// The latest one with the caller's name, or the one with this id.
    Named(&'a str),
    /// All whose first text had this tag.
    Tagged(u64),
    /// The one with this number, whatever the caller calls others.
    Numbered(u64),
}

/// State of the generation that something belongs to.
#[derive(Clone)]
pub(super) struct Known {
    pub number: u64,
    pub id: Arc<str>,
    pub user_tag: u64,
    pub sink: Option<Arc<Sink>>,
}

/// Owner of a chunk.
pub(super) struct Heard {
    pub of: Known,
    /// Nothing follows.
    pub is_over: bool,
    /// It may never end.
    pub is_doubtful: bool,
}

/// What the end of the session must wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    Nothing,
    /// Complete, unless the server ends each text and more follows.
    Hardly,
    /// Something that may not arrive: a generation without an end, or one that failed.
    Perhaps,
    Certainly,
}

#[derive(Default)]
pub(super) struct Generations {
    list: VecDeque<Generation>,
    last: u64,
    /// The latest one of which a text was sent.
    speaking: u64,
    manner: Manner,
    /// No answer will arrive any more.
    pub is_finished: bool,
}

impl Generations {
    /// Returns the generation that the next text with this label belongs to, and whether it is new.
    pub(super) fn open(
        &mut self,
        label: Option<&str>,
        user_tag: u64,
        sink: Option<Arc<Sink>>,
    ) -> Result<(Known, bool)> {
        let goes_on = |generation: &&Generation| {
            generation.is_awaited() && !generation.has_end && generation.label.as_deref() == label
        };
        let same = if sink.is_none() { self.list.iter().rev().find(goes_on) } else { None };
        if let Some(generation) = same {
            return Ok((generation.known(), false));
        }
        if self.list.iter().filter(|generation| generation.is_awaited()).count() >= MAX_AWAITED {
            return Err(Error::new(Status::Again, "too many generations are not complete yet"));
        }
        Ok((self.begin(label, user_tag, sink), true))
    }

    fn begin(&mut self, label: Option<&str>, user_tag: u64, sink: Option<Arc<Sink>>) -> Known {
        self.last += 1;
        let wanted = label.map_or_else(|| format!("g{}", self.last), str::to_owned);
        // Late speech of an older one must not be taken for speech of this one.
        let is_taken = self.list.iter().any(|generation| *generation.id == *wanted);
        let id = if is_taken { format!("{wanted}~{}", self.last) } else { wanted };
        let generation = Generation {
            number: self.last,
            label: label.map(str::to_owned),
            id: id.into(),
            user_tag,
            state: State::Awaited,
            has_end: sink.is_some(),
            end_sent: false,
            texts_sent: 0,
            runs_sent: 0,
            ends_heard: 0,
            sink,
        };
        let known = generation.known();
        self.list.push_back(generation);
        known
    }

    /// Its first text was not accepted.
    pub(super) fn undo(&mut self, number: u64) {
        self.list.retain(|generation| generation.number != number);
    }

    /// Its last text was accepted.
    pub(super) fn end(&mut self, number: u64) {
        if let Some(generation) = self.list.iter_mut().find(|generation| generation.number == number) {
            generation.has_end = true;
        }
    }

    /// A text of it is sent now.
    pub(super) fn sent(&mut self, id: &str, is_eos: bool) {
        let speaking = self.speaking;
        if let Some(generation) = self.named(id) {
            generation.texts_sent += 1;
            generation.runs_sent += u32::from(generation.number != speaking);
            generation.end_sent |= is_eos;
            generation.has_end |= is_eos;
            self.speaking = generation.number;
        }
    }

    /// Speech arrived; `None` when it must be discarded.
    pub(super) fn heard(&mut self, id: &str, is_last: bool, has_audio: bool) -> Option<Heard> {
        // A server without names speaks in order (protocol.md 8.4).
        let oldest = |generation: &Generation| generation.is_awaited() && generation.texts_sent > 0;
        let place = match id {
            "" => self.list.iter().position(oldest),
            id => self.list.iter().rposition(|generation| *generation.id == *id),
        };
        let Some(place) = place else { return Some(self.foreign(id, is_last)) };
        let heard = self.list[place].heard(is_last, has_audio, self.speaking, &mut self.manner)?;
        if heard.is_over {
            self.forget();
        }
        Some(heard)
    }

    /// Speech with an unknown name: delivered, but not awaited.
    fn foreign(&mut self, id: &str, is_last: bool) -> Heard {
        let of = self.begin(Some(id), 0, None);
        if let Some(generation) = self.list.back_mut() {
            generation.label = None;
            generation.state = State::Over;
        }
        self.forget();
        Heard { of, is_over: is_last, is_doubtful: true }
    }

    /// An error arrived. Without an id it may be about any generation that the service knows and has not completed.
    /// Returns those, the oldest first.
    pub(super) fn fail(&mut self, id: &str) -> Vec<Known> {
        let concerned = |generation: &&mut Generation| {
            generation.is_awaited() && generation.texts_sent > 0 && (id.is_empty() || *generation.id == *id)
        };
        let failed = self.list.iter_mut().filter(concerned);
        failed
            .map(|generation| {
                generation.state = State::Doubtful;
                generation.known()
            })
            .collect()
    }

    /// Discards the generations that are meant. Returns them, and which of them the service must stop.
    pub(super) fn cancel(&mut self, which: Which<'_>) -> (Vec<Known>, Vec<Arc<str>>) {
        let (mut cancelled, mut stopped) = (Vec::new(), Vec::new());
        for generation in self.list.iter_mut().rev() {
            if !generation.is_meant(which) || generation.state == State::Cancelled {
                continue;
            }
            if generation.is_awaited() && generation.texts_sent > 0 {
                stopped.push(generation.id.clone());
            }
            generation.state = State::Cancelled;
            cancelled.push(generation.known());
            // Its speech is not remembered with it.
            generation.sink = None;
            if let Which::Named(_) = which {
                break;
            }
        }
        cancelled.reverse();
        stopped.reverse();
        self.forget();
        (cancelled, stopped)
    }

    pub(super) fn awaited(&self) -> Awaited {
        let open = || self.list.iter().filter(|generation| generation.is_awaited());
        if open().any(|generation| generation.has_end && generation.state == State::Awaited) {
            Awaited::Certainly
        } else if open().next().is_some() {
            Awaited::Perhaps
        } else if self.list.iter().any(|generation| self.may_go_on(generation)) {
            Awaited::Hardly
        } else {
            Awaited::Nothing
        }
    }

    /// Its end may have been the end of its first text.
    fn may_go_on(&self, generation: &Generation) -> bool {
        generation.state == State::Over && !self.manner.texts && generation.ends_heard < generation.texts_sent
    }

    pub(super) fn sinks(&self) -> impl Iterator<Item = &Arc<Sink>> {
        self.list.iter().filter_map(|generation| generation.sink.as_ref())
    }

    fn named(&mut self, id: &str) -> Option<&mut Generation> {
        self.list.iter_mut().rev().find(|generation| *generation.id == *id)
    }

    fn forget(&mut self) {
        let done = self.list.iter().filter(|generation| !generation.is_awaited()).count();
        let mut excess = done.saturating_sub(REMEMBERED);
        self.list.retain(|generation| {
            let stays = generation.is_awaited() || excess == 0;
            excess -= usize::from(!stays);
            stays
        });
    }
}

impl Manner {
    /// An end was not that of a generation.
    fn learn(&mut self, is_of_a_run: bool) {
        self.runs |= is_of_a_run;
        self.texts |= !is_of_a_run;
    }

    /// How many ends a generation has by the time it is complete.
    fn ends_of(self, generation: &Generation) -> u32 {
        match self {
            Manner { texts: true, .. } => generation.texts_sent,
            Manner { runs: true, .. } => generation.runs_sent,
            _ => 1,
        }
    }
}

impl Generation {
    fn is_meant(&self, which: Which<'_>) -> bool {
        match which {
            Which::All => true,
            Which::Named(name) => self.label.as_deref() == Some(name) || *self.id == *name,
            Which::Tagged(user_tag) => self.user_tag == user_tag,
            Which::Numbered(number) => self.number == number,
        }
    }

    fn is_awaited(&self) -> bool {
        matches!(self.state, State::Awaited | State::Doubtful)
    }

    /// Its speech arrived; `None` when it must be discarded. It can show more of the manner of the server. `speaking` is
    /// the generation of the latest text.
    fn heard(&mut self, is_last: bool, has_audio: bool, speaking: u64, manner: &mut Manner) -> Option<Heard> {
        let was_over = self.state == State::Over && self.texts_sent > 0;
        if self.state == State::Cancelled || (was_over && !has_audio) {
            return None;
        }
        // More of a generation that had ended.
        if was_over && self.texts_sent > 1 {
            manner.learn(self.ends_heard < self.runs_sent);
            self.state = State::Awaited;
        }
        if is_last {
            self.ends_heard += 1;
            // An end before the last text.
            if !self.end_sent && self.texts_sent > 0 {
                let runs_over = self.runs_sent - u32::from(self.number == speaking);
                manner.learn(self.ends_heard <= runs_over);
            }
            if self.end_sent && self.ends_heard >= manner.ends_of(self) {
                self.state = State::Over;
            }
        }
        Some(Heard {
            of: self.known(),
            is_over: is_last && self.state == State::Over,
            is_doubtful: self.state == State::Doubtful,
        })
    }

    fn known(&self) -> Known {
        let (id, sink) = (self.id.clone(), self.sink.clone());
        Known { number: self.number, id, user_tag: self.user_tag, sink }
    }
}

#[cfg(test)]
mod tests;
