//! What one session's caller did and got, whatever the product.

use std::sync::{Mutex, MutexGuard, PoisonError};

use palabra::ffi::types::playout::palabra_playout_stats;
use palabra::ffi::types::session::palabra_session_stats;

use crate::scenario::{Format, Plan};
use crate::tone::{self, BLOCKS_PER_S, Ear};

/// An event as it was polled, without addresses.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub at_us: u64,
    pub kind: i32,
    pub seq: u64,
    pub code: i32,
    pub flags: u32,
    pub user_tag: u64,
    /// Of a call.
    pub leg: i32,
    pub phrase: u64,
    pub part: i32,
    pub start_ms: i64,
    pub end_ms: i64,
    pub played_frames: i64,
    pub heard_ms: i64,
    pub phrase_ms: i64,
    pub dropped: i64,
    pub sample_rate: i32,
    pub text: String,
    pub language: String,
    pub id: String,
    pub service_code: String,
    pub json: String,
    /// Samples of speech, which were listened to.
    pub samples: usize,
    /// Bytes of speech that is not samples.
    pub data_len: i32,
}

/// A call of the library that has a meaning for what may follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Did {
    Opened,
    /// So many frames were offered, and so many taken.
    Sent(i32, i32),
    /// So many frames were told as missing, and so many taken.
    Skipped(i32, i32),
    /// The format of what is sent changed, with this status.
    Format(Format, i32),
    /// The format of what is read changed, with this status.
    OutputFormat(Format, i32),
    /// A command was called with a tag, and returned this.
    Called(&'static str, u64, i32),
    Ended(i32),
    Closed,
    /// A call with the handle that was closed returned this.
    ClosedAgain(i32),
}

impl Did {
    /// All that it says.
    pub fn numbers(&self) -> [u64; 4] {
        match *self {
            Did::Opened => [0, 0, 0, 0],
            Did::Sent(offered, taken) => [1, offered as u64, 0, taken as u64],
            Did::Skipped(offered, taken) => [2, offered as u64, 0, taken as u64],
            Did::Format(format, status) => [3, format.rate as u64, device(format), status as u64],
            Did::OutputFormat(format, status) => [4, format.rate as u64, device(format), status as u64],
            Did::Called(name, tag, status) => [5, crate::draw::name(name), tag, status as u64],
            Did::Ended(status) => [6, 0, 0, status as u64],
            Did::Closed => [7, 0, 0, 0],
            Did::ClosedAgain(status) => [8, 0, 0, status as u64],
        }
    }
}

/// The rest of a format beside its rate.
fn device(format: Format) -> u64 {
    [format.encoding, format.channels, format.channel].into_iter().fold(0, |sum, part| sum << 8 | part as u64)
}

/// A block of speech that was read, and listened to.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    pub at_us: u64,
    /// The place of its language among the targets.
    pub language: u32,
    pub frames: i32,
    /// PALABRA_SOUND_* bits, or an error.
    pub bits: i32,
}

/// What has listened to speech that was read, at one rate.
#[derive(Clone)]
pub struct Line {
    /// The place of its language among the targets.
    pub language: u32,
    pub ear: Ear,
}

/// What has listened to speech in events.
#[derive(Clone)]
pub struct Voice {
    pub language: String,
    /// The phrase, where phrases can be mixed; otherwise 0.
    pub phrase: u64,
    pub ear: Ear,
    /// When speech came: how many samples until then, in all.
    pub arrived: Vec<(u64, u64)>,
}

/// A call that waited.
#[derive(Clone, Copy, Debug)]
pub struct Waited {
    pub name: &'static str,
    pub at_us: u64,
    /// What it was to wait at most.
    pub ms: i32,
    pub took_us: u64,
    pub status: i32,
    /// How long the event that it returned had been there, in us.
    pub age_us: u64,
}

