//! Messages to the service (protocol.md 5.2).

use serde_json::{Value, json};

use super::dialect::Dialect;
use crate::wire::base64;

const AUDIO_HEAD: &[u8] = br#"{"message_type":"input_audio_data","data":{"data":""#;
const AUDIO_TAIL: &[u8] = br#""}}"#;

/// Length of the message for this many bytes of audio.
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

/// A text to be spoken: as it is in `language`, or translated from it into every target.
pub fn speak(text: &str, language: &str, translate: bool) -> Vec<u8> {
    message("tts_task", &json!({"text": text, "language": language, "translate_text": translate}))
}

pub fn pause_task() -> Vec<u8> {
    message("pause_task", &json!({}))
}

/// Discards the phrase in progress for some targets or for all, and pauses if requested.
pub fn interrupt(dialect: Dialect, languages: &[String], pause: bool) -> Vec<u8> {
    let languages = if languages.is_empty() { json!(["global"]) } else { json!(languages) };
    message(dialect.interrupt_command(), &json!({"languages": languages, "pause_task": pause}))
}

/// Ends the task: the service waits for this many seconds of silence, delivers the tail and closes.
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
    fn interrupts_are_said_in_the_dialect() {
        let said = |dialect, languages: &[&str], pause| -> Value {
            let languages: Vec<String> = languages.iter().map(|&code| code.to_owned()).collect();
            serde_json::from_slice(&interrupt(dialect, &languages, pause)).unwrap()
        };
        let all =
            json!({"message_type": "flush_task", "data": {"languages": ["global"], "pause_task": false}});
        assert_eq!(said(Dialect::V1, &[], false), all);
        let some = json!({"message_type": "interrupt_task", "data":
            {"languages": ["es", "fr"], "pause_task": true}});
        assert_eq!(said(Dialect::V2, &["es", "fr"], true), some);
    }

    #[test]
    fn only_the_first_generation_names_a_silence() {
        let end = |dialect: Dialect| -> Value {
            serde_json::from_slice(&end_task(dialect.eos_timeout(4))).unwrap()
        };
        assert_eq!(end(Dialect::V1)["data"], json!({"eos_timeout": 4}));
        assert_eq!(end(Dialect::V2)["data"], json!({}));
    }

    #[test]
    fn texts_are_escaped() {
        let message: Value = serde_json::from_slice(&speak("a \"b\"\n", "es", true)).unwrap();
        assert_eq!(message["data"]["text"], "a \"b\"\n");
        assert_eq!(message["data"]["translate_text"], true);
    }
}
