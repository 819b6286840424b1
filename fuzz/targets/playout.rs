//! The playout as a state machine: what is read is what was added, once and in order; its flags, events, numbers and
//! limits fit that.

use std::collections::BTreeMap;

use palabra::audio::convert::InputFormat;
use palabra::audio::format::{Format, PlayoutFormat};
use palabra::audio::samples::Encoding;
use palabra::event::{Event, EventKind};
use palabra::ffi::types::base::PALABRA_FLAG_DROPPED;
use palabra::session::output::{
    Line, OriginalLevels, OriginalSetup, Playout, PlayoutSetup, Silenced, Sound, Speech,
};

use super::bytes::{Bytes, keep_filter};

const MOST_STEPS: usize = 120;
const NAMES: [&str; 5] = ["a", "b", "c", "", "d"];
const LANGUAGES: [&str; 4] = ["es", "ES", "fr", ""];
/// Of the original.
const WIRE: Format = Format { sample_rate: 16_000, channels: 1 };
/// The service's rate, at which nothing is converted.
const RATE: u32 = 24_000;
/// Frames of a fade at that rate.
const RAMP: u64 = 120;

pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    let mut model = Model::new(&mut bytes);
    for _ in 0..MOST_STEPS {
        if bytes.is_empty() {
            break;
        }
        model.step(&mut bytes);
    }
    model.finish();
}

/// A chunk of speech at a level of its own.
struct Chunk {
    language: &'static str,
    id: &'static str,
    part: u32,
    frames: u64,
    heard: u64,
}

#[derive(Default)]
struct Phrase {
    is_started: bool,
    is_over: bool,
}

struct Model {
    playout: Playout,
    setup: PlayoutSetup,
    /// Nothing is converted, mixed or shortened: samples are compared.
    is_exact: bool,
    /// Something was withdrawn: not everything must be heard.
    is_withdrawn: bool,
    chunks: Vec<Chunk>,
    phrases: BTreeMap<u64, Phrase>,
    lines: BTreeMap<String, Heard>,
    is_closing: bool,
}

/// What was read of one language.
#[derive(Default)]
struct Heard {
    frames: u64,
    was_speech: bool,
    has_ended: bool,
    /// The last chunk that was recognised, for each id and part.
    newest: BTreeMap<(&'static str, u32), usize>,
    last: Option<i16>,
    counts: [u64; 3],
    dropped: u64,
    last_frame: u64,
}

impl Model {
    fn new(bytes: &mut Bytes<'_>) -> Model {
        let is_exact = bytes.flag();
        let format = format(bytes, is_exact);
        let prime_ms = 1 + bytes.below(700) as u32;
        let cap_ms = prime_ms.max(bytes.one_of(&[500, 30_000, 2000]));
        let has_target = !is_exact && bytes.flag();
        let levels = OriginalLevels { percent: 60, duck_percent: 10, attack_ms: 5, release_ms: 30 };
        let setup = PlayoutSetup {
            format,
            prime_ms,
            cap_ms,
            target_ms: has_target.then(|| 1 + bytes.below(400) as u32),
            reader_lag_ms: None,
            original: (!is_exact && bytes.flag())
                .then_some(OriginalSetup { input: InputFormat::plain(WIRE), levels }),
            apart: bytes.flag(),
            comfort: bytes.flag(),
        };
        let playout = Playout::new(setup, &["es".to_owned()]).expect("a usual format");
        Model {
            playout,
            setup,
            is_exact,
            is_withdrawn: false,
            chunks: Vec::new(),
            phrases: BTreeMap::new(),
            lines: BTreeMap::new(),
            is_closing: false,
        }
    }

