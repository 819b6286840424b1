//! Messages from the service (protocol.md 8.2), read without copying what can be borrowed.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::Format;
use crate::wire::base64;
use crate::wire::envelope::{self, NotText, complaint};
use crate::wire::json::{Text, first_text, truth};
use crate::wire::lexer::Raw;

/// One message. Borrows from the frame that carried it.
#[derive(Debug)]
pub enum Message<'a> {
    Audio(Audio<'a>),
    Error {
        code: String,
        text: String,
        /// Empty when the server does not say it; the hosted one does not (protocol.md 8.3).
        generation: String,
    },
    Warning {
        code: String,
        text: String,
    },
    /// Any other message: the whole frame, which need not be JSON.
    Raw {
        json: &'a str,
    },
}

#[derive(Debug)]
pub struct Audio<'a> {
    pub generation: Text<'a>,
    pub is_last: bool,
    base64: Cow<'a, [u8]>,
}

#[derive(Deserialize)]
struct AudioData<'a> {
    #[serde(borrow, default)]
    generation_id: Text<'a>,
    #[serde(borrow, default)]
    audio: Text<'a>,
    #[serde(default, deserialize_with = "truth")]
    last_chunk: bool,
}

/// Reads one frame and passes the message to `take`.
pub fn read<R>(frame: &[u8], take: impl FnOnce(Message<'_>) -> R) -> Result<R, NotText> {
    if let Some(audio) = plain_audio(frame) {
        return Ok(take(Message::Audio(audio)));
    }
    let frame = envelope::text(frame)?;
    let taken = envelope::open(frame, take, |take, message_type, data, frame| {
        match classify(message_type, data, frame) {
            Some(message) => Ok(take(message)),
            None => Err(take),
        }
    });
    Ok(taken.unwrap_or_else(|take| take(Message::Raw { json: frame })))
}

/// The fast path for nearly all of the traffic, without a tree. Returns `None` for everything else.
fn plain_audio(frame: &[u8]) -> Option<Audio<'_>> {
    let (mut generation, mut base64, mut is_last) = (None, None, false);
    envelope::pairs_of(frame, b"audio_chunk", |key, value| {
        match (key, value) {
            (b"generation_id", Raw::Text(text)) => generation = Some(text),
            (b"audio", Raw::Text(text)) => base64 = Some(text),
            (b"last_chunk", Raw::Scalar(word)) => is_last = word == b"true",
            (b"generation_id" | b"audio" | b"last_chunk", _) => return None,
            _ => {}
        }
        Some(())
    })?;
    let generation = std::str::from_utf8(generation?).ok()?;
    Some(Audio { generation: Text(Cow::Borrowed(generation)), is_last, base64: Cow::Borrowed(base64?) })
}

/// Returns `None` for a message that does not match its type.
fn classify<'a>(message_type: &str, data: &'a str, frame: &'a str) -> Option<Message<'a>> {
    match message_type {
        "audio_chunk" => audio(data).map(Message::Audio),
        "error" => {
            let (code, text) = complaint(data)?;
            let data: Value = serde_json::from_str(data).ok()?;
            Some(Message::Error { code, text, generation: first_text(&data, &["generation_id"]) })
        }
        "warning" => {
            let (code, text) = complaint(data)?;
            Some(Message::Warning { code, text })
        }
        _ => Some(Message::Raw { json: frame }),
    }
}

fn audio(data: &str) -> Option<Audio<'_>> {
    // serde would accept a list as a struct.
    data.trim_start().starts_with('{').then_some(())?;
    let body: AudioData<'_> = serde_json::from_str(data).ok()?;
    let base64 = match body.audio.0 {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    Some(Audio { generation: body.generation_id, is_last: body.last_chunk, base64 })
}

impl Audio<'_> {
    pub fn is_empty(&self) -> bool {
        self.base64.is_empty()
    }

    /// The bytes as the service has encoded them; `None` when they cannot be decoded.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        base64::decode_bytes(&self.base64)
    }

    /// Decodes the samples once, into the buffer that the caller will see; `None` when they cannot be decoded.
    /// `before` is what the previous chunk left. What this chunk leaves is returned too: half a sample, or the
    /// beginning of a WAV header.
    ///
    /// MP3 has no samples, see [`Audio::bytes`].
    pub fn samples(&self, format: Format, before: Vec<u8>) -> Option<(Vec<i16>, Vec<u8>)> {
        let (samples, half) = match format {
            Format::Mp3 => (Vec::new(), None),
            Format::Pcm => base64::decode_samples(&self.base64, before.first().copied())?,
            Format::Wav => {
                let mut bytes = before;
                bytes.append(&mut base64::decode_bytes(&self.base64)?);
                match after_wav_head(&bytes) {
                    Some(body) => base64::samples_of(body, None),
                    None if self.is_last || bytes.len() > LONGEST_HEAD => {
                        return Some((Vec::new(), Vec::new()));
                    }
                    None => return Some((Vec::new(), bytes)),
                }
            }
        };
        Some((samples, Vec::from_iter(half)))
    }
}

/// The hosted service's header has 44 bytes.
const LONGEST_HEAD: usize = 65_536;

