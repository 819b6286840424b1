//! The engine without recognition. The text of each phrase is its number and length, and its speech is what was
//! spoken.
//!
//! Depends only on the audio, so the same recording always gives the same texts and the same speech.

use std::borrow::Cow;

use super::phrases::{Cut, Cutter};
use super::voice;
use super::{Engine, Output, Say, Scope, Settings, Text};
use crate::audio::{OUTPUT_RATE, resample, resampled_length};
use crate::ids::transcription_id;

/// Seconds of speech between two partial texts.
const PARTIAL_EVERY: f64 = 0.5;
/// Makes the ids of phrases and of spoken texts differ.
const PHRASE_IDS: u64 = 1;
const SAY_IDS: u64 = 2;

#[derive(Default)]
pub struct Loopback {
    settings: Option<Settings>,
    cutter: Option<Cutter>,
    teller: Teller,
    said: u64,
}

impl Loopback {
    /// Its speech is as long, and silent: for an engine that puts its own in place.
    pub fn silent() -> Loopback {
        Loopback { teller: Teller { is_silent: true, ..Teller::default() }, ..Loopback::default() }
    }
}

/// Turns cuts into texts.
#[derive(Default)]
struct Teller {
    /// Number of the latest phrase that has begun.
    number: u64,
    begun: bool,
    last_text: String,
    partials: u64,
    /// Targets that an interrupt silenced for this phrase.
    muted: Vec<String>,
    /// Speech is silent.
    is_silent: bool,
}

impl Engine for Loopback {
    fn configure(&mut self, settings: &Settings, out: &mut Vec<Output>) {
        let same_audio = self.settings.as_ref().is_some_and(|old| old.rate == settings.rate);
        if same_audio && let Some(cutter) = &mut self.cutter {
            cutter.set_closing_silence(settings.closing_silence);
        } else {
            self.finish(out);
            self.cutter = Some(Cutter::new(settings.rate, settings.closing_silence));
        }
        self.settings = Some(settings.clone());
    }

    fn feed(&mut self, frames: &[i16], out: &mut Vec<Output>) {
        if let (Some(settings), Some(cutter)) = (&self.settings, &mut self.cutter) {
            let teller = &mut self.teller;
            cutter.feed(frames, &mut |cut| teller.tell(cut, settings, out));
        }
    }

    fn hears_speech(&self) -> bool {
        self.cutter.as_ref().is_some_and(Cutter::in_phrase)
    }

    fn say(&mut self, say: &Say, out: &mut Vec<Output>) -> String {
        self.said += 1;
        let id = transcription_id(SAY_IDS, self.said);
        voice::say(say, &id, out);
        id
    }

    fn interrupt(&mut self, scope: &Scope) {
        let Some(cutter) = &mut self.cutter else { return };
        match scope {
            Scope::All => {
                cutter.discard();
                self.teller.over();
            }
            Scope::Languages(languages) if cutter.in_phrase() => {
                self.teller.muted.extend(languages.iter().cloned());
            }
            Scope::Languages(_) => {}
        }
    }

    fn finish(&mut self, out: &mut Vec<Output>) {
        if let (Some(settings), Some(cutter)) = (&self.settings, &mut self.cutter) {
            let teller = &mut self.teller;
            cutter.finish(&mut |cut| teller.tell(cut, settings, out));
        }
    }
}

impl Teller {
    fn tell(&mut self, cut: Cut, settings: &Settings, out: &mut Vec<Output>) {
        match cut {
            Cut::Grown { start, frames } => self.grown(start, frames, settings, out),
            // Silence directly after a forced split: there is nothing to report.
            Cut::Closed { .. } if !self.begun => {}
            Cut::Closed { start, frames } => self.closed(start, &frames, settings, out),
        }
    }

    fn begin(&mut self) {
        if !self.begun {
            self.begun = true;
            self.number += 1;
            self.partials = 0;
        }
    }

    fn over(&mut self) {
        self.begun = false;
        self.last_text.clear();
        self.muted.clear();
    }

    fn grown(&mut self, start: u64, frames: usize, settings: &Settings, out: &mut Vec<Output>) {
        self.begin();
        let due = (frames as f64 / f64::from(settings.rate) / PARTIAL_EVERY) as u64;
        if due > self.partials {
            self.partials = due;
            self.partial(&self.place(start, frames, settings), settings, out);
        }
    }

