//! A synthetic voice: a buzz with syllables, its length in proportion to the text. Enough to hear that something is
//! said.

use super::speaker::{Speaker, Speech, Utterance};
use super::{Output, Say, Text};
use crate::audio::OUTPUT_RATE;

/// Seconds per character and the shortest utterance.
const PER_CHARACTER: f64 = 0.06;
const SHORTEST: f64 = 0.3;
/// Lower speeds are raised to this one, so that an utterance ends.
const SLOWEST: f64 = 0.1;
/// Syllables per second, the pitch of the buzz and the number of its harmonics.
const SYLLABLES: f64 = 4.0;
const PITCH: f64 = 140.0;
const HARMONICS: u32 = 8;

/// The output of a `tts_task`: the text and its speech in each language.
pub fn say(say: &Say, id: &str, out: &mut Vec<Output>) {
    let frames = speak(&say.text);
    for language in &say.languages {
        let text = if say.translate { format!("[{language}] {}", say.text) } else { say.text.clone() };
        out.push(Output::Translation(Text {
            id: id.to_owned(),
            language: language.clone(),
            text,
            start: 0.0,
            end: frames.len() as f64 / f64::from(OUTPUT_RATE),
        }));
        out.push(Output::Speech { id: id.to_owned(), language: language.clone(), frames: frames.clone() });
    }
    out.push(Output::Done { id: id.to_owned() });
}

/// Speech-like audio at 24 kHz for a text.
pub fn speak(text: &str) -> Vec<i16> {
    Buzz::new(text, OUTPUT_RATE, PITCH, 1.0).collect()
}

/// Speaks text-to-speech utterances; each voice has its own pitch.
pub struct Buzzer;

impl Speaker for Buzzer {
    fn speak(&mut self, utterance: &Utterance) -> Speech {
        let pitch = pitch_of(&utterance.voice);
        Speech::ready(Buzz::new(&utterance.text, utterance.rate, pitch, utterance.speed))
    }
}

/// Between 100 and 220 Hz, and always the same for a name.
fn pitch_of(voice: &str) -> f64 {
    let sum = voice.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    100.0 + f64::from(sum % 121)
}

/// The frames of one utterance, generated as they are taken.
struct Buzz {
    next: usize,
    frames: usize,
    rate: f64,
    pitch: f64,
}

impl Buzz {
    fn new(text: &str, rate: u32, pitch: f64, speed: f64) -> Self {
        let rate = f64::from(rate);
        let seconds = (text.chars().count() as f64 * PER_CHARACTER).max(SHORTEST) / speed.max(SLOWEST);
        Self { next: 0, frames: (seconds * rate).round() as usize, rate, pitch }
    }
}

impl Iterator for Buzz {
    type Item = i16;

    fn next(&mut self) -> Option<i16> {
        (self.next < self.frames).then(|| {
            self.next += 1;
            sample((self.next - 1) as f64 / self.rate, self.pitch)
        })
    }
}

fn sample(time: f64, pitch: f64) -> i16 {
    let turn = std::f64::consts::TAU * time;
    // Never quite silent between syllables, so that it stays one utterance.
    let loudness = 0.3 + 0.7 * (turn * SYLLABLES / 2.0).sin().powi(2);
    let buzz: f64 = (1..=HARMONICS).map(|h| (turn * pitch * f64::from(h)).sin() / f64::from(h)).sum();
    (buzz * loudness * 6000.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_follows_the_text() {
        assert_eq!(speak("a").len(), 7200);
        assert_eq!(speak(&"a".repeat(50)).len(), 72_000);
        assert_eq!(speak(&"é".repeat(50)).len(), 72_000);
    }

    #[test]
    fn an_utterance_follows_rate_speed_and_voice() {
        let utter = |rate, speed, voice: &str| {
            let text = "a".repeat(50);
            let utterance = Utterance { text, language: "en".into(), voice: voice.into(), speed, rate };
            match Buzzer.speak(&utterance) {
                Speech::Ready(frames) => frames.collect::<Vec<i16>>(),
                Speech::Coming(_) => panic!("a buzz needs no time"),
            }
        };
        assert_eq!(utter(8000, 1.0, "a").len(), 24_000);
        assert_eq!(utter(8000, 2.0, "a").len(), 12_000);
        assert_eq!(utter(8000, 1.0, "a"), utter(8000, 1.0, "a"));
        assert_ne!(utter(8000, 1.0, "a"), utter(8000, 1.0, "b"));
        assert!(utter(48_000, 1.0, "a").iter().any(|s| s.unsigned_abs() > 5000));
    }
}
