//! Reading speech frame by frame.

use super::session::Session;
use crate::audio::format::PlayoutFormat;
use crate::error::{Error, Result, Status};
use crate::session::output::{Line, LineStats, OriginalLevels, Playout, Silenced, Sound};
use crate::wire::list::split_list;

impl Session {
    /// Fills whole frames with the next speech of a language, and with silence where there is none. Wait-free: safe
    /// on a real-time thread. `bytes_of` gets the size of a frame in bytes.
    pub fn read_audio<'a>(
        &self,
        language: &[u8],
        bytes_of: impl FnOnce(usize) -> std::result::Result<&'a mut [u8], Status>,
    ) -> std::result::Result<Sound, Status> {
        let line = self.playout()?.line(language).ok_or(Status::InvalidArgument)?;
        line.read(bytes_of).unwrap_or(Err(Status::Busy))
    }

    /// Changes the format of what is read from now on, in one language or in all.
    pub fn set_output_format(&self, language: &[u8], format: PlayoutFormat) -> Result<()> {
        let mut events = Vec::new();
        let changed = self.playout()?.set_format(language, format, &mut events);
        self.tell(events);
        changed
    }

    /// Statistics of one line of the playout.
    pub fn playout_stats(&self, language: &[u8]) -> std::result::Result<LineStats, Status> {
        self.playout()?.line(language).map(Line::stats).ok_or(Status::InvalidArgument)
    }

    /// Changes how loud the speaker is under the translation, while players read.
    pub fn set_original(&self, levels: OriginalLevels) -> Result<()> {
        self.playout()?.set_original(levels)
    }

    /// Withdraws speech from the players alone: the service continues.
    pub fn silence(&self, languages: &str, what: Silenced) -> Result<()> {
        let (playout, languages) = (self.playout()?, split_list(languages));
        if !playout.has_all(&languages) {
            return Err(Error::invalid("there is no such target"));
        }
        self.tell(playout.silence(&languages, what));
        Ok(())
    }

    pub(crate) fn playout(&self) -> std::result::Result<&Playout, Status> {
        self.playout.as_deref().ok_or(Status::Unsupported)
    }

    /// Discards all speech that is known now.
    pub(crate) fn flush_playout(&self, languages: &[String]) {
        if let Some(playout) = &self.playout {
            self.tell(playout.silence(languages, Silenced::All));
        }
    }
}
