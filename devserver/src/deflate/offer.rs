//! Which of a client's offers is taken, and the answer to it (RFC 7692, section 7.1).

use hyper::HeaderMap;
use hyper::header::{HeaderValue, SEC_WEBSOCKET_EXTENSIONS};

use super::compression::Compression;

const NAME: &str = "permessage-deflate";
/// The window of deflate, in bits, unless the client asks for a smaller one.
const WIDEST: u8 = 15;
/// The compressor has no window of 8 bits.
const NARROWEST: u8 = 9;

/// What client and server agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Whether a message of the server refers to those before it.
    pub server_keeps: bool,
    /// Whether a message of the client may refer to those before it.
    pub client_keeps: bool,
    /// The window of what the server compresses.
    pub server_bits: u8,
}

impl Agreed {
    /// The value of the header that confirms it.
    pub fn header(&self) -> HeaderValue {
        let mut text = NAME.to_owned();
        if !self.server_keeps {
            text.push_str("; server_no_context_takeover");
        }
        if !self.client_keeps {
            text.push_str("; client_no_context_takeover");
        }
        if self.server_bits < WIDEST {
            text.push_str(&format!("; server_max_window_bits={}", self.server_bits));
        }
        // Lower-case words and digits are always a valid header.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(NAME))
    }
}

/// The first of the client's offers that can be taken; none if the server declines all of them.
pub fn agree(compression: Compression, headers: &HeaderMap) -> Option<Agreed> {
    let keeps = match compression {
        Compression::None => return None,
        Compression::Message => false,
        Compression::Stream => true,
    };
    let lines = headers.get_all(SEC_WEBSOCKET_EXTENSIONS).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).find_map(|offer| taken(keeps, offer))
}

/// An offer with a parameter that is unknown, wrong or there twice is declined (RFC 7692, section 7).
fn taken(keeps: bool, offer: &str) -> Option<Agreed> {
    let mut parts = offer.split(';').map(str::trim);
    if parts.next() != Some(NAME) {
        return None;
    }
    let mut agreed = Agreed { server_keeps: keeps, client_keeps: keeps, server_bits: WIDEST };
    let mut seen = Vec::new();
    for part in parts {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
            None => (part, None),
        };
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        match (name, value) {
            ("server_no_context_takeover", None) => agreed.server_keeps = false,
            ("client_no_context_takeover", None) => agreed.client_keeps = false,
            ("server_max_window_bits", Some(value)) => agreed.server_bits = bits(value, NARROWEST)?,
            // The client may use a smaller window than it is allowed, so the answer need not mention it.
            ("client_max_window_bits", None) => {}
            ("client_max_window_bits", Some(value)) => {
                bits(value, 8)?;
            }
            _ => return None,
        }
    }
    Some(agreed)
}

fn bits(value: &str, least: u8) -> Option<u8> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit()) && !value.starts_with('0');
    value.parse().ok().filter(|bits| digits && (least..=WIDEST).contains(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(compression: Compression, lines: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(line));
        }
        agree(compression, &headers).map(|agreed| agreed.header().to_str().unwrap().to_owned())
    }

    #[test]
    fn the_offers_of_known_clients_are_taken() {
        let official = "permessage-deflate; client_max_window_bits";
        assert_eq!(answer(Compression::Stream, &[official]).unwrap(), "permessage-deflate");
        let alone = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        assert_eq!(answer(Compression::Message, &[official]).unwrap(), alone);
        assert_eq!(answer(Compression::Stream, &[alone]).unwrap(), alone);
        assert_eq!(answer(Compression::None, &[official]), None);
        assert_eq!(answer(Compression::Stream, &[]), None);
    }

    #[test]
    fn the_first_offer_that_can_be_taken_counts() {
        let lines = [
            "x-webkit-deflate-frame, permessage-deflate; server_max_window_bits=8",
            "permessage-deflate;server_max_window_bits=\"10\", permessage-deflate",
        ];
        assert_eq!(
            answer(Compression::Stream, &lines).unwrap(),
            "permessage-deflate; server_max_window_bits=10"
        );
    }

    #[test]
    fn wrong_offers_are_declined() {
        for offer in [
            "permessage-deflate; unknown",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; server_max_window_bits=16",
            "permessage-deflate; server_max_window_bits=09",
            "permessage-deflate; client_max_window_bits=7",
            "permessage-deflate; client_max_window_bits=+9",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            "permessage-bzip2",
        ] {
            assert_eq!(answer(Compression::Stream, &[offer]), None, "{offer}");
        }
    }
}
