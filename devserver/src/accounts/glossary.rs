//! One glossary: hotwords, verification or translation (protocol.md 10).

use hyper::body::Bytes;
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Hotwords,
    Verification,
    Translation,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Hotwords, Kind::Verification, Kind::Translation];

    /// The value of `glossary_type`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Hotwords => "asr_hot",
            Kind::Verification => "asr",
            Kind::Translation => "translation",
        }
    }

    pub fn columns(self) -> usize {
        if self == Kind::Hotwords { 1 } else { 2 }
    }
}

pub struct Glossary {
    pub id: String,
    pub name: String,
    pub is_enabled: bool,
    pub kind: Kind,
    pub source: String,
    pub target: String,
    pub csv: Option<Bytes>,
}

impl Glossary {
    pub fn object(&self) -> Value {
        json!({
            "glossary_id": self.id,
            "name": self.name,
            "glossary_type": self.kind.name(),
            "source_lang": self.source,
            "target_lang": self.target,
            "is_enabled": self.is_enabled,
        })
    }
}
