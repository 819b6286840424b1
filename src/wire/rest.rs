//! The REST session calls (protocol.md 3).

use serde_json::{Value, json};

use super::json::{first_text, value};

pub(crate) const CREATE_PATH: &str = "/session-storage/session";
/// Create is singular, delete is plural (protocol.md 3.2).
pub(crate) const DELETE_PATH: &str = "/session-storage/sessions/";

/// The service's reply for a new REST session. Absent texts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestSession {
    pub id: String,
    pub ws_url: String,
    pub ws_tts_url: String,
    /// The publisher token: it opens the streams.
    pub token: String,
}

/// The service's explanation of a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    pub text: String,
}

pub fn create_body() -> String {
    json!({"data": {}}).to_string()
}

/// Reads a 2xx reply to create (protocol.md 3.1).
pub fn read_created(body: &[u8]) -> Option<RestSession> {
    let reply = value(body)?;
    let data = reply.get("data")?;
    let text = |keys: &[&str]| first_text(data, keys);
    let publisher = match data.get("publisher") {
        // Older servers send a list of tokens.
        Some(Value::Array(tokens)) => tokens.first().and_then(Value::as_str).unwrap_or_default().to_owned(),
        _ => text(&["publisher"]),
    };
    let session = RestSession {
        id: text(&["id"]),
        ws_url: text(&["ws_url", "stream_url"]),
        ws_tts_url: text(&["ws_tts_url"]),
        token: publisher,
    };
    (!session.ws_url.is_empty() && !session.token.is_empty()).then_some(session)
}

/// Reads a refusal: an error list in the style of RFC 9457, or whatever text there is.
pub fn read_refusal(body: &[u8]) -> Refusal {
    let reply: Value = serde_json::from_slice(body).unwrap_or_default();
    let errors = reply.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let texts: Vec<String> = errors
        .iter()
        .map(|error| first_text(error, &["detail", "title", "message"]))
        .filter(|text| !text.is_empty())
        .collect();
    let code = errors.first().map(|error| first_text(error, &["error_code", "code"])).unwrap_or_default();
    let text = if texts.is_empty() { excerpt(body) } else { texts.join("; ") };
    Refusal { code, text }
}

/// The first 300 characters, as the official clients show.
fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body).trim().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_of_field_names_are_read() {
        let new = br#"{"ok":true,"data":{"id":"i","publisher":"p","ws_url":"ws://h","ws_tts_url":"ws://t"}}"#;
        let session = read_created(new).unwrap();
        assert_eq!((session.id.as_str(), session.token.as_str()), ("i", "p"));
        assert_eq!(session.ws_tts_url, "ws://t");
        let old = br#"{"data":{"publisher":["p"],"stream_url":"ws://h"}}"#;
        assert_eq!(read_created(old).unwrap().ws_url, "ws://h");
    }

    #[test]
    fn a_reply_without_address_or_token_is_no_session() {
        for body in ["", "[]", "{}", r#"{"data":{"id":"i"}}"#, r#"{"data":{"ws_url":"w","publisher":""}}"#] {
            assert_eq!(read_created(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn refusals_keep_the_services_words() {
        let listed =
            br#"{"ok":false,"errors":[{"title":"Forbidden","detail":"no balance","error_code":100050}]}"#;
        assert_eq!(read_refusal(listed), Refusal { code: "100050".into(), text: "no balance".into() });
        assert_eq!(read_refusal(b" gateway down ").text, "gateway down");
    }
}
