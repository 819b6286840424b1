//! The generations that wait to be spoken, in the order of the requests (protocol.md 8.4).

use std::collections::VecDeque;

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::time::Instant;

use crate::engine::Failure;
use crate::engine::speaker::{Frames, Speaker, Speech, Utterance};
use crate::ids::transcription_id;

/// Makes the ids that are generated here differ from all others.
const GENERATION_IDS: u64 = 6;
/// Number of texts and generations that may wait. Speech itself is generated only as it is sent.
const LIMIT: usize = 2_000;

/// How generations alternate and end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Chunk by chunk instead of one after the other.
    pub interleave: bool,
    /// Each text ends like a generation.
    pub last_per_text: bool,
    /// A generation whose end has not arrived stays open when a text of another one arrives.
    pub stays_open: bool,
}

pub struct Queue {
    manner: Manner,
    generations: VecDeque<Generation>,
    texts: usize,
    made_up: u64,
}

pub struct Generation {
    pub id: String,
    is_made_up: bool,
    waiting: VecDeque<Utterance>,
    /// Never empty: a finished utterance is removed at once, so that the last audio is known to be the last.
    speech: Option<Frames>,
    /// Speech in progress.
    coming: Option<Coming>,
    /// Nothing can be taken before the stream is woken.
    stalled: bool,
    /// Its last text has arrived.
    ended: bool,
    ready: Instant,
    /// When its latest text arrived.
    asked: Instant,
    /// Frames that were taken.
    taken: usize,
}

type Coming = oneshot::Receiver<Result<Vec<i16>, Failure>>;

/// What is sent next.
#[derive(Debug, PartialEq)]
pub struct Portion {
    pub id: String,
    pub frames: Vec<i16>,
    /// Frames of its generation before these.
    pub before: usize,
    /// A `last_chunk` follows.
    pub last: bool,
    pub asked: Instant,
}

impl Queue {
    pub fn new(manner: Manner) -> Self {
        Self { manner, generations: VecDeque::new(), texts: 0, made_up: 0 }
    }

    /// Takes a text that may be spoken from `ready` on. Returns `false` when too much waits.
    pub fn add(
        &mut self,
        id: Option<String>,
        utterance: Utterance,
        is_eos: bool,
        (now, ready): (Instant, Instant),
    ) -> bool {
        if self.texts >= LIMIT || self.generations.len() >= LIMIT {
            return false;
        }
        let is_open = |g: &Generation| !g.ended && id.as_ref().map_or(g.is_made_up, |id| g.id == *id);
        let at = match self.generations.iter().rposition(is_open) {
            Some(at) => at,
            None => {
                self.begin(id, (now, ready));
                self.generations.len() - 1
            }
        };
        if !self.manner.stays_open {
            let others = self.generations.iter_mut().enumerate().filter(|(place, _)| *place != at);
            others.for_each(|(_, other)| other.ended = true);
        }
        let generation = &mut self.generations[at];
        if !generation.has_work() {
            generation.ready = ready;
        }
        generation.waiting.push_back(utterance);
        generation.asked = now;
        generation.ended = is_eos;
        self.texts += 1;
        true
    }

    fn begin(&mut self, id: Option<String>, (now, ready): (Instant, Instant)) {
        let is_made_up = id.is_none();
        self.made_up += u64::from(is_made_up);
        self.generations.push_back(Generation {
            id: id.unwrap_or_else(|| transcription_id(GENERATION_IDS, self.made_up)),
            is_made_up,
            waiting: VecDeque::new(),
            speech: None,
            coming: None,
            stalled: false,
            ended: false,
            ready,
            asked: now,
            taken: 0,
        });
    }

    /// Called when speech in progress may be ready.
    pub fn woken(&mut self) {
        self.generations.iter_mut().for_each(|generation| generation.stalled = false);
    }

    /// When the next portion may be taken.
    pub fn next_at(&self) -> Option<Instant> {
        if self.generations.iter().any(|generation| generation.stalled) {
            return None;
        }
        self.generations.iter().filter(|g| g.has_work()).map(|g| g.ready).min()
    }

