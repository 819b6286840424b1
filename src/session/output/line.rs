//! The speech of one language on its way to one player.

use std::sync::Arc;

use super::feed::feeder::{Feeder, LineStats};
use super::feed::ids::Ids;
use super::feed::outlet::Outlet;
use super::feed::phrase::Speech;
use super::levels::{OriginalLevels, SharedLevels};
use super::offer::Offer;
use super::options::PlayoutSetup;
use super::original::{Bus, OriginalFigures, OriginalStats};
use super::play::original::{OriginalMix, Path};
use super::play::reader::Reader;
use super::play::sound::Sound;
use super::play::tap::{Copies, Tap, Taps};
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
#[derive(Clone, Copy, PartialEq, Eq)]
struct Player {
    sample_rate: u32,
    /// The speaker's, if the original is heard.
    original_rate: Option<u32>,
}

/// What a player of another format needs, made before the present one is kept out.
pub(super) struct NextPlayer {
    format: PlayoutFormat,
    /// For this player.
    of: Player,
    /// `None` at the same rate.
    parts: Option<(Outlet, Reader)>,
    _table: Option<Prepared>,
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
    mixed_offer: Offer<Tap>,
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
            mixed_offer: Offer::default(),
            original_offer: Offer::default(),
            path_offer: Offer::default(),
            levels,
            figures: Arc::default(),
        };
        if let Some(bus) = bus {
            line.hear_original(line.prepare_original(bus, line.levels.get())?.1, bus);
        }
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
    pub(super) fn discard(&self, ids: &Ids) {
        lock(&self.feeder).discard(ids);
    }

    pub(super) fn discarded(&self) -> Ids {
        lock(&self.feeder).discarded().clone()
    }

    pub fn take_back(&self, id: &str) -> Vec<Event> {
        lock(&self.feeder).take_back(id)
    }

    pub fn loosen(&self, id: &str) {
        lock(&self.feeder).loosen(id);
    }

    /// Leaves out what is due while nobody reads. Must be called before anything is added or fed.
    pub fn look(&self, now_us: u64, events: &mut Vec<Event>) {
        lock(&self.feeder).look(now_us, events);
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
            reader.exchange_taps(&self.tap_offer, &self.mixed_offer);
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

    /// As [`Line::attach`], for all that is heard, the original too.
    #[cfg(feature = "echo")]
    pub(crate) fn attach_mixed(&self, taps: &Arc<Taps>) {
        let player = lock(&self.player);
        self.mixed_offer.make(Tap::new(player.sample_rate, taps.clone()));
    }

    /// Makes what the player needs to hear the original from a bus, at first at the `present` levels.
    /// Returns the player's rate with it.
    pub(super) fn prepare_original(
        &self,
        bus: &Arc<Bus>,
        present: OriginalLevels,
    ) -> Result<(u32, OriginalMix)> {
        let (mono, levels) = (self.mono(), self.levels.clone());
        let has_comfort = self.options.comfort;
        let mix = OriginalMix::new(bus, mono, levels, present, self.figures.clone(), has_comfort)?;
        Ok((mono.sample_rate, mix))
    }

    /// Has the original heard from the bus of what was prepared, which [`Line::fits`].
    pub(super) fn hear_original(&self, mix: OriginalMix, bus: &Bus) {
        let mut player = lock(&self.player);
        self.original_offer.make(mix);
        player.original_rate = Some(bus.rate());
    }

    /// Makes the way from another bus of the speaker to the player.
    pub(super) fn prepare_path(&self, bus: &Arc<Bus>) -> Result<(u32, Path)> {
        let rate = self.mono().sample_rate;
        Ok((rate, Path::new(bus.clone(), rate, self.figures.clone())?))
    }

    /// The original goes on in another bus when the present one is over, on a way which [`Line::fits`].
    pub(super) fn change_bus(&self, path: Path, bus: &Bus) {
        let mut player = lock(&self.player);
        self.path_offer.make(path);
        player.original_rate = Some(bus.rate());
    }

    /// What was made for this rate is right for the player.
    pub(super) fn fits(&self, rate: u32) -> bool {
        self.mono().sample_rate == rate
    }

    fn mono(&self) -> Format {
        Format { sample_rate: lock(&self.player).sample_rate, channels: 1 }
    }

    /// Changes the levels of the original. The player fades.
    pub(super) fn set_original_levels(&self, levels: OriginalLevels) {
        self.levels.set(levels);
    }

    /// Changes the format of what is read from now on. Buffered speech and the original continue without a seam.
    pub fn set_format(&self, format: PlayoutFormat) -> Result<Vec<Event>> {
        loop {
            // Another change can make useless what was prepared.
            if let Some(events) = self.adopt_format(self.prepare_format(format)?)? {
                return Ok(events);
            }
        }
    }

    pub(super) fn prepare_format(&self, format: PlayoutFormat) -> Result<NextPlayer> {
        let of = *lock(&self.player);
        let is_other = format.sample_rate != of.sample_rate;
        let parts = is_other.then(|| open(format, &self.options)).transpose()?;
        let _table = of.original_rate.and_then(|from| resample::prepare(from, format.sample_rate));
        Ok(NextPlayer { format, of, parts, _table })
    }

    /// As [`Line::set_format`], with what was prepared; `None` if it fits no more.
    pub(super) fn adopt_format(&self, next: NextPlayer) -> Result<Option<Vec<Event>>> {
        let NextPlayer { format, of, parts, _table } = next;
        let mut player = lock(&self.player);
        if *player != of {
            return Ok(None);
        }
        let mut copies = Copies::default();
        let changed = self.reader.try_with(|reader| {
            // What is offered now has the rate that ends here.
            reader.exchange_taps(&self.tap_offer, &self.mixed_offer);
            reader.exchange_original(&self.original_offer, &self.path_offer);
            let Some((outlet, mut next)) = parts else {
                // Only the frames change: nothing breaks off.
                reader.change_frames(format);
                self.format.set(format);
                return Ok(Vec::new());
            };
            reader.set_original_rate(Format { sample_rate: format.sample_rate, channels: 1 })?;
            // From here on nothing is fed into the old ring.
            let mut feeder = lock(&self.feeder);
            let left = reader.leave();
            next.take_over(reader);
            copies = std::mem::take(&mut reader.copies);
            let events = feeder.change_outlet(outlet, left);
            *reader = next;
            self.format.set(format);
            player.sample_rate = format.sample_rate;
            Ok(events)
        });
        // Its ring is not made while the player is kept out.
        copies.go_on(format.sample_rate, &self.tap_offer, &self.mixed_offer);
        changed.unwrap_or(Err(Status::Busy.into())).map(Some)
    }
}

fn open(format: PlayoutFormat, options: &PlayoutSetup) -> Result<(Outlet, Reader)> {
    let (feed, play) = ring::new(format, options.prime_ms)?;
    let outlet = Outlet::new(format, feed)?;
    Ok((outlet, Reader::new(format, options.prime_ms, play)))
}
