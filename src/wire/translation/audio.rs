//! Speech in a message: found without a copy, decoded once.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};
use serde::Deserialize;

use crate::memory;
use crate::wire::base64::{self, Half};
use crate::wire::envelope;
use crate::wire::json::{Text, truth};
use crate::wire::lexer::Raw;

/// Large enough for most chunks.
const INFLATED_STEP: usize = 16 << 10;

#[derive(Debug)]
pub struct Audio<'a> {
    pub language: Text<'a>,
    pub id: Text<'a>,
    pub is_last: bool,
    pub part: u32,
    base64: Cow<'a, [u8]>,
}

/// Format of output audio (protocol.md 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    Pcm,
    ZlibPcm,
}

#[derive(Deserialize)]
struct AudioData<'a> {
    #[serde(borrow, default)]
    transcription_id: Text<'a>,
    #[serde(borrow, default)]
    language: Text<'a>,
    #[serde(borrow, default)]
    data: Text<'a>,
    #[serde(default, deserialize_with = "truth")]
    last_chunk: bool,
    #[serde(borrow, default)]
    translation_part_id: Text<'a>,
    /// An older server nests the same fields here.
    #[serde(borrow, default)]
    transcription: Option<Box<AudioData<'a>>>,
}

/// The fast path for the message that makes up nearly all of the traffic: no tree, and base64 is scanned once before
/// it is decoded. Returns `None` for everything else.
pub(super) fn plain(frame: &[u8]) -> Option<Audio<'_>> {
    let (mut id, mut language, mut number) = (&b""[..], &b""[..], &b""[..]);
    let (mut base64, mut is_last) = (None, false);
    envelope::pairs_of(frame, b"output_audio_data", |key, value| {
        match (key, value) {
            (b"transcription_id", Raw::Text(text)) => id = text,
            (b"language", Raw::Text(text)) => language = text,
            (b"data", Raw::Text(text)) => base64 = Some(text),
            (b"translation_part_id", Raw::Text(text)) => number = text,
            (b"translation_part_id", Raw::Scalar(digits)) if digits.iter().all(u8::is_ascii_digit) => {
                number = digits;
            }
            (b"last_chunk", Raw::Scalar(word)) => is_last = word == b"true",
            // Also what an older server nests.
            (
                b"transcription_id"
                | b"language"
                | b"data"
                | b"translation_part_id"
                | b"last_chunk"
                | b"transcription",
                _,
            ) => return None,
            _ => {}
        }
        Some(())
    })?;
    let text = |bytes| std::str::from_utf8(bytes).map(|text| Text(Cow::Borrowed(text))).ok();
    Some(Audio {
        language: text(language)?,
        id: text(id)?,
        is_last,
        part: part(number),
        base64: Cow::Borrowed(base64?),
    })
}

/// Any other form of the same.
pub(super) fn read(data: &str) -> Option<Audio<'_>> {
    let mut body: AudioData<'_> = serde_json::from_str(data).ok()?;
    if let Some(nested) = body.transcription.take() {
        body = *nested;
    }
    Some(Audio {
        language: body.language,
        id: body.transcription_id,
        is_last: body.last_chunk,
        part: part(body.translation_part_id.as_bytes()),
        base64: match body.data.0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
    })
}

/// A number in texts, a text in audio (protocol.md 15 row 6).
pub(super) fn part(id: &[u8]) -> u32 {
    std::str::from_utf8(id).ok().and_then(|id| id.parse().ok()).unwrap_or_default()
}

/// Why the audio of a message could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAudio {
    Base64,
    Zlib,
    /// It inflates to more than is allowed.
    TooLong,
    /// There is not enough memory.
    Memory,
}

impl Audio<'_> {
    pub fn is_empty(&self) -> bool {
        self.base64.is_empty()
    }

    /// Decodes the samples once, into the buffer that the caller will see. `half` is what the previous message left;
    /// `most` bytes may be inflated.
    pub fn samples(
        &self,
        format: OutputFormat,
        half: Half,
        most: usize,
    ) -> Result<(Vec<i16>, Half), BadAudio> {
        // The empty end marker is never compressed (protocol.md 7).
        if format == OutputFormat::Pcm || self.base64.is_empty() {
            return base64::decode_samples(&self.base64, half).ok_or(BadAudio::Base64);
        }
        let packed = base64::decode_bytes(&self.base64).ok_or(BadAudio::Base64)?;
        let bytes = inflate(&packed, most)?;
        memory::ask(bytes.len()).map_err(|_| BadAudio::Memory)?;
        Ok(base64::samples_of(&bytes, half))
    }
}

/// Grows step by step: the server decides how much comes out, which may exceed the memory.
fn inflate(packed: &[u8], most: usize) -> Result<Vec<u8>, BadAudio> {
    let mut inflater = Decompress::new(true);
    let mut bytes = Vec::new();
    loop {
        let room = bytes.len().max(INFLATED_STEP).min(most + 1 - bytes.len());
        bytes.try_reserve(room).map_err(|_| BadAudio::Memory)?;
        let rest = packed.get(inflater.total_in() as usize..).unwrap_or_default();
        let status = inflater.decompress_vec(rest, &mut bytes, FlushDecompress::None);
        match status.map_err(|_| BadAudio::Zlib)? {
            _ if bytes.len() > most => return Err(BadAudio::TooLong),
            Status::StreamEnd => return Ok(bytes),
            // The buffer was not filled, so the end of the data is missing.
            _ if bytes.len() < bytes.capacity() => return Err(BadAudio::Zlib),
            Status::Ok | Status::BufError => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::translation::incoming::{Message, read};

    #[test]
    fn audio_payloads_are_borrowed() {
        let frame = r#"{"message_type":"output_audio_data","data":{"language":"es","data":"AQA="}}"#;
        let borrowed = read(frame.as_bytes(), |message| match message {
            Message::Audio(audio) => matches!(audio.base64, Cow::Borrowed(_)),
            _ => false,
        });
        assert_eq!(borrowed, Ok(true));
    }

    #[test]
    fn no_more_is_inflated_than_was_allowed() {
        use std::io::Write;
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&[7; 100_000]).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(inflate(&packed, 100_000).map(|bytes| bytes.len()), Ok(100_000));
        assert_eq!(inflate(&packed, 99_999), Err(BadAudio::TooLong));
        assert_eq!(inflate(&packed[..packed.len() - 1], 100_000), Err(BadAudio::Zlib), "the end is missing");
    }

    #[test]
    fn zlib_chunks_stand_alone_and_the_empty_marker_is_not_packed() {
        use std::io::Write;
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&[1, 0, 2, 0]).unwrap();
        let packed = base64_simd::STANDARD.encode_to_string(packer.finish().unwrap());
        let samples = |data: &str| {
            let frame = format!(r#"{{"message_type":"output_audio_data","data":{{"data":"{data}"}}}}"#);
            read(frame.as_bytes(), |message| match message {
                Message::Audio(audio) => {
                    audio.samples(OutputFormat::ZlibPcm, None, 100).map(|(samples, _)| samples)
                }
                _ => panic!("not audio"),
            })
            .unwrap()
        };
        assert_eq!(samples(&packed), Ok(vec![1, 2]));
        assert_eq!(samples(""), Ok(vec![]));
        assert_eq!(samples("AAAA"), Err(BadAudio::Zlib));
        assert_eq!(samples("%"), Err(BadAudio::Base64));
    }
}
