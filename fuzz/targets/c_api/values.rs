//! The values that arguments and fields get: usual ones, extreme ones, and nonsense. No address leads out of this
//! machine, and no path out of the folder of this process.

use std::path::PathBuf;

/// Nobody listens there.
pub const PROXY: &[u8] = b"http://127.0.0.1:1";

pub const URLS: &[&[u8]] = &[
    b"ws://127.0.0.1:1/x",
    b"http://127.0.0.1:1",
    b"wss://127.0.0.1:1/{random_hash}?a=b",
    b"http://u:p@127.0.0.1:1/",
    b"ws://[::1]:1",
    b"wss://[::1",
    b"no address",
    b"",
    b"\xff",
];

pub const TEXTS: &[&[u8]] = &[
    b"en",
    b"es",
    b"es,fr",
    b"",
    b"ES",
    b"Hello there. How are you?",
    b"all",
    b"none",
    b"g1,g2",
    b"auto",
    b"eu",
    b"us",
    b"zh-hans",
    b"translated_transcription",
    b"\xff\xfe",
    b"a\xc3",
    b"x\r\nInjected: y",
    b"..",
    b"%00{lang}",
    b" , ",
    b"sample.wav",
    b"decoders",
    b"vad",
    b"echo",
    b"g\xc3\xa9n\xc3\xa9ration",
];

pub const JSON: &[&[u8]] = &[
    b"{}",
    br#"{"pipeline":{"translations":[{"target_language":"es"}]}}"#,
    br#"{"es":{"speech_generation":{"voice_id":"v"}}}"#,
    br#"{"verification":7}"#,
    br#"{"input_stream":{"source":{"sample_rate":"16000","channels":2,"format":"opus"}}}"#,
    b"[]",
    b"{",
    b"null",
    b"1e999",
    br#"{"a":1,"a":2}"#,
];

pub const CSV: &[&[u8]] = &[b"cat,gato\n", b"\"a\"\"b\",c\r\nd,e", b"", b"one", b"a,b,c\n", b"\"open"];

pub const NUMBERS: &[i64] = &[
    0,
    1,
    2,
    3,
    -1,
    20,
    100,
    1000,
    8000,
    16_000,
    24_000,
    44_100,
    48_000,
    192_000,
    -2,
    7,
    65_536,
    i32::MAX as i64,
    i32::MIN as i64,
    i64::MAX,
    i64::MIN,
    1 << 32,
];

/// Lengths of buffers, which cost memory and time.
pub const LENGTHS_MS: &[i64] = &[0, 1, 10, 20, 100, 320, 500, 2000, -1, i32::MAX as i64];

/// Calls wait no longer.
pub const WAITS_MS: &[i64] = &[0, 0, 0, 1, 2];

pub const FRAMES: &[i64] = &[0, 1, 80, 160, 480, 1000, 2500, -1, i32::MIN as i64];

/// A folder of this process, so that several can run at once.
pub fn folder() -> PathBuf {
    let root = if cfg!(target_os = "linux") { PathBuf::from("/dev/shm") } else { std::env::temp_dir() };
    root.join(format!("palabra-fuzz-{}", std::process::id()))
}

/// Names in that folder, which may or may not exist.
pub const FILES: &[&str] =
    &["a.wav", "b.wav", "c.csv", "d.pem", "{lang}.wav", "none/e.wav", "", "f\u{301}.txt"];

/// What those of them hold that are there at the beginning.
pub fn contents(name: &str) -> Option<Vec<u8>> {
    match name {
        "a.wav" => Some(include_bytes!("../../seeds/wav/stereo")[2..].to_vec()),
        "c.csv" => Some(b"cat,gato\ndog,perro\n".to_vec()),
        "d.pem" => Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()),
        _ => None,
    }
}
