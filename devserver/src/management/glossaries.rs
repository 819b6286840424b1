//! The calls about glossaries (protocol.md 10).

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde_json::{Map, Value};

use super::call::{Call, data, deleted};
use super::{csv, multipart};
use crate::accounts::{Glossary, Kind, MOST_ENTRIES};
use crate::ids;
use crate::reply::{Refused, Reply, refused};
use crate::rest::{body, paging};
use crate::validation::fields::Reader;
use crate::validation::refusal::{BOOLEAN, MISSING, Refusal, VALUE};

/// Maximum size of a CSV file, and of its form, in bytes.
const CSV_LIMIT: usize = 1 << 20;
const FORM_LIMIT: usize = CSV_LIMIT + (64 << 10);
/// Longest name, in characters.
const NAME_LIMIT: usize = 128;

fn name(reader: &mut Reader, of: &Map<String, Value>) -> Option<String> {
    let name = reader.text(of, "name", "name", true)?.trim();
    let fits = (1..=NAME_LIMIT).contains(&name.chars().count());
    if !fits {
        reader.wrong("name", format!("must have 1 to {NAME_LIMIT} characters"), VALUE);
    }
    fits.then(|| name.to_owned())
}

fn is_enabled(reader: &mut Reader, of: &Map<String, Value>) -> Option<bool> {
    match of.get("is_enabled") {
        Some(Value::Bool(value)) => Some(*value),
        None | Some(Value::Null) => {
            reader.wrong("is_enabled", "field required", MISSING);
            None
        }
        Some(_) => {
            reader.wrong("is_enabled", "value could not be parsed to a boolean", BOOLEAN);
            None
        }
    }
}

/// A code in the form of a language. Which ones exist is checked by the streams only.
fn language(reader: &mut Reader, of: &Map<String, Value>, key: &str) -> Option<String> {
    let code = reader.text(of, key, key, true)?;
    let fits = (2..=16).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !fits {
        reader.wrong(key, "not a language code", VALUE);
    }
    fits.then(|| code.to_owned())
}

fn glossary(of: &Map<String, Value>) -> Result<Glossary, Refusal> {
    let mut reader = Reader::default();
    let name = name(&mut reader, of);
    let is_enabled = is_enabled(&mut reader, of);
    let names = Kind::ALL.map(Kind::name);
    let kind = reader.text(of, "glossary_type", "glossary_type", true).map(str::to_owned);
    let kind = kind.and_then(|word| {
        let found = Kind::ALL.into_iter().find(|kind| kind.name() == word);
        if found.is_none() {
            reader.wrong("glossary_type", format!("must be one of {}", names.join(", ")), VALUE);
        }
        found
    });
    let source = language(&mut reader, of, "source_lang");
    let target = language(&mut reader, of, "target_lang");
    if let (Some(kind), Some(source), Some(target)) = (kind, &source, &target)
        && kind != Kind::Translation
        && source != target
    {
        reader.wrong("target_lang", "must be the same as source_lang for this type", VALUE);
    }
    let problems = reader.into_problems();
    match (name, is_enabled, kind, source, target) {
        (Some(name), Some(is_enabled), Some(kind), Some(source), Some(target)) if problems.is_empty() => {
            Ok(Glossary { id: ids::random_id(), name, is_enabled, kind, source, target, csv: None })
        }
        _ => Err(Refusal::new("GlossaryCreate", problems)),
    }
}

