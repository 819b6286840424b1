//! Cloned voices: created from one uploaded sample, usable after a while (protocol.md 10).

use std::time::Duration;

use flate2::Crc;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use serde_json::{Map, Value, json};

use super::call::{Call, UPLOADS, data, deleted};
use super::multipart;
use crate::accounts::{Accounts, MOST_ENTRIES, Sample, Voice};
use crate::auth::query_value;
use crate::ids;
use crate::reply::{Refused, Reply, empty_reply, refused, retry_after, say_when};
use crate::rest::{body, paging};
use crate::state::Shared;
use crate::time;
use crate::validation::fields::Reader;
use crate::validation::refusal::{BOOLEAN, Refusal, VALUE};

/// Maximum size of a sample, and of its form, in bytes.
const SAMPLE_LIMIT: usize = 10 << 20;
const FORM_LIMIT: usize = SAMPLE_LIMIT + (64 << 10);
/// Time from the upload until the voice can be used.
const USUAL_DELAY: Duration = Duration::from_millis(200);
const MIME_TYPES: [&str; 7] =
    ["audio/wav", "audio/mpeg", "audio/flac", "audio/x-m4a", "video/webm", "video/mp4", "video/mpeg"];
/// Name and language of the built-in voices.
const BUILTIN: [(&str, &str); 12] = [
    ("default_low", "en"),
    ("default_high", "en"),
    ("default_low_es", "es"),
    ("default_high_es", "es"),
    ("default_low_de", "de"),
    ("default_high_de", "de"),
    ("default_low_fr", "fr"),
    ("default_high_fr", "fr"),
    ("default_low_it", "it"),
    ("default_high_it", "it"),
    ("default_low_pt", "pt"),
    ("default_high_pt", "pt"),
];

/// A name of 3 to 64 letters, digits, `_`, `-`, `.` and spaces.
fn name(reader: &mut Reader, of: &Map<String, Value>, required: bool) -> Option<String> {
    let name = reader.text(of, "name", "name", required)?;
    let fits = (3..=64).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    if !fits {
        let message = "must have 3 to 64 letters, digits, spaces or any of _ - .";
        reader.wrong("name", message, VALUE);
    }
    fits.then(|| name.to_owned())
}

fn labels(reader: &mut Reader, of: &Map<String, Value>) -> Option<Value> {
    match of.get("labels") {
        None | Some(Value::Null) => None,
        Some(_) => reader.object(of, "labels", "labels").map(|labels| Value::Object(labels.clone())),
    }
}

/// The description of the only sample.
struct SampleRequest {
    language: String,
}

fn sample(reader: &mut Reader, of: &Map<String, Value>) -> Option<SampleRequest> {
    let sample = match of.get("samples") {
        Some(Value::Array(samples)) if samples.len() == 1 => samples[0].as_object(),
        _ => None,
    };
    let Some(sample) = sample else {
        reader.wrong("samples", "must be a list of exactly one sample", VALUE);
        return None;
    };
    reader.text(sample, "filename", "samples -> 0 -> filename", true);
    let mime_type = reader.text(sample, "mime_type", "samples -> 0 -> mime_type", true);
    if mime_type.is_some_and(|mime_type| !MIME_TYPES.contains(&mime_type)) {
        reader.wrong("samples -> 0 -> mime_type", "not a supported type of audio", VALUE);
    }
    if sample.get("denoise").is_some_and(|denoise| !denoise.is_boolean()) {
        reader.wrong("samples -> 0 -> denoise", "value could not be parsed to a boolean", BOOLEAN);
    }
    let language = reader.text(sample, "lang_code", "samples -> 0 -> lang_code", true)?.to_owned();
    Some(SampleRequest { language })
}

