//! Messages to the service (protocol.md 5.2).

use serde_json::{Value, json};

use crate::wire::base64;

const AUDIO_HEAD: &[u8] = br#"{"message_type":"input_audio_data","data":{"data":""#;
const AUDIO_TAIL: &[u8] = br#""}}"#;

/// Length of the message for so many bytes of audio.
pub fn audio_len(bytes: usize) -> usize {
    AUDIO_HEAD.len() + base64::encoded_len(bytes) + AUDIO_TAIL.len()
}

/// Appends one chunk of audio, given as the two halves of a ring's contents.
pub fn append_audio(first: &[u8], second: &[u8], message: &mut Vec<u8>) {
    message.extend_from_slice(AUDIO_HEAD);
    base64::append(first, second, message);
    message.extend_from_slice(AUDIO_TAIL);
}

pub fn set_task(task: &Value) -> Vec<u8> {
    message("set_task", task)
}

pub fn get_task() -> Vec<u8> {
    message("get_task", &json!({}))
}

/// Text to be spoken: as it stands in `language`, or translated from it into every target.
pub fn speak(text: &str, language: &str, translate: bool) -> Vec<u8> {
    message("tts_task", &json!({"text": text, "language": language, "translate_text": translate}))
}

/// The end: the service waits for so many seconds of silence, delivers the tail and closes.
pub fn end_task(eos_timeout_s: Option<u32>) -> Vec<u8> {
    match eos_timeout_s {
        Some(seconds) => message("end_task", &json!({"eos_timeout": seconds})),
        None => message("end_task", &json!({})),
    }
}

fn message(message_type: &str, data: &Value) -> Vec<u8> {
    json!({"message_type": message_type, "data": data}).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audio_is_the_message_that_a_json_writer_would_make() {
        let mut text = Vec::new();
        append_audio(&[1, 2], &[3, 4, 5], &mut text);
        assert_eq!(text.len(), audio_len(5));
        let message: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(message, json!({"message_type": "input_audio_data", "data": {"data": "AQIDBAU="}}));
    }

    #[test]
    fn texts_are_escaped() {
        let message: Value = serde_json::from_slice(&speak("a \"b\"\n", "es", true)).unwrap();
        assert_eq!(message["data"]["text"], "a \"b\"\n");
        assert_eq!(message["data"]["translate_text"], true);
    }
}
