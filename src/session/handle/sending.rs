//! What the callers' threads send: samples, or bytes of encoded audio.

use tokio::time::Instant;

use super::session::Session;
use crate::audio::convert::InputFormat;
use crate::audio::samples::Encoding;
use crate::error::{Result, Status};
use crate::session::input::Inlet;
use crate::session::input::inlet::NextFormat;
use crate::session::output::Playout;
use crate::session::output::play::voice_tap::VoiceTap;
use crate::session::output::playout::NextOriginal;

/// What another input format needs.
pub(crate) struct NextInput {
    /// `None`: the input has it already.
    next: Option<NextFormat>,
    original: Option<NextOriginal>,
    said: Option<VoiceTap>,
}

/// What an input takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Samples,
    Encoded,
}

impl Session {
    /// Copies whole frames into the ring, as many as fit. Wait-free: safe on a real-time thread.
    pub fn send_audio(&self, bytes: &[u8]) -> std::result::Result<usize, Status> {
        self.send_audio_of(|_| Ok(bytes))
    }

    /// As [`Session::send_audio`], for callers that count frames. `bytes_of` gets the size of a frame in bytes.
    pub fn send_audio_of<'a>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
    ) -> std::result::Result<usize, Status> {
        self.take(self.input_of(Kind::Samples)?, bytes_of)
    }

    /// As [`Session::send_audio`], for bytes of encoded audio.
    pub fn send_encoded(&self, bytes: &[u8]) -> std::result::Result<usize, Status> {
        self.take(self.input_of(Kind::Encoded)?, |_| Ok(bytes))
    }

    pub(super) fn take<'a>(
        &self,
        input: &Inlet,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
    ) -> std::result::Result<usize, Status> {
        #[cfg(feature = "echo")]
        if let Some(cleaning) = &self.cleaning {
            return self.by_detour(input, |input| cleaning.put(input, bytes_of));
        }
        self.take_now(input, bytes_of)
    }

    /// As [`Session::take`], for what is sent as it is.
    pub(super) fn take_now<'a>(
        &self,
        input: &Inlet,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a [u8], Status>,
    ) -> std::result::Result<usize, Status> {
        if let Err(status) = self.check_input_open() {
            if self.goes_on_without_service() {
                // Whoever sends meanwhile is heard.
                let pass = |bytes: &[u8]| self.with_playout(|playout| playout.pass_original(bytes));
                let _ = if self.resends { input.keep(bytes_of, pass) } else { input.pass(bytes_of, pass) };
            }
            return Err(status);
        }
        let taken = input.send(bytes_of, |bytes| self.pass(bytes)).unwrap_or(Err(Status::Busy));
        self.seat.request_visit();
        taken
    }

    /// What found no place in the input is dropped and told so, and is heard all the same. Wait-free, as sending.
    pub(crate) fn drop_input(&self, bytes: &[u8]) -> std::result::Result<(), Status> {
        let dropped = self.input_of(Kind::Samples)?.drop_newest(bytes, |bytes| self.pass(bytes));
        dropped.ok_or(Status::Busy)
    }

    /// Past the service, to who hears the speaker.
    fn pass(&self, bytes: &[u8]) {
        self.with_playout(|playout| playout.pass_original(bytes));
        self.said.iter().for_each(|said| said.put(bytes));
    }

    /// The input must take what is put there, while the service does.
    #[cfg(feature = "echo")]
    fn by_detour(
        &self,
        input: &Inlet,
        put: impl FnOnce(Option<&Inlet>) -> std::result::Result<usize, Status>,
    ) -> std::result::Result<usize, Status> {
        let open = self.check_input_open();
        if open.is_err() && !self.goes_on_without_service() {
            return open.map(|()| 0);
        }
        let taken = put(open.is_ok().then_some(input));
        open.and(taken)
    }

    fn with_playout(&self, use_it: impl FnOnce(&Playout)) {
        if let Some(playout) = &self.playout {
            use_it(playout);
        }
    }

    /// When the service is gone, the speaker is still heard, unless the caller has ended the input.
    fn goes_on_without_service(&self) -> bool {
        self.life.end_requested().is_none()
    }

    /// What the speaker says, or with `None` that it was lost, is heard as it is and not sent. Wait-free, as sending.
    pub(crate) fn pass_by(&self, said: Option<&[u8]>, frames: usize) -> std::result::Result<(), Status> {
        let input = self.input_of(Kind::Samples)?;
        let pass = |bytes: &[u8]| {
            self.with_playout(|playout| match said {
                Some(_) => playout.pass_original(bytes),
                None => playout.lose_original(frames),
            });
        };
        input.pass(|_| Ok(said.unwrap_or_default()), pass).unwrap_or(Err(Status::Busy))
    }

    /// The conversation is on hold, or goes on: the task is paused meanwhile. Nothing may be sent on hold.
    pub(crate) fn hold(&self, is_held: bool) {
        let now = Instant::now();
        self.with_gap(|gap| if is_held { gap.hold() } else { gap.release(now) });
        self.seat.request_visit();
        self.wake.notify_one();
    }

    /// Puts silence in the place of frames that the caller lost, as many as fit. Wait-free, as sending.
    pub fn skip(&self, frames: usize) -> std::result::Result<usize, Status> {
        let input = self.input_of(Kind::Samples)?;
        #[cfg(feature = "echo")]
        if let Some(cleaning) = &self.cleaning {
            return self.by_detour(input, |input| cleaning.lose(frames, input));
        }
        self.skip_now(input, frames)
    }

    /// As [`Session::skip`], of what is sent as it is.
    pub(super) fn skip_now(&self, input: &Inlet, frames: usize) -> std::result::Result<usize, Status> {
        if let Err(status) = self.check_input_open() {
            if self.goes_on_without_service() {
                let pass = || self.with_playout(|playout| playout.lose_original(frames));
                if self.resends {
                    let _ = input.skip(frames, |_| pass());
                } else {
                    let _ = input.pass(|_| Ok::<&[u8], Status>(&[]), |_| pass());
                }
            }
            return Err(status);
        }
        let pass = |frames| {
            self.with_playout(|playout| playout.lose_original(frames));
            self.said.iter().for_each(|said| said.lose(frames));
        };
        let taken = input.skip(frames, pass).ok_or(Status::Busy);
        self.seat.request_visit();
        taken
    }

    /// Has the input so far sent at once, even if it fills no chunk. The ticker sees it: wait-free, as sending.
    pub fn flush_input(&self) -> std::result::Result<(), Status> {
        let input = self.input()?;
        self.check_input_open()?;
        #[cfg(feature = "echo")]
        if let Some(cleaning) = &self.cleaning {
            cleaning.flush();
            return Ok(());
        }
        input.flush();
        self.seat.request_visit();
        Ok(())
    }

    /// Changes encoding, rate and channels of the audio that is sent from now on. The wire format stays.
    pub fn set_input_format(&self, encoding: Encoding, sample_rate: u32, channels: u32) -> Result<()> {
        #[cfg(feature = "echo")]
        if let Some(cleaning) = &self.cleaning {
            if self.life.end_requested().is_some() {
                self.check_open()?;
            }
            let before = cleaning.format().ok_or(Status::Busy)?;
            return cleaning.set_format(InputFormat { encoding, sample_rate, channels, ..before });
        }
        // Another change can make useless what was prepared.
        while !self.adopt_input(self.prepare_input(encoding, sample_rate, channels)?)? {}
        Ok(())
    }

    /// Makes what another input format needs, before the sender is kept out.
    pub(crate) fn prepare_input(
        &self,
        encoding: Encoding,
        sample_rate: u32,
        channels: u32,
    ) -> Result<NextInput> {
        let input = self.input_of(Kind::Samples)?;
        if self.playout.is_none() || self.life.end_requested().is_some() {
            self.check_open()?;
        }
        let next = input.prepare(|old| InputFormat { encoding, sample_rate, channels, ..old })?;
        let playout = self.playout.as_ref().filter(|_| next.is_some());
        let said = self.said.as_ref().zip(next.as_ref());
        Ok(NextInput {
            said: said.and_then(|(said, next)| said.in_format(next.format())),
            next,
            original: playout.map(|playout| playout.prepare_input(sample_rate)).transpose()?,
        })
    }

    /// Takes what is sent from now on in a format that was prepared. `false`: it fits no more, and nothing has changed.
    pub(crate) fn adopt_input(&self, prepared: NextInput) -> Result<bool> {
        let NextInput { next: Some(next), mut original, mut said } = prepared else { return Ok(true) };
        let mut fits = true;
        let adopted = self.input_of(Kind::Samples)?.set_format(next, |format| {
            if let (Some(playout), Some(original)) = (&self.playout, original.take()) {
                fits = playout.set_input_format(format, original);
            }
            if !fits {
                return Err(Status::Again.into());
            }
            if let Some(present) = self.said.as_ref().filter(|_| said.is_some()) {
                present.change(&mut said);
            }
            Ok(())
        });
        // The copy in the old format ends here, behind the cell.
        drop(said);
        if !fits {
            return Ok(false);
        }
        adopted?;
        // The rest in the old format can be sent now.
        self.seat.request_visit();
        self.wake.notify_one();
        Ok(true)
    }

    /// Number of frames that the ring would take now.
    pub fn audio_space(&self) -> std::result::Result<usize, Status> {
        let input = self.input()?;
        self.check_input_open()?;
        #[cfg(feature = "echo")]
        if let Some(cleaning) = &self.cleaning {
            return cleaning.space(Some(input));
        }
        Ok(input.space_frames())
    }

    /// What the caller sends now.
    pub(super) fn sent_format(&self) -> std::result::Result<InputFormat, Status> {
        let input = self.input()?;
        #[cfg(feature = "echo")]
        if let Some(cleaning) = &self.cleaning {
            return cleaning.format().ok_or(Status::Busy);
        }
        input.format().ok_or(Status::Busy)
    }

    /// The input, if it takes that.
    pub(super) fn input_of(&self, kind: Kind) -> std::result::Result<&Inlet, Status> {
        let is_it = |input: &&Inlet| input.is_encoded() == (kind == Kind::Encoded);
        self.input.as_ref().filter(is_it).ok_or(Status::Unsupported)
    }
}
