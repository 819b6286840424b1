//! Addresses of the streams in each region (protocol.md 4.1).

use crate::error::{Error, Result};
use crate::runtime::random;

/// Placeholder for a random path part, fresh for each connection; the service balances its load with it.
const RANDOM_PART: &str = "{random_hash}";

/// One of the service's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Translation,
    TextToSpeech,
    SpeechToText,
}

struct Region {
    name: &'static str,
    translation: Option<&'static str>,
    text_to_speech: Option<&'static str>,
    speech_to_text: Option<&'static str>,
}

/// Text-to-speech for a client id and secret whose REST session names no address (protocol.md 4.1).
pub const TEXT_TO_SPEECH: &str = "wss://stream.palabra.ai/tts-api/v1/text-to-speech/stream";
/// Path of speech-to-text at the host of the REST API, for a client id and secret (protocol.md 4.1).
pub const SPEECH_TO_TEXT_PATH: &str = "/asr/v1/speech-to-text/stream";

const REGIONS: &[Region] = &[
    Region {
        name: "eu",
        translation: Some(
            "wss://streaming.palabra.ai/streaming-api/{random_hash}/v1/speech-to-speech/stream",
        ),
        text_to_speech: Some(TEXT_TO_SPEECH),
        speech_to_text: Some("wss://stream.palabra.ai/asr/v1/speech-to-text/stream"),
    },
    Region {
        name: "us",
        translation: None,
        text_to_speech: Some("wss://stream.us.palabra.ai/tts-api/v1/text-to-speech/stream"),
        speech_to_text: None,
    },
];

impl Stream {
    /// Returns the address for one connection: `own` if the caller set one, else the region's.
    pub fn address(self, own: Option<&str>, region: &str) -> Result<String> {
        let template = match own {
            Some(own) => own,
            None => self.of(find(region)?).ok_or_else(|| {
                let (name, regions) = (self.name(), names(|region| self.of(region).is_some()));
                Error::invalid(format!("there is no {name} in the region {region}; it is in {regions}"))
            })?,
        };
        fill(template)
    }

    fn of(self, region: &Region) -> Option<&'static str> {
        match self {
            Stream::Translation => region.translation,
            Stream::TextToSpeech => region.text_to_speech,
            Stream::SpeechToText => region.speech_to_text,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Stream::Translation => "translation",
            Stream::TextToSpeech => "text-to-speech",
            Stream::SpeechToText => "speech-to-text",
        }
    }
}

/// Replaces the placeholder, if the address has one, by 32 hexadecimal digits.
pub fn fill(template: &str) -> Result<String> {
    if !template.contains(RANDOM_PART) {
        return Ok(template.to_owned());
    }
    Ok(template.replace(RANDOM_PART, &random::hex()?))
}

fn find(region: &str) -> Result<&'static Region> {
    REGIONS.iter().find(|known| known.name == region).ok_or_else(|| {
        Error::invalid(format!("unknown region {region}; this version knows {}", names(|_| true)))
    })
}

fn names(fitting: impl Fn(&Region) -> bool) -> String {
    let fitting = REGIONS.iter().filter(|region| fitting(region));
    fitting.map(|region| region.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_has_a_path_of_its_own() {
        let addresses = [(); 2].map(|()| Stream::Translation.address(None, "eu").unwrap());
        assert_ne!(addresses[0], addresses[1]);
        for address in addresses {
            let part = address.split('/').nth(4).unwrap();
            assert!(part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit()), "{address}");
        }
    }

    #[test]
    fn what_a_region_has_not_is_refused_by_name() {
        let refused = |stream: Stream| stream.address(None, "us").unwrap_err().text;
        assert_eq!(refused(Stream::SpeechToText), "there is no speech-to-text in the region us; it is in eu");
        assert!(refused(Stream::Translation).contains("no translation"));
        assert!(Stream::TextToSpeech.address(None, "us").unwrap().contains("stream.us."));
    }

    #[test]
    fn an_address_of_ones_own_is_taken_as_it_is() {
        assert_eq!(Stream::SpeechToText.address(Some("ws://h/x"), "nowhere").unwrap(), "ws://h/x");
    }
}
