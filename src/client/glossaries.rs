//! Glossaries: created from terms or a CSV file, listed, read, changed and deleted (protocol.md 10).

use std::path::PathBuf;

use super::Client;
use super::management::{Account, check_size, read_file};
use crate::error::{Error, Result, Status};
use crate::media::source::Patience;
use crate::text::percent_encode;
use crate::wire::management::form::File;
use crate::wire::management::glossary as wire;
use crate::wire::management::{check_id, csv};

pub use super::management::Made;
pub use wire::{Glossary, Kind};

/// The largest CSV file that the service accepts.
const MAX_CSV_BYTES: usize = 1 << 20;

/// A term and, except for hotwords, its replacement.
pub type Entry = (String, Option<String>);

/// A new glossary as the caller describes it.
pub struct GlossaryOptions {
    pub name: String,
    pub kind: Kind,
    pub source_language: String,
    pub target_language: Option<String>,
    pub disabled: bool,
    /// The entries one by one, or as CSV, or in a CSV file.
    pub entries: Vec<Entry>,
    pub csv: Option<String>,
    pub csv_path: Option<PathBuf>,
}

/// A new glossary that was checked and can be requested.
pub struct NewGlossary {
    name: String,
    kind: Kind,
    source: String,
    target: String,
    enabled: bool,
    csv: Vec<u8>,
}

impl NewGlossary {
    /// Checks everything and reads the file.
    pub fn new(options: GlossaryOptions, patience: &Patience<'_>) -> Result<NewGlossary> {
        let GlossaryOptions { name, kind, source_language: source, .. } = options;
        check_name(&name)?;
        let target = target(kind, &source, options.target_language)?;
        let ways = [!options.entries.is_empty(), options.csv.is_some(), options.csv_path.is_some()];
        if ways.into_iter().filter(|&given| given).count() != 1 {
            return Err(Error::invalid("give entries, a CSV text or a CSV file, and only one of them"));
        }
        let csv = match (options.csv, options.csv_path) {
            (Some(csv), _) => csv.into_bytes(),
            (_, Some(path)) => read_file(&path, MAX_CSV_BYTES, "1 MB", patience)?,
            _ => rows(kind, &options.entries)?.into_bytes(),
        };
        check_csv(&csv)?;
        Ok(NewGlossary { name, kind, source, target, enabled: !options.disabled, csv })
    }
}

/// The service checks the rest of the name.
fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.contains(char::is_control) {
        return Err(Error::invalid("the name of a glossary is blank or holds a control character"));
    }
    Ok(())
}

/// The target language; the other kinds have the source language here (protocol.md 10).
fn target(kind: Kind, source: &str, target: Option<String>) -> Result<String> {
    match (kind, target) {
        (Kind::Translation, Some(target)) => Ok(target),
        (Kind::Translation, None) => Err(Error::invalid("a translation glossary needs a target language")),
        (_, Some(target)) if target != source => {
            Err(Error::invalid("a target language goes with translation glossaries only"))
        }
        (_, _) => Ok(source.to_owned()),
    }
}

fn rows(kind: Kind, entries: &[Entry]) -> Result<String> {
    let mut text = String::new();
    for (at, (term, becomes)) in entries.iter().enumerate() {
        let wrong = |why: &str| Err(Error::invalid(format!("entry {} {why}", at + 1)));
        match (kind, becomes) {
            _ if term.trim().is_empty() => return wrong("is empty"),
            (Kind::Hotwords, Some(_)) => return wrong("is a pair, but hotwords are terms alone"),
            (Kind::Hotwords, None) => csv::push_row(&mut text, [term.as_str()]),
            (_, Some(becomes)) if !becomes.trim().is_empty() => {
                csv::push_row(&mut text, [term.as_str(), becomes.as_str()]);
            }
            (_, _) => return wrong("does not say what its term becomes"),
        }
    }
    Ok(text)
}

fn check_csv(csv: &[u8]) -> Result<()> {
    check_size(csv, MAX_CSV_BYTES, "the CSV text", "1 MB")?;
    let text = std::str::from_utf8(csv)
        .map_err(|_| Error::new(Status::InvalidUtf8, "the CSV text is not valid UTF-8"))?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(Error::invalid("the CSV text has no entries"));
    }
    Ok(())
}

/// Creates a glossary and uploads its entries. If the upload fails, the glossary exists without entries, and `made`
/// names it.
pub async fn create(client: &Client, glossary: &NewGlossary, made: &Made<Glossary>) -> Result<()> {
    const WHAT: &str = "make a glossary";
    let account = Account::of(client)?;
    let NewGlossary { name, kind, source, target, enabled, csv } = glossary;
    let request = wire::create_request(*kind, name, *enabled, source, target);
    let created = Glossary::read(&account.post(WHAT, wire::CREATE_PATH, &request).await?, "");
    let id = created.id.clone();
    if id.is_empty() {
        return Err(Error::new(Status::Protocol, "the service's answer names no glossary"));
    }
    made.note(created);
    let filename = format!("{name}.csv");
    let file = File { part: "glossary", name: &filename, content_type: "text/csv", content: csv };
    let reply = account.post_file("take the entries", &entries_path(&id)?, &file).await?;
    made.note(Glossary::read(&reply, &id));
    Ok(())
}

fn path_of(id: &str) -> Result<String> {
    check_id(id)?;
    Ok(format!("{}/{}", wire::CREATE_PATH, percent_encode(id)))
}