/// Returns what follows the header of a WAV file, wherever one begins, or everything when none does. `None`: more of
/// the header is still to come.
fn after_wav_head(bytes: &[u8]) -> Option<&[u8]> {
    let begins = |name: &[u8], at: usize| {
        let there = bytes.get(at..).unwrap_or_default();
        name.starts_with(&there[..there.len().min(name.len())])
    };
    if bytes.is_empty() || !begins(b"RIFF", 0) || !begins(b"WAVE", 8) {
        return Some(bytes);
    }
    let mut rest = bytes.get(12..)?;
    loop {
        let (head, body) = rest.split_at_checked(8)?;
        if head.starts_with(b"data") {
            return Some(body);
        }
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        // Chunks of a WAV file begin at even offsets.
        rest = body.get(length.checked_add(length % 2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(frame: &str) -> String {
        read(frame.as_bytes(), |message| match message {
            Message::Audio(a) => {
                let samples = a.samples(Format::Pcm, Vec::new()).map(|(samples, _)| samples);
                format!("{} {} {samples:?}", &*a.generation, a.is_last)
            }
            other => format!("{other:?}"),
        })
        .unwrap()
    }

    fn chunk(data: &str) -> String {
        summary(&format!(r#"{{"message_type":"audio_chunk","data":{data}}}"#))
    }

    const PLAIN: &str = r#"{"audio":"AQA=","size":2,"generation_id":"g","last_chunk":false,
        "chunk_generation_delta":42,"audio_len":0.2}"#;

    #[test]
    fn chunks_as_objects_and_as_texts() {
        assert_eq!(chunk(PLAIN), "g false Some([1])");
        assert_eq!(chunk(&serde_json::to_string(PLAIN).unwrap()), "g false Some([1])");
        let marker = r#"{"audio":"","size":0,"generation_id":"g","last_chunk":true,"audio_len":null}"#;
        assert_eq!(chunk(marker), "g true Some([])");
    }

    #[test]
    fn odd_chunks_are_taken_for_what_they_hold() {
        for (data, expected) in [
            (r#"{"audio":"AQA=","generation_id":"g\u00e9"}"#, "gé false Some([1])"),
            (r#"{"audio":"AQA=","generation_id":null,"last_chunk":true}"#, " true Some([1])"),
            (r#"{"audio":"AQA=","generation_id":7,"last_chunk":1}"#, "7 false Some([1])"),
            (r#"{"audio":null,"generation_id":"g","last_chunk":true}"#, "g true Some([])"),
            (r#"{"audio":"%%%","generation_id":"g"}"#, "g false None"),
            (r#"{"audio":"AQAC","generation_id":"g"}"#, "g false Some([1])"),
            (r#"{"audio":"AQA=","generation_id":"g","audio_len":NaN,"text":"\ud800"}"#, "g false Some([1])"),
            (r#"{"audio":"AQA=","generation_id":"f","generation_id":"g","x":[1]}"#, "g false Some([1])"),
        ] {
            assert_eq!(chunk(data), expected, "{data}");
        }
        for data in ["7", "[]", "null", r#"["AQA=","g",false]"#] {
            assert!(!chunk(data).contains("Some([1])"), "{data}");
        }
    }

    #[test]
    fn payloads_are_borrowed() {
        let frame = format!(r#"{{"message_type":"audio_chunk","data":{PLAIN}}}"#);
        let borrowed = read(frame.as_bytes(), |message| match message {
            Message::Audio(audio) => matches!(audio.base64, Cow::Borrowed(_)),
            _ => false,
        });
        assert_eq!(borrowed, Ok(true));
    }

    #[test]
    fn errors_name_a_generation_if_the_server_does() {
        let error = |data: &str| summary(&format!(r#"{{"message_type":"error","data":{data}}}"#));
        assert_eq!(error(r#"{"code":"C","desc":"d"}"#), r#"Error { code: "C", text: "d", generation: "" }"#);
        assert_eq!(
            error(r#"{"code":"C","desc":"d","generation_id":"g"}"#),
            r#"Error { code: "C", text: "d", generation: "g" }"#
        );
    }

    #[test]
    fn what_is_not_modelled_is_kept_as_it_came_and_so_is_what_is_not_json() {
        assert!(summary(r#"{"message_type":"news","data":{}}"#).starts_with("Raw"));
        assert!(summary("{}").starts_with("Raw"));
        for junk in ["", "7", "[]", "{", r#"{"message_type":"audio_chunk","data":"{"}"#] {
            assert_eq!(summary(junk), format!("Raw {{ json: {junk:?} }}"));
        }
        assert_eq!(read(b"\xff", |_| ()), Err(NotText));
    }

    #[test]
    fn the_head_of_a_wav_file_is_left_out() {
        let mut file = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0".to_vec();
        file.extend([0; 16]);
        file.extend(b"LIST\x03\0\0\0abc\0data\xff\xff\xff\xff");
        file.extend([1, 0, 2, 0]);
        let body = [1, 0, 2, 0];
        assert_eq!(after_wav_head(&file), Some(&body[..]));
        assert_eq!(after_wav_head(&body), Some(&body[..]));
        assert_eq!(after_wav_head(&[]), Some(&[][..]));
        for cut in 1..file.len() - 4 {
            assert_eq!(after_wav_head(&file[..cut]), None, "{cut}");
        }
        // However the file is cut, the samples are the same.
        for size in 1..file.len() {
            let (mut samples, mut before) = (Vec::new(), Vec::new());
            for piece in file.chunks(size) {
                let audio = Audio {
                    generation: Text(Cow::Borrowed("g")),
                    is_last: false,
                    base64: base64_simd::STANDARD.encode_to_string(piece).into_bytes().into(),
                };
                let (part, left) = audio.samples(Format::Wav, before).unwrap();
                samples.extend(part);
                before = left;
            }
            assert_eq!((samples, before), (vec![1, 2], vec![]), "pieces of {size}");
        }
    }
}