impl Call<'_> {
    pub(super) fn create_glossary(&self, of: &Map<String, Value>) -> Result<Reply, Refused> {
        let glossary = glossary(of).map_err(|refusal| body::invalid(&refusal))?;
        self.shared.accounts.with(self.account, |account| {
            if account.glossaries.len() >= MOST_ENTRIES {
                return Err(refused(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "the maximum number of glossaries is reached",
                ));
            }
            let reply = data(StatusCode::CREATED, glossary.object());
            account.glossaries.push(glossary);
            Ok(reply)
        })
    }

    pub(super) fn list_glossaries(&self, query: Option<&str>) -> Result<Reply, Refused> {
        let items = self
            .shared
            .accounts
            .with(self.account, |account| account.glossaries.iter().map(Glossary::object).collect());
        Ok(data(StatusCode::OK, paging::page(items, query, self.page_size())?))
    }

    fn with_glossary<T>(
        &self,
        id: &str,
        act: impl FnOnce(&mut Glossary) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        self.shared.accounts.with(self.account, |account| {
            match account.glossaries.iter_mut().find(|glossary| glossary.id == id) {
                Some(glossary) => act(glossary),
                None => Err(refused(StatusCode::NOT_FOUND, "unknown glossary")),
            }
        })
    }

    pub(super) fn get_glossary(&self, id: &str) -> Result<Reply, Refused> {
        self.with_glossary(id, |glossary| Ok(data(StatusCode::OK, glossary.object())))
    }

    /// Both fields are required, and nothing else can be changed.
    pub(super) fn update_glossary(&self, id: &str, of: &Map<String, Value>) -> Result<Reply, Refused> {
        let mut reader = Reader::default();
        let (name, is_enabled) = (name(&mut reader, of), is_enabled(&mut reader, of));
        let (Some(name), Some(is_enabled)) = (name, is_enabled) else {
            return Err(body::invalid(&Refusal::new("GlossaryUpdate", reader.into_problems())));
        };
        self.with_glossary(id, |glossary| {
            (glossary.name, glossary.is_enabled) = (name, is_enabled);
            Ok(data(StatusCode::OK, glossary.object()))
        })
    }

    pub(super) fn delete_glossary(&self, id: &str) -> Result<Reply, Refused> {
        self.with_glossary(id, |_| Ok(()))?;
        self.shared
            .accounts
            .with(self.account, |account| account.glossaries.retain(|glossary| glossary.id != id));
        Ok(deleted())
    }

    /// Stores the entries, once: they cannot be changed later.
    pub(super) async fn upload_glossary(
        &self,
        id: &str,
        request: Request<Incoming>,
    ) -> Result<Reply, Refused> {
        let kind = self.with_glossary(id, |glossary| Ok(glossary.kind))?;
        let (parts, incoming) = request.into_parts();
        let bytes = body::bytes(incoming, FORM_LIMIT).await?;
        let form = multipart::parts(&parts.headers, &bytes)
            .map_err(|why| refused(StatusCode::UNPROCESSABLE_ENTITY, why))?;
        let wrong = |why: &str| refused(StatusCode::UNPROCESSABLE_ENTITY, &format!("glossary: {why}"));
        let file = form.iter().find(|part| part.name == "glossary" && part.filename.is_some());
        let file = file.ok_or_else(|| wrong("the file is missing"))?;
        if file.content.len() > CSV_LIMIT {
            return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, "the CSV file is larger than 1 MB"));
        }
        let text = std::str::from_utf8(file.content).map_err(|_| wrong("the CSV file is not UTF-8"))?;
        csv::check(text, kind.columns()).map_err(|why| wrong(&why))?;
        let csv = Bytes::copy_from_slice(file.content);
        self.with_glossary(id, |glossary| {
            if glossary.csv.is_some() {
                return Err(refused(StatusCode::CONFLICT, "the entries of a glossary cannot be changed"));
            }
            glossary.csv = Some(csv);
            Ok(data(StatusCode::OK, glossary.object()))
        })
    }

    pub(super) fn download_glossary(&self, id: &str) -> Result<Reply, Refused> {
        let none = || refused(StatusCode::NOT_FOUND, "the glossary has no entries yet");
        let csv = self.with_glossary(id, |glossary| glossary.csv.clone().ok_or_else(none))?;
        let mut reply = Response::new(Full::new(csv));
        reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/csv"));
        Ok(reply)
    }
}