/// Audio that was offered: a stretch of the user's time.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "it has more than the oracles look at")]
pub struct Spoken {
    /// Where it stands in the sound of the plan.
    pub from_us: u64,
    pub rate: i32,
    pub offered: i64,
    pub taken: i64,
    pub is_speech: bool,
}

impl Spoken {
    /// How long that is which was taken.
    pub fn taken_us(&self) -> u64 {
        self.taken as u64 * 1_000_000 / self.rate as u64
    }
}

/// What one caller did and got, in order.
pub struct Record {
    pub plan: Plan,
    /// The number of the first 10 ms, by which the session is recognised at the service.
    pub first_block: u64,
    log: Mutex<Log>,
}

#[derive(Clone, Default)]
pub struct Log {
    pub events: Vec<Seen>,
    pub deeds: Vec<(u64, Did)>,
    pub heard: Vec<Heard>,
    /// Another one whenever the rate changes.
    pub lines: Vec<Line>,
    pub voices: Vec<Voice>,
    pub waits: Vec<Waited>,
    /// What was heard of each text that a call returned when it was spoken.
    pub texts: Vec<Vec<tone::Heard>>,
    /// When the session was closed.
    pub stats: Option<palabra_session_stats>,
    /// By language, where it is read.
    pub playout: Vec<palabra_playout_stats>,
    /// Calls of the wake-up callback, where the session has its own.
    pub wakeups: u64,
    /// Why the session was not opened.
    pub refusal: i32,
    pub spoken: Vec<Spoken>,
    /// Statistics now and then.
    pub samples: Vec<(u64, palabra_session_stats)>,
    /// Events that were found though nobody was woken for them: when, and how old they were, in us.
    pub unannounced: Vec<(u64, u64)>,
}

impl Voice {
    /// Each number with the moment at which it was heard, in that order. Numbers go on from `last`.
    pub fn times(&self, last: &mut Option<u64>) -> Vec<(u64, u64)> {
        self.ear.places(1, last).into_iter().map(|(number, block)| (number, self.time_of(block))).collect()
    }

    /// When a block was heard.
    pub fn time_of(&self, block: u64) -> u64 {
        let samples_until = (block + 1) * u64::from(self.ear.rate()) / u64::from(BLOCKS_PER_S);
        let place = self.arrived.partition_point(|(_, samples)| *samples < samples_until);
        self.arrived.get(place).or(self.arrived.last()).map_or(0, |(at, _)| *at)
    }
}

impl Record {
    pub fn new(plan: Plan, first_block: u64) -> Record {
        Record { plan, first_block, log: Mutex::default() }
    }

    pub fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    /// Listens to speech that was read.
    pub fn listen(&mut self, language: u32, rate: i32, samples: &[i16]) {
        let last = self.lines.iter_mut().rfind(|line| line.language == language);
        let line = match last {
            Some(line) if line.ear.rate() == rate as u32 => line,
            _ => self.lines.push_mut(Line { language, ear: Ear::new(rate as u32) }),
        };
        line.ear.listen(samples);
    }

    /// Listens to speech in an event.
    pub fn listen_to_event(&mut self, at_us: u64, language: &str, phrase: u64, rate: i32, samples: &[i16]) {
        let is_it = |voice: &&mut Voice| voice.language == language && voice.phrase == phrase;
        let voice = match self.voices.iter_mut().rfind(is_it) {
            Some(voice) if voice.ear.rate() == rate as u32 => voice,
            _ => {
                let ear = Ear::new(rate as u32);
                self.voices.push_mut(Voice {
                    language: language.to_owned(),
                    phrase,
                    ear,
                    arrived: Vec::new(),
                })
            }
        };
        voice.ear.listen(samples);
        voice.arrived.push((at_us, voice.ear.samples));
    }

    /// What was heard is read to its end.
    pub fn finish(&mut self) {
        let ears = self.lines.iter_mut().map(|line| &mut line.ear);
        ears.chain(self.voices.iter_mut().map(|voice| &mut voice.ear)).for_each(Ear::finish);
    }
}
