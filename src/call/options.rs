//! What a caller sets of a call and of its legs.

use std::ffi::CString;
use std::sync::Arc;

use crate::audio::convert::InputFormat;
use crate::audio::format::{Format, PlayoutFormat};
use crate::audio::mix::Selection;
use crate::audio::samples::Encoding;
use crate::error::Result;
use crate::products::translation::options::TranslationOptions;
use crate::session::handle::options::SessionOptions;
use crate::session::input::gap::Policy;
use crate::session::input::{InputOptions, ResendLimits};
use crate::session::output::echo::{cleaned_format, is_cleaned};
use crate::session::output::{EchoPolicy, OriginalSetup, OutputMode, OutputOptions, PlayoutSetup};

/// A line delivers every 20 ms, and the service is not to wait long for it.
const CHUNK_MS: u32 = 100;
/// Pauses are shortened above this level, words above twice of it.
const TARGET_MS: u32 = 1500;
const BUFFER_MS: u32 = 30_000;
const ORIGINAL_PERCENT: u32 = 100;
pub const USUAL_JITTER_MS: u32 = 60;

/// `None` means the default. Numbers are within their bounds: whoever sets them has checked that.
#[derive(Default)]
pub struct CallOptions {
    pub tag: u64,
    pub name: Option<Arc<CString>>,
    /// The parties do not hear each other's own voices.
    pub no_original: bool,
    /// A session that breaks is replaced.
    pub reopens: bool,
    /// How much of what was sent and was not final the session that takes the place of a broken one sends again.
    pub resend_ms: Option<u32>,
    /// The pace at which sessions are opened; `None`: as the service allows.
    pub connects_per_minute: Option<u32>,
    /// For both directions; languages, formats and the voice are those of the legs.
    pub translation: TranslationOptions,
}

/// What may silence the translation that a party hears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BargeIn {
    #[default]
    ByCall,
    Never,
    /// As [`BargeIn::ByCall`], and the party itself when it begins to speak.
    OnSpeech,
}

#[derive(Clone)]
pub struct LegOptions {
    /// What the party speaks.
    pub language: String,
    /// What it hears.
    pub target_language: String,
    /// Of the translation of what it says.
    pub voice_id: Option<String>,
    /// Of what it says, as in a translation.
    pub hotwords_glossaries: Option<String>,
    pub verification_glossaries: Option<String>,
    pub translation_glossaries: Option<String>,
    pub barge_in: BargeIn,
    /// Events say when the party speaks.
    pub detects_speech: bool,
    /// What is done about what the party's line plays and picks up again.
    pub echo: EchoPolicy,
    /// Of what the party says.
    pub suppresses_noise: bool,
    pub controls_gain: bool,
    /// How long a packet that is missing is waited for.
    pub jitter_ms: u32,
    /// What its line sends and takes at first.
    pub input: InputFormat,
    pub output: PlayoutFormat,
    /// Noise as that of the other's line is heard in place of silence.
    pub comfort: bool,
}

impl LegOptions {
    /// Speaks and hears this language on a telephone: 16-bit samples at 8 kHz, all else as usual.
    pub fn new(language: &str) -> LegOptions {
        LegOptions {
            language: language.into(),
            target_language: language.into(),
            voice_id: None,
            hotwords_glossaries: None,
            verification_glossaries: None,
            translation_glossaries: None,
            barge_in: BargeIn::default(),
            detects_speech: false,
            echo: EchoPolicy::Off,
            suppresses_noise: false,
            controls_gain: false,
            jitter_ms: USUAL_JITTER_MS,
            input: InputFormat::plain(Format { sample_rate: 8000, channels: 1 }),
            output: PlayoutFormat { encoding: Encoding::S16, sample_rate: 8000, channels: 1 },
            comfort: false,
        }
    }

    /// Whether it must be known when the party speaks.
    pub(super) fn listens(&self) -> bool {
        self.detects_speech || self.barge_in == BargeIn::OnSpeech
    }

