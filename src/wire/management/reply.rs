//! What all replies and requests of the account have in common: the wrapper, pages, ids, lists of errors.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::wire::json::{first_text, value};

/// Query parameter that names the page of a list.
pub const PAGE_PARAMETER: &str = "token";

/// One page of a list.
#[derive(Debug, Default, PartialEq)]
pub struct Page {
    pub items: Vec<Value>,
    /// Token of the following page; empty on the last one.
    pub next: String,
}

/// Builds a request: the fields stand below `data`.
pub fn wrapped(data: &Value) -> String {
    json!({"data": data}).to_string()
}

/// Returns what a reply holds below `data`, or the whole reply if there is no such key; `None` if it is no JSON
/// object.
pub fn unwrapped(body: &[u8]) -> Option<Value> {
    let mut reply = value(body).filter(Value::is_object)?;
    match reply.get_mut("data") {
        Some(data) => Some(data.take()).filter(Value::is_object),
        None => Some(reply),
    }
}

pub fn read_page(mut data: Value) -> Page {
    let next = first_text(&data, &["next", "next_page_token"]);
    let lists = ["items", "sessions"].map(|key| data.get_mut(key).map(Value::take));
    let list = lists.into_iter().flatten().find_map(|list| match list {
        Value::Array(items) => Some(items),
        _ => None,
    });
    Page { items: list.unwrap_or_default(), next }
}

/// Escapes an id as one part of a path: calls on the path above it can affect everything in the account.
pub fn check_id(id: &str) -> Result<()> {
    if id.is_empty() || id == "." || id == ".." {
        return Err(Error::invalid("the id is empty or made of dots"));
    }
    Ok(())
}

/// The texts of a list of errors or warnings.
pub(super) fn sentences(list: Option<&Value>) -> String {
    let entries = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let sentence = |entry: &Value| match entry {
        Value::String(text) => text.clone(),
        other => first_text(other, &["detail", "title", "message"]),
    };
    let found: Vec<String> = entries.iter().map(sentence).filter(|text| !text.is_empty()).collect();
    found.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_read_with_and_without_their_wrapper() {
        assert_eq!(unwrapped(br#"{"ok":true,"data":{"a":1}}"#), Some(json!({"a": 1})));
        assert_eq!(unwrapped(br#"{"a":1}"#), Some(json!({"a": 1})));
        assert_eq!(
            unwrapped(br#"{"data":{"a":NaN,"b":"\ud800"}}"#),
            Some(json!({"a": null, "b": "\u{fffd}"}))
        );
        for body in ["", "<html>", "[]", r#"{"data":null}"#, r#"{"data":[1]}"#] {
            assert_eq!(unwrapped(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn a_page_may_lack_anything() {
        let page = read_page(json!({"items": [1, 2], "next": "t"}));
        assert_eq!((page.items.len(), page.next.as_str()), (2, "t"));
        let page = read_page(json!({"sessions": [1], "next_page_token": "t"}));
        assert_eq!((page.items.len(), page.next.as_str()), (1, "t"));
        for last in
            [json!({"items": null, "next": null}), json!({"sessions": null}), json!({}), json!({"next": ""})]
        {
            assert_eq!(read_page(last), Page::default());
        }
    }

    #[test]
    fn an_id_cannot_climb_out_of_its_path() {
        for id in ["", ".", ".."] {
            assert!(check_id(id).is_err(), "{id}");
        }
        assert!(check_id("default_low").is_ok());
    }
}
