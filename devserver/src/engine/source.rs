//! The available engines, and the selected one.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::contract::{Engine, Wake};
use super::local::{self, Local};
use super::loopback;
use super::script::{self, Script};
use super::speaker::Speaker;
use super::voice;

/// The engines that can be chosen on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Loopback,
    Script,
    Local,
}

/// An engine and its options; creates an instance for each stream.
#[derive(Clone, Debug)]
pub enum Source {
    Loopback,
    Script(Arc<Script>),
    Local(Arc<Local>),
    /// Those of the program that the server is embedded in.
    Given(Arc<dyn Given>),
}

/// Makes engines and speakers that this server does not have.
pub trait Given: fmt::Debug + Send + Sync {
    fn engine(&self) -> Box<dyn Engine>;
    fn speaker(&self) -> Box<dyn Speaker>;
}

impl Source {
    /// Prepares what the first stream will need.
    pub async fn open(&self) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) | Source::Given(_) => Ok(()),
            Source::Local(local) => local.open().await,
        }
    }

    /// Ends the programs that wait for streams.
    pub async fn close(&self) {
        if let Source::Local(local) = self {
            local.close().await;
        }
    }

    pub fn start(&self, wake: Wake) -> Box<dyn Engine> {
        match self {
            Source::Loopback => Box::new(loopback::Loopback::default()),
            Source::Script(script) => Box::new(script::Player::new(Arc::clone(script))),
            Source::Local(local) => Box::new(local::Session::new(Arc::clone(local), wake)),
            Source::Given(given) => given.engine(),
        }
    }

    /// Returns the speaker of a text-to-speech stream. A script has no part in those.
    pub fn speaker(&self, wake: Wake) -> Box<dyn Speaker> {
        match self {
            Source::Loopback | Source::Script(_) => Box::new(voice::Buzzer),
            Source::Local(local) => Box::new(local::Voices { local: Arc::clone(local), wake }),
            Source::Given(given) => given.speaker(),
        }
    }

    /// Returns whether the engine works with any sound in place of speech.
    pub fn needs_no_sound(&self) -> bool {
        matches!(self, Source::Loopback | Source::Script(_) | Source::Given(_))
    }

    /// Checks that a language can be recognised. The error names those that can.
    pub fn can_hear(&self, language: &str) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) | Source::Given(_) => Ok(()),
            Source::Local(local) => local.can_hear(language),
        }
    }

    /// Returns whether `auto` is detected rather than replaced by one language.
    pub fn can_detect(&self) -> bool {
        matches!(self, Source::Local(local) if local.can_detect())
    }

    pub fn can_translate(&self, from: &str, to: &str) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) | Source::Given(_) => Ok(()),
            Source::Local(local) => local.can_translate(from, to),
        }
    }

    pub fn can_speak(&self, language: &str) -> Result<(), String> {
        match self {
            Source::Loopback | Source::Script(_) | Source::Given(_) => Ok(()),
            Source::Local(local) => local.can_speak(language),
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "loopback" => Ok(Kind::Loopback),
            "script" => Ok(Kind::Script),
            "local" => Ok(Kind::Local),
            other => Err(format!("unknown engine \"{other}\" (known: loopback, script, local)")),
        }
    }
}