fn entries_path(id: &str) -> Result<String> {
    Ok(format!("{}/upload", path_of(id)?))
}

pub async fn get(client: &Client, id: &str) -> Result<Glossary> {
    let path = path_of(id)?;
    let reply = Account::of(client)?.get("show a glossary", &path).await?;
    Ok(Glossary::read(&reply, id))
}

/// Lists all glossaries of the account, from all pages.
pub async fn list(client: &Client) -> Result<Vec<Glossary>> {
    let items = Account::of(client)?.list("list the glossaries", wire::LIST_PATH, &[]).await?;
    Ok(items.iter().map(|item| Glossary::read(item, "")).collect())
}

/// Returns the entries as the CSV file that was uploaded.
pub async fn download(client: &Client, id: &str) -> Result<Vec<u8>> {
    let path = entries_path(id)?;
    Account::of(client)?.download("show the entries", &path).await
}

/// Renames a glossary, enables or disables it. What is `None` stays as it is.
pub async fn update(
    client: &Client,
    id: &str,
    name: Option<&str>,
    enabled: Option<bool>,
) -> Result<Glossary> {
    let path = path_of(id)?;
    name.map(check_name).transpose()?;
    let (name, enabled) = match (name, enabled) {
        (None, None) => return Err(Error::invalid("there is nothing to change")),
        (Some(name), Some(enabled)) => (name.to_owned(), enabled),
        (name, enabled) => {
            // The service requires both values (protocol.md 10).
            let now = get(client, id).await?;
            (name.map_or(now.name, str::to_owned), enabled.unwrap_or(now.enabled))
        }
    };
    let request = wire::update_request(&name, enabled);
    let reply = Account::of(client)?.post("change a glossary", &path, &request).await?;
    Ok(Glossary::read(&reply, id))
}

pub async fn delete(client: &Client, id: &str) -> Result<()> {
    let path = path_of(id)?;
    Account::of(client)?.delete("delete a glossary", &path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(term: &str, becomes: &str) -> Entry {
        (term.to_owned(), Some(becomes.to_owned()))
    }

    fn options() -> GlossaryOptions {
        GlossaryOptions {
            name: "Terms".into(),
            kind: Kind::Translation,
            source_language: "en".into(),
            target_language: Some("es".into()),
            disabled: false,
            entries: vec![pair("cat", "gato")],
            csv: None,
            csv_path: None,
        }
    }

    fn hotwords(entries: Vec<Entry>) -> GlossaryOptions {
        GlossaryOptions { kind: Kind::Hotwords, target_language: None, entries, ..options() }
    }

    fn refusal(options: GlossaryOptions) -> String {
        NewGlossary::new(options, &Patience::ENDLESS).err().unwrap().text
    }

    #[test]
    fn entries_become_rows() {
        let entries = vec![pair("cat", "gato"), pair("a, b", "c \"d\"\ne")];
        let glossary =
            NewGlossary::new(GlossaryOptions { entries, ..options() }, &Patience::ENDLESS).unwrap();
        assert_eq!(glossary.csv, b"cat,gato\n\"a, b\",\"c \"\"d\"\"\ne\"\n");
        let words = NewGlossary::new(
            hotwords(vec![("Palabra".into(), None), ("k8s".into(), None)]),
            &Patience::ENDLESS,
        )
        .unwrap();
        assert_eq!((words.csv.as_slice(), words.target.as_str()), (&b"Palabra\nk8s\n"[..], "en"));
    }

    #[test]
    fn what_does_not_fit_its_kind_is_said_before() {
        assert!(refusal(hotwords(vec![pair("a", "b")])).contains("entry 1 is a pair"));
        let alone = vec![pair("a", "b"), ("c".into(), None)];
        assert!(refusal(GlossaryOptions { entries: alone, ..options() }).contains("entry 2 does not say"));
        assert!(
            refusal(GlossaryOptions { entries: vec![pair(" ", "b")], ..options() })
                .contains("entry 1 is empty")
        );
        assert!(
            refusal(GlossaryOptions { target_language: None, ..options() })
                .contains("needs a target language")
        );
        let verification = GlossaryOptions { kind: Kind::Verification, ..options() };
        assert!(refusal(verification).contains("translation glossaries only"));
        assert!(refusal(GlossaryOptions { name: " ".into(), ..options() }).contains("name"));
        assert!(refusal(GlossaryOptions { entries: vec![], ..options() }).contains("only one"));
        assert!(refusal(GlossaryOptions { csv: Some("a,b".into()), ..options() }).contains("only one"));
    }

    #[test]
    fn csv_texts_are_checked_and_left_as_they_are() {
        let from = |csv: String| GlossaryOptions { csv: Some(csv), entries: vec![], ..options() };
        assert_eq!(NewGlossary::new(from("a,b\r\n".into()), &Patience::ENDLESS).unwrap().csv, b"a,b\r\n");
        assert!(refusal(from(" \n\n".into())).contains("no entries"));
        assert!(refusal(from("\u{feff}\n".into())).contains("no entries"));
        assert!(NewGlossary::new(from("a,b\n".repeat(MAX_CSV_BYTES / 4)), &Patience::ENDLESS).is_ok());
        assert!(refusal(from("a,b\n".repeat(MAX_CSV_BYTES / 4) + "\n")).contains("larger than 1 MB"));
        let long = vec![pair("a", &"b".repeat(MAX_CSV_BYTES))];
        assert!(refusal(GlossaryOptions { entries: long, ..options() }).contains("larger than 1 MB"));
    }
}
