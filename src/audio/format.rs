//! Rate, channels and the arithmetic of chunks. All counts are frames: one sample per channel.

use crate::sync::{AtomicU64, Ordering};

use super::samples::Encoding;

/// Bytes of one 16-bit sample.
pub(crate) const SAMPLE_BYTES: usize = 2;

/// Rates of callers' audio: what can be converted to and from any rate of the wire.
pub(crate) const MIN_RATE: u32 = 8000;
pub(crate) const MAX_RATE: u32 = 192_000;

/// The service's output: always 24 kHz mono (protocol.md 7).
pub(crate) const OUTPUT: Format = Format { sample_rate: 24_000, channels: 1 };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    pub sample_rate: u32,
    pub channels: u32,
}

impl Default for Format {
    /// The official clients' default.
    fn default() -> Format {
        Format { sample_rate: 24_000, channels: 1 }
    }
}

impl Format {
    /// Returns whether such audio can be taken. Wide bounds: the service has its own, narrower ones; these limit memory.
    pub fn is_usable(self) -> bool {
        (MIN_RATE..=MAX_RATE).contains(&self.sample_rate) && (1..=8).contains(&self.channels)
    }

    pub fn frame_bytes(self) -> usize {
        self.channels as usize * SAMPLE_BYTES
    }

    /// Number of whole frames in this many milliseconds.
    pub fn frames_in_ms(self, ms: u32) -> usize {
        (u64::from(self.sample_rate) * u64::from(ms) / 1000) as usize
    }
}

/// The wire format: samples in little-endian order, whatever this machine's order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireFormat {
    pub encoding: Encoding,
    pub sample_rate: u32,
    pub channels: u32,
}

/// 16 bits unless set otherwise.
impl From<Format> for WireFormat {
    fn from(format: Format) -> WireFormat {
        WireFormat { encoding: Encoding::S16, sample_rate: format.sample_rate, channels: format.channels }
    }
}

impl WireFormat {
    pub fn frame_bytes(self) -> usize {
        self.channels as usize * self.encoding.sample_bytes()
    }

    pub fn frames_in_ms(self, ms: u32) -> usize {
        Format { sample_rate: self.sample_rate, channels: 1 }.frames_in_ms(ms)
    }
}

/// The format of a player. Every channel has the same speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayoutFormat {
    pub encoding: Encoding,
    pub sample_rate: u32,
    pub channels: u32,
}

impl PlayoutFormat {
    pub fn frame_bytes(self) -> usize {
        self.channels as usize * self.encoding.sample_bytes()
    }

    pub fn frames_in_ms(self, ms: u32) -> usize {
        Format { sample_rate: self.sample_rate, channels: 1 }.frames_in_ms(ms)
    }
}

/// The format of a player, for threads that only want to know it.
pub struct SharedFormat(AtomicU64);

impl SharedFormat {
    pub fn new(format: PlayoutFormat) -> SharedFormat {
        SharedFormat(AtomicU64::new(SharedFormat::packed(format)))
    }

    pub fn set(&self, format: PlayoutFormat) {
        self.0.store(SharedFormat::packed(format), Ordering::Release);
    }

    pub fn get(&self) -> PlayoutFormat {
        let packed = self.0.load(Ordering::Acquire);
        PlayoutFormat {
            encoding: Encoding::ALL[packed as usize & 0xf],
            channels: (packed >> 4) as u32 & 0xfff,
            sample_rate: (packed >> 16) as u32,
        }
    }

    fn packed(format: PlayoutFormat) -> u64 {
        let encoding = Encoding::ALL.iter().position(|&encoding| encoding == format.encoding).unwrap_or(0);
        encoding as u64 | u64::from(format.channels) << 4 | u64::from(format.sample_rate) << 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_format_is_what_was_set() {
        let shared =
            SharedFormat::new(PlayoutFormat { encoding: Encoding::S16, sample_rate: 8000, channels: 1 });
        for encoding in Encoding::ALL {
            for (sample_rate, channels) in [(MIN_RATE, 1), (44_100, 2), (MAX_RATE, 8)] {
                let format = PlayoutFormat { encoding, sample_rate, channels };
                shared.set(format);
                assert_eq!(shared.get(), format);
            }
        }
    }

    #[test]
    fn chunks_are_those_of_the_protocol() {
        for (rate, bytes) in [(8000, 5120), (16000, 10240), (24000, 15360), (44100, 28224), (48000, 30720)] {
            let format = Format { sample_rate: rate, channels: 1 };
            assert_eq!(format.frames_in_ms(320) * format.frame_bytes(), bytes);
        }
    }
}
