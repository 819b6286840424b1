//! The speech of one language on its way to one player.

use std::sync::Arc;

use super::feed::backlog::Speech;
use super::feed::feeder::{Feeder, LineStats};
use super::feed::outlet::Outlet;
use super::levels::{OriginalLevels, SharedLevels};
use super::offer::Offer;
use super::options::PlayoutSetup;
use super::original::{Bus, OriginalFigures, OriginalStats};
use super::play::original::{OriginalMix, Path};
use super::play::reader::Reader;
use super::play::sound::Sound;
use super::play::tap::{Tap, Taps};
use super::ring::{self, MOST_READ_MS};
use crate::audio::format::{Format, PlayoutFormat, SharedFormat};
use crate::audio::resample::{self, Prepared};
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

/// What is made for the player must fit.
struct Player {
    sample_rate: u32,
    /// The speaker's, if the original is heard.
    original_rate: Option<u32>,
}

impl Player {
    fn mono(&self) -> Format {
        Format { sample_rate: self.sample_rate, channels: 1 }
    }
}

pub struct Line {
    language: String,
    options: PlayoutSetup,
    /// Never taken on the player's side.
    feeder: Mutex<Feeder>,
    reader: TryCell<Reader>,
    /// The reader's format, also while another thread is reading.
    format: SharedFormat,
    /// Held while they must not change.
    player: Mutex<Player>,
    /// On their way to the player: a recording's tap, an original that was switched on, and where it goes on.
    tap_offer: Offer<Tap>,
    original_offer: Offer<OriginalMix>,
    path_offer: Offer<Path>,
    /// How loud the original is now, and how it reaches the player.
    levels: Arc<SharedLevels>,
    figures: Arc<OriginalFigures>,
}

impl Line {
    /// The original is heard from the bus, if there is one.
    pub(crate) fn new(language: String, options: PlayoutSetup, bus: Option<&Arc<Bus>>) -> Result<Line> {
        let levels = options.original.map_or(OriginalLevels::OFF, |original| original.levels);
        let levels = Arc::new(SharedLevels::new(levels));
        let (outlet, reader) = open(options.format, &options)?;
        let feeder = Feeder::new(language.clone(), outlet, options);
        let player = Player { sample_rate: options.format.sample_rate, original_rate: None };
        let line = Line {
            language,
            options,
            feeder: Mutex::new(Rank::Feeder, feeder),
            reader: TryCell::new(reader),
            format: SharedFormat::new(options.format),
            player: Mutex::new(Rank::PlayerRate, player),
            tap_offer: Offer::default(),
            original_offer: Offer::default(),
            path_offer: Offer::default(),
            levels,
            figures: Arc::default(),
        };
        bus.map_or(Ok(()), |bus| line.prepare_original(bus, line.levels.get()))?;
        Ok(line)
    }

    pub fn is_for(&self, language: &[u8]) -> bool {
        self.language.as_bytes().eq_ignore_ascii_case(language)
    }

    pub fn add(&self, speech: Speech) -> Vec<Event> {
        lock(&self.feeder).add(speech)
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

    pub fn complete(&self) {
        lock(&self.feeder).complete();
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

    pub fn original_stats(&self) -> OriginalStats {
        self.figures.stats()
    }

    /// Fills exactly the frames that `bytes_of` returns; it gets the size of a frame in bytes. `None` when another
    /// thread is reading. More than is ever buffered is refused. Wait-free: safe on a real-time thread.
    pub fn read<'a>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a mut [u8], Status>,
    ) -> Option<std::result::Result<Sound, Status>> {
        self.reader.try_with(|reader| {
            reader.exchange_tap(&self.tap_offer);
            reader.exchange_original(&self.original_offer, &self.path_offer);
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
        let player = lock(&self.player);
        self.tap_offer.make(Tap::new(player.sample_rate, taps.clone()));
    }

    /// Has the original heard from a bus, where it is not yet, at first at the `present` levels.
    pub(super) fn prepare_original(&self, bus: &Arc<Bus>, present: OriginalLevels) -> Result<()> {
        let mut player = lock(&self.player);
        if player.original_rate.is_none() {
            let mix =
                OriginalMix::new(bus, player.mono(), self.levels.clone(), present, self.figures.clone())?;
            self.original_offer.make(mix);
            player.original_rate = Some(bus.rate());
        }
        Ok(())
    }

    /// What the original needs if the speaker's rate changes.
    pub(super) fn prepare_rate(&self, from: u32) -> Option<Prepared> {
        resample::prepare(from, self.format.get().sample_rate)
    }

    /// The original goes on in another bus when the present one is over.
    pub(super) fn change_bus(&self, bus: &Arc<Bus>) -> Result<()> {
        let mut player = lock(&self.player);
        self.path_offer.make(Path::new(bus.clone(), player.sample_rate, self.figures.clone())?);
        player.original_rate = Some(bus.rate());
        Ok(())
    }

    /// Changes the levels of the original. The player fades.
    pub(super) fn set_original_levels(&self, levels: OriginalLevels) {
        self.levels.set(levels);
    }

    /// Changes the format of what is read from now on. Buffered speech and the original continue without a seam.
    pub fn set_format(&self, format: PlayoutFormat) -> Result<Vec<Event>> {
        let mut player = lock(&self.player);
        // Computed before the player is kept out.
        let _prepared = player.original_rate.and_then(|from| resample::prepare(from, format.sample_rate));
        let changed = self.reader.try_with(|reader| {
            // What is offered now has the rate that ends here.
            reader.exchange_tap(&self.tap_offer);
            reader.exchange_original(&self.original_offer, &self.path_offer);
            if format.sample_rate == reader.format().sample_rate {
                // Only the frames change: nothing breaks off.
                reader.change_frames(format);
                self.format.set(format);
                return Ok(Vec::new());
            }
            let (outlet, mut next) = open(format, &self.options)?;
            reader.set_original_rate(Format { sample_rate: format.sample_rate, channels: 1 })?;
            // From here on nothing is fed into the old ring.
            let mut feeder = lock(&self.feeder);
            let left = reader.leave();
            next.take_over(reader);
            let events = feeder.change_outlet(outlet, left);
            *reader = next;
            self.format.set(format);
            player.sample_rate = format.sample_rate;
            Ok(events)
        });
        changed.unwrap_or(Err(Status::Busy.into()))
    }
}

fn open(format: PlayoutFormat, options: &PlayoutSetup) -> Result<(Outlet, Reader)> {
    let (feed, play) = ring::new(format, options.prime_ms)?;
    let outlet = Outlet::new(format, feed)?;
    Ok((outlet, Reader::new(format, options.prime_ms, play)))
}
