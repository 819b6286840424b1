//! What a server's goodbye means.

use crate::error::{Error, Status};

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
