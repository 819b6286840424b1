//! Result of a read.

/// Bits of the ABI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sound(u32);

impl Sound {
    pub const SILENCE: Sound = Sound(0);
    /// At least one frame of speech.
    pub const SPEECH: Sound = Sound(1);
    /// It contains the original.
    pub const ORIGINAL: Sound = Sound(2);
    /// Speech begins after silence.
    pub const TALKSPURT: Sound = Sound(4);
    /// Noise in place of silence.
    pub const COMFORT: Sound = Sound(8);
    /// Silence, and nothing will follow.
    pub const ENDED: Sound = Sound(16);

    pub fn bits(self) -> u32 {
        self.0
    }

    pub fn has(self, other: Sound) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn is_speech(self) -> bool {
        self.has(Sound::SPEECH)
    }

    pub(super) fn with(self, other: Sound, is_so: bool) -> Sound {
        if is_so { Sound(self.0 | other.0) } else { self }
    }
}
