//! Replies of the REST API: the form of the JSON makes no difference, and what is passed on keeps its promises.

use palabra::error::Error;
use palabra::wire::management::glossary::Glossary;
use palabra::wire::management::voice::{self, Voice};
use palabra::wire::management::{check_id, read_page, unwrapped};
use palabra::wire::rest::{RestSession, read_created, read_refusal};
use serde_json::Value;

use super::json::are_same;

pub fn run(data: &[u8]) {
    let anew = serde_json::from_slice::<Value>(data).ok().map(|value| value.to_string().into_bytes());
    let created = read_created(data);
    if let Some(session) = &created {
        assert!(!session.ws_url.is_empty() && !session.token.is_empty());
    }
    if let Some(anew) = &anew {
        assert!(read_created(anew) == created, "printed anew");
        assert!(are_same(unwrapped(anew).as_ref(), unwrapped(data).as_ref()));
    }
    check_refusal(data, anew.as_deref());
    if let Some(value) = unwrapped(data) {
        assert!(value.is_object());
        check_objects(&value);
        let page = read_page(value);
        page.items.iter().for_each(check_objects);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        check_texts(text);
    }
}

fn check_refusal(data: &[u8], anew: Option<&[u8]>) {
    let refusal = read_refusal(data);
    let is_listed = anew.is_some_and(|anew| read_refusal(anew) == refusal);
    // Without a list of errors it is the beginning of the reply.
    assert!(is_listed || refusal.text.chars().count() <= 300 || !refusal.code.is_empty(), "{}", refusal.text);
}

fn check_objects(value: &Value) {
    let voice = Voice::read(value.clone(), "asked");
    assert!(!voice.id.is_empty());
    let shown: Value = serde_json::from_str(&voice.json).expect("the JSON of a voice");
    assert!(shown.get("samples").is_none(), "addresses of uploads stay here");
    let glossary = Glossary::read(value, "asked");
    let shown = serde_json::from_str::<Value>(&glossary.json).ok();
    assert!(!glossary.id.is_empty() && are_same(shown.as_ref(), Some(value)));
    let session = RestSession::read(value, "asked");
    assert!(!session.id.is_empty() && session.subscribers.iter().all(|token| !token.is_empty()));
    if let Some(upload) = voice::read_upload(value) {
        assert!(!upload.url.is_empty());
    }
}

fn check_texts(text: &str) {
    let is_one_line = |error: &Error| !error.text.contains(|c: char| c.is_control());
    if let Err(error) = check_id(text) {
        assert!(matches!(text, "" | "." | "..") && is_one_line(&error));
    }
    if let Err(error) = voice::mime_type(text) {
        assert!(is_one_line(&error));
    }
    if voice::check_name(text).is_ok() {
        assert!((3..=64).contains(&text.chars().count()) && !text.contains(|c: char| c.is_control()));
    }
}
