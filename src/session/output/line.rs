//! The speech of one language on its way to one player.

use std::sync::Arc;

use super::feed::backlog::Speech;
use super::feed::feeder::{Feeder, LineStats};
use super::feed::original::OriginalFeed;
use super::feed::outlet::Outlet;
use super::levels::{OriginalLevels, SharedLevels};
use super::options::{OriginalSetup, PlayoutSetup};
use super::original;
use super::play::offer::Offer;
use super::play::original::OriginalMix;
use super::play::reader::Reader;
use super::play::sound::Sound;
use super::play::tap::{Tap, Taps};
use super::ring::{self, MOST_READ_MS};
use crate::audio::format::{PlayoutFormat, SharedFormat};
use crate::error::{Result, Status};
use crate::event::Event;
use crate::lock::{Mutex, Rank, lock};
use crate::runtime::try_cell::TryCell;

/// What is silenced of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silenced {
    /// The phrase that is heard.
    Heard,
    /// All that has begun to arrive.
    All,
}

pub struct Line {
    language: String,
    options: PlayoutSetup,
    /// Never taken on the player's side.
    feeder: Mutex<Feeder>,
    reader: TryCell<Reader>,
    /// The reader's format, also while another thread is reading.
    format: SharedFormat,
    /// The player's rate, held while it must not change.
    rate: Mutex<u32>,
    /// A recording's tap on its way to the player, and an original that was switched on.
    tap_offer: Offer<Tap>,
    original_offer: Offer<OriginalMix>,
    /// How loud the original is now.
    levels: Arc<SharedLevels>,
}

impl Line {
    pub fn new(language: String, options: PlayoutSetup) -> Result<Line> {
        let levels = options.original.map_or(OriginalLevels::OFF, |original| original.levels);
        let levels = Arc::new(SharedLevels::new(levels));
        let (outlet, original, reader) = open(options.format, &options, levels.get().is_on(), &levels)?;
        let feeder = Feeder::new(language.clone(), outlet, original, options);
        Ok(Line {
            language,
            options,
            feeder: Mutex::new(Rank::Feeder, feeder),
            reader: TryCell::new(reader),
            format: SharedFormat::new(options.format),
            rate: Mutex::new(Rank::PlayerRate, options.format.sample_rate),
            tap_offer: Offer::default(),
            original_offer: Offer::default(),
            levels,
        })
    }

    pub fn is_for(&self, language: &[u8]) -> bool {
        self.language.as_bytes().eq_ignore_ascii_case(language)
    }

    pub fn add(&self, speech: Speech) -> Vec<Event> {
        lock(&self.feeder).add(speech)
    }

    pub fn add_original(&self, chunk: [&[u8]; 2]) {
        lock(&self.feeder).add_original(chunk);
    }

    pub fn announce(&self, id: &str) {
        lock(&self.feeder).announce(id);
    }

    pub fn silence(&self, what: Silenced) -> Vec<Event> {
        let mut feeder = lock(&self.feeder);
        match what {
            Silenced::Heard => feeder.flush_heard(),
            Silenced::All => feeder.flush(),
        }
    }

    /// Speech under these ids is not wanted.
    pub(super) fn discard(&self, ids: &[String]) {
        lock(&self.feeder).discard(ids);
    }

    pub(super) fn discarded(&self) -> Vec<String> {
        lock(&self.feeder).discarded().cloned().collect()
    }

    pub fn take_back(&self, id: &str) -> Vec<Event> {
        lock(&self.feeder).take_back(id)
    }

    pub fn loosen(&self, id: &str) {
        lock(&self.feeder).loosen(id);
    }

    pub fn feed(&self) -> Vec<Event> {
        lock(&self.feeder).feed()
    }

    pub fn finish(&self) {
        lock(&self.feeder).close();
    }

    pub fn abandon(&self) -> Vec<Event> {
        lock(&self.feeder).abandon()
    }

    pub(crate) fn settle(&self) -> Vec<Event> {
        lock(&self.feeder).settle()
    }

