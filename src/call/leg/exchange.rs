//! What the threads of a line send, and what they hear in exchange. No lock, no allocation, no system call.

use super::{Leg, MOST_MS, Route, Sender, Voice, Way};
use crate::call::jitter::Piece;
use crate::error::Status;
use crate::session::output::Sound;
use crate::sync::Ordering;

/// What becomes of audio that finds no place in the input, as when the library's thread stands still for seconds.
#[derive(Clone, Copy)]
pub(super) enum Rest {
    /// Whoever sends it keeps it.
    Refused,
    Dropped,
}

/// How what is said enters the statistics.
pub(super) struct Counted {
    pub rate: u32,
    pub is_lost: bool,
}

impl Leg {
    /// One tick: takes what the party says and fills what it hears. Either both happen or, with an error, nothing.
    /// Wait-free: safe on a real-time thread. Both closures get the size of a frame in bytes.
    pub fn exchange<'i, 'o>(
        &self,
        said_of: impl FnOnce(usize) -> Result<&'i [u8], Status>,
        heard_of: impl FnOnce(usize) -> Result<&'o mut [u8], Status>,
    ) -> Result<Sound, Status> {
        self.with_sender(|sender| {
            let (said, _, sound) = self.heard_for(said_of, heard_of)?;
            if self.check_open().is_ok() {
                self.say_now(sender, said, Rest::Dropped)?;
            }
            Ok(sound)
        })
    }

    /// As [`Leg::exchange`], for a packet with a timestamp, which has its turn among those before and behind it.
    pub fn exchange_at<'i, 'o>(
        &self,
        at: u32,
        said_of: impl FnOnce(usize) -> Result<&'i [u8], Status>,
        heard_of: impl FnOnce(usize) -> Result<&'o mut [u8], Status>,
    ) -> Result<Sound, Status> {
        self.with_sender(|Sender { route, jitter }| {
            let (said, elapsed, sound) = self.heard_for(said_of, heard_of)?;
            let mut outcome = Ok(sound);
            if self.check_open().is_ok() {
                let frame_bytes = self.input.get().frame_bytes();
                jitter.take(at, said, elapsed, &mut |piece| {
                    let taken = match piece {
                        Piece::Said(said) => {
                            self.say(route, said.len() / frame_bytes, Some(said), Rest::Dropped)
                        }
                        Piece::Lost(frames) => self.say(route, frames, None, Rest::Dropped),
                    };
                    outcome = taken.and(outcome);
                });
            }
            outcome
        })
    }

    /// Fills what is heard in exchange for what is said. Returns that, and the frames of what is said that take as long
    /// as what is heard.
    fn heard_for<'i, 'o>(
        &self,
        said_of: impl FnOnce(usize) -> Result<&'i [u8], Status>,
        heard_of: impl FnOnce(usize) -> Result<&'o mut [u8], Status>,
    ) -> Result<(&'i [u8], u32, Sound), Status> {
        let format = self.input.get();
        let said = said_of(format.frame_bytes())?;
        if said.len() > format.frames_in_ms(MOST_MS) * format.frame_bytes() {
            return Err(Status::InvalidArgument);
        }
        let mut heard = 0;
        let sound = self.ear.read(|frame_bytes| {
            let out = heard_of(frame_bytes)?;
            heard = out.len() / frame_bytes;
            Ok(out)
        })?;
        let elapsed = heard as u64 * u64::from(format.sample_rate) / u64::from(self.ear.rate());
        Ok((said, elapsed as u32, sound))
    }

    /// Takes what the party says. Wait-free, as [`Leg::exchange`].
    pub fn send_audio<'a>(
        &self,
        said_of: impl FnOnce(usize) -> Result<&'a [u8], Status>,
    ) -> Result<usize, Status> {
        self.check_open()?;
        self.with_sender(|sender| {
            let said = said_of(self.input.get().frame_bytes())?;
            self.say_now(sender, said, Rest::Refused)
        })
    }

    /// Frames of what the party says were lost. Wait-free, as [`Leg::exchange`].
    pub fn skip(&self, frames: usize) -> Result<usize, Status> {
        self.check_open()?;
        self.with_sender(|sender| {
            sender.jitter.forget();
            self.say(&mut sender.route, frames, None, Rest::Refused)
        })
    }

    /// Passes on what is said, or with `None` that it was lost: at once, or by a detour.
    fn say(
        &self,
        route: &mut Route,
        frames: usize,
        said: Option<&[u8]>,
        rest: Rest,
    ) -> Result<usize, Status> {
        let (is_muted, is_lost) = (self.is_muted.load(Ordering::Relaxed), said.is_none());
        match route {
            Route::Direct(way) => {
                let rate = self.input.get().sample_rate;
                self.carry(way, frames, said.filter(|_| !is_muted), Counted { rate, is_lost }, rest)
            }
            #[cfg(feature = "echo")]
            Route::Detour(entry) => Ok(self.leave_to_detour(entry, frames, said, is_muted)),
        }
    }

    /// What is said goes on, unless nobody hears it yet. A session that is over takes nothing, but has passed it to the
    /// listener: the call goes on.
    pub(super) fn carry(
        &self,
        way: &mut Way,
        frames: usize,
        said: Option<&[u8]>,
        Counted { rate, is_lost }: Counted,
        rest: Rest,
    ) -> Result<usize, Status> {
        let voice = way.voice.as_ref().filter(|voice| voice.heard_by.is_open());
        let taken = voice.map_or(Ok(frames), |voice| self.pass_on(voice, frames, said, rest))?;
        self.record.count(taken, rate, is_lost);
        for tap in way.taps.iter_mut().flatten() {
            match said {
                Some(said) => tap.put(said),
                None => tap.put_silence(frames),
            }
        }
        Ok(taken)
    }

    /// As [`Leg::say`], for what has no timestamp.
    fn say_now(&self, sender: &mut Sender, said: &[u8], rest: Rest) -> Result<usize, Status> {
        sender.jitter.forget();
        self.say(&mut sender.route, said.len() / self.input.get().frame_bytes(), Some(said), rest)
    }

    fn pass_on(
        &self,
        voice: &Voice,
        frames: usize,
        said: Option<&[u8]>,
        rest: Rest,
    ) -> Result<usize, Status> {
        let Some(session) = &voice.session else {
            voice.heard_by.pass_original(said, frames);
            return Ok(frames);
        };
        if self.holds.any() {
            return session.pass_by(said, frames).map(|()| frames);
        }
        let taken = match said.map_or_else(|| session.skip(frames), |said| session.send_audio(said)) {
            Err(Status::Closed | Status::Ended) => frames,
            taken => taken?,
        };
        match (rest, said) {
            (Rest::Dropped, Some(said)) if taken < frames => {
                let frame_bytes = said.len() / frames;
                session.drop_input(&said[taken * frame_bytes..])?;
            }
            (Rest::Dropped, None) if taken < frames => session.pass_by(None, frames - taken)?,
            _ => return Ok(taken),
        }
        Ok(frames)
    }
}
