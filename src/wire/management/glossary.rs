//! Glossaries: requests and replies (protocol.md 10).

use serde_json::{Value, json};

use super::super::json::first_text;

pub(crate) const CREATE_PATH: &str = "/saas/glossary";
pub(crate) const LIST_PATH: &str = "/saas/glossaries";

/// Purpose of a glossary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Terms that recognition must know.
    Hotwords,
    /// Recognised texts and their corrections.
    Verification,
    /// Terms and their translations.
    Translation,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Hotwords, Kind::Verification, Kind::Translation];

    /// The value of `glossary_type`.
    fn word(self) -> &'static str {
        match self {
            Kind::Hotwords => "asr_hot",
            Kind::Verification => "asr",
            Kind::Translation => "translation",
        }
    }
}

/// A glossary as the service describes it. Absent texts are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glossary {
    pub id: String,
    pub name: String,
    /// `None` for a kind that this version does not know.
    pub kind: Option<Kind>,
    pub source_language: String,
    pub target_language: String,
    pub enabled: bool,
    /// The whole object as the service wrote it.
    pub json: String,
}

impl Glossary {
    /// `asked` is the id, used if the reply has none.
    pub fn read(data: &Value, asked: &str) -> Glossary {
        let text = |key: &str| first_text(data, &[key]);
        let (id, word) = (text("glossary_id"), text("glossary_type"));
        Glossary {
            id: if id.is_empty() { asked.to_owned() } else { id },
            name: text("name"),
            kind: Kind::ALL.into_iter().find(|kind| kind.word() == word),
            source_language: text("source_lang"),
            target_language: text("target_lang"),
            // As the official client reads it.
            enabled: data.get("is_enabled").and_then(Value::as_bool).unwrap_or(true),
            json: data.to_string(),
        }
    }
}

pub fn create_request(kind: Kind, name: &str, enabled: bool, source: &str, target: &str) -> Value {
    json!({
        "name": name,
        "is_enabled": enabled,
        "glossary_type": kind.word(),
        "source_lang": source,
        "target_lang": target,
    })
}

/// The service requires both, whichever changes.
pub fn update_request(name: &str, enabled: bool) -> Value {
    json!({"name": name, "is_enabled": enabled})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        for kind in Kind::ALL {
            let mut request = create_request(kind, "n", false, "en", "es");
            request["glossary_id"] = json!("g");
            let read = Glossary::read(&request, "asked");
            assert_eq!((read.id.as_str(), read.kind, read.enabled), ("g", Some(kind), false));
            assert_eq!((read.source_language.as_str(), read.target_language.as_str()), ("en", "es"));
        }
        let bare = Glossary::read(&json!({"glossary_type": "new word"}), "asked");
        assert_eq!((bare.id.as_str(), bare.kind, bare.enabled), ("asked", None, true));
    }
}
