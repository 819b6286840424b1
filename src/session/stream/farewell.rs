//! What all products share: the meaning of a server's close, the client's close, and messages that are not
//! understood.

use std::time::Duration;

use crate::error::{Error, Result, Status};
use crate::event::{Event, EventKind, Texts};
use crate::net::websocket::{NORMAL_CLOSURE, WebSocket};
use crate::wire::verdict;

/// How long a close by the client may take.
const PART: Duration = Duration::from_secs(1);

/// Closes a stream that is still open, as the official clients always do (protocol.md 5.5).
pub(crate) async fn part(socket: Option<WebSocket>, code: u16) {
    if let Some(mut socket) = socket {
        let _ = tokio::time::timeout(PART, socket.part(code)).await;
    }
}

/// The code to close with: an official client tells the server only that its message was too large.
pub(crate) fn parting_code(outcome: &Result<()>) -> u16 {
    match outcome {
        Err(Error { status: Status::Limit, close_code, .. }) if *close_code != 0 => *close_code,
        _ => NORMAL_CLOSURE,
    }
}

/// A binary message that no product knows.
pub(crate) fn not_ours(bytes: usize) -> Event {
    let text = format!("the server sent a binary message of {bytes} bytes that is not JSON");
    Event { texts: Texts::new(&text, "", "", "UNKNOWN_MESSAGE"), ..Event::new(EventKind::Warning) }
}

/// A close of the server that was not expected.
pub(crate) struct ServersClose<'a> {
    pub code: u16,
    pub reason: &'a str,
    /// The product's text, where it knows better than the code.
    pub known: Option<&'a str>,
    /// What the reply that opened the stream said.
    pub retry_after: Option<Duration>,
}

/// Why the server closed: its latest error, unless the code itself says why.
pub(crate) fn closed_by_the_server(complaint: Option<&(String, String)>, close: &ServersClose<'_>) -> Error {
    let ServersClose { code, reason, known, retry_after } = *close;
    let meaning = verdict::of_close(code, reason);
    let colon = |text: &str| if text.is_empty() { String::new() } else { format!(": {text}") };
    let complaint = complaint.filter(|_| !meaning.stands_alone);
    let (verdict, sentence) = match complaint {
        Some((service_code, text)) => {
            let sentence = format!("the service ended the session: {service_code}{}", colon(text));
            (verdict::of_complaint(service_code), sentence)
        }
        None => {
            let what = known.unwrap_or("the server closed the connection");
            let code_and_words = match code {
                1005 => meaning.words.to_owned(),
                _ => format!("code {code}, {}", meaning.words),
            };
            (meaning.verdict, format!("{what} ({code_and_words}){}", colon(reason)))
        }
    };
    let service_code = complaint.map_or("", |(service_code, _)| service_code.as_str());
    Error::new(verdict.status, sentence)
        .with_service_code(service_code)
        .with_close_code(code)
        .with_retriable(verdict.retriable)
        .with_retry_after(retry_after.filter(|_| verdict.status == Status::Rate))
}

/// Nothing arrived for too long.
pub(crate) fn dead() -> Error {
    Error::new(Status::ConnectionDead, "the server was silent, or answered no ping, for too long")
}

pub(crate) fn stuck() -> Error {
    Error::new(Status::Timeout, "the service takes nothing of what waits before the end")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(complaint: Option<&str>, code: u16, reason: &str) -> Error {
        let complaint = complaint.map(|code| (code.to_owned(), "words".to_owned()));
        let retry_after = Some(Duration::from_secs(7));
        closed_by_the_server(complaint.as_ref(), &ServersClose { code, reason, known: None, retry_after })
    }

    #[test]
    fn every_code_tells_whether_to_come_back() {
        for code in 1000..5000 {
            let error = closed(None, code, "x\ny");
            let expected = verdict::of_close(code, "").verdict;
            assert_eq!((error.status, error.retriable), (expected.status, expected.retriable), "{code}");
            assert!(
                error.text.ends_with(": x y") && error.text.contains(&code.to_string()) != (code == 1005)
            );
            assert_eq!((error.close_code, error.retry_after), (code, None));
        }
    }

    #[test]
    fn too_many_connections_say_when_to_come_back() {
        let error = closed(Some("VALIDATION_ERROR"), 1008, "too many connections");
        assert_eq!((error.status, error.retriable, error.retry_after_ms()), (Status::Rate, true, 7000));
        let error = closed(Some("RATE_LIMIT_EXCEEDED"), 1008, "");
        assert_eq!((error.status, error.retriable, error.retry_after_ms()), (Status::Rate, true, 7000));
        assert_eq!(closed(None, 1008, "session expired").retry_after, None);
    }

    #[test]
    fn a_complaint_explains_a_close_that_does_not_explain_itself() {
        for (code, service_code, status, retriable) in [
            (1011, "SERVER_ERROR", Status::Service, true),
            (1008, "SERVICE_TIMEOUT", Status::Service, false),
            (1011, "VALIDATION_ERROR", Status::Service, false),
            (4000, "SERVICE_UNAVAILABLE", Status::Service, true),
            (1012, "VALIDATION_ERROR", Status::ConnectionLost, true),
            (1009, "SERVER_ERROR", Status::Service, false),
        ] {
            let error = closed(Some(service_code), code, "");
            assert_eq!((error.status, error.retriable), (status, retriable), "{code} {service_code}");
            assert_eq!(
                (error.close_code, error.service_code.is_empty()),
                (code, [1009, 1012].contains(&code))
            );
        }
    }
}