    /// Takes up to this many frames of the generation whose turn it is.
    pub fn take(
        &mut self,
        now: Instant,
        frames: usize,
        speaker: &mut dyn Speaker,
    ) -> Result<Option<Portion>, Failure> {
        let is_next = |g: &Generation| g.has_work() && g.ready <= now;
        let Some(at) = self.generations.iter().position(is_next) else { return Ok(None) };
        let Some(mut generation) = self.generations.remove(at) else { return Ok(None) };
        let waited = generation.waiting.len();
        let portion = generation.take(frames, speaker, self.manner.last_per_text);
        self.texts -= waited - generation.waiting.len();
        if generation.stalled {
            self.generations.insert(at, generation);
            return portion.map(|portion| Some(portion).filter(|portion| !portion.frames.is_empty()));
        }
        let over = generation.ended && generation.is_said();
        if !over {
            let place = if self.manner.interleave { self.generations.len() } else { at };
            self.generations.insert(place, generation);
        }
        portion.map(Some)
    }

    /// Removes one generation, or all, and returns them.
    pub fn cancel(&mut self, id: Option<&str>) -> Vec<Generation> {
        let all = std::mem::take(&mut self.generations);
        let (cancelled, kept): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|g| id.is_none_or(|id| g.id == id));
        self.generations = kept.into();
        self.texts = self.generations.iter().map(|g| g.waiting.len()).sum();
        cancelled
    }
}

impl Generation {
    fn is_said(&self) -> bool {
        self.speech.is_none() && self.coming.is_none() && self.waiting.is_empty()
    }

    fn has_work(&self) -> bool {
        self.ended || !self.is_said()
    }

    /// Frames that were due when the generation was cancelled.
    pub fn rest(self, frames: usize) -> Vec<i16> {
        self.speech.into_iter().flatten().take(frames).collect()
    }

    /// Frames that were spoken.
    pub fn spoken(&self) -> usize {
        self.taken
    }

    /// Returns the speech in progress or the next one; none when everything was spoken, or when it is not ready yet.
    fn next_speech(&mut self, speaker: &mut dyn Speaker) -> Result<Option<Frames>, Failure> {
        if let Some(speech) = self.speech.take() {
            return Ok(Some(speech));
        }
        let mut coming = match self.coming.take() {
            Some(coming) => coming,
            None => match self.waiting.pop_front().map(|utterance| speaker.speak(&utterance)) {
                None => return Ok(None),
                Some(Speech::Ready(frames)) => return Ok(Some(frames)),
                Some(Speech::Coming(coming)) => coming,
            },
        };
        match coming.try_recv() {
            Ok(frames) => Ok(Some(Speech::frames(frames?.into_iter()))),
            Err(TryRecvError::Empty) => {
                (self.coming, self.stalled) = (Some(coming), true);
                Ok(None)
            }
            Err(TryRecvError::Closed) => Err(Failure::stage("speech", "was given up")),
        }
    }