    fn step(&mut self, bytes: &mut Bytes<'_>) {
        let (language, id) = (bytes.one_of(&LANGUAGES), bytes.one_of(&NAMES));
        match bytes.below(16) {
            0..=4 => self.add(language, id, bytes),
            5 => self.tell(|playout| playout.feed()),
            6 => {
                let what = if bytes.flag() { Silenced::Heard } else { Silenced::All };
                let languages = if language.is_empty() { vec![] } else { vec![language.to_owned()] };
                self.is_withdrawn = true;
                self.tell(|playout| playout.silence(&languages, what));
            }
            7 => {
                self.is_withdrawn = true;
                self.tell(|playout| playout.take_back(id));
            }
            8 => self.playout.loosen(id),
            9 => self.playout.announce(language, id),
            10 => self.set_format(language, bytes),
            11 if bytes.below(8) == 7 => {
                self.is_closing = true;
                self.playout.finish();
            }
            12 if self.setup.original.is_some() => {
                let chunk = vec![bytes.byte(); 2 * bytes.below(3000)];
                self.playout.pass_original(&chunk);
            }
            13 if self.setup.original.is_some() => self.change_original(bytes),
            _ => self.read(language, bytes.below(3000)),
        }
    }

    fn change_original(&mut self, bytes: &mut Bytes<'_>) {
        match bytes.below(3) {
            0 => self.playout.lose_original(bytes.below(100_000)),
            1 => {
                let sample_rate = bytes.one_of(&[WIRE.sample_rate, 8000, 44_101, 192_000]);
                let input = InputFormat { sample_rate, ..InputFormat::plain(WIRE) };
                let prepared = self.playout.prepare_input(sample_rate).expect("a usual rate");
                assert!(self.playout.set_input_format(input, prepared), "nobody else changes anything");
            }
            _ => {
                let percent = bytes.below(101) as u32;
                let levels = OriginalLevels { percent, duck_percent: 10, attack_ms: 5, release_ms: 30 };
                self.playout.set_original(levels).expect("little memory");
            }
        }
    }

    fn add(&mut self, language: &'static str, id: &'static str, bytes: &mut Bytes<'_>) {
        let (frames, how) = (bytes.below(4000), bytes.byte());
        if self.is_closing || language.is_empty() {
            return;
        }
        let (part, is_last) = (u32::from(how >> 6), how & 1 == 1);
        let number = self.chunks.len() as u64 + 1;
        self.chunks.push(Chunk { language, id, part, frames: frames as u64, heard: 0 });
        self.phrases.insert(number, Phrase::default());
        let speech =
            Speech { phrase: number, id: id.to_owned(), part, pcm: vec![level(number); frames], is_last };
        self.tell(|playout| playout.add(language, speech));
        let line = self.playout.line(language.as_bytes()).expect("speech makes a line");
        // Half a second is fed ahead, and a chunk that is being fed is never dropped.
        let most = u64::from(self.setup.cap_ms) + 600 + u64::from(self.setup.prime_ms) + 375;
        let stats = line.stats();
        assert!(stats.waiting_ms <= most, "{} ms of {most} wait", stats.waiting_ms);
    }

    fn set_format(&mut self, language: &str, bytes: &mut Bytes<'_>) {
        let format = format(bytes, self.is_exact);
        let mut events = Vec::new();
        let known = language.is_empty() || self.playout.line(language.as_bytes()).is_some();
        let set = self.playout.set_format(language.as_bytes(), format, &mut events);
        assert_eq!(set.is_ok(), known);
        self.note(events);
        if let Some(line) = self.playout.line(language.as_bytes()).filter(|_| known) {
            assert_eq!(line.format(), format);
        }
    }

    fn tell(&mut self, act: impl FnOnce(&Playout) -> Vec<Event>) {
        let events = act(&self.playout);
        self.note(events);
    }

    fn note(&mut self, events: Vec<Event>) {
        for event in events {
            self.note_one(&event);
        }
    }

