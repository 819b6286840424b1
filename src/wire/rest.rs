//! The REST session calls (protocol.md 3).

use serde_json::{Value, json};

use super::json::{first_text, value};

pub(crate) const CREATE_PATH: &str = "/session-storage/session";
/// Create is singular, delete is plural (protocol.md 3.2).
pub(crate) const LIST_PATH: &str = "/session-storage/sessions";
/// Query parameter of the page of that list, and of a new lifetime.
pub(crate) const PAGE_PARAMETER: &str = "page_token";
pub(crate) const TTL_PARAMETER: &str = "ttl_seconds";

/// What the service says about a REST session. Absent texts are empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RestSession {
    pub id: String,
    pub ws_url: String,
    pub ws_tts_url: String,
    /// The publisher token: it opens the streams.
    pub token: String,
    pub subscribers: Vec<String>,
    pub webrtc_url: String,
    pub webrtc_room_name: String,
    pub intent: String,
    pub created_at: String,
    pub updated_at: String,
    pub expires_at: String,
    /// The whole object, tokens included.
    pub json: String,
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
    let session = RestSession::read(value(body)?.get("data")?, "");
    (!session.ws_url.is_empty() && !session.token.is_empty()).then_some(session)
}

/// The request for another lifetime, which the service takes in the query and in the body.
pub fn ttl_request(ttl_s: u32) -> Value {
    json!({TTL_PARAMETER: ttl_s})
}

impl RestSession {
    /// `asked` is the id, used if the reply has none.
    pub fn read(data: &Value, asked: &str) -> RestSession {
        let text = |keys: &[&str]| first_text(data, keys);
        let id = text(&["id"]);
        RestSession {
            id: if id.is_empty() { asked.to_owned() } else { id },
            ws_url: text(&["ws_url", "stream_url"]),
            ws_tts_url: text(&["ws_tts_url"]),
            // Older servers send a list.
            token: tokens(data.get("publisher")).into_iter().next().unwrap_or_default(),
            subscribers: tokens(data.get("subscriber")),
            webrtc_url: text(&["webrtc_url"]),
            webrtc_room_name: text(&["webrtc_room_name", "room_name"]),
            intent: text(&["intent"]),
            created_at: text(&["created_at"]),
            updated_at: text(&["updated_at"]),
            expires_at: text(&["expires_at"]),
            json: data.to_string(),
        }
    }
}

/// One token or a list of them.
fn tokens(value: Option<&Value>) -> Vec<String> {
    let texts = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    texts.iter().filter_map(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned).collect()
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
    fn every_field_is_kept_and_any_may_be_missing() {
        let full = json!({"id": "i", "publisher": "p", "subscriber": ["s1", "", "s2"], "webrtc_url": "wss://w",
            "webrtc_room_name": "room", "intent": "api", "created_at": "c", "updated_at": "u", "expires_at": "e",
            "organization": "o"});
        let read = RestSession::read(&full, "asked");
        assert_eq!((read.id.as_str(), read.subscribers.as_slice()), ("i", &["s1".into(), "s2".into()][..]));
        assert_eq!((read.webrtc_url.as_str(), read.webrtc_room_name.as_str()), ("wss://w", "room"));
        assert_eq!((read.intent.as_str(), read.created_at.as_str()), ("api", "c"));
        assert_eq!((read.updated_at.as_str(), read.expires_at.as_str()), ("u", "e"));
        assert!(read.json.contains(r#""organization":"o""#));
        let one = RestSession::read(&json!({"subscriber": "s", "expires_at": null}), "asked");
        assert_eq!((one.id.as_str(), one.subscribers.as_slice()), ("asked", &["s".into()][..]));
        assert_eq!(one.expires_at, "");
    }

    #[test]
    fn a_reply_without_address_or_token_is_no_session() {
        for body in ["", "[]", "{}", r#"{"data":{"id":"i"}}"#, r#"{"data":{"ws_url":"w","publisher":""}}"#] {
            assert!(read_created(body.as_bytes()).is_none(), "{body}");
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
