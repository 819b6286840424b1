//! The speech-to-speech translation stream (protocol.md 4 and 5).

mod commands;
pub mod dialect;
mod incoming;
mod messages;
mod pacing;
mod stream;
mod task;

pub use stream::{Delivery, Stream};

/// `/streaming-api/[<any segment>/]v1/speech-to-speech/stream` (protocol.md 14, row 5).
pub fn is_stream_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("/streaming-api/") else {
        return false;
    };
    let segment = rest.strip_suffix("v1/speech-to-speech/stream");
    segment.is_some_and(|s| s.is_empty() || (s.ends_with('/') && s.matches('/').count() == 1 && s.len() > 1))
}

#[cfg(test)]
mod tests {
    use super::is_stream_path;

    #[test]
    fn the_segment_in_the_path_is_optional() {
        for path in ["", "0a1b2c3d/", "x/"].map(|s| format!("/streaming-api/{s}v1/speech-to-speech/stream")) {
            assert!(is_stream_path(&path), "{path}");
        }
        for path in ["/", "a/b/", "a"].map(|s| format!("/streaming-api/{s}v1/speech-to-speech/stream")) {
            assert!(!is_stream_path(&path), "{path}");
        }
        assert!(!is_stream_path("/v1/speech-to-speech/stream"));
    }
}