impl Call<'_> {
    fn accounts(&self) -> &Accounts {
        &self.shared.accounts
    }

    pub(super) fn clone_voice(&self, of: &Map<String, Value>) -> Result<Reply, Refused> {
        let mut reader = Reader::default();
        let name = name(&mut reader, of, true);
        let description = reader.text(of, "description", "description", false).map(str::to_owned);
        let labels = labels(&mut reader, of).unwrap_or_else(|| json!({}));
        let sample = sample(&mut reader, of);
        let problems = reader.into_problems();
        let (Some(name), Some(SampleRequest { language }), true) = (name, sample, problems.is_empty()) else {
            return Err(body::invalid(&Refusal::new("VoiceClone", problems)));
        };
        let voice = Voice {
            id: ids::random_id(),
            item: ids::random_id(),
            policy: ids::random_id(),
            name,
            language,
            description,
            labels,
            delay: self.faults.voice_delay.unwrap_or(USUAL_DELAY),
            fails: self.faults.voice_fails,
            upload_refusal: self
                .faults
                .upload_status
                .and_then(|status| StatusCode::from_u16(status).ok())
                .map(|status| (status, retry_after(self.faults))),
            sample: None,
        };
        let url = self.shared.url("http", self.authority.as_deref(), &format!("{UPLOADS}{}", voice.item));
        let mut reply = voice.object();
        reply["samples"] = json!([{"item_id": voice.item, "url": url, "form_data": voice.form_data()}]);
        self.accounts().with(self.account, |account| {
            if account.voices.len() >= MOST_ENTRIES {
                return Err(refused(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "the maximum number of voices is reached",
                ));
            }
            account.voices.push(voice);
            Ok(data(StatusCode::CREATED, reply))
        })
    }

    /// The account's own voices, filtered by `search` and `lang`.
    pub(super) fn list_voices(&self, query: Option<&str>) -> Result<Reply, Refused> {
        let search = query_value(query, "search").map(|text| text.to_lowercase());
        if search.as_ref().is_some_and(|text| text.chars().count() < 2) {
            return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "search: must have at least 2 characters"));
        }
        let lang = query_value(query, "lang");
        let wanted = |voice: &&Voice| {
            search.as_ref().is_none_or(|text| voice.name.to_lowercase().contains(text))
                && lang.as_ref().is_none_or(|lang| voice.language == *lang)
        };
        let voices = |voices: &[Voice]| voices.iter().filter(wanted).map(Voice::object).collect();
        let items = self.accounts().with(self.account, |account| voices(&account.voices));
        Ok(data(StatusCode::OK, paging::page(items, query, self.page_size())?))
    }

    pub(super) fn list_builtin_voices(&self, query: Option<&str>) -> Result<Reply, Refused> {
        let voice = |(name, language): (&str, &str)| {
            json!({"voice_id": name, "name": name, "processing_status": "ready", "lang_code": language,
                "description": null, "voice_type": "builtin", "labels": {}})
        };
        let items = BUILTIN.map(voice).to_vec();
        Ok(data(StatusCode::OK, paging::page(items, query, self.page_size())?))
    }

    pub(super) fn voice_limits(&self) -> Result<Reply, Refused> {
        let statuses: Vec<&str> =
            self.accounts().with(self.account, |account| account.voices.iter().map(Voice::status).collect());
        let count = |wanted: &[&str]| statuses.iter().filter(|status| wanted.contains(status)).count();
        let limits = json!({
            "total": statuses.len(),
            "limit": MOST_ENTRIES,
            "remaining": MOST_ENTRIES.saturating_sub(statuses.len()),
            "ready": count(&["ready"]),
            "pending": count(&["created", "pending"]),
            "failed": count(&["failed"]),
        });
        Ok(data(StatusCode::OK, limits))
    }

    fn with_voice<T>(&self, id: &str, act: impl FnOnce(&mut Voice) -> T) -> Result<T, Refused> {
        self.accounts().with(self.account, |account| {
            let voice = account.voices.iter_mut().find(|voice| voice.id == id);
            voice.map(act).ok_or_else(|| refused(StatusCode::NOT_FOUND, "unknown voice"))
        })
    }

    pub(super) fn get_voice(&self, id: &str) -> Result<Reply, Refused> {
        self.with_voice(id, |voice| data(StatusCode::OK, voice.object()))
    }

    pub(super) fn update_voice(&self, id: &str, of: &Map<String, Value>) -> Result<Reply, Refused> {
        let mut reader = Reader::default();
        let name = name(&mut reader, of, false);
        let description = reader.text(of, "description", "description", false).map(str::to_owned);
        let labels = labels(&mut reader, of);
        let problems = reader.into_problems();
        if !problems.is_empty() {
            return Err(body::invalid(&Refusal::new("VoiceUpdate", problems)));
        }
        self.with_voice(id, |voice| {
            voice.name = name.unwrap_or_else(|| std::mem::take(&mut voice.name));
            voice.description = description.or_else(|| voice.description.take());
            voice.labels = labels.unwrap_or_else(|| voice.labels.take());
            data(StatusCode::OK, voice.object())
        })
    }

    pub(super) fn delete_voice(&self, id: &str) -> Result<Reply, Refused> {
        self.with_voice(id, |_| ())?;
        self.accounts().with(self.account, |account| account.voices.retain(|voice| voice.id != id));
        Ok(deleted())
    }
}

