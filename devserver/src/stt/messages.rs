//! Server messages: transcripts with their fields at the top level (protocol.md 9.2).

use serde_json::json;

use crate::engine::Text;
use crate::streams::outgoing::Outgoing;

/// Marker at the end of the text that answers `finalize` (protocol.md 9.2).
pub const FIN: &str = "<fin>";

/// A growing text, with what was added since the previous one.
pub fn partial(text: &Text, delta: &str, delta_start: f64) -> Outgoing {
    let message = transcript("transcription", text, false);
    if delta.is_empty() {
        return message;
    }
    with(message, "delta", json!({"text": delta, "start_time": delta_start, "end_time": text.end}))
}

pub fn last(text: &Text) -> Outgoing {
    transcript("transcription", text, true)
}

pub fn translation(text: &Text) -> Outgoing {
    transcript("translated_transcription", text, true)
}

/// The other form of the answer to `finalize` (protocol.md 9.2).
pub fn bare_fin(text: &Text) -> Outgoing {
    let message = transcript("transcription", text, false);
    with(message, "language", json!(""))
}

/// The text that was added to a segment: from the first word that differs.
pub fn delta<'a>(before: &str, now: &'a str) -> &'a str {
    let same = before.bytes().zip(now.bytes()).take_while(|(a, b)| a == b).count();
    let word = now.as_bytes()[..same.min(now.len())].iter().rposition(|byte| *byte == b' ');
    // A space is a separate character, so the text can be cut after it.
    if before == now { "" } else { &now[word.map_or(0, |at| at + 1)..] }
}

fn transcript(kind: &'static str, text: &Text, is_eos: bool) -> Outgoing {
    let segment = json!({"text": text.text, "start_time": text.start, "end_time": text.end});
    let data = json!({
        "transcription_id": text.id,
        "language": text.language,
        "is_eos": is_eos,
        "segment": segment,
    });
    Outgoing::new(kind, data).flat()
}

fn with(mut message: Outgoing, key: &str, value: serde_json::Value) -> Outgoing {
    message.data[key] = value;
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_is_what_differs_from_its_first_word_on() {
        assert_eq!(delta("", "phrase 1, 0.5 s"), "phrase 1, 0.5 s");
        assert_eq!(delta("phrase 1, 0.5 s", "phrase 1, 1.0 s"), "1.0 s");
        assert_eq!(delta("el año", "el años más"), "años más");
        assert_eq!(delta("same", "same"), "");
    }
}
