//! A made-up voice: a buzz with syllables, long in proportion to the text. Enough to hear that something is said.

use super::{Output, Say, Text};
use crate::audio::OUTPUT_RATE;

/// Seconds per character and the shortest utterance.
const PER_CHARACTER: f64 = 0.06;
const SHORTEST: f64 = 0.3;
/// Syllables per second, the pitch of the buzz and how many of its harmonics sound.
const SYLLABLES: f64 = 4.0;
const PITCH: f64 = 140.0;
const HARMONICS: u32 = 8;

/// What is said for a `tts_task`: the text and its speech in each language.
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
    let seconds = (text.chars().count() as f64 * PER_CHARACTER).max(SHORTEST);
    let frames = (seconds * f64::from(OUTPUT_RATE)) as usize;
    (0..frames).map(|n| sample(n as f64 / f64::from(OUTPUT_RATE))).collect()
}

fn sample(time: f64) -> i16 {
    let turn = std::f64::consts::TAU * time;
    // Never quite silent between syllables, so that it stays one utterance.
    let loudness = 0.3 + 0.7 * (turn * SYLLABLES / 2.0).sin().powi(2);
    let buzz: f64 = (1..=HARMONICS).map(|h| (turn * PITCH * f64::from(h)).sin() / f64::from(h)).sum();
    (buzz * loudness * 6000.0) as i16
}

#[cfg(test)]
mod tests {
    use super::speak;

    #[test]
    fn length_follows_the_text() {
        assert_eq!(speak("a").len(), 7200);
        assert_eq!(speak(&"a".repeat(50)).len(), 72_000);
        assert_eq!(speak(&"é".repeat(50)).len(), 72_000);
    }
}
