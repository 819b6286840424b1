//! The unfinished phrases of one language, oldest first, and their waiting speech.

use std::collections::VecDeque;

use super::ids::Ids;
use super::phrase::{Phrase, Speech, Stage};

/// Limits memory, however short the phrases are.
const MAX_PHRASES: usize = 1024;

/// The next thing to feed.
pub(crate) enum Next<'a> {
    Begin(u64),
    Speech(&'a [i16]),
    End,
    /// More of it has to arrive first.
    Nothing,
}

#[derive(Default)]
pub(crate) struct Backlog {
    /// Phrases may arrive interleaved: each is played completely before the next begins.
    apart: bool,
    phrases: VecDeque<Phrase>,
    /// Total number of frames that wait here.
    waiting: usize,
    last: u64,
    /// Known phrases, and those of them whose speech is discarded.
    known: Ids,
    unwanted: Ids,
    /// No speech follows.
    closing: bool,
}

impl Backlog {
    pub(crate) fn new(apart: bool) -> Backlog {
        Backlog { apart, ..Backlog::default() }
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(crate) fn know(&mut self, id: &str) {
        self.known.remember(id);
    }

    /// Adds what arrived, unless it belongs to a withdrawn phrase.
    pub(crate) fn add(&mut self, speech: Speech) {
        if self.unwanted.contains(&speech.id) {
            return;
        }
        self.know(&speech.id);
        let open = |phrase: &&mut Phrase| {
            matches!(phrase.stage, Stage::Waiting | Stage::Feeding) && phrase.is_for(&speech)
        };
        let frames = speech.pcm.len();
        match self.phrases.iter_mut().find(open) {
            Some(phrase) => {
                phrase.complete |= speech.is_last;
                phrase.received += frames;
                phrase.waiting += frames;
                phrase.chunks.push_back(speech.pcm);
            }
            // An end marker alone does not create a phrase.
            None if frames == 0 => return,
            None => {
                self.last += 1;
                self.phrases.push_back(Phrase::new(self.last, speech, !self.apart));
            }
        }
        self.waiting += frames;
    }

    /// What to feed now. Phrases of a translation follow one another (protocol.md 14 row 15), so one that has a
    /// successor is over even without an end marker. Separate phrases are not.
    pub(crate) fn next(&mut self) -> Next<'_> {
        let Some(index) = self.open() else { return Next::Nothing };
        let is_over = self.is_over(index);
        let phrase = &mut self.phrases[index];
        // One without speech was passed.
        if phrase.stage == Stage::Waiting && phrase.waiting > 0 {
            phrase.stage = Stage::Feeding;
            return Next::Begin(phrase.number);
        }
        if phrase.waiting == 0 {
            if is_over && phrase.stage == Stage::Feeding {
                phrase.stage = Stage::Fed;
                return Next::End;
            }
            return Next::Nothing;
        }
        match phrase.take() {
            Some(block) => {
                self.waiting -= block.len();
                Next::Speech(block)
            }
            None => Next::Nothing,
        }
    }

    /// The phrase that is fed, or the one that is fed next.
    fn open(&self) -> Option<usize> {
        self.phrases.iter().position(|phrase| matches!(phrase.stage, Stage::Waiting | Stage::Feeding))
    }

    /// Nothing more belongs to the phrase.
    fn is_over(&self, index: usize) -> bool {
        let has_successor = index + 1 < self.phrases.len();
        let phrase = &self.phrases[index];
        phrase.complete || (has_successor && phrase.loose) || self.closing
    }

    /// Something of it is at the player, and nobody has missed that yet.
    pub(crate) fn is_at_player(&self) -> bool {
        let is_fed = |phrase: &Phrase| matches!(phrase.stage, Stage::Feeding | Stage::Fed);
        self.phrases.iter().any(|phrase| is_fed(phrase) && !phrase.is_missed)
    }

    /// What the player has is missed. The phrase that is being fed goes on as another one.
    pub(crate) fn miss_fed(&mut self) {
        let mut fed = None;
        for phrase in &mut self.phrases {
            match phrase.stage {
                Stage::Feeding => {
                    phrase.is_missed = true;
                    fed = Some(phrase.take_fed());
                }
                // Nobody else knows its number yet.
                Stage::Waiting => phrase.number += u64::from(fed.is_some()),
                Stage::Fed | Stage::Flushed => phrase.is_missed = true,
            }
        }
        if let Some(fed) = fed {
            self.last += 1;
            self.phrases.push_front(fed);
        }
    }

