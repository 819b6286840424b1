//! Voices: requests and replies (protocol.md 10).

use serde_json::{Map, Value, json};

use super::super::json::first_text;
use super::sentences;
use crate::error::{Error, Result};

pub(crate) const CLONE_PATH: &str = "/saas/voice/clone";
pub(crate) const OWN_PATH: &str = "/saas/voice";
pub(crate) const BUILTIN_PATH: &str = "/saas/voice/builtin";
/// Path of one voice; its id follows.
pub(crate) const ONE_PATH: &str = "/saas/voice/m/";

/// Suffixes of sample files and their MIME types.
const TYPES: [(&str, &str); 8] = [
    ("wav", "audio/wav"),
    ("mp3", "audio/mpeg"),
    ("flac", "audio/flac"),
    ("m4a", "audio/x-m4a"),
    ("webm", "video/webm"),
    ("mp4", "video/mp4"),
    ("mpeg", "video/mpeg"),
    ("mpg", "video/mpeg"),
];

/// Processing status of a voice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VoiceStatus {
    /// A status that this version does not know.
    #[default]
    Unknown,
    Created,
    Pending,
    Ready,
    Failed,
}

/// A voice as the service describes it. Absent texts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voice {
    pub id: String,
    pub name: String,
    pub status: VoiceStatus,
    pub language: String,
    pub description: String,
    pub voice_type: String,
    pub labels: Labels,
    /// Why processing failed.
    pub errors: String,
    pub warnings: String,
    /// The whole object as the service wrote it.
    pub json: String,
}

/// Labels of a voice. Absent texts are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    pub gender: String,
    pub age_group: String,
    pub mood: String,
}

/// Where a sample is uploaded, and the form fields that authorise the upload, hence a secret.
pub struct Upload {
    pub url: String,
    pub fields: Vec<(String, String)>,
}

/// The sample of a new voice, without its audio.
pub struct SampleInfo<'a> {
    pub filename: &'a str,
    pub mime_type: &'a str,
    pub language: &'a str,
    pub denoise: bool,
    pub more: &'a Map<String, Value>,
}

impl Labels {
    pub fn is_empty(&self) -> bool {
        *self == Labels::default()
    }

    fn object(&self) -> Value {
        let all = [("gender", &self.gender), ("age_group", &self.age_group), ("mood", &self.mood)];
        let given = all.into_iter().filter(|(_, text)| !text.is_empty());
        Value::Object(given.map(|(key, text)| (key.to_owned(), json!(text))).collect())
    }
}

impl Voice {
    /// `asked` is the id, used if the reply has none.
    pub fn read(mut data: Value, asked: &str) -> Voice {
        // Addresses and forms of uploads must not be passed on.
        if let Some(fields) = data.as_object_mut() {
            fields.remove("samples");
        }
        let text = |key: &str| first_text(&data, &[key]);
        let labels = data.get("labels").unwrap_or(&Value::Null);
        let label = |key: &str| first_text(labels, &[key]);
        let result = data.get("processing_result");
        let id = text("voice_id");
        Voice {
            id: if id.is_empty() { asked.to_owned() } else { id },
            name: text("name"),
            status: read_status(&text("processing_status")),
            language: text("lang_code"),
            description: text("description"),
            voice_type: text("voice_type"),
            labels: Labels { gender: label("gender"), age_group: label("age_group"), mood: label("mood") },
            errors: sentences(result.and_then(|result| result.get("errors"))),
            warnings: sentences(result.and_then(|result| result.get("warnings"))),
            json: data.to_string(),
        }
    }
}

fn read_status(word: &str) -> VoiceStatus {
    match word {
        "created" => VoiceStatus::Created,
        "pending" => VoiceStatus::Pending,
        "ready" => VoiceStatus::Ready,
        "failed" => VoiceStatus::Failed,
        _ => VoiceStatus::Unknown,
    }
}

/// Where to upload the sample of a voice that was just created.
pub fn read_upload(data: &Value) -> Option<Upload> {
    let sample = data.get("samples")?.get(0)?;
    let url = first_text(sample, &["url"]);
    let form = sample.get("form_data").and_then(Value::as_object);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = form.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect();
    (!url.is_empty()).then_some(Upload { url, fields })
}

/// Keys of `sample.more` win over the library's.
pub fn clone_request(
    name: &str,
    description: Option<&str>,
    labels: &Labels,
    sample: &SampleInfo<'_>,
) -> Value {
    let mut entry = json!({
        "filename": sample.filename,
        "mime_type": sample.mime_type,
        "lang_code": sample.language,
        "denoise": sample.denoise,
    });
    for (key, value) in sample.more {
        entry[key] = value.clone();
    }
    let mut request = update_request(Some(name), description, labels);
    request["samples"] = json!([entry]);
    request
}

