//! Voices: cloned from a sample, listed, changed and deleted (protocol.md 10).

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value};

use super::Client;
use super::management::{Account, check_size, read_file};
use crate::error::{Error, Result, Status};
use crate::media::source::Patience;
use crate::text::percent_encode;
use crate::wire::json::fault;
use crate::wire::management::check_id;
use crate::wire::management::form::File;
use crate::wire::management::voice::{self as wire, SampleInfo};

pub use super::management::Made;
pub use wire::{Labels, Voice, VoiceStatus};

/// How long the official client waits for a voice (protocol.md 10).
pub const USUAL_WAIT: Duration = Duration::from_secs(300);
/// The largest sample that the service accepts.
const MAX_SAMPLE_BYTES: usize = 10 << 20;
/// Interval between two requests for a voice's status: short at first, because a short sample may be done soon;
/// finally the official client's 2 s.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Number of failures in a row that count as temporary.
const FAILED_LOOKS: u32 = 3;

/// A new voice as the caller describes it.
#[derive(Default)]
pub struct VoiceOptions {
    pub name: String,
    pub language: String,
    pub description: Option<String>,
    pub labels: Labels,
    pub denoise: bool,
    /// The file; or the bytes, which need `filename`.
    pub path: Option<PathBuf>,
    pub sample: Option<Vec<u8>>,
    pub filename: Option<String>,
    /// More keys of the sample, as a JSON object.
    pub sample_json: Option<String>,
    /// Returns before the voice is ready.
    pub no_wait: bool,
}

/// A new voice that was checked and can be requested.
pub struct NewVoice {
    name: String,
    language: String,
    description: Option<String>,
    labels: Labels,
    denoise: bool,
    filename: String,
    mime_type: &'static str,
    sample: Vec<u8>,
    more: Map<String, Value>,
    no_wait: bool,
}

/// Changes to a voice. Labels are changed all together or not at all.
#[derive(Default)]
pub struct VoiceChange {
    pub name: Option<String>,
    pub description: Option<String>,
    pub labels: Labels,
}

impl NewVoice {
    /// Checks everything and reads the file.
    pub fn new(options: VoiceOptions, patience: &Patience<'_>) -> Result<NewVoice> {
        let missing = |what: &str| Error::invalid(format!("{what} is missing"));
        wire::check_name(&options.name)?;
        let own_name = options.path.as_deref().and_then(Path::file_name);
        let own_name = own_name.map(|name| name.to_string_lossy().into_owned());
        let filename =
            options.filename.or(own_name).ok_or_else(|| missing("the name of the sample's file"))?;
        let mime_type = wire::mime_type(&filename)?;
        let sample = match (options.path, options.sample) {
            (Some(_), Some(_)) => return Err(Error::invalid("give a file or a sample in memory, not both")),
            (Some(path), None) => read_file(&path, MAX_SAMPLE_BYTES, "10 MB", patience)?,
            (None, Some(sample)) => sample,
            (None, None) => return Err(missing("the sample")),
        };
        check_size(&sample, MAX_SAMPLE_BYTES, "the sample", "10 MB")?;
        Ok(NewVoice {
            name: options.name,
            language: options.language,
            description: options.description,
            labels: options.labels,
            denoise: options.denoise,
            filename,
            mime_type,
            sample,
            more: match options.sample_json {
                None => Map::new(),
                Some(json) => serde_json::from_str(&json).map_err(|error| {
                    Error::invalid(format!("the JSON of the sample is no JSON object: {}", fault(&error)))
                })?,
            },
            no_wait: options.no_wait,
        })
    }

    fn request(&self) -> Value {
        let sample = SampleInfo {
            filename: &self.filename,
            mime_type: self.mime_type,
            language: &self.language,
            denoise: self.denoise,
            more: &self.more,
        };
        wire::clone_request(&self.name, self.description.as_deref(), &self.labels, &sample)
    }
}

