//! The formats of speech.

/// Format of speech (protocol.md 8.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Pcm,
    Wav,
    /// Delivered as it arrives.
    Mp3,
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Format::Pcm => "pcm",
            Format::Wav => "wav",
            Format::Mp3 => "mp3",
        }
    }
}
