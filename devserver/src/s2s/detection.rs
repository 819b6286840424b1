//! Source languages that are detected (protocol.md 6.3): what `auto` stands for, and which targets it has.

use serde_json::Value;

use crate::engine::Source;

pub const AUTO: &str = "auto";

/// The codes of a list; none where there is no list.
pub fn codes(list: Option<&Value>) -> Vec<String> {
    let listed = list.and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// An engine that cannot detect languages takes the first that is allowed and can be recognised, or English.
pub fn source(allowed: &[String], engine: &Source) -> String {
    if engine.can_detect() {
        return AUTO.to_owned();
    }
    let heard = allowed.iter().find(|code| engine.can_hear(code).is_ok());
    heard.or(allowed.first()).map_or("en", String::as_str).to_owned()
}

/// Returns whether a target with these allowed sources, all if there are none, can ever have something to translate.
pub fn applies(sources: &[String], source: &str) -> bool {
    sources.is_empty() || source == AUTO || sources.iter().any(|code| code == source)
}
