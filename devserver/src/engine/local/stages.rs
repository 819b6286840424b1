//! The stages that all streams share, and their languages.

use std::fmt;

use super::languages::Mode;
use super::pool::Pool;
use super::speech::Speech;
use super::translator::Translator;
use super::{languages, voices};
use crate::engine::{Failure, Target};

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
    pub heard: Option<&'static [&'static str]>,
    pub pairs: Option<Vec<Mode>>,
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
            Some(heard) if !heard.contains(&languages::base(language)) => {
                let names = heard.join(", ");
                Err(format!("{language} cannot be recognised here: installed are {names}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether `auto` is a language of the recogniser. Another program is not known to detect any.
    pub fn can_detect(&self) -> bool {
        self.installed.heard.is_some_and(|heard| heard.contains(&languages::AUTO))
    }

    /// The languages among which a language is detected: of those allowed (all, if empty) the ones that can be heard and
    /// translated into every target.
    pub(super) fn detectable(&self, allowed: &[String], targets: &[Target]) -> Vec<String> {
        let heard = self.installed.heard.unwrap_or_default().iter().filter(|code| **code != languages::AUTO);
        let is_allowed =
            |code: &str| allowed.is_empty() || allowed.iter().any(|one| languages::base(one) == code);
        let is_translated =
            |code: &str| targets.iter().all(|target| self.can_translate(code, &target.language).is_ok());
        heard.copied().filter(|code| is_allowed(code) && is_translated(code)).map(str::to_owned).collect()
    }

    pub fn can_translate(&self, from: &str, to: &str) -> Result<(), String> {
        let wanted = (languages::letters(from), languages::letters(to));
        let Some(pairs) = &self.installed.pairs else { return Ok(()) };
        let has = |mode: &Mode| (mode.from.as_str(), mode.to.as_str()) == wanted;
        let detected = from == languages::AUTO && pairs.iter().any(|mode| mode.to == wanted.1);
        if wanted.0 == wanted.1 || detected || pairs.iter().any(has) {
            return Ok(());
        }
        let names: Vec<String> = pairs.iter().map(|mode| format!("{}-{}", mode.from, mode.to)).collect();
        Err(format!("{from} to {to} cannot be translated here: installed are {}", names.join(", ")))
    }

    pub fn can_speak(&self, language: &str) -> Result<(), String> {
        match voices::language(language, self.installed.voices.as_deref()) {
            Some(_) => Ok(()),
            None => Err(format!("{language} cannot be spoken here: espeak-ng has no voice for it")),
        }
    }

    pub(super) fn prepare(&self, from: &str, to: &str) {
        if from != languages::AUTO && languages::letters(from) != languages::letters(to) {
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
        let pair =
            |from: &str, to: &str| Mode { from: from.to_owned(), to: to.to_owned(), name: String::new() };
        Local {
            pool: Pool::new(none(), 1, patience),
            translator: Translator::new(none(), patience, Vec::new()),
            speech: Speech::new(none(), patience),
            installed: Installed {
                heard: Some(&["auto", "en", "es", "ja"]),
                pairs: Some(vec![pair("eng", "spa"), pair("eng", "cat"), pair("spa", "cat")]),
                voices: Some(vec!["es".to_owned(), "en-us".to_owned()]),
            },
        }
    }

    #[test]
    fn what_is_not_installed_is_refused_by_naming_what_is() {
        let local = local();
        assert_eq!(local.can_hear("en-gb"), Ok(()));
        assert!(local.can_hear("de").unwrap_err().contains("installed are auto, en, es, ja"));
        assert_eq!(local.can_translate("en", "es-mx"), Ok(()));
        assert_eq!(local.can_translate("en-us", "en-gb"), Ok(()));
        assert!(
            local.can_translate("en", "ja").unwrap_err().contains("installed are eng-spa, eng-cat, spa-cat")
        );
        assert_eq!(local.can_speak("es-mx"), Ok(()));
        assert!(local.can_speak("ja").unwrap_err().contains("no voice"));
    }

    #[test]
    fn what_is_detected_can_be_translated() {
        let local = local();
        let targets = ["ca", "es"].map(|code| Target { language: code.to_owned(), ..Target::default() });
        let among = |allowed: &[&str], targets: &[Target]| {
            let allowed: Vec<String> = allowed.iter().map(|code| (*code).to_owned()).collect();
            local.detectable(&allowed, targets)
        };
        assert_eq!(among(&[], &targets), ["en", "es"]);
        assert_eq!(among(&["es-mx", "ja"], &targets), ["es"]);
        assert_eq!(among(&[], &[]), ["en", "es", "ja"]);
        assert!(local.can_detect());
        assert_eq!(
            (local.can_translate("auto", "ca"), local.can_translate("auto", "de").is_err()),
            (Ok(()), true)
        );
    }
}
