//! Divides lists into pages: `items`, and the token of the following page in `next` (protocol.md 10).

use hyper::StatusCode;
use serde_json::{Value, json};

use crate::auth::query_value;
use crate::reply::{Refused, refused};

pub const USUAL_SIZE: usize = 10;
const LARGEST: usize = 100;
/// Prefix of a token; a position follows.
const TOKEN: &str = "page-";

pub fn page(items: Vec<Value>, query: Option<&str>, usual_size: usize) -> Result<Value, Refused> {
    page_by("token", items, query, usual_size)
}

/// As [`page`], where another parameter names the page.
pub fn page_by(
    parameter: &str,
    items: Vec<Value>,
    query: Option<&str>,
    usual_size: usize,
) -> Result<Value, Refused> {
    let wrong = |what: &str| refused(StatusCode::UNPROCESSABLE_ENTITY, what);
    let size = match query_value(query, "page_size") {
        None => usual_size,
        Some(text) => {
            let size = text.parse().ok().filter(|size| (1..=LARGEST).contains(size));
            size.ok_or_else(|| wrong("page_size: must be a whole number from 1 to 100"))?
        }
    };
    let start = match query_value(query, parameter).filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => {
            let position = token.strip_prefix(TOKEN).and_then(|rest| rest.parse().ok());
            position
                .filter(|at| *at <= items.len())
                .ok_or_else(|| wrong(&format!("{parameter}: unknown page")))?
        }
    };
    let end = start.saturating_add(size).min(items.len());
    let next = if end < items.len() { format!("{TOKEN}{end}") } else { String::new() };
    Ok(json!({"items": items[start..end], "next": next}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_on_one_page() {
        let items: Vec<Value> = (0..7).map(|n| json!(n)).collect();
        let (mut seen, mut query) = (Vec::new(), "page_size=3".to_owned());
        loop {
            let page = page(items.clone(), Some(&query), 10).unwrap();
            seen.extend(page["items"].as_array().unwrap().clone());
            let next = page["next"].as_str().unwrap().to_owned();
            if next.is_empty() {
                break;
            }
            query = format!("page_size=3&token={next}");
        }
        assert_eq!(seen, items);
        for wrong in ["page_size=0", "page_size=101", "token=x", "token=page-8"] {
            assert!(page(items.clone(), Some(wrong), 10).is_err(), "{wrong}");
        }
    }
}
