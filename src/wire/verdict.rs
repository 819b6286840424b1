//! What a refusal of the service means for the caller: one table of HTTP statuses, one of WebSocket close codes.
//! docs/errors.md shows both.

use super::envelope::is_retriable;
use crate::error::Status;

/// What was asked of the service by HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The upgrade to a stream.
    Stream,
    RestSession,
    /// A voice or a glossary.
    Account,
}

/// The status for the caller, and whether the same attempt can succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub status: Status,
    pub retriable: bool,
}

const fn verdict(status: Status, retriable: bool) -> Verdict {
    Verdict { status, retriable }
}

/// A refusal by HTTP status (protocol.md 3.1, 4.2, 10).
pub fn of_http(asked: Asked, http_status: u16) -> Verdict {
    let refused = if asked == Asked::Account { Status::Service } else { Status::Session };
    match (http_status, asked) {
        (401 | 403, _) | (404, Asked::RestSession) => verdict(Status::Auth, false),
        (429, _) | (409, Asked::Stream) => verdict(Status::Rate, true),
        (408 | 425 | 500.., _) => verdict(refused, true),
        _ => verdict(refused, false),
    }
}

/// Description of a close code.
pub struct Close {
    pub words: &'static str,
    pub verdict: Verdict,
    /// The code is the reason, whatever error the service sent before.
    pub stands_alone: bool,
}

/// A close by the server that was not expected, by its code (RFC 6455 section 7.4.1, IANA's registry; protocol.md 5.6).
/// Where the code is the service's own, the reason can tell more.
pub fn of_close(code: u16, reason: &str) -> Close {
    let lost = |retriable| verdict(Status::ConnectionLost, retriable);
    let (words, verdict, stands_alone) = match code {
        1008 | 4000..=4999 if is_about_rate(reason) => {
            ("too many requests or connections", verdict(Status::Rate, true), true)
        }
        1000 => ("a normal end", lost(true), false),
        1001 => ("the server is going away", lost(true), true),
        1002 => ("the server found a protocol error", lost(false), false),
        1003 => ("the server does not take this kind of data", lost(false), false),
        1005 => ("without a code", lost(true), false),
        1007 => ("the server found a message invalid", lost(false), false),
        1008 => ("against the server's policy", verdict(Status::Session, true), false),
        1009 => ("a message was too large for the server", verdict(Status::Service, false), true),
        1010 => ("the server lacks an extension", lost(false), false),
        1011 => ("an error in the server", lost(true), false),
        1012 => ("the server restarts", lost(true), true),
        1013 => ("the server is overloaded", lost(true), true),
        1014 => ("a gateway got no valid answer", lost(true), true),
        3000 => ("not authorized", verdict(Status::Auth, false), false),
        3003 => ("forbidden", verdict(Status::Auth, false), false),
        3008 => ("the server waited too long", lost(true), false),
        4000..=4999 => ("a code of the service's own", verdict(Status::Service, false), false),
        _ => ("an unusual code", lost(true), false),
    };
    Close { words, verdict, stands_alone }
}

/// A close that the service's own error explains.
pub fn of_complaint(service_code: &str) -> Verdict {
    let status = if service_code == "RATE_LIMIT_EXCEEDED" { Status::Rate } else { Status::Service };
    verdict(status, is_retriable(service_code))
}

/// Whether the reason of a close says that there was too much of something.
fn is_about_rate(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    ["too many", "rate limit", "rate-limit", "quota"].iter().any(|words| reason.contains(words))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// The tables of docs/errors.md, as they should read.
    fn tables() -> String {
        let row = |out: &mut String, left: &str, Verdict { status, retriable }: Verdict| {
            let name = status.c_name().to_str().unwrap();
            writeln!(out, "| {left} | `{name}` | {} |", if retriable { "yes" } else { "no" }).unwrap();
        };
        let mut out = String::new();
        for (asked, name) in [
            (Asked::Stream, "a stream"),
            (Asked::RestSession, "a REST session"),
            (Asked::Account, "a voice or a glossary"),
        ] {
            for (statuses, example) in [
                ("401, 403", 401),
                ("404", 404),
                ("408, 425, 5xx", 503),
                ("409", 409),
                ("429", 429),
                ("any other", 400),
            ] {
                row(&mut out, &format!("{name} | {statuses}"), of_http(asked, example));
            }
        }
        for code in [1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3003]
            .into_iter()
            .chain([3008, 4000])
        {
            let number = if code == 4000 { "4000 to 4999".to_owned() } else { code.to_string() };
            if of_close(code, "too many connections").verdict.status == Status::Rate {
                let close = of_close(code, "too many connections");
                row(&mut out, &format!("{number}, \"too many ...\" | {}", close.words), close.verdict);
            }
            let close = of_close(code, "");
            row(&mut out, &format!("{number} | {}", close.words), close.verdict);
        }
        row(&mut out, "any other | an unusual code", of_close(2999, "").verdict);
        out
    }

    #[test]
    fn the_tables_of_the_documentation_are_these() {
        let page = include_str!("../../docs/errors.md");
        for line in tables().lines() {
            assert!(page.lines().any(|of_page| of_page == line), "docs/errors.md lacks: {line}");
        }
        let rows = page.lines().filter(|line| line.ends_with("| yes |") || line.ends_with("| no |")).count();
        assert_eq!(rows, tables().lines().count(), "docs/errors.md has rows that are not so");
    }

    #[test]
    fn the_reason_tells_too_much_from_other_policies() {
        for (code, reason, status, retriable) in [
            (1008, "too many connections", Status::Rate, true),
            (1008, "Too many sessions", Status::Rate, true),
            (1008, "Rate limit exceeded", Status::Rate, true),
            (4008, "quota exceeded", Status::Rate, true),
            (1008, "session expired", Status::Session, true),
            (1008, "", Status::Session, true),
            (1011, "too many connections", Status::ConnectionLost, true),
            (4008, "kicked", Status::Service, false),
        ] {
            assert_eq!(of_close(code, reason).verdict, verdict(status, retriable), "{code} {reason}");
        }
    }

    #[test]
    fn an_error_of_the_service_explains_a_close() {
        assert_eq!(of_complaint("RATE_LIMIT_EXCEEDED"), verdict(Status::Rate, true));
        assert_eq!(of_complaint("SERVICE_UNAVAILABLE"), verdict(Status::Service, true));
        assert_eq!(of_complaint("VALIDATION_ERROR"), verdict(Status::Service, false));
    }
}