    fn take(
        &mut self,
        wanted: usize,
        speaker: &mut dyn Speaker,
        last_per_text: bool,
    ) -> Result<Portion, Failure> {
        let mut frames = Vec::with_capacity(wanted);
        let mut text_over = false;
        while frames.len() < wanted && !(text_over && last_per_text) {
            let Some(mut speech) = self.next_speech(speaker)? else { break };
            frames.extend(speech.by_ref().take(wanted - frames.len()));
            text_over = speech.peek().is_none();
            self.speech = (!text_over).then_some(speech);
        }
        let before = self.taken;
        self.taken += frames.len();
        let last = if last_per_text { text_over } else { self.ended && self.is_said() };
        Ok(Portion { id: self.id.clone(), frames, before, last, asked: self.asked })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speaks each character as ten frames.
    struct Tens;

    impl Speaker for Tens {
        fn speak(&mut self, utterance: &Utterance) -> Speech {
            Speech::ready(std::iter::repeat_n(utterance.rate as i16, utterance.text.len() * 10))
        }
    }

    fn utterance(text: &str) -> Utterance {
        Utterance { text: text.into(), language: "en".into(), voice: "v".into(), speed: 1.0, rate: 1 }
    }

    fn queue(manner: Manner, texts: &[(Option<&str>, &str, bool)]) -> Queue {
        let (mut queue, now) = (Queue::new(manner), Instant::now());
        for (id, text, is_eos) in texts {
            assert!(queue.add(id.map(str::to_owned), utterance(text), *is_eos, (now, now)));
        }
        queue
    }

    /// All output, as id, frames and mark.
    fn said(queue: &mut Queue) -> Vec<(String, usize, bool)> {
        let portions = std::iter::from_fn(|| queue.take(Instant::now(), 15, &mut Tens).unwrap());
        portions.map(|p| (p.id, p.frames.len(), p.last)).collect()
    }

    fn portion(id: &str, frames: usize, last: bool) -> (String, usize, bool) {
        (id.to_owned(), frames, last)
    }

    #[test]
    fn generations_are_spoken_one_after_the_other() {
        let mut queue = queue(Manner::default(), &[(Some("a"), "xx", true), (Some("b"), "x", true)]);
        assert_eq!(
            said(&mut queue),
            [portion("a", 15, false), portion("a", 5, true), portion("b", 10, true)]
        );
        assert_eq!(queue.next_at(), None);
    }

    #[test]
    fn generations_can_take_turns() {
        let manner = Manner { interleave: true, ..Manner::default() };
        let mut queue = queue(manner, &[(Some("a"), "xx", true), (Some("b"), "xx", true)]);
        let ids: Vec<String> = said(&mut queue).into_iter().map(|p| p.0).collect();
        assert_eq!(ids, ["a", "b", "a", "b"]);
    }

    #[test]
    fn texts_of_one_generation_have_one_end() {
        let texts = [(Some("a"), "x", false), (Some("a"), "xx", true)];
        assert_eq!(
            said(&mut queue(Manner::default(), &texts)),
            [portion("a", 15, false), portion("a", 15, true)]
        );
        let manner = Manner { last_per_text: true, ..Manner::default() };
        assert_eq!(
            said(&mut queue(manner, &texts)),
            [portion("a", 10, true), portion("a", 15, false), portion("a", 5, true)]
        );
    }

    #[test]
    fn an_open_generation_ends_where_another_begins() {
        let texts = [(Some("a"), "x", false), (Some("b"), "x", true), (Some("a"), "x", true)];
        assert_eq!(
            said(&mut queue(Manner::default(), &texts)),
            [portion("a", 10, true), portion("b", 10, true), portion("a", 10, true)]
        );
    }

    #[test]
    fn an_open_generation_is_spoken_without_an_end_and_blocks_nobody() {
        let manner = Manner { stays_open: true, ..Manner::default() };
        let mut queue = queue(manner, &[(Some("a"), "x", false), (Some("b"), "x", true)]);
        assert_eq!(said(&mut queue), [portion("a", 10, false), portion("b", 10, true)]);
        let now = Instant::now();
        assert!(queue.add(Some("a".into()), utterance("x"), true, (now, now)));
        assert_eq!(said(&mut queue), [portion("a", 10, true)]);
    }

    #[test]
    fn texts_without_an_id_share_one_until_they_end() {
        let mut queue = queue(Manner::default(), &[(None, "x", false), (None, "x", true), (None, "x", true)]);
        let said = said(&mut queue);
        assert_eq!(said[0].0, said[1].0);
        assert_ne!(said[1].0, said.last().unwrap().0);
    }

    #[test]
    fn what_is_cancelled_is_not_said() {
        let texts = [(Some("a"), "xx", true), (Some("b"), "x", true)];
        let mut some = queue(Manner::default(), &texts);
        assert_eq!(some.take(Instant::now(), 15, &mut Tens).unwrap().unwrap().frames.len(), 15);
        let mut cancelled = some.cancel(Some("a"));
        assert_eq!(cancelled.len(), 1);
        assert_eq!(cancelled.remove(0).rest(3).len(), 3);
        assert_eq!(said(&mut some), [portion("b", 10, true)]);
        let mut all = queue(Manner::default(), &texts);
        assert_eq!(all.cancel(None).len(), 2);
        assert_eq!(said(&mut all), []);
    }
}
