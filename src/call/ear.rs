//! What a party hears: speech of the service, and under it the other party's own voice.

use std::sync::Arc;

use crate::audio::format::PlayoutFormat;
use crate::error::{Result, Status};
use crate::event::Event;
use crate::session::output::{Line, Playout, PlayoutSetup, Sound, Taps};
use crate::sync::{AtomicBool, Ordering};

/// Sessions come and go; what was not heard yet, and the other's own voice, stay.
pub(crate) struct Ear {
    playout: Arc<Playout>,
    /// The party has begun to listen: before, its telephone rings.
    is_open: AtomicBool,
    /// The latest read had speech.
    is_sounding: AtomicBool,
}

impl Ear {
    pub(crate) fn new(setup: PlayoutSetup, language: &str) -> Result<Ear> {
        let playout = Arc::new(Playout::new(setup, &[language.to_owned()])?);
        Ok(Ear { playout, is_open: AtomicBool::new(false), is_sounding: AtomicBool::new(false) })
    }

    pub(crate) fn playout(&self) -> &Arc<Playout> {
        &self.playout
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// Fills whole frames. Wait-free: safe on a real-time thread. `bytes_of` gets the size of a frame in bytes.
    pub(crate) fn read<'a>(
        &self,
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a mut [u8], Status>,
    ) -> std::result::Result<Sound, Status> {
        if !self.is_open() {
            self.is_open.store(true, Ordering::Relaxed);
        }
        let sound = self.line()?.read(bytes_of).unwrap_or(Err(Status::Busy))?;
        self.is_sounding.store(sound.has(Sound::SPEECH), Ordering::Relaxed);
        Ok(sound)
    }

    /// The other party says that, or with `None` it was lost. Wait-free, as reading; one at a time.
    pub(crate) fn pass_original(&self, said: Option<&[u8]>, frames: usize) {
        match said {
            Some(said) => self.playout.pass_original(said),
            None => self.playout.lose_original(frames),
        }
    }

    /// Translation is heard.
    #[cfg(feature = "vad")]
    pub(crate) fn is_sounding(&self) -> bool {
        self.is_sounding.load(Ordering::Relaxed)
    }

    pub(crate) fn set_format(&self, format: PlayoutFormat) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        self.playout.set_format(b"", format, &mut events)?;
        Ok(events)
    }

    /// The translation that is heard from now on is copied there.
    pub(crate) fn tap(&self, taps: &Arc<Taps>) {
        if let Ok(line) = self.line() {
            line.attach(taps);
        }
    }

    /// All that is heard from now on is copied there.
    #[cfg(feature = "echo")]
    pub(crate) fn copy_mixed(&self, taps: &Arc<Taps>) {
        if let Ok(line) = self.line() {
            line.attach_mixed(taps);
        }
    }

    /// Of what is read now.
    pub(crate) fn rate(&self) -> u32 {
        self.line().map_or(1, |line| line.format().sample_rate)
    }

    fn line(&self) -> std::result::Result<&Line, Status> {
        self.playout.line(b"").ok_or(Status::Internal)
    }
}
