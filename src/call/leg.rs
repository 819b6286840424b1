//! One party of a call, as the threads of its line use it.

#[cfg(feature = "echo")]
pub(super) mod cleaned;
mod exchange;
#[cfg(test)]
mod tests;

use std::sync::Arc;
#[cfg(feature = "echo")]
use std::sync::OnceLock;

use super::ear::Ear;
use super::holds::Holds;
use super::jitter::Jitter;
use super::options::LegOptions;
use super::record::Record;
use super::stats::LegStats;
use crate::audio::convert::InputFormat;
use crate::audio::format::{PlayoutFormat, SharedFormat};
use crate::audio::mix::Selection;
use crate::error::{Result, Status};
use crate::runtime::try_cell::TryCell;
use crate::session::handle::life::Life;
use crate::session::handle::sending::NextInput;
#[cfg(feature = "echo")]
use crate::session::listening::{cleaner::LineCleaner, detour::DetourEntry};
use crate::session::output::offer::Offer;
use crate::session::output::play::voice_tap::VoiceTap;
use crate::session::output::playout::NextOriginal;
use crate::session::output::{OriginalLevels, Sound, Taps};
use crate::session::{Session, State};
use crate::sync::{AtomicBool, Ordering};

/// More is never exchanged at once.
const MOST_MS: u32 = 500;

/// What a copy of what is said is for.
#[derive(Clone, Copy)]
pub(super) enum CopyFor {
    Recording,
    #[cfg(feature = "vad")]
    Speech,
    #[cfg(feature = "echo")]
    Echo,
}

const COPIES: usize = 3;

/// Where the words of a party go.
#[derive(Clone)]
pub(super) struct Voice {
    /// `None`: it waits to be opened, and the other party hears the words as they are.
    pub session: Option<Arc<Session>>,
    pub heard_by: Arc<Ear>,
}

/// What another format of the words needs where they go.
pub(super) enum NextWords {
    Session(Arc<Session>, Box<NextInput>),
    Ear(Arc<Ear>, NextOriginal),
}

impl Voice {
    pub(super) fn prepare(self, format: PlayoutFormat) -> Result<NextWords> {
        let PlayoutFormat { encoding, sample_rate, channels } = format;
        let Some(session) = self.session else {
            let original = self.heard_by.playout().prepare_input(sample_rate)?;
            return Ok(NextWords::Ear(self.heard_by, original));
        };
        let next = session.prepare_input(encoding, sample_rate, channels)?;
        Ok(NextWords::Session(session, Box::new(next)))
    }

    /// `false`: it was prepared for another one, or fits no more, and nothing has changed.
    fn adopt(&self, next: NextWords, input: InputFormat) -> Result<bool> {
        match (next, &self.session) {
            (NextWords::Session(session, next), Some(present)) if Arc::ptr_eq(&session, present) => {
                session.adopt_input(*next)
            }
            (NextWords::Ear(ear, original), None) if Arc::ptr_eq(&ear, &self.heard_by) => {
                Ok(ear.playout().set_input_format(input, original))
            }
            _ => Ok(false),
        }
    }
}

/// Where what is said goes.
#[derive(Default)]
struct Way {
    voice: Option<Voice>,
    taps: [Option<VoiceTap>; COPIES],
}

/// What the thread that sends has.
struct Sender {
    route: Route,
    /// Packets that wait for an earlier one.
    jitter: Jitter,
}

enum Route {
    Direct(Box<Way>),
    /// By the thread for signal processing, which has the way.
    #[cfg(feature = "echo")]
    Detour(DetourEntry),
}

/// What the thread for signal processing has in place of the one that sends.
#[cfg(feature = "echo")]
struct Cleaning {
    cleaner: LineCleaner,
    way: Box<Way>,
}

pub struct Leg {
    number: usize,
    options: LegOptions,
    /// Of the call.
    life: Arc<Life>,
    ear: Arc<Ear>,
    record: Arc<Record>,
    /// What is sent, while nothing else knows it.
    input: SharedFormat,
    is_muted: AtomicBool,
    /// Of the call.
    holds: Arc<Holds>,
    /// One sender at a time.
    sender: TryCell<Sender>,
    /// Another session on its way to the sender, and what copies what is said.
    offer: Offer<Voice>,
    tap_offers: [Offer<VoiceTap>; COPIES],
    /// If what is sent is cleaned.
    #[cfg(feature = "echo")]
    cleaning: OnceLock<TryCell<Cleaning>>,
}

impl Leg {
    pub(super) fn new(
        number: usize,
        options: LegOptions,
        life: Arc<Life>,
        ear: Ear,
        holds: Arc<Holds>,
    ) -> Result<Leg> {
        let format = frames_of(&options);
        let jitter = Jitter::new(format, options.jitter_ms, MOST_MS)?;
        let ear = Arc::new(ear);
        let record = Arc::new(Record::new(number, &options, ear.clone()));
        Ok(Leg {
            number,
            options,
            life,
            ear,
            record,
            input: SharedFormat::new(format),
            is_muted: AtomicBool::new(false),
            holds,
            sender: TryCell::new(Sender { route: Route::Direct(Box::default()), jitter }),
            offer: Offer::default(),
            tap_offers: Default::default(),
            #[cfg(feature = "echo")]
            cleaning: OnceLock::new(),
        })
    }

