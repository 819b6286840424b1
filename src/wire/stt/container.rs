//! The formats of encoded audio.

/// What an encoded stream is made of (protocol.md 9.1). The service finds its rate and channels in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    Webm,
    Ogg,
    Mp3,
    Aac,
    Flac,
    Wav,
}

impl Container {
    pub fn name(self) -> &'static str {
        match self {
            Container::Webm => "webm",
            Container::Ogg => "ogg",
            Container::Mp3 => "mp3",
            Container::Aac => "aac",
            Container::Flac => "flac",
            Container::Wav => "wav",
        }
    }
}
