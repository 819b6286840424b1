//! The speech of one language on its way to one player.

use std::sync::Arc;

use super::feed::backlog::Speech;
use super::feed::feeder::{Feeder, LineStats};
use super::feed::original::OriginalFeed;
use super::feed::outlet::Outlet;
use super::options::PlayoutSetup;
use super::original;
use super::play::reader::Reader;
use super::play::sound::Sound;
use super::play::tap::{Offer, Tap, Taps};
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
    /// A recording's tap on its way to the player.
    offer: Offer,
}

impl Line {
    pub fn new(language: String, options: PlayoutSetup) -> Result<Line> {
        let (outlet, original, reader) = open(options.format, &options)?;
        let feeder = Feeder::new(language.clone(), outlet, original, options);
        Ok(Line {
            language,
            options,
            feeder: Mutex::new(Rank::Feeder, feeder),
            reader: TryCell::new(reader),
            format: SharedFormat::new(options.format),
            rate: Mutex::new(Rank::PlayerRate, options.format.sample_rate),
            offer: Offer::default(),
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
            reader.exchange_tap(&self.offer);
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
        self.offer.make(Tap::new(*rate, taps.clone()));
    }

    /// Changes the format of what is read from now on. Buffered speech continues without a seam.
    pub fn set_format(&self, format: PlayoutFormat) -> Result<Vec<Event>> {
        let mut rate = lock(&self.rate);
        let changed = self.reader.try_with(|reader| {
            // A tap that is offered now has the rate that ends here.
            reader.exchange_tap(&self.offer);
            if format.sample_rate == reader.format().sample_rate {
                // Only the frames change: nothing breaks off.
                reader.change_frames(format);
                self.format.set(format);
                return Ok(Vec::new());
            }
            let (outlet, original, mut next) = open(format, &self.options)?;
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

fn open(format: PlayoutFormat, options: &PlayoutSetup) -> Result<(Outlet, Option<OriginalFeed>, Reader)> {
    let (feed, play) = ring::new(format, options.prime_ms)?;
    let outlet = Outlet::new(format, feed)?;
    let (original, mix) =
        options.original.map(|original| original::open(original, format)).transpose()?.unzip();
    Ok((outlet, original, Reader::new(format, options.prime_ms, play, mix)))
}