    pub fn is_busy(&self) -> bool {
        lock(&self.feeder).is_busy()
    }

    pub fn may_rest(&self) -> bool {
        lock(&self.feeder).may_rest()
    }

    pub fn stats(&self) -> LineStats {
        lock(&self.feeder).stats()
    }

    /// Fills exactly the frames that `bytes_of` returns; it gets the size of a frame in bytes. `None` when another
    /// thread is reading. More than is ever buffered is refused. Wait-free: safe on a real-time thread.
    pub fn read<'a>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a mut [u8], Status>,
    ) -> Option<std::result::Result<Sound, Status>> {
        self.reader.try_with(|reader| {
            reader.exchange_tap(&self.tap_offer);
            reader.exchange_original(&self.original_offer);
            let format = reader.format();
            let out = bytes_of(format.frame_bytes())?;
            if out.len() > format.frames_in_ms(MOST_READ_MS) * format.frame_bytes() {
                return Err(Status::InvalidArgument);
            }
            Ok(reader.read(out))
        })
    }

    /// Format of what is read now.
    pub fn format(&self) -> PlayoutFormat {
        self.format.get()
    }

    /// Copies what is read from now on to a tap. Never delays the reader.
    pub fn attach(&self, taps: &Arc<Taps>) {
        let rate = lock(&self.rate);
        self.tap_offer.make(Tap::new(*rate, taps.clone()));
    }

    /// Prepares the line for levels that are above 0, where it is not prepared yet. Nothing is heard of it.
    pub(super) fn prepare_original(&self, setup: OriginalSetup) -> Result<()> {
        // The format stays until the player has what is made for it, or knows of it.
        let _rate = lock(&self.rate);
        if lock(&self.feeder).has_original() {
            return Ok(());
        }
        let (feed, mix) = original::open(setup, self.format.get(), &self.levels, OriginalLevels::OFF)?;
        self.original_offer.make(mix);
        lock(&self.feeder).set_original(feed);
        Ok(())
    }

    /// Changes the levels of the original. The player fades.
    pub(super) fn set_original_levels(&self, levels: OriginalLevels) {
        self.levels.set(levels);
    }

    /// Changes the format of what is read from now on. Buffered speech continues without a seam.
    pub fn set_format(&self, format: PlayoutFormat) -> Result<Vec<Event>> {
        let mut rate = lock(&self.rate);
        let changed = self.reader.try_with(|reader| {
            // What is offered now has the rate that ends here.
            reader.exchange_tap(&self.tap_offer);
            reader.exchange_original(&self.original_offer);
            if format.sample_rate == reader.format().sample_rate {
                // Only the frames change: nothing breaks off.
                reader.change_frames(format);
                self.format.set(format);
                return Ok(Vec::new());
            }
            let has_original = lock(&self.feeder).has_original();
            let (outlet, original, mut next) = open(format, &self.options, has_original, &self.levels)?;
            // From here on nothing is fed into the old ring.
            let mut feeder = lock(&self.feeder);
            let left = reader.leave();
            next.take_over(reader);
            let events = feeder.change_outlet(outlet, original, left);
            *reader = next;
            self.format.set(format);
            *rate = format.sample_rate;
            Ok(events)
        });
        changed.unwrap_or(Err(Status::Busy.into()))
    }
}

fn open(
    format: PlayoutFormat,
    options: &PlayoutSetup,
    has_original: bool,
    levels: &Arc<SharedLevels>,
) -> Result<(Outlet, Option<OriginalFeed>, Reader)> {
    let (feed, play) = ring::new(format, options.prime_ms)?;
    let outlet = Outlet::new(format, feed)?;
    let original = options.original.filter(|_| has_original);
    let opened = original.map(|original| original::open(original, format, levels, levels.get()));
    let (original, mix) = opened.transpose()?.unzip();
    Ok((outlet, original, Reader::new(format, options.prime_ms, play, mix)))
}
