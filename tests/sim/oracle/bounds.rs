//! The bounds that callers rely on: numbers in the headers, where a change of the library would have to change them.

use std::time::Duration;

const SESSION: &str = include_str!("../../../include/palabra/session.h");
const AUDIO: &str = include_str!("../../../include/palabra/audio.h");
const CLIENT: &str = include_str!("../../../include/palabra/client.h");

/// The value of a field that is 0, as the comment of the field says: "0: 1000", or "0: 1000 in ...".
fn usual(header: &str, field: &str) -> u64 {
    let declared = ["int32_t", "int64_t"].map(|kind| header.find(&format!("    {kind} {field};")));
    let Some(end) = declared.into_iter().flatten().min() else { panic!("no field {field}") };
    let comment = header[..end].rfind("/**").expect("a comment");
    let comment = header[comment..end].replace("\n     *", "");
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

/// How long the service may take to become ready.
pub fn ready() -> Duration {
    ms(SESSION, "ready_ms")
}

/// The time to wait for the next text or speech after the end.
pub fn end() -> Duration {
    ms(SESSION, "end_ms")
}

/// How often an end may take that time.
pub fn end_times() -> u32 {
    let told = SESSION.split("An end takes at most ").nth(1).and_then(|rest| rest.split(' ').next());
    told.and_then(|digits| digits.parse().ok()).expect("a factor")
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
        (buffer_ms(), 2000),
        (chunk_ms(), 320),
        (end().as_millis() as u64, 30_000),
        (u64::from(end_times()), 10),
        (liveness().as_millis() as u64, 60_000),
        (ready().as_millis() as u64, 30_000),
    ];
    all.iter().filter(|(read, known)| read != known).map(|pair| format!("{pair:?}")).collect()
}
