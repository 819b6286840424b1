//! What the service said, and what the caller heard.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use palabra::ffi::types::event::{
    PALABRA_EVENT_AUDIO, PALABRA_EVENT_PLAYOUT_CUT, PALABRA_EVENT_PLAYOUT_FINISHED,
    PALABRA_EVENT_PLAYOUT_STARTED,
};

use palabra::ffi::types::base::PALABRA_FLAG_LAST_CHUNK;
use palabra::ffi::types::playout::{
    PALABRA_SOUND_ENDED, PALABRA_SOUND_ORIGINAL, PALABRA_SOUND_SPEECH, PALABRA_SOUND_TALKSPURT,
    palabra_playout_stats,
};

use super::{Evidence, Failure};
use crate::caller::Voice;
use crate::scenario::Product;
use crate::service::{Said, Stream};
use crate::tone::BLOCKS_PER_S;

fn said<'a>(stream: &'a Stream, language: &'a str) -> impl Iterator<Item = u64> + 'a {
    let phrases = stream.said.iter().filter(move |said| said.language == language);
    phrases.flat_map(numbers_of)
}

fn numbers_of(said: &Said) -> Range<u64> {
    u64::from(said.first)..u64::from(said.first + said.blocks)
}

/// Where the service was when a voice began: it is near to what the voice says first. Voices sound for long beside each
/// other, so that none goes on where another one ended.
fn said_last(stream: &Stream, voice: &Voice) -> Option<u64> {
    let begin = voice.time_of(0);
    let is_before = |said: &&Said| said.language == voice.language && said.at_us <= begin;
    stream.said.iter().rev().find(is_before).map(|said| u64::from(said.first))
}

/// What takes speech back.
const CUTS: [&str; 5] = ["interrupt", "cancel", "cancel_tagged", "pause", "set_task"];

/// Speech in events: once, in order, and whole unless something tells otherwise.
pub fn in_events(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let mut failures = Vec::new();
    let mut all = BTreeMap::<&str, BTreeSet<u64>>::new();
    for voice in &seen.log.voices {
        let (language, mut numbers) = (voice.language.as_str(), Vec::new());
        voice.ear.read_on(1, &mut said_last(stream, voice), &mut numbers);
        if let Some(pair) = numbers.windows(2).find(|pair| pair[1] <= pair[0]) {
            failures.push(format!("{language}: {} was heard after {}", pair[1], pair[0]));
        }
        let known: BTreeSet<u64> = said(stream, language).collect();
        if let Some(number) = numbers.iter().find(|number| !known.contains(number)) {
            failures.push(format!("{language}: {number} was heard and never said"));
        }
        // In another phrase too.
        let heard = all.entry(language).or_default();
        if let Some(number) = numbers.iter().find(|number| !heard.insert(**number)) {
            failures.push(format!("{language}: {number} was heard twice"));
        }
    }
    let gets_events = seen.plan.reader.as_ref().is_none_or(|reader| reader.has_events);
    // Compressed speech cannot be listened to.
    let is_readable =
        seen.plan.options.speech_format != COMPRESSED && seen.plan.product != Product::SpeechToText;
    if seen.went_well() && gets_events && is_readable && !seen.has_lost_a_text() {
        failures.extend(untold(seen, stream, &all));
    }
    // In an hour there are thousands of voices, and one fault has each of them fail.
    failures.truncate(1);
    failures
}

/// What was said and is in no event, if nothing tells it.
fn untold(seen: &Evidence, stream: &Stream, all: &BTreeMap<&str, BTreeSet<u64>>) -> Option<Failure> {
    let returned = seen.returned_numbers();
    let mut lost = Vec::new();
    for said in &stream.said {
        let heard = all.get(said.language.as_str());
        let is_heard =
            |number: &u64| returned.contains(number) || heard.is_some_and(|heard| heard.contains(number));
        let missing: Vec<u64> = numbers_of(said).filter(|number| !is_heard(number)).collect();
        if !missing.is_empty() && !is_taken_back(seen, stream, said) {
            lost.push((said.language.as_str(), missing[0], missing.len() as i64));
        }
    }
    // Of an event that is dropped the first and the last block may be heard in a part.
    let blocks: i64 = lost.iter().map(|(.., blocks)| blocks - 2).sum();
    let dropped = seen.log.stats.map_or(0, |stats| stats.audio_frames_dropped) * i64::from(BLOCKS_PER_S);
    let rate = seen.log.voices.first().map_or(SPEECH_RATE, |voice| i64::from(voice.ear.rate()));
    let (language, first, _) = lost.first()?;
    let is_told = dropped > 0 && blocks * rate <= dropped;
    (!is_told).then(|| format!("{language}: {first} was said and not heard"))
}