    fn closed(&mut self, start: u64, frames: &[i16], settings: &Settings, out: &mut Vec<Output>) {
        self.begin();
        let text = self.place(start, frames.len(), settings);
        if text.text != self.last_text {
            // The validated text always equals the last partial (protocol.md 5.3).
            self.partial(&text, settings, out);
        }
        out.push(Output::Validated(text.clone()));
        let speech = self.speech(frames, settings.rate);
        for target in self.audible(settings) {
            out.push(Output::Translation(translated(&text, &target.language)));
        }
        for target in self.audible(settings) {
            let (id, language) = (text.id.clone(), target.language.clone());
            out.push(Output::Speech { id, language, frames: speech.to_vec() });
        }
        out.push(Output::Done { id: text.id });
        self.over();
    }

    fn speech<'a>(&self, frames: &'a [i16], rate: u32) -> Cow<'a, [i16]> {
        if self.is_silent {
            return vec![0; resampled_length(frames.len(), rate, OUTPUT_RATE)].into();
        }
        resample(frames, rate, OUTPUT_RATE)
    }

    fn partial(&mut self, text: &Text, settings: &Settings, out: &mut Vec<Output>) {
        self.last_text.clone_from(&text.text);
        out.push(Output::Partial(text.clone()));
        for target in self.audible(settings).filter(|t| t.partials) {
            out.push(Output::PartialTranslation(translated(text, &target.language)));
        }
    }

    fn audible<'a>(&'a self, settings: &'a Settings) -> impl Iterator<Item = &'a super::Target> {
        settings.targets.iter().filter(|t| !self.muted.contains(&t.language))
    }

    fn place(&self, start: u64, frames: usize, settings: &Settings) -> Text {
        let rate = f64::from(settings.rate);
        let (start, length) = (start as f64 / rate, frames as f64 / rate);
        Text {
            id: transcription_id(PHRASE_IDS, self.number),
            language: settings.source.clone(),
            text: format!("phrase {}, {length:.1} s", self.number),
            start,
            end: start + length,
        }
    }
}

