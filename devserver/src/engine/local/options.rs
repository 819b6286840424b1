//! The options of the stages on the command line, and their defaults.

use std::path::PathBuf;
use std::time::Duration;

use super::command::Command;
use super::languages::{WHISPERED, listing, pairs, voices};
use super::pool::Pool;
use super::speech::Speech;
use super::stages::{Installed, Local};
use super::translator::Translator;
use super::{recogniser, speech, translator};

/// The default recogniser, which needs only the interpreter that has its libraries.
const DRIVER: &str = concat!(
    include_str!("../../../stages/frames.py"),
    include_str!("../../../stages/moonshine.py"),
    include_str!("../../../stages/whisper.py"),
    include_str!("../../../stages/recogniser.py"),
);
/// The model that hears more than English, in the folder of the tools.
const WHISPER: &str = "whisper/model.bin";

/// Each command is the default one unless given.
#[derive(Clone, Debug)]
pub struct Options {
    pub recogniser: Option<String>,
    pub translator: Option<String>,
    pub speech: Option<String>,
    pub sessions: usize,
    pub tools: PathBuf,
    /// Whisper has the last word on complete lines of English.
    pub check_english: bool,
    /// A stage that does not answer within this time has failed.
    pub patience: Duration,
}

impl Local {
    /// Checks that everything is there that the stages need.
    pub fn new(options: &Options) -> Result<Self, String> {
        let mut installed = Installed::default();
        let given = |name: &str, line: &Option<String>| -> Result<Option<Command>, String> {
            let Some(line) = line else { return Ok(None) };
            let command = Command::split(line).map_err(|e| format!("{name}: {e}"))?;
            let missing = || format!("{name}: {} is not a program that can be found", command.program());
            if command.exists() { Ok(Some(command)) } else { Err(missing()) }
        };
        let recogniser = match given(recogniser::NAME, &options.recogniser)? {
            Some(_) if options.check_english => {
                return Err("--check-english and --recogniser exclude each other".to_owned());
            }
            Some(command) => command,
            None => usual_recogniser(options, &mut installed)?,
        };
        let translator = match given(translator::NAME, &options.translator)? {
            Some(command) => command,
            None => usual_translator(&mut installed)?,
        };
        let speech = match given(speech::NAME, &options.speech)? {
            Some(command) => command,
            None => usual_speech(&mut installed)?,
        };
        Ok(Self {
            pool: Pool::new(recogniser, options.sessions, options.patience),
            translator: Translator::new(
                translator,
                options.patience,
                installed.pairs.clone().unwrap_or_default(),
            ),
            speech: Speech::new(speech, options.patience),
            installed,
        })
    }
}

fn usual_recogniser(options: &Options, installed: &mut Installed) -> Result<Command, String> {
    let has_whisper = options.tools.join(WHISPER).exists();
    installed.heard = Some(if has_whisper { &WHISPERED } else { &WHISPERED[..1] });
    let python = options.tools.join("bin").join("python");
    let python = python.to_str().ok_or("the folder of the tools has a name that is not UTF-8")?;
    let check: &[&str] = if options.check_english { &["check"] } else { &[] };
    let command = Command::of(&[&[python, "-u", "-c", DRIVER], check].concat());
    if command.exists() {
        if options.check_english && !has_whisper {
            return Err(format!(
                "--check-english needs the model {}: run tools/install.sh local",
                options.tools.join(WHISPER).display()
            ));
        }
        return Ok(command);
    }
    Err(format!(
        "the recogniser is missing, there is no {python}: run tools/install.sh local, or put the Python package \
         moonshine-voice into a venv and name its folder with --local-tools"
    ))
}

fn usual_translator(installed: &mut Installed) -> Result<Command, String> {
    const INSTALL: &str =
        "install Debian's packages apertium and apertium-eng-spa, or run tools/install.sh local";
    let list = Command::of(&["apertium", "-l"]);
    if !list.exists() {
        return Err(format!("apertium is missing: {INSTALL}"));
    }
    let pairs = pairs(&listing(&list)?);
    if pairs.is_empty() {
        return Err(format!("apertium has no pair of languages: {INSTALL}"));
    }
    installed.pairs = Some(pairs);
    Ok(Command::of(&["apertium", "-u", "{mode}"]))
}

fn usual_speech(installed: &mut Installed) -> Result<Command, String> {
    let list = Command::of(&["espeak-ng", "--voices"]);
    if !list.exists() {
        return Err(
            "espeak-ng is missing: install Debian's package espeak-ng, or run tools/install.sh local"
                .to_owned(),
        );
    }
    installed.voices = Some(voices(&listing(&list)?));
    Ok(Command::of(&["espeak-ng", "-v", "{voice}", "-s", "{speed}", "--stdin", "--stdout"]))
}