/// A call may have taken a phrase back: one that came before what is said after it was heard.
fn is_taken_back(seen: &Evidence, stream: &Stream, said: &Said) -> bool {
    let cuts = seen.commands().filter(|(_, name, _, status)| CUTS.contains(name) && *status == 0);
    let mut cuts = { cuts }.map(|(at, ..)| at).peekable();
    if cuts.peek().is_none() {
        return false;
    }
    // Texts wait for each other at the service.
    if seen.plan.product == Product::TextToSpeech {
        return true;
    }
    let end = u64::from(said.first + said.blocks);
    let mut later = u64::MAX;
    for voice in seen.log.voices.iter().filter(|voice| voice.language == said.language) {
        let after = voice.times(&mut said_last(stream, voice)).into_iter().find(|(number, _)| *number >= end);
        later = after.map_or(later, |(_, at)| later.min(at));
    }
    let begun = said.at_us.saturating_sub(ON_ITS_WAY_US + seen.troubled_between(0, said.at_us));
    cuts.any(|at| (begun..=later).contains(&at))
}

/// A command waits so long at most before the service has it, where nothing stands still.
const ON_ITS_WAY_US: u64 = 20_000_000;
/// Of translated speech.
const SPEECH_RATE: i64 = 24_000;

/// What takes back what is read.
const TAKEN_BACK: [&str; 3] = ["interrupt", "pause", "silence"];

/// Of an hour two or three.
const MISREAD: usize = 150_000;

/// What discards also what has not arrived yet.
const DISCARDS: [&str; 2] = ["interrupt", "pause"];

/// PALABRA_TTS_FORMAT_MP3.
const COMPRESSED: i32 = 2;

/// What a reader hears: once, in order, and whole unless something tells otherwise.
pub fn in_playout(seen: &Evidence) -> Vec<Failure> {
    if seen.plan.reader.is_none() || !seen.plan.is_clear() {
        return Vec::new();
    }
    let mut failures = Vec::new();
    let targets: Vec<&str> = seen.plan.targets().split(',').collect();
    for (place, language) in targets.iter().enumerate() {
        let lines = seen.log.lines.iter().filter(|line| line.language == place as u32);
        let (mut numbers, mut last) = (Vec::new(), None);
        lines.for_each(|line| line.ear.read_on(2, &mut last, &mut numbers));
        if let Some(pair) = numbers.windows(2).find(|pair| pair[1] <= pair[0]) {
            failures.push(format!("{language}: {} was heard after {}", pair[1], pair[0]));
        }
        let Some(stream) = &seen.stream else { continue };
        let known: BTreeSet<u64> = said(stream, language).collect();
        if let Some(number) = numbers.iter().find(|number| !known.contains(number)) {
            failures.push(format!("{language}: {number} was heard and never said"));
        }
        if seen.went_well() && has_heard_all(seen, place) {
            failures.extend(unheard(seen, stream, place, language, &numbers));
        }
    }
    failures
}

fn has_heard_all(seen: &Evidence, place: usize) -> bool {
    let mut blocks = seen.log.heard.iter().filter(|block| block.language == place as u32);
    let ended = blocks.find(|block| block.bits >= 0 && block.bits as u32 & PALABRA_SOUND_ENDED != 0);
    // After that only the next 500 ms or so are heard.
    let is_shut_down =
        |at: u64| seen.scenario.programs.iter().filter_map(|one| one.shuts_down_at).any(|ms| ms * 1000 <= at);
    ended.is_some_and(|block| !is_shut_down(block.at_us))
}

