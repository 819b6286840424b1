//! The output in pull mode: speech waits here by language, and the player reads exactly as many frames as it needs,
//! whenever it needs them.
//!
//! Two sides meet in each [`Line`]. The library's thread keeps the phrases and feeds what is played next into a small
//! ring, at the player's rate. The player takes it from there, wait-free, with short fades where speech breaks off.
//! So flushing, dropping and skipping are decided where everything is known, and only samples pass to the player.

use std::sync::{Arc, OnceLock};

use super::feed::ids::Ids;
use super::feed::phrase::Speech;
use super::levels::OriginalLevels;
use super::line::{Line, Silenced};
use super::options::{OriginalSetup, PlayoutSetup};
use super::original::{Bus, OriginalSender};
use super::play::original::{OriginalMix, Path};
use super::ring::MOST_READ_MS;
use crate::audio::convert::InputFormat;
use crate::audio::format::{PlayoutFormat, SharedFormat};
use crate::error::{Error, Result, Status};
use crate::event::Event;
use crate::lock::{Mutex, Rank, lock};
use crate::runtime::clock;

/// More targets than the service accepts at once.
pub(super) const MAX_LINES: usize = 32;

/// The lines of one session. Lines are only added, so that a real-time thread finds its line without a lock.
pub struct Playout {
    /// What the lines have in common; their format and the original are in `later`.
    options: PlayoutSetup,
    /// Boxed: all of them in one piece are more than the stack of some callers.
    lines: [OnceLock<Box<Line>>; MAX_LINES],
    /// What the speaker sends, on its way to the lines.
    sender: OriginalSender,
    /// The format of lines that do not exist yet.
    default_format: SharedFormat,
    /// Held while lines are added, or while something is done to all present and future lines.
    later: Mutex<Later>,
}

/// Another bus, and the way from it to each line, for the rate of its player.
struct NewBus<W> {
    bus: Arc<Bus>,
    ways: Vec<(u32, W)>,
}

/// What the original needs to go on at another rate of the speaker, if it does.
pub struct NextOriginal(Option<NewBus<Path>>);

/// How a line starts that is added now.
struct Later {
    format: PlayoutFormat,
    original: Option<OriginalSetup>,
    /// Where the original is heard from, once it was switched on.
    bus: Option<Arc<Bus>>,
    /// Ids of speech that was silenced in all languages.
    discarded: Ids,
    /// No speech follows.
    is_closing: bool,
}

impl Playout {
    pub fn new(options: PlayoutSetup, languages: &[String]) -> Result<Playout> {
        let PlayoutSetup { format, original, .. } = options;
        let later = Later { format, original, bus: None, discarded: Ids::default(), is_closing: false };
        let later = Mutex::new(Rank::Lines, later);
        let default_format = SharedFormat::new(options.format);
        let lines = [const { OnceLock::new() }; MAX_LINES];
        let playout = Playout { options, lines, sender: OriginalSender::default(), default_format, later };
        if let Some(original) = original {
            playout.set_original(original.levels)?;
        }
        playout.add_languages(languages)?;
        Ok(playout)
    }

    /// Creates lines for languages without one.
    pub fn add_languages(&self, languages: &[String]) -> Result<()> {
        for language in languages {
            while self.find(language.as_bytes()).is_none() {
                let (format, original, bus) = {
                    let later = lock(&self.later);
                    (later.format, later.original, later.bus.clone())
                };
                let options = PlayoutSetup { format, original, ..self.options };
                let line = Box::new(Line::new(language.clone(), options, bus.as_ref())?);
                self.add_line(language, line, options, bus)?;
            }
        }
        Ok(())
    }

    /// Adds a line, unless something has changed since it was made.
    fn add_line(
        &self,
        language: &str,
        line: Box<Line>,
        options: PlayoutSetup,
        bus: Option<Arc<Bus>>,
    ) -> Result<()> {
        let later = lock(&self.later);
        let pointer = |bus: &Option<Arc<Bus>>| bus.as_ref().map(Arc::as_ptr);
        let is_right = later.format == options.format
            && later.original == options.original
            && pointer(&later.bus) == pointer(&bus);
        if !is_right || self.find(language.as_bytes()).is_some() {
            return Ok(());
        }
        line.discard(&later.discarded);
        if later.is_closing {
            line.finish();
        }
        let free = self.lines.iter().find(|slot| slot.get().is_none());
        let free = free.ok_or_else(|| Error::new(Status::Limit, "too many target languages"))?;
        // Only this function sets a slot, under its lock.
        let _ = free.set(line);
        Ok(())
    }

    /// Returns the line of a language; the first one when none is named.
    pub fn line(&self, language: &[u8]) -> Option<&Line> {
        if language.is_empty() { self.lines().next() } else { self.find(language) }
    }