/// Checks that a number of bytes can be a sample, before any of them is read.
pub fn check_sample_bytes(bytes: u64) -> Result<usize> {
    let fitting = usize::try_from(bytes).ok().filter(|&bytes| bytes <= MAX_SAMPLE_BYTES);
    fitting.ok_or_else(|| Error::invalid("the sample is larger than 10 MB"))
}

/// Clones a voice: requests it, uploads the sample, and waits until the voice is ready unless told otherwise.
pub async fn create(client: &Client, voice: &NewVoice, made: &Made<Voice>) -> Result<()> {
    const WHAT: &str = "clone a voice";
    let account = Account::of(client)?;
    let reply = account.post(WHAT, wire::CLONE_PATH, &voice.request()).await?;
    let upload = wire::read_upload(&reply);
    let created = Voice::read(reply, "");
    let id = created.id.clone();
    if id.is_empty() {
        return Err(Error::new(Status::Protocol, "the service's answer names no voice"));
    }
    made.note(created);
    let upload = upload
        .ok_or_else(|| Error::new(Status::Protocol, "the service's answer names no place for the sample"))?;
    let file =
        File { part: "file", name: &voice.filename, content_type: voice.mime_type, content: &voice.sample };
    account.post_form("take the sample", &upload.url, &upload.fields, &file).await?;
    if voice.no_wait { Ok(()) } else { until_ready(&account, &id, made).await }
}

/// Waits until a voice is ready. `made` is its latest known state.
pub async fn wait_ready(client: &Client, id: &str, made: &Made<Voice>) -> Result<()> {
    until_ready(&Account::of(client)?, id, made).await
}

