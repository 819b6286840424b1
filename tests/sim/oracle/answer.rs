//! What the service said, and what the caller heard.

use std::collections::{BTreeMap, BTreeSet};

use palabra::ffi::types::event::{
    PALABRA_EVENT_AUDIO, PALABRA_EVENT_PLAYOUT_CUT, PALABRA_EVENT_PLAYOUT_FINISHED,
    PALABRA_EVENT_PLAYOUT_STARTED,
};

use palabra::ffi::types::base::PALABRA_FLAG_LAST_CHUNK;
use palabra::ffi::types::playout::PALABRA_SOUND_ENDED;

use super::{Evidence, Failure};
use crate::service::Stream;
use crate::tone::{Ear, What};

/// The numbers in the events of each language.
fn events(seen: &Evidence) -> BTreeMap<&str, Vec<u32>> {
    let mut ears = BTreeMap::<&str, Ear>::new();
    for event in seen.log.events.iter().filter(|event| event.kind == PALABRA_EVENT_AUDIO) {
        if !event.pcm.is_empty() {
            let ear = ears.entry(&event.language).or_insert_with(|| Ear::new(event.sample_rate as u32));
            ear.listen(&event.pcm);
        }
    }
    ears.into_iter().map(|(language, ear)| (language, read(ear))).collect()
}

fn read(ear: Ear) -> Vec<u32> {
    read_rows(ear, 1)
}

/// The numbers where at least so many follow each other: what is left of two blocks can look like a third.
fn read_rows(mut ear: Ear, least: u32) -> Vec<u32> {
    ear.finish();
    let mut all = Vec::new();
    for heard in ear.heard.iter().filter(|heard| heard.blocks >= least) {
        if let What::Numbers(first) = heard.what {
            all.extend(first..first + heard.blocks);
        }
    }
    all
}

fn said<'a>(stream: &'a Stream, language: &'a str) -> impl Iterator<Item = u32> + 'a {
    let phrases = stream.said.iter().filter(move |said| said.language == language);
    phrases.flat_map(|said| said.first..said.first + said.blocks)
}

/// Speech in events: once, in order, and whole unless something tells otherwise.
pub fn in_events(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    if seen.has_mixed_speech() {
        return Vec::new();
    }
    let mut failures = Vec::new();
    let heard = events(seen);
    for (language, numbers) in &heard {
        if let Some(pair) = numbers.windows(2).find(|pair| pair[1] <= pair[0]) {
            failures.push(format!("{language}: {} was heard after {}", pair[1], pair[0]));
        }
        let known: BTreeSet<u32> = said(stream, language).collect();
        if let Some(number) = numbers.iter().find(|number| !known.contains(number)) {
            failures.push(format!("{language}: {number} was heard and never said"));
        }
    }
    let gets_events = seen.plan.reader.as_ref().is_none_or(|reader| reader.has_events);
    let is_cut = ["interrupt", "cancel", "cancel_tagged", "pause"].iter().any(|name| seen.called(name));
    let has_lost = seen.log.stats.is_some_and(|stats| stats.audio_frames_dropped > 0);
    if seen.went_well() && gets_events && !is_cut && !has_lost {
        let languages: BTreeSet<&str> = stream.said.iter().map(|said| said.language.as_str()).collect();
        for language in languages {
            let numbers = heard.get(language).map_or(&[][..], Vec::as_slice);
            let heard: BTreeSet<u32> = numbers.iter().copied().collect();
            if let Some(number) = said(stream, language).find(|number| !heard.contains(number)) {
                failures.push(format!("{language}: {number} was said and not heard"));
            }
        }
    }
    failures
}

/// What a reader hears: once and in order.
pub fn in_playout(seen: &Evidence) -> Vec<Failure> {
    let Some(reader) = &seen.plan.reader else { return Vec::new() };
    let has_original = reader.original_percent != 0 || seen.called("original");
    if has_original || reader.target_ms != 0 || seen.has_mixed_speech() {
        return Vec::new();
    }
    let mut ears = BTreeMap::<(u32, i32), Ear>::new();
    for block in &seen.log.heard {
        let rate = block.format.rate;
        ears.entry((block.language, rate)).or_insert_with(|| Ear::new(rate as u32)).listen(&block.mono());
    }
    let mut failures = Vec::new();
    for ((language, _), ear) in ears {
        let numbers = read_rows(ear, 2);
        if let Some(pair) = numbers.windows(2).find(|pair| pair[1] <= pair[0]) {
            failures.push(format!("language {language}: {} was heard after {}", pair[1], pair[0]));
        }
    }
    failures
}

/// The end of a phrase is told once in each language, and nothing of it follows.
pub fn phrases(seen: &Evidence) -> Vec<Failure> {
    let mut over = BTreeSet::new();
    let mut failures = Vec::new();
    let is_cut = seen.called("interrupt") || seen.called("cancel") || seen.called("cancel_tagged");
    let is_cut = is_cut || seen.has_interleaved_texts();
    for event in seen.log.events.iter().filter(|event| event.kind == PALABRA_EVENT_AUDIO) {
        let phrase = (event.phrase, event.language.as_str(), event.part);
        if over.contains(&phrase) && !is_cut {
            failures.push(format!("speech of phrase {phrase:?} after its end"));
        }
        if event.flags & PALABRA_FLAG_LAST_CHUNK != 0 {
            over.insert(phrase);
        }
    }
    failures.truncate(1);
    failures
}

/// A phrase begins once to be heard, and is heard to its end or cut, once.
pub fn played(seen: &Evidence) -> Vec<Failure> {
    let mut begun = BTreeSet::new();
    let mut over = BTreeSet::new();
    let mut failures = Vec::new();
    for event in &seen.log.events {
        let phrase = (event.phrase, event.language.as_str(), event.part, event.id.as_str());
        match event.kind {
            PALABRA_EVENT_PLAYOUT_STARTED if !begun.insert(phrase) => {
                failures.push(format!("{phrase:?} starts twice"));
            }
            PALABRA_EVENT_PLAYOUT_FINISHED if !begun.contains(&phrase) => {
                failures.push(format!("{phrase:?} is over and never started"));
            }
            PALABRA_EVENT_PLAYOUT_FINISHED | PALABRA_EVENT_PLAYOUT_CUT if !over.insert(phrase) => {
                failures.push(format!("{phrase:?} is over twice"));
            }
            _ => {}
        }
    }
    failures.truncate(1);
    failures
}

/// After CLOSED, and when all was heard, a reader is told that nothing follows.
pub fn told_the_end(seen: &Evidence) -> Vec<Failure> {
    let Some(closed) = seen.closed() else { return Vec::new() };
    let longest = stream_ms(seen) * 1000 + LONG_ENOUGH_US;
    let mut last = BTreeMap::new();
    for block in &seen.log.heard {
        let ended = last.entry(block.language).or_insert((block.at_us, false));
        *ended = (block.at_us, ended.1 || block.bits >= 0 && block.bits as u32 & PALABRA_SOUND_ENDED != 0);
    }
    let untold = last.iter().find(|(_, (at, is_told))| !is_told && *at > closed.at_us + longest);
    let told = untold.map(|(language, (at, _))| {
        format!("language {language}: not within {} ms of CLOSED", (at - closed.at_us) / 1000)
    });
    told.into_iter().collect()
}

/// Beside the speech that waits.
const LONG_ENOUGH_US: u64 = 5_000_000;

fn stream_ms(seen: &Evidence) -> u64 {
    let said = seen.stream.iter().flat_map(|stream| &stream.said);
    said.map(|said| u64::from(said.blocks) * 10).sum()
}