/// What was said and not heard, if nothing tells it.
fn unheard(seen: &Evidence, stream: &Stream, place: usize, language: &str, heard: &[u64]) -> Option<Failure> {
    let stats = seen.log.playout.get(place)?;
    if seen.has_lost_a_text() {
        return None;
    }
    let heard: BTreeSet<u64> = heard.iter().copied().chain(seen.returned_numbers()).collect();
    let phrases = stream.said.iter().filter(|said| said.language == language);
    let mut lost = Vec::new();
    // What arrives of a phrase later than the call that takes it back is discarded without a word.
    let calls = seen.commands().filter(|(_, name, _, status)| TAKEN_BACK.contains(name) && *status == 0);
    let later = 2 * calls.count() as i64;
    let (mut told, mut edges) = (stats.phrases_cut + stats.phrases_dropped + later, stats.underruns);
    let listened: Vec<(u64, u64)> = times_of(seen, place);
    // A change of the format hides a block on either side.
    let lines = seen.log.lines.iter().filter(|line| line.language == place as u32).count() as i64;
    edges += lines;
    let mut changes = lines - 1;
    // The ear takes one block of so many for noise, where it stands between two reads.
    let mut misread = heard.len() / MISREAD;
    for said in phrases {
        let numbers = numbers_of(said);
        let missing: Vec<u64> = numbers.clone().filter(|number| !heard.contains(number)).collect();
        for row in missing.chunk_by(|one, next| one + 1 == *next) {
            // Fading hides the first and the last block of a phrase.
            let is_edge = row.len() <= 2;
            let is_at_end = row.first() == Some(&numbers.start) || row.last() == Some(&(numbers.end - 1));
            match () {
                () if row.len() == 1 && is_at_end => {}
                () if row.len() == 1 && misread > 0 => misread -= 1,
                () if is_edge && edges > 0 => edges -= 1,
                // Speech breaks off beside a change of the format.
                () if row.len() <= 4 && changes > 0 && edges > 1 => {
                    (changes, edges) = (changes - 1, edges - 2)
                }
                () if told > 0 => told -= 1,
                // On a slow line many phrases may be on their way.
                () if may_be_discarded(seen, said, &listened) => {}
                () => lost.push((row[0], row.len())),
            }
        }
    }
    let (first, blocks) = lost.first()?;
    Some(format!("{language}: {blocks} blocks from {first} were said and not heard, {}", words(stats)))
}

/// When each number of a language was heard.
fn times_of(seen: &Evidence, place: usize) -> Vec<(u64, u64)> {
    let is_it = |language: u32| language == place as u32;
    let mut reads = seen.log.heard.iter().filter(|block| is_it(block.language));
    let (mut all, mut last) = (Vec::new(), None);
    for line in seen.log.lines.iter().filter(|line| is_it(line.language)) {
        let (mut frames, mut at_us) = (0, 0);
        let numbers = line.ear.places(2, &mut last).into_iter();
        all.extend(numbers.map(|(number, block)| {
            while frames <= block * u64::from(line.ear.rate()) / u64::from(BLOCKS_PER_S)
                && let Some(read) = reads.next()
            {
                (frames, at_us) = (frames + read.frames as u64, read.at_us);
            }
            (number, at_us)
        }));
        while frames < line.ear.samples
            && let Some(read) = reads.next()
        {
            frames += read.frames as u64;
        }
    }
    all
}

/// A call may have taken the phrase back before it arrived: it was said by then, and nothing after it was heard yet.
fn may_be_discarded(seen: &Evidence, said: &Said, listened: &[(u64, u64)]) -> bool {
    let end = u64::from(said.first + said.blocks);
    let later = listened.iter().find(|(number, _)| *number >= end).map_or(u64::MAX, |(_, at)| *at);
    let calls = seen.commands().filter(|(_, name, _, status)| DISCARDS.contains(name) && *status == 0);
    { calls }.any(|(at, ..)| (said.at_us..=later).contains(&at))
}

/// The end of a phrase is told once in each language, and nothing of it follows.
pub fn phrases(seen: &Evidence) -> Vec<Failure> {
    let mut over = BTreeSet::new();
    let mut begun = BTreeMap::new();
    let mut failures = Vec::new();
    let cuts = seen.commands().filter(|(_, name, ..)| CUTS.contains(name));
    let cuts: Vec<u64> = cuts.map(|(at, ..)| at).collect();
    for event in seen.log.events.iter().filter(|event| event.kind == PALABRA_EVENT_AUDIO) {
        let phrase = (event.phrase, event.language.as_str(), event.part);
        let begin = *begun.entry(phrase).or_insert(event.at_us);
        let is_cut = cuts.iter().any(|at| (begin.saturating_sub(ON_ITS_WAY_US)..=event.at_us).contains(at));
        if over.contains(&phrase) && !is_cut && !seen.has_interleaved_texts() {
            failures.push(format!("speech of phrase {phrase:?} after its end"));
        }
        if event.flags & PALABRA_FLAG_LAST_CHUNK != 0 {
            over.insert(phrase);
        }
    }
    failures.truncate(1);
    failures
}