async fn until_ready(account: &Account<'_>, id: &str, made: &Made<Voice>) -> Result<()> {
    let mut pause = FIRST_PAUSE;
    let mut failed_looks = 0;
    loop {
        match look(account, id).await {
            Ok(voice) => {
                failed_looks = 0;
                let end = verdict(&voice);
                made.note(voice);
                if let Some(end) = end {
                    return end;
                }
            }
            Err(error) if error.retriable && failed_looks < FAILED_LOOKS => failed_looks += 1,
            Err(error) => return Err(error),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Returns `None` while the voice is neither ready nor failed.
fn verdict(voice: &Voice) -> Option<Result<()>> {
    match voice.status {
        VoiceStatus::Ready => Some(Ok(())),
        VoiceStatus::Failed if voice.errors.is_empty() => {
            Some(Err(Error::new(Status::Service, "the voice could not be made")))
        }
        VoiceStatus::Failed => {
            let text = format!("the voice could not be made: {}", voice.errors);
            Some(Err(Error::new(Status::Service, text)))
        }
        VoiceStatus::Unknown | VoiceStatus::Created | VoiceStatus::Pending => None,
    }
}

async fn look(account: &Account<'_>, id: &str) -> Result<Voice> {
    Ok(Voice::read(account.get("show a voice", &path_of(id)?).await?, id))
}

fn path_of(id: &str) -> Result<String> {
    check_id(id)?;
    Ok(format!("{}{}", wire::ONE_PATH, percent_encode(id)))
}

pub async fn get(client: &Client, id: &str) -> Result<Voice> {
    look(&Account::of(client)?, id).await
}

/// Lists the account's own voices from all pages, filtered by a part of the name and by a language.
pub async fn list(client: &Client, search: Option<&str>, language: Option<&str>) -> Result<Vec<Voice>> {
    // A rule of the service's documentation (protocol.md 10).
    if search.is_some_and(|text| text.chars().count() < 2) {
        return Err(Error::invalid("a text to search for has at least 2 characters"));
    }
    let query: Vec<(&str, &str)> =
        [("search", search), ("lang", language)].into_iter().filter_map(|(key, v)| Some((key, v?))).collect();
    let items = Account::of(client)?.list("list the voices", wire::OWN_PATH, &query).await?;
    Ok(read_all(items))
}

/// Lists the built-in voices from all pages.
pub async fn list_builtin(client: &Client) -> Result<Vec<Voice>> {
    let items = Account::of(client)?.list("list the built-in voices", wire::BUILTIN_PATH, &[]).await?;
    Ok(read_all(items))
}

fn read_all(items: Vec<Value>) -> Vec<Voice> {
    items.into_iter().map(|item| Voice::read(item, "")).collect()
}

pub async fn update(client: &Client, id: &str, change: &VoiceChange) -> Result<Voice> {
    let path = path_of(id)?;
    if let Some(name) = &change.name {
        wire::check_name(name)?;
    }
    if change.name.is_none() && change.description.is_none() && change.labels.is_empty() {
        return Err(Error::invalid("there is nothing to change"));
    }
    let request = wire::update_request(change.name.as_deref(), change.description.as_deref(), &change.labels);
    let reply = Account::of(client)?.post("change a voice", &path, &request).await?;
    Ok(Voice::read(reply, id))
}

pub async fn delete(client: &Client, id: &str) -> Result<()> {
    let path = path_of(id)?;
    Account::of(client)?.delete("delete a voice", &path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> VoiceOptions {
        VoiceOptions {
            name: "My voice".into(),
            language: "en".into(),
            sample: Some(vec![1]),
            filename: Some("me.wav".into()),
            ..VoiceOptions::default()
        }
    }

    fn refusal(options: VoiceOptions) -> String {
        let error = NewVoice::new(options, &Patience::ENDLESS).err().unwrap();
        assert!(matches!(error.status, Status::InvalidArgument | Status::Io), "{error}");
        error.text
    }

    #[test]
    fn what_cannot_be_sent_is_said_before() {
        assert!(NewVoice::new(options(), &Patience::ENDLESS).is_ok());
        assert!(refusal(VoiceOptions { name: "ab".into(), ..options() }).contains("3 to 64"));
        assert!(refusal(VoiceOptions { sample: None, ..options() }).contains("sample is missing"));
        assert!(refusal(VoiceOptions { filename: None, ..options() }).contains("file is missing"));
        assert!(refusal(VoiceOptions { filename: Some("me.ogg".into()), ..options() }).contains("me.ogg"));
        assert!(refusal(VoiceOptions { sample: Some(Vec::new()), ..options() }).contains("empty"));
        let large = VoiceOptions { sample: Some(vec![0; MAX_SAMPLE_BYTES + 1]), ..options() };
        assert!(refusal(large).contains("larger than 10 MB"));
        assert!(refusal(VoiceOptions { path: Some("x.wav".into()), ..options() }).contains("not both"));
        assert!(
            refusal(VoiceOptions { sample_json: Some("[]".into()), ..options() }).contains("no JSON object")
        );
    }

    #[test]
    fn a_file_gives_its_name_and_its_bytes() {
        let path = std::env::temp_dir().join(format!("palabra-{}-Me.MP3", std::process::id()));
        std::fs::write(&path, b"sound").unwrap();
        let from_file =
            |path: &Path| VoiceOptions { path: Some(path.into()), sample: None, filename: None, ..options() };
        let voice = NewVoice::new(from_file(&path), &Patience::ENDLESS).unwrap();
        assert_eq!((voice.mime_type, voice.sample.as_slice()), ("audio/mpeg", &b"sound"[..]));
        assert!(path.ends_with(&voice.filename));
        std::fs::File::options().write(true).open(&path).unwrap().set_len(10 << 20 | 1).unwrap();
        assert!(refusal(from_file(&path)).contains("larger than 10 MB"));
        std::fs::remove_file(&path).unwrap();
        assert!(refusal(from_file(&path)).contains("Me.MP3"));
    }

    #[test]
    fn ids_keep_to_their_place_in_the_path() {
        assert_eq!(path_of("a/../b?c").unwrap(), "/saas/voice/m/a%2F..%2Fb%3Fc");
        assert!(path_of("..").is_err());
    }
}