/// Only the changes.
pub fn update_request(name: Option<&str>, description: Option<&str>, labels: &Labels) -> Value {
    let mut request = json!({});
    for (key, text) in [("name", name), ("description", description)] {
        if let Some(text) = text {
            request[key] = json!(text);
        }
    }
    if !labels.is_empty() {
        request["labels"] = labels.object();
    }
    request
}

pub fn check_name(name: &str) -> Result<()> {
    let fits = (3..=64).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    if fits {
        return Ok(());
    }
    Err(Error::invalid("the name of a voice has 3 to 64 letters, digits, spaces or any of _ - ."))
}

/// Returns the MIME type for the suffix of a sample's file.
pub fn mime_type(filename: &str) -> Result<&'static str> {
    let suffix = filename.rsplit_once('.').map(|(_, suffix)| suffix.to_lowercase()).unwrap_or_default();
    TYPES.iter().find(|(known, _)| *known == suffix).map(|(_, mime_type)| *mime_type).ok_or_else(|| {
        let known: Vec<&str> = TYPES.iter().map(|(suffix, _)| *suffix).collect();
        Error::invalid(format!("the suffix of {filename} is none of {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_suffixes_are_checked() {
        let longest = "x".repeat(64);
        for good in ["abc", "My voice 1", "a_b-c.d", "Zoë", longest.as_str()] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        let too_long = "x".repeat(65);
        for bad in ["", "ab", "a/b/c", "a\nb c", "emoji 🙂", too_long.as_str()] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
        assert_eq!(mime_type("a.b/Me.WAV").unwrap(), "audio/wav");
        assert_eq!(mime_type("x.mpg").unwrap(), "video/mpeg");
        for bad in ["wav", "me.", "me.ogg", "me.wav.txt"] {
            assert!(mime_type(bad).unwrap_err().text.contains("wav, mp3"), "{bad}");
        }
    }

    #[test]
    fn a_voice_is_read_whatever_is_missing() {
        let voice = Voice::read(
            json!({"voice_id": "v", "name": "n", "processing_status": "failed", "lang_code": null,
                "labels": {"gender": "female", "mood": "calm"}, "samples": [{"form_data": {"policy": "hidden"}}],
                "processing_result": {"errors": [{"title": "T", "detail": "no speech"}, "short"], "warnings": [{"title": "noise"}]}}),
            "asked",
        );
        assert_eq!(
            (voice.id.as_str(), voice.status, voice.language.as_str()),
            ("v", VoiceStatus::Failed, "")
        );
        assert_eq!((voice.labels.gender.as_str(), voice.labels.mood.as_str()), ("female", "calm"));
        assert_eq!((voice.errors.as_str(), voice.warnings.as_str()), ("no speech; short", "noise"));
        assert!(
            voice.json.contains("\"voice_id\":\"v\"") && !voice.json.contains("hidden"),
            "{}",
            voice.json
        );
        let bare = Voice::read(json!({"processing_status": "new word", "labels": 3}), "asked");
        assert_eq!((bare.id.as_str(), bare.status), ("asked", VoiceStatus::Unknown));
    }

    #[test]
    fn a_request_says_what_was_given_and_nothing_else() {
        let more = json!({"speech_normalization": true, "denoise": "override"});
        let sample = SampleInfo {
            filename: "me.wav",
            mime_type: "audio/wav",
            language: "en",
            denoise: true,
            more: more.as_object().unwrap(),
        };
        let labels = Labels { mood: "calm".into(), ..Labels::default() };
        assert_eq!(
            clone_request("abc", None, &labels, &sample),
            json!({"name": "abc", "labels": {"mood": "calm"}, "samples": [{"filename": "me.wav",
                "mime_type": "audio/wav", "lang_code": "en", "denoise": "override", "speech_normalization": true}]})
        );
        assert_eq!(update_request(None, Some(""), &Labels::default()), json!({"description": ""}));
    }

    #[test]
    fn the_place_of_an_upload_is_read() {
        let reply = json!({"samples": [{"url": "http://h/x", "form_data": {"key": "k", "size": 3}}]});
        let upload = read_upload(&reply).unwrap();
        assert_eq!(upload.url, "http://h/x");
        assert_eq!(upload.fields, [("key".into(), "k".into()), ("size".to_owned(), "3".to_owned())]);
        for bad in [json!({}), json!({"samples": []}), json!({"samples": [{"form_data": {}}]})] {
            assert!(read_upload(&bad).is_none(), "{bad}");
        }
    }
}
