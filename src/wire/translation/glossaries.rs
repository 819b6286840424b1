//! Which of the account's glossaries a task uses (protocol.md 6.6).

use serde_json::{Map, Value, json};

use crate::wire::list::split_list;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Glossaries {
    All,
    None,
    /// Only the glossaries with these ids.
    Only(Vec<String>),
}

impl Glossaries {
    /// Parses "all", "none" or ids separated by commas; `None` for a text without an id.
    pub fn parse(text: &str) -> Option<Glossaries> {
        match text.trim() {
            "all" => Some(Glossaries::All),
            "none" => Some(Glossaries::None),
            ids => Some(split_list(ids)).filter(|ids| !ids.is_empty()).map(Glossaries::Only),
        }
    }

    /// Writes the pair of keys for one kind: `hotwords`, `verification` or `translation`.
    pub fn write(&self, kind: &str, settings: &mut Map<String, Value>) {
        settings.insert(format!("allow_{kind}_glossaries"), json!(*self != Glossaries::None));
        if let Glossaries::Only(ids) = self {
            settings.insert(format!("allowed_{kind}_glossary_ids"), json!(ids));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_lists() {
        assert_eq!(Glossaries::parse("all"), Some(Glossaries::All));
        assert_eq!(Glossaries::parse(" none "), Some(Glossaries::None));
        assert_eq!(Glossaries::parse("a, b"), Some(Glossaries::Only(vec!["a".into(), "b".into()])));
        assert_eq!(Glossaries::parse(" , "), None);
    }
}
