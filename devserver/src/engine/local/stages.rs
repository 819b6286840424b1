//! The stages that all streams share, and their languages.

use std::fmt;

use super::pool::Pool;
use super::speech::Speech;
use super::translator::Translator;
use super::{languages, voices};
use crate::engine::Failure;

/// The stages, shared by all streams.
pub struct Local {
    pub(super) pool: Pool,
    pub(super) translator: Translator,
    pub(super) speech: Speech,
    pub(super) installed: Installed,
}

/// The languages that the default stages have here. Other programs are assumed to have all languages.
#[derive(Debug, Default)]
pub struct Installed {
    pub heard: Option<&'static str>,
    pub pairs: Option<Vec<(String, String)>>,
    pub voices: Option<Vec<String>>,
}

impl Local {
    /// Starts the first recogniser.
    pub async fn open(&self) -> Result<(), String> {
        self.pool.open().await.map_err(|failure| failure.desc)
    }

    /// Ends all programs that wait for work. A program at work ends with its stream.
    pub async fn close(&self) {
        tokio::join!(self.pool.close(), self.translator.close());
    }

    pub fn can_hear(&self, language: &str) -> Result<(), String> {
        match self.installed.heard {
            Some(heard) if languages::base(language) != heard => {
                Err(format!("{language} cannot be recognised here: only {heard} is installed"))
            }
            _ => Ok(()),
        }
    }

    pub fn can_translate(&self, from: &str, to: &str) -> Result<(), String> {
        let wanted = (languages::letters(from), languages::letters(to));
        let Some(pairs) = &self.installed.pairs else { return Ok(()) };
        let has = |(from, to): &(String, String)| (from.as_str(), to.as_str()) == wanted;
        if wanted.0 == wanted.1 || pairs.iter().any(has) {
            return Ok(());
        }
        let names: Vec<String> = pairs.iter().map(|(from, to)| format!("{from}-{to}")).collect();
        Err(format!("{from} to {to} cannot be translated here: installed are {}", names.join(", ")))
    }

    pub fn can_speak(&self, language: &str) -> Result<(), String> {
        match voices::language(language, self.installed.voices.as_deref()) {
            Some(_) => Ok(()),
            None => Err(format!("{language} cannot be spoken here: espeak-ng has no voice for it")),
        }
    }

    pub(super) fn prepare(&self, from: &str, to: &str) {
        if languages::letters(from) != languages::letters(to) {
            self.translator.prepare(from, to);
        }
    }

    /// A text that is in the target language already stays as it is.
    pub(super) async fn translate(&self, from: &str, to: &str, text: String) -> Result<String, Failure> {
        if languages::letters(from) == languages::letters(to) {
            return Ok(text);
        }
        self.translator.translate(from, to, &text).await
    }

    pub(super) async fn speak(
        &self,
        text: &str,
        language: &str,
        voice: &str,
        speed: f64,
        rate: u32,
    ) -> Result<Vec<i16>, Failure> {
        let voice = voices::name(language, voice, self.installed.voices.as_deref());
        self.speech.speak(text, &voice, speed, rate).await
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("installed", &self.installed).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> Local {
        let patience = std::time::Duration::from_secs(1);
        let none = || super::super::command::Command::of(&["none"]);
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        Local {
            pool: Pool::new(none(), 1, patience),
            translator: Translator::new(none(), patience),
            speech: Speech::new(none(), patience),
            installed: Installed {
                heard: Some("en"),
                pairs: Some(vec![pair("eng", "spa"), pair("eng", "cat")]),
                voices: Some(vec!["es".to_owned(), "en-us".to_owned()]),
            },
        }
    }

    #[test]
    fn what_is_not_installed_is_refused_by_naming_what_is() {
        let local = local();
        assert_eq!(local.can_hear("en-gb"), Ok(()));
        assert!(local.can_hear("de").unwrap_err().contains("only en is installed"));
        assert_eq!(local.can_translate("en", "es-mx"), Ok(()));
        assert_eq!(local.can_translate("en-us", "en-gb"), Ok(()));
        assert!(local.can_translate("en", "ja").unwrap_err().contains("installed are eng-spa, eng-cat"));
        assert_eq!(local.can_speak("es-mx"), Ok(()));
        assert!(local.can_speak("ja").unwrap_err().contains("no voice"));
    }
}