    /// Counted from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    pub(super) fn options(&self) -> &LegOptions {
        &self.options
    }

    pub(super) fn record(&self) -> &Arc<Record> {
        &self.record
    }

    pub fn stats(&self) -> LegStats {
        self.record.stats()
    }

    pub(super) fn ear(&self) -> &Arc<Ear> {
        &self.ear
    }

    /// What the party says goes there from now on.
    pub(super) fn speak_to(&self, voice: Voice) {
        self.offer.make(voice);
    }

    /// What the party says is copied there from now on.
    pub(super) fn copy(&self, purpose: CopyFor, said: Arc<Taps>) {
        loop {
            let format = self.said();
            self.tap_offers[purpose as usize].make(VoiceTap::new(format, said.clone()));
            // A change of the format makes another of what was offered before it.
            if format == self.said() {
                break;
            }
        }
    }

    /// Where goes what is sent now, also if that is over.
    pub(super) fn voice(&self) -> Result<Option<Voice>> {
        Ok(self.with_way(|way| Ok(way.voice.clone()))?)
    }

    /// What puts packets of this format in order.
    pub(super) fn prepare_jitter(&self, format: PlayoutFormat) -> Result<Jitter> {
        Jitter::new(format, self.options.jitter_ms, MOST_MS)
    }

    /// Changes what is sent, and what is taken where it goes, while nobody sends. `false`: what was prepared fits no
    /// more, and nothing has changed.
    pub(super) fn change_input(
        &self,
        format: PlayoutFormat,
        prepared: Option<NextWords>,
        next_jitter: &mut Jitter,
    ) -> Result<bool> {
        let mut before = [const { None }; COPIES];
        let changed = self.sender.try_with(|Sender { route, jitter }| {
            let Way { voice, taps } = route.way()?;
            self.offer.exchange(voice);
            let fits = match (voice, prepared) {
                (Some(voice), Some(next)) => voice.adopt(next, input_of(format, self.options.input))?,
                (None, None) => true,
                _ => false,
            };
            if fits {
                // The one before is freed by whoever changes it.
                std::mem::swap(jitter, next_jitter);
                self.input.set(format);
                // What is offered now has the format that ends here.
                self.exchange_taps(taps);
                before = std::mem::take(taps);
            }
            Ok(fits)
        });
        for (offer, tap) in self.tap_offers.iter().zip(before) {
            tap.into_iter().for_each(|tap| offer.make(tap.in_format(input_of(format, tap.format()))));
        }
        changed.unwrap_or(Err(Status::Busy.into()))
    }

    /// Fills what the party hears. Wait-free, as [`Leg::exchange`].
    pub fn read_audio<'a>(
        &self,
        heard_of: impl FnOnce(usize) -> std::result::Result<&'a mut [u8], Status>,
    ) -> std::result::Result<Sound, Status> {
        self.ear.read(heard_of)
    }

    /// The silent byte of what a failed read would have filled, and the number of its bytes; `None` for more frames than
    /// can be read. Wait-free, as [`Leg::exchange`].
    pub fn unread(&self, frames: usize) -> Option<(u8, usize)> {
        self.ear.playout().unread(b"", frames)
    }

    /// Changes how the party hears the other's own voice.
    pub fn set_original(&self, levels: OriginalLevels) -> Result<()> {
        self.ear.playout().set_original(levels)
    }

    /// What the party says is silence, for the other one and for the service.
    pub fn set_muted(&self, is_muted: bool) {
        self.is_muted.store(is_muted, Ordering::Relaxed);
    }

    fn check_open(&self) -> std::result::Result<(), Status> {
        if self.life.state() == State::Closed {
            return Err(Status::Closed);
        }
        if self.life.end_requested().is_some() { Err(Status::Ended) } else { Ok(()) }
    }

    fn with_sender<R>(
        &self,
        deed: impl FnOnce(&mut Sender) -> std::result::Result<R, Status>,
    ) -> std::result::Result<R, Status> {
        let deed = |sender: &mut Sender| {
            if let Ok(way) = sender.route.way() {
                self.renew(way);
            }
            deed(sender)
        };
        self.sender.try_with(deed).unwrap_or(Err(Status::Busy))
    }

    fn with_way<R>(
        &self,
        deed: impl FnOnce(&mut Way) -> std::result::Result<R, Status>,
    ) -> std::result::Result<R, Status> {
        #[cfg(feature = "echo")]
        if let Some(cleaning) = self.cleaning.get() {
            return self.with_cleaned_way(cleaning, deed);
        }
        self.with_sender(|sender| deed(sender.route.way()?))
    }

    /// Takes what was offered.
    fn renew(&self, way: &mut Way) {
        self.offer.exchange(&mut way.voice);
        self.exchange_taps(&mut way.taps);
    }

    /// The format of what is passed on.
    fn said(&self) -> InputFormat {
        if self.options.is_cleaned() {
            self.options.said()
        } else {
            input_of(self.input.get(), self.options.input)
        }
    }

    fn exchange_taps(&self, taps: &mut [Option<VoiceTap>; COPIES]) {
        self.tap_offers.iter().zip(taps).for_each(|(offer, tap)| {
            offer.exchange(tap);
        });
    }
}

impl Route {
    fn way(&mut self) -> std::result::Result<&mut Way, Status> {
        match self {
            Route::Direct(way) => Ok(way),
            #[cfg(feature = "echo")]
            Route::Detour(_) => Err(Status::Internal),
        }
    }
}

/// A channel that was selected stays so, if it exists.
fn input_of(format: PlayoutFormat, before: InputFormat) -> InputFormat {
    let PlayoutFormat { encoding, sample_rate, channels } = format;
    let selection = match before.selection {
        Selection::One(channel) if channel >= channels as usize => Selection::All,
        selection => selection,
    };
    InputFormat { encoding, sample_rate, channels, selection }
}

fn frames_of(options: &LegOptions) -> PlayoutFormat {
    let format = options.input;
    PlayoutFormat { encoding: format.encoding, sample_rate: format.sample_rate, channels: format.channels }
}
