//! The reason of a refused request, beside its status. The status counts as soon as it is known.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::Incoming;
use hyper::header::{CONTENT_ENCODING, HeaderValue};
use tokio::time::Instant;

/// How long the reason may take, from the moment the status is known.
const PATIENCE: Duration = Duration::from_millis(500);
/// Enough for a reason.
const MAX_BYTES: usize = 16 << 10;

/// Reads as much of the body as arrives in time. A body that is cut, endless or too long is still a reason.
pub(super) async fn read_reason(reply: Response<Incoming>, deadline: Instant) -> Vec<u8> {
    let is_plain = |encoding: &HeaderValue| encoding.as_bytes().eq_ignore_ascii_case(b"identity");
    // No compression was requested, and compressed bytes are not text.
    if !reply.headers().get_all(CONTENT_ENCODING).iter().all(is_plain) {
        return Vec::new();
    }
    let mut body = reply.into_body();
    let mut reason = Vec::new();
    let read = async {
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(bytes) = frame.into_data() {
                reason.extend_from_slice(&bytes[..bytes.len().min(MAX_BYTES - reason.len())]);
            }
            if reason.len() == MAX_BYTES {
                break;
            }
        }
    };
    let _ = tokio::time::timeout_at(deadline.min(Instant::now() + PATIENCE), read).await;
    reason
}