    /// Discards up to this many frames of what is fed next: they were due. Returns how many, and the phrase if nothing
    /// of it is left.
    pub(crate) fn pass(&mut self, frames: usize) -> (usize, Option<Phrase>) {
        let Some(index) = self.open() else { return (0, None) };
        let is_over = self.is_over(index);
        let phrase = &mut self.phrases[index];
        if phrase.stage != Stage::Waiting {
            return (0, None);
        }
        let passed = phrase.pass(frames);
        self.waiting -= passed;
        let is_missed = phrase.waiting == 0 && is_over;
        (passed, if is_missed { self.phrases.remove(index) } else { None })
    }

    /// No speech follows: the phrases that are here are complete.
    pub(crate) fn close(&mut self) {
        self.closing = true;
    }

    /// The phrases that are here are complete; others may follow.
    pub(crate) fn complete(&mut self) {
        self.phrases.iter_mut().for_each(|phrase| phrase.complete = true);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing
    }

    /// Discards what waits. Returns the phrases of which nothing was heard, and whether one is being fed, which ends
    /// now.
    pub(crate) fn abandon(&mut self) -> (Vec<Phrase>, bool) {
        let (dropped, begun): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.phrases).into_iter().partition(|phrase| phrase.stage == Stage::Waiting);
        self.phrases = begun.into();
        self.waiting = 0;
        let mut is_open = false;
        for phrase in &mut self.phrases {
            phrase.empty();
            if phrase.stage == Stage::Feeding {
                phrase.stage = Stage::Fed;
                is_open = true;
            }
        }
        (dropped, is_open)
    }

    /// Returns whether the player has everything.
    pub(crate) fn is_fed(&self) -> bool {
        self.phrases.iter().all(|phrase| matches!(phrase.stage, Stage::Fed | Stage::Flushed))
    }

    /// Withdraws all known phrases. Returns those of which nothing was heard.
    pub(crate) fn flush(&mut self) -> Vec<Phrase> {
        self.unwanted.take_all(std::mem::take(&mut self.known));
        for phrase in &mut self.phrases {
            self.waiting -= phrase.empty();
            if phrase.stage == Stage::Feeding {
                phrase.stage = Stage::Flushed;
            }
        }
        let (unheard, begun): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.phrases).into_iter().partition(|phrase| phrase.stage == Stage::Waiting);
        self.phrases = begun.into();
        unheard
    }

    /// The end of a phrase may not be reported.
    pub(crate) fn loosen(&mut self, id: &str) {
        self.phrases.iter_mut().filter(|phrase| phrase.id == id).for_each(|phrase| phrase.loose = true);
    }

    /// Withdraws one phrase and what may still arrive of it. Returns the phrase if nothing of it was heard, and
    /// whether everything at the player belongs to it: only then can the player fall silent at once.
    pub(crate) fn take_back(&mut self, id: &str) -> (Option<Phrase>, bool) {
        self.known.forget(id);
        self.unwanted.remember(id);
        let Some(place) = self.phrases.iter().position(|phrase| phrase.id == id) else {
            return (None, false);
        };
        let freed = self.phrases[place].empty();
        self.waiting -= freed;
        if self.phrases[place].stage == Stage::Waiting {
            return (self.phrases.remove(place), false);
        }
        let is_at_player = |phrase: &Phrase| phrase.stage != Stage::Waiting;
        let is_alone = !self.phrases.iter().any(|phrase| phrase.id != id && is_at_player(phrase));
        let phrase = &mut self.phrases[place];
        if phrase.stage == Stage::Feeding && is_alone {
            phrase.stage = Stage::Flushed;
        }
        // Otherwise what is at the player is its end.
        phrase.complete = true;
        (None, is_alone)
    }

    /// Withdraws this phrase, and what has arrived and may still arrive under its id. Returns what of it was not
    /// heard, and the last phrase at the player that belongs to it.
    pub(crate) fn withdraw(&mut self, number: u64) -> (Vec<Phrase>, Option<(u64, Stage)>) {
        let Some(place) = self.phrases.iter().position(|phrase| phrase.number == number) else {
            return (Vec::new(), None);
        };
        let id = self.phrases[place].id.clone();
        self.known.forget(&id);
        self.unwanted.remember(&id);
        // Phrases without an id have nothing in common.
        let is_part = |phrase: &Phrase| phrase.number == number || (phrase.id == id && !id.is_empty());
        for phrase in self.phrases.iter_mut().filter(|phrase| is_part(phrase)) {
            self.waiting -= phrase.empty();
            // If the player cannot skip it, what it has is its end.
            phrase.complete = true;
        }
        let at_player = |phrase: &&mut Phrase| is_part(phrase) && phrase.stage != Stage::Waiting;
        let last = self.phrases.iter_mut().skip(place).take_while(at_player).last().map(|phrase| {
            let stage = phrase.stage;
            if stage == Stage::Feeding {
                phrase.stage = Stage::Flushed;
            }
            (phrase.number, stage)
        });
        let is_unheard = |phrase: &Phrase| phrase.stage == Stage::Waiting && is_part(phrase);
        let (unheard, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.phrases).into_iter().partition(is_unheard);
        self.phrases = rest.into();
        (unheard, last)
    }

    /// Speech under these ids is discarded too.
    pub(crate) fn discard(&mut self, ids: &Ids) {
        self.unwanted.take_all(ids.clone());
    }

    /// The ids under which speech is discarded.
    pub(crate) fn discarded(&self) -> &Ids {
        &self.unwanted
    }

    /// The oldest phrase that can be dropped as a whole because too much waits.
    pub(crate) fn drop_oldest(&mut self, most: usize) -> Option<Phrase> {
        let count = self.phrases.iter().filter(|phrase| phrase.stage == Stage::Waiting).count();
        if self.waiting <= most && count <= MAX_PHRASES {
            return None;
        }
        let oldest = self.phrases.iter().position(|phrase| phrase.stage == Stage::Waiting)?;
        let mut phrase = self.phrases.remove(oldest)?;
        self.waiting -= phrase.empty();
        // The rest of it is discarded too.
        self.known.forget(&phrase.id);
        self.unwanted.remember(&phrase.id);
        Some(phrase)
    }

    /// Ends the phrase that is being fed early when it alone exceeds the limit: its newest speech is dropped, but not
    /// the chunk that is being fed. Returns whether it lost something for the first time.
    pub(crate) fn shorten(&mut self, most: usize) -> bool {
        let feeding = |phrase: &&mut Phrase| phrase.stage == Stage::Feeding;
        let Some(phrase) = self.phrases.iter_mut().find(feeding).filter(|_| self.waiting > most) else {
            return false;
        };
        let mut is_less = !phrase.complete;
        while self.waiting > most && phrase.chunks.len() > 1 {
            let frames = phrase.chunks.pop_back().map_or(0, |chunk| chunk.len());
            phrase.waiting -= frames;
            phrase.received -= frames;
            self.waiting -= frames;
            is_less |= frames > 0;
        }
        if !is_less {
            return false;
        }
        phrase.complete = true;
        self.unwanted.remember(&phrase.id);
        !std::mem::replace(&mut phrase.shortened, true)
    }

    pub(crate) fn find(&self, number: u64) -> Option<&Phrase> {
        self.phrases.iter().find(|phrase| phrase.number == number)
    }

    /// The number of the oldest unfinished phrase.
    pub(crate) fn first(&self) -> Option<u64> {
        self.phrases.iter().map(|phrase| phrase.number).min()
    }

    pub(crate) fn remove(&mut self, number: u64) {
        self.phrases.retain(|phrase| phrase.number != number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(id: &str, frames: usize) -> Speech {
        Speech { phrase: 1, id: id.to_owned(), part: 0, pcm: vec![1; frames], is_last: false }
    }

    #[test]
    fn a_phrase_that_was_dropped_does_not_begin_anew() {
        let mut backlog = Backlog::default();
        ["a", "b"].into_iter().for_each(|id| backlog.add(speech(id, 1000)));
        assert_eq!(backlog.drop_oldest(1500).map(|phrase| phrase.id), Some("a".to_owned()));
        backlog.add(speech("a", 300));
        assert_eq!(backlog.waiting(), 1000);
    }

    #[test]
    fn a_phrase_that_is_too_long_keeps_the_chunk_that_is_fed() {
        let mut backlog = Backlog::default();
        (0..2).for_each(|_| backlog.add(speech("a", 1000)));
        assert!(matches!(backlog.next(), Next::Begin(1)));
        assert!(backlog.shorten(500));
        assert_eq!(backlog.waiting(), 1000);
    }
}
