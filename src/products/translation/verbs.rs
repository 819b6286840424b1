//! Commands of a session. Each only adds an entry to the outbox.

use serde_json::Value;

use super::command::Command;
use super::desk::TranslationDesk;
use super::task_options::parse_object;
use crate::audio::format::WireFormat;
use crate::error::{Error, Result, Status};
use crate::session::Session;
use crate::session::stream::outbox::Request;
use crate::wire::list::split_list;
use crate::wire::translation::task;

/// The longest text that `speak` takes: 2048 characters (protocol.md 5.2) of at most four bytes.
pub(crate) const MAX_SPEAK_BYTES: usize = 8192;
/// The longest JSON of a task: far above any real one, and the outbox holds a bounded number of them.
pub(crate) const MAX_TASK_BYTES: usize = 262_144;
/// No language code is nearly as long.
const MAX_LANGUAGE_BYTES: usize = 64;
/// More than the service has.
const MAX_LANGUAGES: usize = 256;

impl Session {
    /// Speaks a text. The answer arrives as an event with `user_tag`, as for every command.
    pub fn speak(&self, text: &str, language: &str, translate: bool, user_tag: u64) -> Result<()> {
        if text.is_empty() || text.len() > MAX_SPEAK_BYTES {
            return Err(Error::invalid(format!("a text to speak has 1 to {MAX_SPEAK_BYTES} bytes")));
        }
        if language.is_empty() || language.len() > MAX_LANGUAGE_BYTES {
            return Err(Error::invalid(format!("a language code has 1 to {MAX_LANGUAGE_BYTES} bytes")));
        }
        let (text, language) = (text.to_owned(), language.to_owned());
        self.request(Command::Speak { text, language, translate }, user_tag)
    }

    /// Stops processing (and billing) until [`Session::resume`].
    pub fn pause(&self, user_tag: u64) -> Result<()> {
        self.desk_of::<TranslationDesk>()?;
        self.flush_playout(&[]);
        self.request(Command::Pause, user_tag)
    }

    /// Resumes after a pause. There is no command for that; the last accepted task is sent again (protocol.md 5.2).
    pub fn resume(&self, user_tag: u64) -> Result<()> {
        self.request(Command::Resume, user_tag)
    }

    /// Discards the phrase in progress, in some targets (separated by commas) or, with an empty list, in all.
    pub fn interrupt(&self, languages: &str, pause: bool, user_tag: u64) -> Result<()> {
        let languages = split_list(languages);
        if languages.len() > MAX_LANGUAGES || languages.iter().any(|code| code.len() > MAX_LANGUAGE_BYTES) {
            let text =
                format!("at most {MAX_LANGUAGES} language codes, each of up to {MAX_LANGUAGE_BYTES} bytes");
            return Err(Error::invalid(text));
        }
        self.desk_of::<TranslationDesk>()?;
        // First and in any case: an interrupt must silence speech at once.
        self.flush_playout(&languages);
        self.request(Command::Interrupt { languages, pause }, user_tag)
    }

    /// Replaces the task. Its input must keep the wire format.
    pub fn set_task(&self, json: &str, user_tag: u64) -> Result<()> {
        if json.len() > MAX_TASK_BYTES {
            return Err(Error::invalid(format!("a task has at most {MAX_TASK_BYTES} bytes")));
        }
        self.desk_of::<TranslationDesk>()?;
        let (wire, _) = self.input()?.wire();
        let task = Value::Object(parse_object("the task", json)?);
        if !task::input_is_pcm(&task) || WireFormat::from(task::input_format(&task)) != wire {
            let text = format!(
                "what goes out cannot change in an open session: it is pcm_s16le at {} Hz with {} channel(s)",
                wire.sample_rate, wire.channels
            );
            return Err(Error::new(Status::Unsupported, text));
        }
        if let Some(playout) = &self.playout {
            playout.add_languages(&task::target_languages(&task))?;
        }
        self.request(Command::SetTask(task), user_tag)
    }

    /// Requests the task as the service has it.
    pub fn get_task(&self, user_tag: u64) -> Result<()> {
        self.request(Command::GetTask, user_tag)
    }

    fn request(&self, command: Command, user_tag: u64) -> Result<()> {
        let outbox = &self.desk_of::<TranslationDesk>()?.outbox;
        self.check_open()?;
        outbox.add(Request { command, user_tag })?;
        self.wake.notify_one();
        Ok(())
    }
}
