//! The bounds that callers rely on: numbers in the headers, where a change of the library would have to change them.

use std::time::Duration;

const BASE: &str = include_str!("../../../include/palabra/base.h");
const SESSION: &str = include_str!("../../../include/palabra/session.h");
const AUDIO: &str = include_str!("../../../include/palabra/audio.h");
const TRANSLATION: &str = include_str!("../../../include/palabra/translation.h");
const SPEECH_TO_TEXT: &str = include_str!("../../../include/palabra/stt.h");
const CLIENT: &str = include_str!("../../../include/palabra/client.h");

/// The value of a field that is 0, as the comment of the field says: "0: 1000", or "0: 1000 in ...".
fn usual(header: &str, field: &str) -> u64 {
    let declared = ["int32_t", "int64_t"].map(|kind| header.find(&format!("    {kind} {field};")));
    let Some(end) = declared.into_iter().flatten().min() else { panic!("no field {field}") };
    let comment = header[..end].rfind("/**").expect("a comment");
    let comment = header[comment..end].replace("\n     * ", "");
    let default = comment.split(" 0: ").nth(1).unwrap_or_else(|| panic!("{field} has no default"));
    let digits: String = default.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("the default of {field} is no number: {default}"))
}

fn ms(header: &str, field: &str) -> Duration {
    Duration::from_millis(usual(header, field))
}

/// Events that may wait to be polled.
pub fn event_count() -> u64 {
    usual(SESSION, "event_count")
}

/// Bytes of events that may wait to be polled.
pub fn event_bytes() -> u64 {
    usual(SESSION, "event_bytes")
}

pub fn command_count() -> u64 {
    usual(SESSION, "command_count")
}

/// Of text-to-speech.
pub fn text_count() -> u64 {
    number(SESSION, "0: 32, text-to-speech ")
}

/// How long the answer to palabra_session_finalize() may take, in us.
pub fn finalize_us() -> u64 {
    usual(SPEECH_TO_TEXT, "finalize_timeout_ms") * 1000
}

/// Between two commands about the task.
pub fn task_interval() -> Duration {
    ms(TRANSLATION, "task_interval_ms")
}

pub fn pause_interval() -> Duration {
    ms(TRANSLATION, "pause_interval_ms")
}

pub fn speak_per_minute() -> u32 {
    usual(TRANSLATION, "speak_per_minute") as u32
}

/// The number behind some words.
fn number(header: &str, words: &str) -> u64 {
    let told = header.split(words).nth(1).unwrap_or_else(|| panic!("nothing tells {words}"));
    let digits: String = told.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number after {words}"))
}

/// How long the service may take to become ready.
pub fn ready() -> Duration {
    ms(SESSION, "ready_ms")
}

/// The time to wait for the next text or speech after the end.
pub fn end() -> Duration {
    ms(SESSION, "end_ms")
}

pub fn end_of_speech_to_text() -> Duration {
    Duration::from_millis(number(SESSION, "0: 30000, speech-to-text "))
}

/// How often an end may take that time.
pub fn end_times() -> u32 {
    number(&SESSION.replace("\n     * ", ""), "end takes at most ") as u32
}

/// Threads that ask for names.
pub fn askers() -> u64 {
    let text = BASE.replace("\n *", "");
    let number = |before: &str| -> u64 {
        let found = text.split(before).nth(1).and_then(|rest| rest.split(' ').find(|word| !word.is_empty()));
        found.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("no number after: {before}"))
    };
    number("the main thread), up to") + number("that resolve names, and up to")
}

pub fn liveness() -> Duration {
    ms(SESSION, "liveness_ms")
}

pub fn connect() -> Duration {
    ms(CLIENT, "connect_timeout_ms")
}

/// Audio that may wait, in ms.
pub fn buffer_ms() -> u64 {
    usual(AUDIO, "buffer_ms")
}

pub fn chunk_ms() -> u64 {
    usual(AUDIO, "chunk_ms")
}

/// What cannot be read from the headers.
pub fn check() -> Vec<String> {
    let all = [
        (event_count(), 1000),
        (event_bytes(), 16 << 20),
        (command_count(), 32),
        (text_count(), 256),
        (task_interval().as_millis() as u64, 2100),
        (pause_interval().as_millis() as u64, 3100),
        (u64::from(speak_per_minute()), 60),
        (finalize_us(), 10_000_000),
        (buffer_ms(), 2000),
        (chunk_ms(), 320),
        (end().as_millis() as u64, 30_000),
        (end_of_speech_to_text().as_millis() as u64, 10_000),
        (u64::from(end_times()), 10),
        (liveness().as_millis() as u64, 60_000),
        (ready().as_millis() as u64, 30_000),
        (askers(), 72),
    ];
    all.iter().filter(|(read, known)| read != known).map(|pair| format!("{pair:?}")).collect()
}
