//! Encodings of samples in a WAV file, and names of the encodings that are not supported.

use crate::arrays::as_arrays;

/// Format codes of the "fmt " chunk (Microsoft's mmreg.h).
pub(super) const PCM: u16 = 1;
pub(super) const FLOAT: u16 = 3;
pub(super) const ALAW: u16 = 6;
pub(super) const MULAW: u16 = 7;
pub(super) const EXTENSIBLE: u16 = 0xFFFE;

/// Little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Samples {
    U8,
    S16,
    S24,
    S32,
    F32,
    F64,
    MuLaw,
    ALaw,
}

impl Samples {
    /// Chooses by the code, the bits of a sample, and the bytes that it occupies. Fewer bits than the bytes hold
    /// stand at the upper end (Microsoft, "Multiple Channel Audio Data and WAVE Files"), so they need no special
    /// case.
    pub fn of(code: u16, bits: u16, width: u16) -> Result<Samples, String> {
        let tight = bits.div_ceil(8);
        match (code, width) {
            // Programs put 24 bits at either end of 4 bytes, and nothing in the file says which.
            (PCM, _) if tight != width => Err(format!(
                "integers of {bits} bits in {width} bytes, which programs fill in different ways"
            )),
            (PCM, 1) => Ok(Samples::U8),
            (PCM, 2) => Ok(Samples::S16),
            (PCM, 3) => Ok(Samples::S24),
            (PCM, 4) => Ok(Samples::S32),
            (FLOAT, 4) if bits == 32 => Ok(Samples::F32),
            (FLOAT, 8) if bits == 64 => Ok(Samples::F64),
            (MULAW, 1) => Ok(Samples::MuLaw),
            (ALAW, 1) => Ok(Samples::ALaw),
            (PCM, _) => Err(format!("integers of {bits} bits")),
            (FLOAT, _) => Err(format!("floats of {bits} bits in {width} bytes")),
            _ => Err(format!("{} (WAVE format 0x{code:04X})", name(code))),
        }
    }

    pub fn bytes(self) -> usize {
        match self {
            Samples::U8 | Samples::MuLaw | Samples::ALaw => 1,
            Samples::S16 => 2,
            Samples::S24 => 3,
            Samples::S32 | Samples::F32 => 4,
            Samples::F64 => 8,
        }
    }

    pub fn describe(self) -> &'static str {
        match self {
            Samples::U8 => "8-bit integers",
            Samples::S16 => "16-bit integers",
            Samples::S24 => "24-bit integers",
            Samples::S32 => "32-bit integers",
            Samples::F32 => "32-bit floats",
            Samples::F64 => "64-bit floats",
            Samples::MuLaw => "mu-law",
            Samples::ALaw => "A-law",
        }
    }

    /// Converts to an encoding that converters know, in the byte order of this machine.
    pub fn translate(self, raw: &[u8], out: &mut Vec<u8>) {
        match self {
            Samples::MuLaw | Samples::ALaw => out.extend_from_slice(raw),
            Samples::S16 => each(raw, out, |bytes| i16::from_le_bytes(bytes).to_ne_bytes()),
            Samples::F32 => each(raw, out, |bytes| f32::from_le_bytes(bytes).to_ne_bytes()),
            Samples::F64 => each(raw, out, |bytes| (f64::from_le_bytes(bytes) as f32).to_ne_bytes()),
            Samples::U8 => each(raw, out, |[byte]| ((f32::from(byte) - 128.0) / 128.0).to_ne_bytes()),
            // In the upper bytes of 32 bits.
            Samples::S24 => {
                each(raw, out, |[a, b, c]| integer(i32::from_le_bytes([0, a, b, c])).to_ne_bytes());
            }
            Samples::S32 => each(raw, out, |bytes| integer(i32::from_le_bytes(bytes)).to_ne_bytes()),
        }
    }
}

fn integer(sample: i32) -> f32 {
    sample as f32 / 2_147_483_648.0
}

fn each<const N: usize, const M: usize>(
    raw: &[u8],
    out: &mut Vec<u8>,
    translate: impl Fn([u8; N]) -> [u8; M],
) {
    as_arrays::<N, _>(raw).0.iter().for_each(|&bytes| out.extend_from_slice(&translate(bytes)));
}

/// The usual names of formats.
fn name(code: u16) -> &'static str {
    match code {
        0x0002 => "Microsoft ADPCM",
        ALAW => "A-law",
        MULAW => "mu-law",
        0x0010 | 0x0017 => "OKI ADPCM",
        0x0011 => "IMA ADPCM",
        0x0014 => "G.723 ADPCM",
        0x0020 => "Yamaha ADPCM",
        0x0022 => "TrueSpeech",
        0x0031 => "GSM 6.10",
        0x0040 => "G.721 ADPCM",
        0x0041 => "G.728",
        0x0042 | 0x0111 => "G.723.1",
        0x0045 | 0x0064 => "G.726 ADPCM",
        0x0050 => "MPEG audio layer 1 or 2",
        0x0055 => "MP3",
        0x0065 | 0x028F => "G.722",
        0x0083 => "G.729",
        0x00FF | 0x1600 | 0x1601 | 0x1610 => "AAC",
        0x0130 => "ACELP",
        0x0160..=0x0163 => "Windows Media Audio",
        0x0270 => "ATRAC3",
        0x0092 | 0x0164 | 0x2000 => "AC-3",
        0x2001 => "DTS",
        0x566F | 0x674F..=0x6771 => "Ogg Vorbis",
        0x704F => "Opus",
        0xA109 => "Speex",
        0xF1AC => "FLAC",
        EXTENSIBLE => "an extensible format that names no other",
        _ => "an unknown codec",
    }
}
