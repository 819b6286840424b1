//! One party of a call, as the threads of its line use it.

use std::sync::Arc;

use super::ear::Ear;
use super::holds::Holds;
use super::options::LegOptions;
use crate::audio::format::{PlayoutFormat, SharedFormat};
use crate::error::{Result, Status};
use crate::runtime::try_cell::TryCell;
use crate::session::handle::life::Life;
use crate::session::output::offer::Offer;
use crate::session::output::{OriginalLevels, Sound};
use crate::session::{Session, State};
use crate::sync::{AtomicBool, Ordering};

/// More is never exchanged at once.
const MOST_MS: u32 = 500;

/// Where the words of a party go.
pub(super) struct Voice {
    pub session: Arc<Session>,
    pub heard_by: Arc<Ear>,
}

pub struct Leg {
    number: usize,
    options: LegOptions,
    /// Of the call.
    life: Arc<Life>,
    ear: Arc<Ear>,
    /// What is sent, while nothing else knows it.
    input: SharedFormat,
    is_muted: AtomicBool,
    /// Of the call.
    holds: Arc<Holds>,
    /// One sender at a time.
    voice: TryCell<Option<Voice>>,
    /// Another session on its way to the sender.
    offer: Offer<Voice>,
}

impl Leg {
    pub(super) fn new(
        number: usize,
        options: LegOptions,
        life: Arc<Life>,
        ear: Ear,
        holds: Arc<Holds>,
    ) -> Leg {
        let input = SharedFormat::new(frames_of(&options));
        let ear = Arc::new(ear);
        Leg {
            number,
            options,
            life,
            ear,
            input,
            is_muted: AtomicBool::new(false),
            holds,
            voice: TryCell::new(None),
            offer: Offer::default(),
        }
    }

    /// Counted from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    pub(super) fn options(&self) -> &LegOptions {
        &self.options
    }

    pub(super) fn ear(&self) -> &Arc<Ear> {
        &self.ear
    }

    /// What the party says goes there from now on.
    pub(super) fn speak_to(&self, voice: Voice) {
        self.offer.make(voice);
    }

    /// Changes the frames that are sent while nobody sends; `change` does the rest of it.
    pub(super) fn change_input(
        &self,
        format: PlayoutFormat,
        change: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let changed = self.voice.try_with(|_| {
            change()?;
            self.input.set(format);
            Ok(())
        });
        changed.unwrap_or(Err(Status::Busy.into()))
    }

    /// One tick: takes what the party says and fills what it hears. Either both happen or, with an error, nothing.
    /// Wait-free: safe on a real-time thread. Both closures get the size of a frame in bytes.
    pub fn exchange<'i, 'o>(
        &self,
        said_of: impl FnOnce(usize) -> std::result::Result<&'i [u8], Status>,
        heard_of: impl FnOnce(usize) -> std::result::Result<&'o mut [u8], Status>,
    ) -> std::result::Result<Sound, Status> {
        self.with_voice(|voice| {
            let format = self.input.get();
            let said = said_of(format.frame_bytes())?;
            if said.len() > format.frames_in_ms(MOST_MS) * format.frame_bytes() {
                return Err(Status::InvalidArgument);
            }
            let sound = self.ear.read(heard_of)?;
            if self.check_open().is_ok() {
                self.say(voice, said.len() / format.frame_bytes(), Some(said))?;
            }
            Ok(sound)
        })
    }

    /// Takes what the party says. Wait-free, as [`Leg::exchange`].
    pub fn send_audio<'a>(
        &self,
        said_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
    ) -> std::result::Result<usize, Status> {
        self.check_open()?;
        self.with_voice(|voice| {
            let frame_bytes = self.input.get().frame_bytes();
            let said = said_of(frame_bytes)?;
            self.say(voice, said.len() / frame_bytes, Some(said))
        })
    }

    /// Frames of what the party says were lost. Wait-free, as [`Leg::exchange`].
    pub fn skip(&self, frames: usize) -> std::result::Result<usize, Status> {
        self.check_open()?;
        self.with_voice(|voice| self.say(voice, frames, None))
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

    /// Passes on what is said, or with `None` that it was lost, unless nobody hears it yet. A session that is over takes
    /// nothing, but has passed it to the listener: the call goes on.
    fn say(
        &self,
        voice: Option<&Voice>,
        frames: usize,
        said: Option<&[u8]>,
    ) -> std::result::Result<usize, Status> {
        let Some(voice) = voice.filter(|voice| voice.heard_by.is_open()) else { return Ok(frames) };
        let said = said.filter(|_| !self.is_muted.load(Ordering::Relaxed));
        let session = &voice.session;
        if self.holds.any() {
            return session.pass_by(said, frames).map(|()| frames);
        }
        match said.map_or_else(|| session.skip(frames), |said| session.send_audio(said)) {
            Err(Status::Closed | Status::Ended) => Ok(frames),
            taken => taken,
        }
    }

    fn check_open(&self) -> std::result::Result<(), Status> {
        if self.life.state() == State::Closed {
            return Err(Status::Closed);
        }
        if self.life.end_requested().is_some() { Err(Status::Ended) } else { Ok(()) }
    }

    fn with_voice<R>(
        &self,
        deed: impl FnOnce(Option<&Voice>) -> std::result::Result<R, Status>,
    ) -> std::result::Result<R, Status> {
        let deed = |voice: &mut Option<Voice>| {
            self.offer.exchange(voice);
            deed(voice.as_ref())
        };
        self.voice.try_with(deed).unwrap_or(Err(Status::Busy))
    }
}

fn frames_of(options: &LegOptions) -> PlayoutFormat {
    let format = options.input;
    PlayoutFormat { encoding: format.encoding, sample_rate: format.sample_rate, channels: format.channels }
}
