//! Where each of the service's streams is for one client.

use super::Client;
use super::endpoints::{self, Stream};
use super::rest::RestSession;
use crate::error::Result;
use crate::net::url::Url;

/// Where an API key finds a stream.
pub fn of_key(client: &Client, to: Stream, region: &str) -> Result<String> {
    let template = match to {
        Stream::Translation => &client.translation_url,
        Stream::TextToSpeech => &client.tts_url,
        Stream::SpeechToText => &client.stt_url,
    };
    to.address(template.as_deref(), region)
}

/// Where clients with an id and a secret find it (protocol.md 3.3, 4.1, 13).
pub fn of_rest_session(client: &Client, to: Stream, rest_session: &RestSession) -> Result<Url> {
    let own = match to {
        Stream::Translation => return Url::parse(&rest_session.ws_url),
        Stream::TextToSpeech => &client.tts_url,
        Stream::SpeechToText => &client.stt_url,
    };
    match own {
        Some(own) => Url::parse(&endpoints::fill(own)?),
        None if to == Stream::SpeechToText => client.api_url.join(endpoints::SPEECH_TO_TEXT_PATH),
        None if rest_session.ws_tts_url.is_empty() => Url::parse(endpoints::TEXT_TO_SPEECH),
        None => Url::parse(&rest_session.ws_tts_url),
    }
}