    /// Whether what the party says is cleaned before it is passed on.
    pub(super) fn is_cleaned(&self) -> bool {
        is_cleaned(self.echo, self.suppresses_noise, self.controls_gain)
    }

    /// What is passed on of what the party says at first.
    pub(super) fn said(&self) -> InputFormat {
        if self.is_cleaned() { cleaned_format(self.input) } else { self.input }
    }
}

impl CallOptions {
    /// With the defaults of a call in place of those of a session.
    pub(super) fn filled(self) -> CallOptions {
        let resend = self.resend(&self.translation.output);
        let CallOptions { no_original, translation, .. } = self;
        let TranslationOptions { session, input, output, .. } = translation;
        let (tag, name) = (self.tag, self.name);
        let usual_original = if no_original { None } else { Some(ORIGINAL_PERCENT) };
        let translation = TranslationOptions {
            session: SessionOptions { tag, name: name.clone(), ..session },
            input: InputOptions {
                chunk_ms: input.chunk_ms.or(Some(CHUNK_MS)),
                gap_policy: if input.gap_policy == Policy::None { Policy::Silence } else { input.gap_policy },
                drop_oldest: true,
                resend,
                ..input
            },
            output: OutputOptions {
                mode: if output.mode == OutputMode::Events { OutputMode::Playout } else { output.mode },
                target_ms: Some(target_ms(&output)),
                original_percent: output.original_percent.filter(|_| !no_original).or(usual_original),
                ..output
            },
            ..translation
        };
        CallOptions { name, translation, ..self }
    }

    fn resend(&self, output: &OutputOptions) -> Option<ResendLimits> {
        let keep_ms = self.resend_ms.filter(|_| self.reopens)?;
        Some(ResendLimits { keep_ms, lag_ms: target_ms(output) })
    }

    /// Refuses what fits no party.
    pub(super) fn check(&self) -> Result<()> {
        self.translation.output.setup(BUFFER_MS).map(drop)
    }

    /// Of the session that translates what one party says, in its present format, for the other.
    pub(super) fn direction(
        &self,
        speaker: &LegOptions,
        listener: &LegOptions,
        format: InputFormat,
    ) -> TranslationOptions {
        let usual = &self.translation;
        let own = |of_leg: &Option<String>, usual: &Option<String>| of_leg.clone().or_else(|| usual.clone());
        TranslationOptions {
            source_language: Some(speaker.language.clone()),
            target_languages: Some(listener.target_language.clone()),
            voice_id: own(&speaker.voice_id, &usual.voice_id),
            hotwords_glossaries: own(&speaker.hotwords_glossaries, &usual.hotwords_glossaries),
            verification_glossaries: own(&speaker.verification_glossaries, &usual.verification_glossaries),
            translation_glossaries: own(&speaker.translation_glossaries, &usual.translation_glossaries),
            input: InputOptions {
                encoding: format.encoding,
                sample_rate: Some(format.sample_rate),
                channels: Some(format.channels),
                channel: selected(format),
                ..usual.input
            },
            ..usual.clone()
        }
    }

    /// Of what a party hears of one who sends in this format.
    pub(super) fn ear(&self, listener: &LegOptions, speaker: InputFormat) -> Result<PlayoutSetup> {
        let output = &self.translation.output;
        let original = OriginalSetup { input: speaker, levels: output.original_levels() };
        let LegOptions { output: format, comfort, .. } = *listener;
        Ok(PlayoutSetup { format, original: Some(original), comfort, ..output.setup(BUFFER_MS)? })
    }
}

/// How much translation may wait before it is shortened.
fn target_ms(output: &OutputOptions) -> u32 {
    output.target_ms.unwrap_or(TARGET_MS.min(output.buffer_ms.unwrap_or(BUFFER_MS)))
}