fn translated(text: &Text, language: &str) -> Text {
    Text { language: language.to_owned(), text: format!("[{language}] {}", text.text), ..text.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::Target;
    use super::*;

    fn settings(rate: u32) -> Settings {
        let target = |language: &str| Target {
            language: language.to_owned(),
            partials: language == "fr",
            ..Target::default()
        };
        Settings {
            rate,
            source: "en".to_owned(),
            detectable: Vec::new(),
            targets: vec![target("es"), target("fr")],
            closing_silence: 0.7,
            speech: true,
        }
    }

    fn talk(rate: u32, parts: &[(bool, f64)]) -> Vec<i16> {
        let mut frames = Vec::new();
        for &(sound, seconds) in parts {
            for n in 0..(f64::from(rate) * seconds) as usize {
                let wave = (n as f64 * 220.0 * std::f64::consts::TAU / f64::from(rate)).sin() * 5000.0;
                frames.push(if sound { wave as i16 } else { 0 });
            }
        }
        frames
    }

    fn run(rate: u32, frames: &[i16], portion: usize) -> Vec<Output> {
        let (mut engine, mut out) = (Loopback::default(), Vec::new());
        engine.configure(&settings(rate), &mut out);
        for part in frames.chunks(portion) {
            engine.feed(part, &mut out);
        }
        engine.finish(&mut out);
        out
    }

    fn kinds(out: &[Output]) -> String {
        let letter = |o: &Output| match o {
            Output::Partial(_) => 'p',
            Output::PartialTranslation(_) => 'q',
            Output::Validated(_) => 'v',
            Output::Translation(_) => 't',
            Output::Speech { .. } => 's',
            Output::Done { .. } => 'd',
            Output::Timings { .. } | Output::Queue { .. } => 'r',
        };
        out.iter().map(letter).collect()
    }

    #[test]
    fn a_phrase_is_told_in_order() {
        let out = run(24_000, &talk(24_000, &[(false, 0.3), (true, 1.2), (false, 1.0)]), 7680);
        assert_eq!(kinds(&out), "pqpqpqvttssd");
        let texts: Vec<&str> = out
            .iter()
            .filter_map(|o| match o {
                Output::Partial(t) | Output::Validated(t) | Output::Translation(t) => Some(t.text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(
            texts,
            [
                "phrase 1, 0.5 s",
                "phrase 1, 1.0 s",
                "phrase 1, 1.2 s",
                "phrase 1, 1.2 s",
                "[es] phrase 1, 1.2 s",
                "[fr] phrase 1, 1.2 s"
            ]
        );
    }

    #[test]
    fn partials_come_while_the_audio_arrives() {
        let (mut engine, mut out) = (Loopback::default(), Vec::new());
        engine.configure(&settings(16_000), &mut out);
        engine.feed(&talk(16_000, &[(true, 0.8)]), &mut out);
        assert_eq!(kinds(&out), "pq");
        assert!(engine.hears_speech());
    }

    #[test]
    fn the_same_audio_gives_the_same_output_however_split() {
        let input = talk(16_000, &[(false, 0.2), (true, 1.7), (false, 0.8), (true, 0.9), (false, 0.9)]);
        let whole = run(16_000, &input, input.len());
        assert_eq!(kinds(&whole).matches('v').count(), 2);
        for portion in [101, 5120] {
            assert_eq!(run(16_000, &input, portion), whole);
        }
    }

    #[test]
    fn speech_out_is_as_long_as_speech_in_at_every_rate() {
        for rate in [16_000, 24_000, 44_100, 48_000] {
            let out = run(rate, &talk(rate, &[(false, 0.5), (true, 3.0), (false, 1.0)]), 4000);
            let spoken: usize = out
                .iter()
                .filter_map(|o| match o {
                    Output::Speech { language, frames, .. } if language == "es" => Some(frames.len()),
                    _ => None,
                })
                .sum();
            let seconds = spoken as f64 / 24_000.0;
            assert!((seconds - 3.0).abs() < 0.1, "{rate}: {seconds}");
        }
    }

    #[test]
    fn silent_speech_is_as_long() {
        let lengths = |mut engine: Loopback| {
            let mut out = Vec::new();
            engine.configure(&settings(44_100), &mut out);
            engine.feed(&talk(44_100, &[(true, 1.2), (false, 1.0), (true, 0.7), (false, 1.0)]), &mut out);
            let speech = out.iter().filter_map(|o| match o {
                Output::Speech { frames, .. } => Some(frames.len()),
                _ => None,
            });
            speech.collect::<Vec<usize>>()
        };
        let spoken = lengths(Loopback::default());
        assert!(!spoken.is_empty() && spoken.iter().all(|&frames| frames > 0), "{spoken:?}");
        assert_eq!(lengths(Loopback::silent()), spoken);
    }

    #[test]
    fn an_interrupted_phrase_is_never_completed() {
        let (mut engine, mut out) = (Loopback::default(), Vec::new());
        engine.configure(&settings(16_000), &mut out);
        engine.feed(&talk(16_000, &[(true, 1.2)]), &mut out);
        engine.interrupt(&Scope::All);
        out.clear();
        engine.feed(&talk(16_000, &[(false, 2.0)]), &mut out);
        engine.finish(&mut out);
        assert_eq!(out, []);
    }

    #[test]
    fn one_language_can_be_interrupted_alone() {
        let (mut engine, mut out) = (Loopback::default(), Vec::new());
        engine.configure(&settings(16_000), &mut out);
        engine.feed(&talk(16_000, &[(true, 1.2)]), &mut out);
        engine.interrupt(&Scope::Languages(vec!["es".to_owned()]));
        out.clear();
        engine.feed(&talk(16_000, &[(false, 1.0), (true, 1.0), (false, 1.0)]), &mut out);
        assert_eq!(kinds(&out), "pqvtsdpqpqvttssd");
    }

    #[test]
    fn said_texts_come_back_in_each_language() {
        let (mut engine, mut out) = (Loopback::default(), Vec::new());
        engine.configure(&settings(16_000), &mut out);
        let languages = vec!["es".to_owned(), "fr".to_owned()];
        let id = engine.say(
            &Say { text: "hello".to_owned(), language: "en".to_owned(), languages, translate: true },
            &mut out,
        );
        assert_eq!(kinds(&out), "tstsd");
        assert!(matches!(&out[0], Output::Translation(t) if t.id == id && t.text == "[es] hello"));
    }
}
