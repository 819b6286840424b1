//! The service's ears and voice: what arrived is read, and the answer has numbers of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use palabra_devserver::engine::loopback::Loopback;
use palabra_devserver::engine::speaker::{Speaker, Speech, Utterance};
use palabra_devserver::engine::{Engine, Given, Output, Say, Scope, Settings};
use tokio::time::Instant;

use crate::tone::{BLOCKS_PER_S, Ear, Heard, Voice, What};

/// Rate of translated speech.
const RATE: u32 = 24_000;

/// A phrase that the service spoke.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "it has more than the oracles look at")]
pub struct Said {
    pub language: String,
    /// Its numbers.
    pub first: u32,
    pub blocks: u32,
    /// When it was ready to be sent.
    pub at_us: u64,
}

/// What one connection heard and said.
#[derive(Clone, Default)]
pub struct Stream {
    /// Another ear for each format of the task.
    pub ears: Vec<Ear>,
    /// When audio arrived: how many samples until then, in all.
    pub arrived: Vec<(u64, u64)>,
    /// Of those that nobody listened to: when, and how many.
    pub passed: Vec<(u64, u64)>,
    pub said: Vec<Said>,
    /// How often speech was discarded.
    pub interrupts: u64,
    pub source: String,
    /// The next number, by language, and where they begin.
    next: BTreeMap<String, u32>,
    begins_at: u32,
}

/// The translation of a call has numbers from here on, and its connections are so far apart.
pub const TRANSLATIONS: u32 = 12_000;
pub const APART: u32 = 3500;
/// So many connections have numbers of their own.
pub const TRANSLATION_NUMBERS: u32 = 6;

impl Stream {
    fn listen(&mut self, at_us: u64, frames: &[i16]) {
        if let Some(ear) = self.ears.last_mut() {
            ear.listen(frames);
            let before = self.arrived.last().map_or(0, |(_, samples)| *samples);
            self.arrived.push((at_us, before + frames.len() as u64));
        }
    }

    fn first_number(&self) -> Option<u32> {
        let numbers = |heard: &Heard| match heard.what {
            What::Numbers(first) => Some(first),
            What::Silence | What::Unclear => None,
        };
        self.ears.iter().flat_map(|ear| &ear.heard).find_map(numbers)
    }

    fn speak(&mut self, at_us: u64, language: &str, voice: &Voice, blocks: u32) -> Vec<i16> {
        let next = self.next.entry(language.to_owned()).or_insert(self.begins_at);
        let mut sound = Vec::with_capacity(voice.frames * blocks as usize);
        (*next..*next + blocks).for_each(|number| voice.say(number, voice.frames, &mut sound));
        let said = Said { language: language.to_owned(), first: *next, blocks, at_us };
        *next += blocks;
        self.said.push(said);
        sound
    }
}

/// The connections of a run in the order in which they began.
pub struct Service {
    start: Instant,
    streams: Mutex<Vec<Arc<Mutex<Stream>>>>,
    /// It serves a call, whose connections speak to the same ears.
    is_of_call: bool,
}

impl Service {
    pub fn new(start: Instant, is_of_call: bool) -> Service {
        Service { start, streams: Mutex::default(), is_of_call }
    }

    pub fn streams(&self) -> Vec<Arc<Mutex<Stream>>> {
        lock(&self.streams).clone()
    }

    /// The connection of a session whose first number is this one; it is taken out.
    pub fn take(&self, first: u64, is_only: bool) -> Option<Stream> {
        let streams = self.streams();
        let is_it = |stream: &&Arc<Mutex<Stream>>| {
            let numbers = lock(stream).first_number();
            numbers.is_some_and(|number| (first..first + 3000).contains(&u64::from(number)))
        };
        let found = streams.iter().filter(is_it).max_by_key(|stream| lock(stream).arrived.len());
        let found = found.or_else(|| streams.last().filter(|_| is_only));
        found.map(|stream| std::mem::take(&mut *lock(stream)))
    }