    fn note_one(&mut self, event: &Event) {
        let phrase = self.phrases.get_mut(&event.phrase).expect("an event is about a phrase");
        let chunk = &self.chunks[event.phrase as usize - 1];
        assert!((event.texts.id(), event.part) == (chunk.id, chunk.part));
        assert!(event.texts.language().eq_ignore_ascii_case(chunk.language));
        assert!(!phrase.is_over, "{:?} after the end of phrase {}", event.kind, event.phrase);
        let line = self.lines.entry(event.texts.language().to_lowercase()).or_default();
        match event.kind {
            EventKind::PlayoutStarted => {
                assert!(!phrase.is_started, "phrase {} starts once", event.phrase);
                phrase.is_started = true;
                line.counts[0] += 1;
            }
            EventKind::PlayoutFinished => {
                assert!(phrase.is_started, "phrase {} has started", event.phrase);
                line.counts[1] += 1;
            }
            EventKind::PlayoutCut if event.flags & PALABRA_FLAG_DROPPED != 0 => {
                assert!(!phrase.is_started && event.heard_ms == 0);
                line.dropped += 1;
            }
            EventKind::PlayoutCut => {
                assert!(phrase.is_started || event.heard_ms == 0);
                assert!(self.is_withdrawn, "only what was withdrawn is cut");
                line.counts[2] += 1;
            }
            other => panic!("{other:?}"),
        }
        phrase.is_over = event.kind != EventKind::PlayoutStarted;
        let is_told_by_player = phrase.is_started;
        if is_told_by_player && self.is_exact {
            assert!(event.played_frame >= line.last_frame && event.played_frame <= line.frames, "in order");
            line.last_frame = event.played_frame;
        }
        // What was shortened or is faded makes some ms of difference.
        let slack = if self.is_exact { 6 } else { 60 };
        assert!(event.heard_ms <= event.phrase_ms + slack, "{} of {}", event.heard_ms, event.phrase_ms);
    }

    fn read(&mut self, language: &str, frames: usize) {
        let Some(line) = self.playout.line(language.as_bytes()) else { return };
        let format = line.format();
        let frames = frames.min(format.sample_rate as usize / 2);
        let (samples, sound) = read_line(line, format, frames);
        // The name of the line, not of the caller.
        let name = self.name_of(language);
        let heard = self.lines.entry(name).or_default();
        heard.frames += frames as u64;
        check_flags(heard, &samples, sound, self.is_closing, &self.setup);
        if self.is_exact {
            self.recognise(language, &samples);
        }
    }

    fn name_of(&self, language: &str) -> String {
        if language.is_empty() { "es".to_owned() } else { language.to_lowercase() }
    }

    /// Each chunk has a level that no other has, and in a fade no two neighbours are equal.
    fn recognise(&mut self, language: &str, samples: &[i16]) {
        let name = self.name_of(language);
        let heard = self.lines.entry(name.clone()).or_default();
        for &sample in samples {
            let is_steady = heard.last.replace(sample) == Some(sample);
            let Some(number) = number_of(sample).filter(|_| is_steady) else { continue };
            let chunk = self.chunks.get_mut(number - 1).expect("only what was added is heard");
            assert!(chunk.language.eq_ignore_ascii_case(&name), "in its language");
            let newest = heard.newest.entry((chunk.id, chunk.part)).or_default();
            assert!(*newest <= number, "{:?} in order", chunk.id);
            *newest = number;
            chunk.heard += 1;
            assert!(chunk.heard < chunk.frames, "chunk {number} is heard twice");
        }
    }

    fn finish(mut self) {
        self.is_closing = true;
        self.playout.finish();
        let names: Vec<&str> = ["es", "fr"].into_iter().filter(|name| self.has_line(name)).collect();
        for name in names {
            // More than can wait.
            for round in 0.. {
                assert!(round < 8000, "{name} never ends");
                self.tell(|playout| playout.feed());
                self.read(
                    name,
                    self.playout.line(name.as_bytes()).expect("a line").format().sample_rate as usize / 50,
                );
                if self.lines[name].has_ended {
                    break;
                }
            }
        }
        self.tell(|playout| playout.feed());
        self.tell(|playout| playout.settle());
        assert!(!self.playout.is_busy());
        self.check_end();
    }

    fn has_line(&self, name: &str) -> bool {
        self.playout.line(name.as_bytes()).is_some()
    }

