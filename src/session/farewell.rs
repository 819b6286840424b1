//! What the products say in the same words: what a server's goodbye means, ours, and what is not understood.

use std::time::Duration;

use crate::error::{Error, Status};
use crate::event::{Event, EventKind, Texts};
use crate::net::websocket::WebSocket;

/// How long the goodbye after an ending of our own may take.
const PART: Duration = Duration::from_secs(1);

/// Closes a stream that is still open, as the official clients do in every ending of their own (protocol.md 17 row 17).
pub(super) async fn part(socket: Option<WebSocket>) {
    if let Some(mut socket) = socket {
        let _ = tokio::time::timeout(PART, socket.part()).await;
    }
}

/// A binary message that no product knows.
pub(super) fn not_ours(bytes: usize) -> Event {
    let text = format!("the server sent a binary message of {bytes} bytes that is not JSON");
    Event { texts: Texts::new(&text, "", "", "UNKNOWN_MESSAGE"), ..Event::new(EventKind::Warning) }
}

/// Why the server closed: what it complained of last, else what the close says.
pub(super) fn closed_by_the_server(complaint: Option<&(String, String)>, code: u16, reason: &str) -> Error {
    if let Some((service_code, text)) = complaint {
        let sentence = format!("the service ended the session: {service_code}: {text}");
        return Error::new(Status::Service, sentence)
            .with_service_code(service_code.as_str())
            .with_close_code(code);
    }
    let sentence = match reason {
        "" => format!("the server closed the connection (code {code})"),
        reason => format!("the server closed the connection (code {code}): {reason}"),
    };
    Error::new(Status::ConnectionLost, sentence).with_close_code(code)
}