    /// The silent byte of what a failed read would have filled, and the number of its bytes, whether or not there is
    /// a line; `None` for more frames than can be read. Wait-free: safe on a real-time thread.
    pub fn unread(&self, language: &[u8], frames: usize) -> Option<(u8, usize)> {
        let format = self.line(language).map_or_else(|| self.default_format.get(), Line::format);
        let is_possible = frames <= format.frames_in_ms(MOST_READ_MS);
        is_possible.then(|| (format.encoding.silent_byte(), frames * format.frame_bytes()))
    }

    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().map_while(OnceLock::get).map(Box::as_ref)
    }

    /// Changes the format of what is read from now on, in one language or in all present and future ones. Resulting
    /// events go to `events`, also before a failure.
    pub fn set_format(&self, language: &[u8], format: PlayoutFormat, events: &mut Vec<Event>) -> Result<()> {
        let is_for_all = language.is_empty();
        let concerned = |line: &&Line| is_for_all || line.is_for(language);
        loop {
            let next: Vec<_> = self
                .lines()
                .filter(concerned)
                .map(|line| line.prepare_format(format))
                .collect::<Result<_>>()?;
            if next.is_empty() && !is_for_all {
                return Err(Status::InvalidArgument.into());
            }
            let mut later = lock(&self.later);
            let mut is_done = next.len() == self.lines().filter(concerned).count();
            for (line, next) in self.lines().filter(concerned).zip(next) {
                let changed = line.adopt_format(next)?;
                is_done &= changed.is_some();
                events.extend(changed.unwrap_or_default());
            }
            if !is_done {
                continue;
            }
            if is_for_all {
                later.format = format;
                self.default_format.set(format);
            }
            return Ok(());
        }
    }

    /// Adds a chunk of speech. Returns the resulting events.
    pub fn add(&self, language: &str, speech: Speech) -> Vec<Event> {
        if self.find(language.as_bytes()).is_none() && self.add_languages(&[language.to_owned()]).is_err() {
            return Vec::new();
        }
        let mut events = Vec::new();
        self.look(&mut events);
        if let Some(line) = self.find(language.as_bytes()) {
            events.append(&mut line.add(speech));
        }
        events
    }

    /// Changes how loud the original is, in all present and future lines. After an error nothing has changed.
    pub fn set_original(&self, levels: OriginalLevels) -> Result<()> {
        loop {
            let (setup, is_missing) = {
                let later = lock(&self.later);
                (later.original.ok_or(Status::Unsupported)?, self.is_heard(levels) && later.bus.is_none())
            };
            let mix = |line: &Line, bus: &Arc<Bus>| line.prepare_original(bus, OriginalLevels::OFF);
            let rate = setup.input.sample_rate;
            let new = is_missing.then(|| self.new_bus(rate, mix)).transpose()?;
            if self.adopt_original(levels, new) {
                return Ok(());
            }
        }
    }

    /// Players need the original, if only for its noise.
    fn is_heard(&self, levels: OriginalLevels) -> bool {
        levels.is_on() || self.options.comfort
    }

    /// `false` if what was made fits no more; then nothing has changed.
    fn adopt_original(&self, levels: OriginalLevels, new: Option<NewBus<OriginalMix>>) -> bool {
        let mut later = lock(&self.later);
        let Some(OriginalSetup { input, .. }) = later.original else { return true };
        if self.is_heard(levels) && later.bus.is_none() {
            let Some(NewBus { bus, ways }) = new.filter(|new| self.fits(new, input)) else { return false };
            self.lines().zip(ways).for_each(|(line, (_, mix))| line.hear_original(mix, &bus));
            self.sender.change(&bus, input);
            later.bus = Some(bus);
        }
        later.original = Some(OriginalSetup { input, levels });
        self.lines().for_each(|line| line.set_original_levels(levels));
        true
    }

    /// Makes what the original needs if the speaker's rate changes.
    pub fn prepare_input(&self, rate: u32) -> Result<NextOriginal> {
        let present = lock(&self.later).bus.as_ref().map(|bus| bus.rate());
        let is_other = present.is_some_and(|present| present != rate);
        let path = |line: &Line, bus: &Arc<Bus>| line.prepare_path(bus);
        Ok(NextOriginal(is_other.then(|| self.new_bus(rate, path)).transpose()?))
    }

    /// The speaker's audio has another format from now on. Must be called while nobody sends. `false` if what was
    /// prepared fits no more; then nothing has changed.
    pub fn set_input_format(&self, input: InputFormat, prepared: NextOriginal) -> bool {
        let mut later = lock(&self.later);
        let Some(setup) = later.original else { return true };
        if let Some(present) = &later.bus {
            let next = if present.rate() == input.sample_rate {
                present.clone()
            } else {
                let new = prepared.0.filter(|new| self.fits(new, input));
                let Some(NewBus { bus, ways }) = new else { return false };
                self.lines().zip(ways).for_each(|(line, (_, path))| line.change_bus(path, &bus));
                present.end();
                bus
            };
            self.sender.change(&next, input);
            later.bus = Some(next);
        }
        later.original = Some(OriginalSetup { input, ..setup });
        true
    }

    fn new_bus<W>(&self, rate: u32, way: impl Fn(&Line, &Arc<Bus>) -> Result<(u32, W)>) -> Result<NewBus<W>> {
        let bus = Arc::new(Bus::new(rate)?);
        let ways = self.lines().map(|line| way(line, &bus)).collect::<Result<_>>()?;
        Ok(NewBus { bus, ways })
    }

    /// Lines, and the rates of their players, do not change while `later` is held.
    fn fits<W>(&self, new: &NewBus<W>, input: InputFormat) -> bool {
        new.bus.rate() == input.sample_rate
            && new.ways.len() == self.lines().count()
            && self.lines().zip(&new.ways).all(|(line, (rate, _))| line.fits(*rate))
    }

    /// Takes whole frames that the speaker sends, in the present input format. Wait-free, as sending.
    pub fn pass_original(&self, bytes: &[u8]) {
        self.sender.pass(bytes);
    }

    /// As [`Playout::pass_original`], for frames that were lost.
    pub fn lose_original(&self, frames: usize) {
        self.sender.lose(frames);
    }

    /// A translated text arrived: its speech is on its way.
    pub fn announce(&self, language: &str, id: &str) {
        if let Some(line) = self.find(language.as_bytes()) {
            line.announce(id);
        }
    }

    /// Withdraws speech that is known, in these languages or, without any, in all present and future ones. What may
    /// still arrive of it is discarded.
    pub fn silence(&self, languages: &[String], what: Silenced) -> Vec<Event> {
        if !languages.is_empty() {
            let concerned = |line: &&Line| languages.iter().any(|code| line.is_for(code.as_bytes()));
            return self.lines().filter(concerned).flat_map(|line| line.silence(what)).collect();
        }
        let mut later = lock(&self.later);
        let events = self.lines().flat_map(|line| line.silence(what)).collect();
        later.discarded = Ids::default();
        self.lines().for_each(|line| later.discarded.take_all(line.discarded()));
        events
    }

    /// Returns whether each of these languages has a line.
    pub fn has_all(&self, languages: &[String]) -> bool {
        languages.iter().all(|code| self.find(code.as_bytes()).is_some())
    }

    /// Withdraws one phrase and what may still arrive of it.
    pub fn take_back(&self, id: &str) -> Vec<Event> {
        self.lines().flat_map(|line| line.take_back(id)).collect()
    }

    /// Its end may never arrive: the next phrase does not wait for it.
    pub fn loosen(&self, id: &str) {
        self.lines().for_each(|line| line.loosen(id));
    }

    /// Feeds what is played next. Must be called every few milliseconds.
    pub fn feed(&self) -> Vec<Event> {
        let mut events = Vec::new();
        self.look(&mut events);
        for line in self.lines() {
            events.append(&mut line.feed());
        }
        events
    }

    /// Leaves out what is due while nobody reads, if that is wanted.
    fn look(&self, events: &mut Vec<Event>) {
        if self.options.reader_lag_ms.is_some() {
            let now_us = clock::monotonic_ns() / 1000;
            self.lines().for_each(|line| line.look(now_us, events));
        }
    }

    /// No speech follows. A line of which everything is at its player has ended now, whether or not feeding
    /// continues.
    pub fn finish(&self) {
        lock(&self.later).is_closing = true;
        self.lines().for_each(Line::finish);
    }

    /// What has begun to arrive does not go on; other speech may follow.
    pub fn complete(&self) {
        self.lines().for_each(Line::complete);
    }

    /// Feeding ends: what is not at its player yet is lost. Must be called before the end is reported, so that the
    /// events still count.
    pub fn abandon(&self) -> Vec<Event> {
        self.lines().flat_map(Line::abandon).collect()
    }

    /// Reports withdrawn phrases that wait for their turn. Must be called before the end is reported: no event follows
    /// it.
    pub fn settle(&self) -> Vec<Event> {
        self.lines().flat_map(Line::settle).collect()
    }

    /// Returns whether speech waits to be fed.
    pub fn is_busy(&self) -> bool {
        self.lines().any(Line::is_busy)
    }

    /// Returns whether feeding does nothing until speech arrives.
    pub fn may_rest(&self) -> bool {
        self.lines().all(Line::may_rest)
    }

    fn find(&self, language: &[u8]) -> Option<&Line> {
        self.lines().find(|line| line.is_for(language))
    }
}