/// The channel that sounds, counted from 1, if it exists.
fn selected(format: InputFormat) -> Option<u32> {
    match format.selection {
        Selection::One(channel) => Some(channel as u32 + 1).filter(|&channel| channel <= format.channels),
        Selection::All => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::of_tests::with_pair;

    fn party(language: &str) -> LegOptions {
        LegOptions { target_language: format!("{language}-xx"), ..LegOptions::new(language) }
    }

    fn call(translation: TranslationOptions) -> CallOptions {
        CallOptions { translation, ..CallOptions::default() }.filled()
    }

    #[test]
    fn each_direction_has_the_languages_of_both_and_what_its_speaker_sends() {
        let usual = TranslationOptions {
            voice_id: Some("voice".into()),
            hotwords_glossaries: Some("all".into()),
            ..TranslationOptions::default()
        };
        let speaker = LegOptions { hotwords_glossaries: Some("none".into()), ..party("en") };
        let stereo = InputFormat {
            encoding: Encoding::MuLaw,
            sample_rate: 16_000,
            channels: 2,
            selection: Selection::One(1),
        };
        let options = call(usual).direction(&speaker, &party("es"), stereo);
        assert_eq!(options.source_language.as_deref(), Some("en"));
        assert_eq!(options.target_languages.as_deref(), Some("es-xx"));
        assert_eq!(options.voice_id.as_deref(), Some("voice"));
        assert_eq!(options.hotwords_glossaries.as_deref(), Some("none"));
        assert_eq!(options.setup(&with_pair()).unwrap().input.format, stereo);
        // The channel that was selected is gone: what is left is mixed.
        let mono = InputFormat { channels: 1, ..stereo };
        let options = call(TranslationOptions::default()).direction(&speaker, &party("es"), mono);
        assert_eq!(options.setup(&with_pair()).unwrap().input.format.selection, Selection::All);
    }

    #[test]
    fn what_is_sent_again_is_bounded_by_the_lag_that_is_wanted() {
        let resends = |reopens, target_ms, buffer_ms| {
            let output = OutputOptions { target_ms, buffer_ms, ..OutputOptions::default() };
            let translation = TranslationOptions { output, ..TranslationOptions::default() };
            let options =
                CallOptions { reopens, resend_ms: Some(4000), translation, ..CallOptions::default() };
            let resend = options.filled().translation.input.resend;
            resend.map(|limits| (limits.keep_ms, limits.lag_ms))
        };
        assert_eq!(resends(false, None, None), None);
        assert_eq!(resends(true, None, None), Some((4000, 1500)));
        assert_eq!(resends(true, Some(3000), None), Some((4000, 3000)));
        assert_eq!(resends(true, None, Some(1000)), Some((4000, 1000)));
        assert_eq!(call(TranslationOptions::default()).translation.input.resend, None);
    }

    #[test]
    fn a_call_has_defaults_of_its_own() {
        let usual = call(TranslationOptions::default()).translation;
        assert_eq!((usual.input.chunk_ms, usual.input.gap_policy), (Some(100), Policy::Silence));
        assert!(usual.input.drop_oldest);
        assert_eq!((usual.output.mode, usual.output.target_ms), (OutputMode::Playout, Some(1500)));
        assert_eq!(usual.output.original_percent, Some(100));
        let output = OutputOptions {
            buffer_ms: Some(1000),
            mode: OutputMode::Both,
            original_percent: Some(30),
            ..OutputOptions::default()
        };
        let told = call(TranslationOptions { output, ..TranslationOptions::default() });
        told.check().unwrap();
        let output = told.translation.output;
        assert_eq!(
            (output.target_ms, output.mode, output.original_percent),
            (Some(1000), OutputMode::Both, Some(30))
        );
        let silent = CallOptions { no_original: true, ..CallOptions::default() }.filled();
        let ear = silent.ear(&party("es"), party("en").input).unwrap();
        assert!(!ear.original.unwrap().levels.is_on());
        let output = OutputOptions { prime_ms: Some(2000), buffer_ms: Some(500), ..OutputOptions::default() };
        assert!(call(TranslationOptions { output, ..TranslationOptions::default() }).check().is_err());
    }
}
