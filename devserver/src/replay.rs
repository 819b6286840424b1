//! Streams that say what a recorded one said, at its times: for what went wrong elsewhere.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::product::Product;

/// The only message of a client that is not counted.
pub const AUDIO: &str = "input_audio_data";

/// The recorded streams that were not replayed yet, in their order.
pub struct Recorded(Mutex<VecDeque<Track>>);

/// What the server of one stream did.
#[derive(Debug)]
pub struct Track {
    pub product: Product,
    pub deeds: VecDeque<Deed>,
}

#[derive(Debug, PartialEq)]
pub struct Deed {
    /// Since the stream was opened.
    pub at: Duration,
    /// Messages of the client, audio apart, that came before.
    pub after: usize,
    pub what: What,
}

#[derive(Debug, PartialEq)]
pub enum What {
    Text(String),
    Close(u16),
    /// The connection broke, or the server fell silent.
    Lost,
}

impl Recorded {
    pub fn load(path: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let tracks = read(&text).map_err(|(line, why)| format!("{}, line {line}: {why}", path.display()))?;
        if tracks.is_empty() {
            return Err(format!("{} has no stream", path.display()));
        }
        Ok(Self(Mutex::new(tracks.into())))
    }

    /// The next recorded stream of this product.
    pub fn next(&self, product: Product) -> Option<VecDeque<Deed>> {
        let mut tracks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = tracks.iter().position(|track| track.product == product)?;
        tracks.remove(at).map(|track| track.deeds)
    }
}

fn read(text: &str) -> Result<Vec<Track>, (usize, String)> {
    let (mut tracks, mut numbers, mut commands) = (Vec::new(), Vec::new(), Vec::new());
    for (n, line) in text.lines().enumerate() {
        let wrong = |why: &str| (n + 1, why.to_owned());
        let line: Value = serde_json::from_str(line).map_err(|error| (n + 1, error.to_string()))?;
        let number = line["stream"].as_u64().ok_or_else(|| wrong("no stream"))?;
        if let Some(name) = line["open"].as_str() {
            let product = Product::named(name).ok_or_else(|| wrong("unknown product"))?;
            numbers.push(number);
            commands.push(0);
            tracks.push(Track { product, deeds: VecDeque::new() });
            continue;
        }
        let place = numbers
            .iter()
            .position(|known| *known == number)
            .ok_or_else(|| wrong("a stream that was not opened"))?;
        let at = Duration::from_millis(line["at_ms"].as_u64().ok_or_else(|| wrong("no at_ms"))?);
        if line["from"] == "client" {
            commands[place] += usize::from(is_command(&line));
            continue;
        }
        if let Some(what) = deed(&line) {
            tracks[place].deeds.push_back(Deed { at, after: commands[place], what });
        }
    }
    Ok(tracks)
}

fn deed(line: &Value) -> Option<What> {
    if line["closed_by"] == "server" {
        let code = line["code"].as_u64().and_then(|code| u16::try_from(code).ok());
        return Some(code.map_or(What::Lost, What::Close));
    }
    line["text"].as_str().map(|text| What::Text(text.to_owned()))
}

fn is_command(line: &Value) -> bool {
    line["text"].as_str().is_some_and(|text| kind(text) != AUDIO)
}

/// The type of a client's message, in the words of any product.
pub fn kind(text: &str) -> String {
    let message: Value = serde_json::from_str(text).unwrap_or_default();
    let kind = message["message_type"].as_str().or(message["type"].as_str());
    kind.unwrap_or("invalid").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_did_waits_for_what_the_client_sent_before() {
        let tracks = read(concat!(
            r#"{"stream":4,"at_ms":0,"open":"tts"}"#,
            "\n",
            r#"{"stream":4,"at_ms":3,"from":"client","text":"{\"type\":\"init\"}"}"#,
            "\n",
            r#"{"stream":4,"at_ms":4,"from":"client","text":"{\"message_type\":\"input_audio_data\"}"}"#,
            "\n",
            r#"{"stream":4,"at_ms":5,"from":"server","text":"x"}"#,
            "\n",
            r#"{"stream":4,"at_ms":9,"closed_by":"server","code":1008}"#,
        ))
        .unwrap();
        assert_eq!((tracks.len(), tracks[0].product), (1, Product::TextToSpeech));
        let deed = |ms, what| Deed { at: Duration::from_millis(ms), after: 1, what };
        assert_eq!(tracks[0].deeds, [deed(5, What::Text("x".into())), deed(9, What::Close(1008))]);
        for (text, line) in [("{}", 1), (r#"{"stream":1,"at_ms":0,"from":"server"}"#, 1), ("x", 1)] {
            assert_eq!(read(text).unwrap_err().0, line, "{text}");
        }
    }
}