    /// What has arrived is read to its end.
    pub fn finish(&self) {
        self.streams().iter().for_each(|stream| lock(stream).ears.iter_mut().for_each(Ear::finish));
    }

    /// Bytes of all that was said, as samples.
    pub fn said_bytes(&self) -> i64 {
        let of = |stream: &Arc<Mutex<Stream>>| -> i64 {
            lock(stream).said.iter().map(|said| i64::from(said.blocks) * i64::from(RATE) / 50).sum()
        };
        self.streams().iter().map(of).sum()
    }

    fn stream(&self) -> Arc<Mutex<Stream>> {
        let mut streams = lock(&self.streams);
        let number = streams.len() as u32 % TRANSLATION_NUMBERS;
        let begins_at = if self.is_of_call { TRANSLATIONS + APART * number } else { 0 };
        let stream = Arc::new(Mutex::new(Stream { begins_at, ..Stream::default() }));
        streams.push(stream.clone());
        stream
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

impl Given for Service {
    fn engine(&self) -> Box<dyn Engine> {
        let (start, stream) = (self.start, self.stream());
        Box::new(Listener { inner: Loopback::silent(), start, stream, voice: Voice::of(RATE) })
    }

    fn speaker(&self) -> Box<dyn Speaker> {
        Box::new(Reader { start: self.start, stream: self.stream() })
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The loopback engine, whose speech is replaced.
struct Listener {
    inner: Loopback,
    start: Instant,
    stream: Arc<Mutex<Stream>>,
    voice: Arc<Voice>,
}

impl Listener {
    fn now(&self) -> u64 {
        self.start.elapsed().as_micros() as u64
    }

    fn number(&self, out: &mut [Output]) {
        for output in out {
            if let Output::Speech { language, frames, .. } = output {
                let blocks = (frames.len() / self.voice.frames).max(1) as u32;
                *frames = lock(&self.stream).speak(self.now(), language, &self.voice, blocks);
            }
        }
    }
}

impl Engine for Listener {
    fn configure(&mut self, settings: &Settings, out: &mut Vec<Output>) {
        let before = out.len();
        self.inner.configure(settings, out);
        self.number(&mut out[before..]);
        let mut stream = lock(&self.stream);
        stream.source.clone_from(&settings.source);
        if stream.ears.last().is_none_or(|ear| ear.rate() != settings.rate) {
            stream.ears.push(Ear::new(settings.rate));
        }
    }

    fn feed(&mut self, frames: &[i16], out: &mut Vec<Output>) {
        lock(&self.stream).listen(self.now(), frames);
        let before = out.len();
        self.inner.feed(frames, out);
        self.number(&mut out[before..]);
    }

    fn pass(&mut self, frames: &[i16]) {
        let now = self.now();
        let mut stream = lock(&self.stream);
        stream.listen(now, frames);
        stream.passed.push((now, frames.len() as u64));
    }

    fn hears_speech(&self) -> bool {
        self.inner.hears_speech()
    }

    fn say(&mut self, say: &Say, out: &mut Vec<Output>) -> String {
        let before = out.len();
        let id = self.inner.say(say, out);
        self.number(&mut out[before..]);
        id
    }

    fn interrupt(&mut self, scope: &Scope) {
        lock(&self.stream).interrupts += 1;
        self.inner.interrupt(scope);
    }

    fn finish(&mut self, out: &mut Vec<Output>) {
        let before = out.len();
        self.inner.finish(out);
        self.number(&mut out[before..]);
    }
}

/// Speaks texts.
struct Reader {
    start: Instant,
    stream: Arc<Mutex<Stream>>,
}

impl Speaker for Reader {
    fn speak(&mut self, utterance: &Utterance) -> Speech {
        let voice = Voice::of(utterance.rate);
        // 60 ms for a letter, 300 at least.
        let blocks = (utterance.text.chars().count() as u32 * 6).max(3 * BLOCKS_PER_S / 10);
        let at_us = self.start.elapsed().as_micros() as u64;
        let sound = lock(&self.stream).speak(at_us, &utterance.language, &voice, blocks);
        Speech::ready(sound.into_iter())
    }
}