    fn check_end(&self) {
        let mut underruns = 0;
        let mut is_dropped = false;
        for line in self.playout.lines() {
            let stats = line.stats();
            let language =
                ["es", "fr"].into_iter().find(|name| line.is_for(name.as_bytes())).expect("one of two");
            let heard = &self.lines[language];
            assert_eq!(
                [stats.phrases_started, stats.phrases_finished, stats.phrases_cut],
                heard.counts,
                "{language}"
            );
            assert!(stats.phrases_dropped >= heard.dropped && stats.waiting_ms == 0);
            underruns += stats.underruns;
            is_dropped |= stats.phrases_dropped > 0;
        }
        for (number, phrase) in &self.phrases {
            assert!(!phrase.is_started || phrase.is_over, "phrase {number} has an end");
        }
        if self.is_exact && !self.is_withdrawn && !is_dropped {
            let added: u64 = self.chunks.iter().map(|chunk| chunk.frames).sum();
            let heard: u64 = self.chunks.iter().map(|chunk| chunk.heard).sum();
            // The first sample after a change is not counted.
            let uncounted = self.chunks.len() as u64 + (2 * RAMP + 1) * underruns;
            assert!(heard + uncounted >= added, "{heard} of {added}, {underruns} underruns");
        }
    }
}

/// Levels are far from 0 and from each other.
fn level(number: u64) -> i16 {
    (1000 + 61 * number % 30_500) as i16
}

fn number_of(sample: i16) -> Option<usize> {
    let above = usize::try_from(sample).ok()?.checked_sub(1000)?;
    (above % 61 == 0 && above > 0).then_some(above / 61)
}

fn format(bytes: &mut Bytes<'_>, is_exact: bool) -> PlayoutFormat {
    let encoding = bytes.encoding();
    let is_fine = matches!(encoding, Encoding::S16 | Encoding::F32);
    let format = PlayoutFormat {
        encoding: if is_exact && !is_fine { Encoding::S16 } else { encoding },
        sample_rate: if is_exact { RATE } else { bytes.rate() },
        channels: 1 + bytes.below(3) as u32,
    };
    keep_filter(RATE, format.sample_rate);
    keep_filter(WIRE.sample_rate, format.sample_rate);
    format
}

/// The first channel; the others have the same.
fn read_line(line: &Line, format: PlayoutFormat, frames: usize) -> (Vec<i16>, Sound) {
    let mut bytes = vec![0xa5; frames * format.frame_bytes()];
    let read = line.read(|frame_bytes| {
        assert_eq!(frame_bytes, format.frame_bytes());
        Ok(&mut bytes)
    });
    let sound = read.expect("no other thread").expect("no more than half a second");
    let size = format.encoding.sample_bytes();
    let samples = bytes.chunks(format.frame_bytes()).map(|frame| {
        assert!(frame.chunks(size).all(|channel| channel == &frame[..size]), "every channel has the same");
        let mut sample = [0.0];
        format.encoding.decode(frame, &mut sample);
        palabra::audio::samples::to_s16(sample[0])
    });
    (samples.collect(), sound)
}

fn check_flags(heard: &mut Heard, samples: &[i16], sound: Sound, is_closing: bool, setup: &PlayoutSetup) {
    let is_speech = sound.is_speech();
    // The softest value of A-law is 8.
    let is_silent = samples.iter().all(|sample| sample.unsigned_abs() <= 8);
    let is_other = sound.has(Sound::ORIGINAL) || sound.has(Sound::COMFORT);
    assert!(is_silent || is_speech || is_other, "what sounds is named");
    assert!(setup.original.is_some() || !sound.has(Sound::ORIGINAL));
    assert!(setup.comfort || !sound.has(Sound::COMFORT));
    if !samples.is_empty() {
        assert_eq!(sound.has(Sound::TALKSPURT), is_speech && !heard.was_speech, "where speech begins");
        heard.was_speech = is_speech;
    }
    assert!(!sound.has(Sound::ENDED) || (is_closing && !is_speech));
    assert!(!heard.has_ended || sound.has(Sound::ENDED), "nothing follows the end");
    heard.has_ended = sound.has(Sound::ENDED);
}