/// A phrase begins once to be heard, and is heard to its end or cut, once, before another one begins.
pub fn played(seen: &Evidence) -> Vec<Failure> {
    // What tells the end of a text can be taken for that of another.
    if !seen.plan.calls.is_empty() && seen.has_interleaved_texts() {
        return Vec::new();
    }
    let mut begun = BTreeSet::new();
    let mut over = BTreeSet::new();
    let mut last = BTreeMap::new();
    let mut failures = Vec::new();
    for event in &seen.log.events {
        let language = event.language.as_str();
        let phrase = (event.phrase, language, event.part, event.id.as_str());
        let is_start = event.kind == PALABRA_EVENT_PLAYOUT_STARTED;
        let before = if is_start { last.insert(language, phrase) } else { None };
        let is_open = before.is_some_and(|before| !over.contains(&before));
        match event.kind {
            // The service ends a generation by itself when a text of another comes: more of it begins anew.
            PALABRA_EVENT_PLAYOUT_STARTED if !begun.insert(phrase) && !seen.has_interleaved_texts() => {
                failures.push(format!("{phrase:?} starts twice"));
            }
            PALABRA_EVENT_PLAYOUT_STARTED if is_open && !seen.has_overflow() => {
                failures.push(format!("{phrase:?} starts before the end of {before:?}"));
            }
            PALABRA_EVENT_PLAYOUT_FINISHED if !begun.contains(&phrase) && !seen.has_overflow() => {
                failures.push(format!("{phrase:?} is over and never started"));
            }
            PALABRA_EVENT_PLAYOUT_FINISHED | PALABRA_EVENT_PLAYOUT_CUT
                if !over.insert(phrase) && !seen.has_interleaved_texts() =>
            {
                failures.push(format!("{phrase:?} is over twice"));
            }
            _ => {}
        }
    }
    failures.truncate(1);
    failures.extend(counted(seen));
    failures
}

/// What statistics count was told in events, but for what was heard after CLOSED.
fn counted(seen: &Evidence) -> Option<Failure> {
    let [stats] = &seen.log.playout[..] else { return None };
    let told = |kind: i32| seen.log.events.iter().filter(|event| event.kind == kind).count() as i64;
    let (started, finished) = (told(PALABRA_EVENT_PLAYOUT_STARTED), told(PALABRA_EVENT_PLAYOUT_FINISHED));
    let is_counted = started <= stats.phrases_started && finished <= stats.phrases_finished;
    // What is heard after CLOSED is told by no event.
    let last = seen.log.heard.last().map_or(0, |block| block.at_us);
    let is_told = seen.has_overflow()
        || last >= seen.closed_at()
        || started == stats.phrases_started && finished == stats.phrases_finished;
    let open = stats.phrases_started - stats.phrases_finished - stats.phrases_cut - stats.phrases_dropped;
    (!is_counted || !is_told || open > 1)
        .then(|| format!("{started} started, {finished} finished in events; {}", words(stats)))
}

fn words(stats: &palabra_playout_stats) -> String {
    format!(
        "statistics tell {} started, {} finished, {} cut, {} dropped, {} underruns",
        stats.phrases_started,
        stats.phrases_finished,
        stats.phrases_cut,
        stats.phrases_dropped,
        stats.underruns
    )
}

/// A read returns bits, or an error that the header explains.
pub fn reads(seen: &Evidence) -> Vec<Failure> {
    let is_wrong = |block: &&crate::caller::Heard| block.bits < 0 && seen.log.refusal == 0;
    let wrong = seen.log.heard.iter().find(is_wrong);
    let known = PALABRA_SOUND_SPEECH | PALABRA_SOUND_ORIGINAL | PALABRA_SOUND_TALKSPURT | PALABRA_SOUND_ENDED;
    let strange = seen.log.heard.iter().find(|block| block.bits >= 0 && block.bits as u32 & !known != 0);
    let told = wrong.or(strange);
    told.map(|block| format!("{} frames at {} ms: {}", block.frames, block.at_us / 1000, block.bits))
        .into_iter()
        .collect()
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
