//! What all products share: the meaning of a server's close, the client's close, and messages that are not
//! understood.

use std::time::Duration;

use crate::error::{Error, Status};
use crate::event::{Event, EventKind, Texts};
use crate::net::websocket::WebSocket;
use crate::wire::envelope::is_retriable;

/// How long a close by the client may take.
const PART: Duration = Duration::from_secs(1);

/// Closes a stream that is still open, as the official clients always do (protocol.md 5.5).
pub(crate) async fn part(socket: Option<WebSocket>) {
    if let Some(mut socket) = socket {
        let _ = tokio::time::timeout(PART, socket.part()).await;
    }
}

/// A binary message that no product knows.
pub(crate) fn not_ours(bytes: usize) -> Event {
    let text = format!("the server sent a binary message of {bytes} bytes that is not JSON");
    Event { texts: Texts::new(&text, "", "", "UNKNOWN_MESSAGE"), ..Event::new(EventKind::Warning) }
}

/// Description of a close code.
struct Meaning {
    words: &'static str,
    retriable: bool,
    /// The code is the reason, whatever error the service sent before.
    stands_alone: bool,
}

/// Meaning of each code (RFC 6455 section 7.4.1, IANA's registry; protocol.md 5.6).
fn meaning(code: u16) -> Meaning {
    let (words, retriable, stands_alone) = match code {
        1000 => ("a normal end", true, false),
        1001 => ("the server is going away", true, true),
        1002 => ("the server found a protocol error", false, false),
        1003 => ("the server does not take this kind of data", false, false),
        1005 => ("without a code", true, false),
        1007 => ("the server found a message invalid", false, false),
        1008 => ("against the server's policy", true, false),
        1009 => ("a message was too large for the server", false, true),
        1010 => ("the server lacks an extension", false, false),
        1011 => ("an error in the server", true, false),
        1012 => ("the server restarts", true, true),
        1013 => ("the server is overloaded", true, true),
        1014 => ("a gateway got no valid answer", true, true),
        3000 => ("not authorized", false, false),
        3003 => ("forbidden", false, false),
        3008 => ("the server waited too long", true, false),
        4000..=4999 => ("a code of the service's own", false, false),
        _ => ("an unusual code", true, false),
    };
    Meaning { words, retriable, stands_alone }
}

/// Why the server closed: its latest error, unless the code itself says why; with the product's text where it knows
/// better than the code.
pub(crate) fn closed_by_the_server(
    complaint: Option<&(String, String)>,
    code: u16,
    known: Option<&str>,
    reason: &str,
) -> Error {
    let meaning = meaning(code);
    let colon = |text: &str| if text.is_empty() { String::new() } else { format!(": {text}") };
    if let Some((service_code, text)) = complaint.filter(|_| !meaning.stands_alone) {
        let sentence = format!("the service ended the session: {service_code}{}", colon(text));
        return Error::new(Status::Service, sentence)
            .with_service_code(service_code.as_str())
            .with_close_code(code)
            .with_retriable(is_retriable(service_code));
    }
    let what = known.unwrap_or("the server closed the connection");
    let code_and_words = match code {
        1005 => meaning.words.to_owned(),
        _ => format!("code {code}, {}", meaning.words),
    };
    let sentence = format!("{what} ({code_and_words}){}", colon(reason));
    Error::new(Status::ConnectionLost, sentence).with_close_code(code).with_retriable(meaning.retriable)
}

/// Nothing arrived for too long.
pub(crate) fn dead() -> Error {
    Error::new(Status::ConnectionDead, "the server was silent, or answered no ping, for too long")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_tells_whether_to_come_back() {
        for code in [1000, 1001, 1005, 1008, 1011, 1012, 1013, 1014, 2999, 3008] {
            assert!(closed_by_the_server(None, code, None, "").retriable, "{code}");
        }
        for code in [1002, 1003, 1007, 1009, 1010, 3000, 3003, 4000, 4001, 4999] {
            let error = closed_by_the_server(None, code, None, "x\ny");
            assert!(!error.retriable, "{code}");
            assert!(error.text.contains(&code.to_string()) && error.text.ends_with(": x y"), "{error}");
            assert_eq!((error.status, error.close_code), (Status::ConnectionLost, code));
        }
        assert!(!closed_by_the_server(None, 1005, None, "").text.contains("1005"));
    }

    #[test]
    fn a_complaint_explains_a_close_that_does_not_explain_itself() {
        let complaint = |code: &str| Some((code.to_owned(), "words".to_owned()));
        for (code, service_code, status, retriable) in [
            (1011, "SERVER_ERROR", Status::Service, true),
            (1008, "SERVICE_TIMEOUT", Status::Service, false),
            (1011, "VALIDATION_ERROR", Status::Service, false),
            (4000, "SERVICE_UNAVAILABLE", Status::Service, true),
            (1012, "VALIDATION_ERROR", Status::ConnectionLost, true),
            (1009, "SERVER_ERROR", Status::ConnectionLost, false),
        ] {
            let error = closed_by_the_server(complaint(service_code).as_ref(), code, None, "");
            assert_eq!((error.status, error.retriable), (status, retriable), "{code} {service_code}");
            assert_eq!(error.close_code, code);
        }
    }
}