/// `POST` of a form to the address in the clone reply: its fields first, then the file.
pub async fn upload(shared: &Shared, item: &str, request: Request<Incoming>) -> Result<Reply, Refused> {
    let unknown = || refused(StatusCode::NOT_FOUND, "unknown upload");
    let (parts, incoming) = request.into_parts();
    let refusal =
        shared.accounts.with_upload(item, |voice| voice.upload_refusal.clone()).ok_or_else(unknown)?;
    if parts.method != hyper::Method::POST {
        return Err(refused(StatusCode::METHOD_NOT_ALLOWED, "an upload must be a POST"));
    }
    let bytes = body::bytes(incoming, FORM_LIMIT).await?;
    if let Some((status, retry_after)) = refusal {
        let mut refused = refused(status, "refused on purpose");
        say_when(&mut refused, retry_after);
        return Err(refused);
    }
    let wrong = |why: &str| refused(StatusCode::BAD_REQUEST, why);
    let form = multipart::parts(&parts.headers, &bytes).map_err(wrong)?;
    let at = form.iter().position(|part| part.name == "file");
    let at = at.ok_or_else(|| wrong("there is no part \"file\""))?;
    let sample = uploaded(&form[at])?;
    let taken = shared.accounts.with_upload(item, |voice| {
        // Fields after the file do not count.
        let complete = has_fields(&form[..at], &voice.form_data());
        if complete {
            voice.sample = Some(sample);
        }
        complete
    });
    match taken {
        Some(true) => Ok(empty_reply(StatusCode::NO_CONTENT)),
        Some(false) => Err(wrong("the fields of form_data must come before the file, unchanged")),
        None => Err(unknown()),
    }
}

fn uploaded(file: &multipart::Part<'_>) -> Result<Sample, Refused> {
    if file.content.len() > SAMPLE_LIMIT {
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, "the sample is larger than 10 MB"));
    }
    let mut crc = Crc::new();
    crc.update(file.content);
    Ok(Sample {
        at: time::now(),
        filename: file.filename.clone(),
        mime_type: file.content_type.clone(),
        bytes: file.content.len(),
        crc32: crc.sum(),
    })
}

fn has_fields(parts: &[multipart::Part<'_>], wanted: &Value) -> bool {
    let has = |name: &str, value: &Value| {
        let content = value.as_str().map(str::as_bytes);
        parts.iter().any(|part| part.name == name && Some(part.content) == content)
    };
    wanted.as_object().is_some_and(|fields| fields.iter().all(|(name, value)| has(name, value)))
}
