//! Joins the recogniser's lines into phrases: lines with less silence between them than the task asks for are one
//! phrase.

use super::languages::base;
use super::recogniser::Line;
use crate::engine::Text;
use crate::ids::transcription_id;

/// Makes the ids of recognised phrases differ from all others.
const PHRASE_IDS: u64 = 8;
/// A phrase of this many seconds ends with its line, however short the silence is (unless a longer silence is asked
/// for, as by a transcription that is finalized manually).
const LONGEST: f64 = 15.0;

/// The phrase in progress.
#[derive(Debug)]
struct Open {
    /// Text of its completed lines.
    done: String,
    start: f64,
    end: f64,
    /// The latest text that was reported.
    told: String,
    in_line: bool,
    /// What the recogniser has detected.
    language: Option<String>,
}

#[derive(Debug, Default)]
pub struct Phrases {
    number: u64,
    open: Option<Open>,
    /// Seconds of silence that close a phrase.
    pub closing_silence: f64,
    /// Reported texts are in this language, unless the recogniser names another.
    pub language: String,
    /// The second of the session at which the recogniser's clock began.
    pub offset: f64,
}

#[derive(Debug, PartialEq)]
pub enum Told {
    Grown(Text),
    Closed(Text),
}

impl Phrases {
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The id of the phrase in progress, or of the latest one.
    pub fn id(&self) -> String {
        transcription_id(PHRASE_IDS, self.number)
    }

    pub fn discard(&mut self) {
        self.open = None;
    }

    pub fn partial(&mut self, line: &Line, told: &mut Vec<Told>) {
        self.line(line, false, told);
    }

    pub fn last(&mut self, line: &Line, told: &mut Vec<Told>) {
        self.line(line, true, told);
        let Some(open) = &mut self.open else { return };
        open.in_line = false;
        if open.told.is_empty() {
            // Only noise.
            self.open = None;
        } else if open.end - open.start >= LONGEST.max(self.closing_silence) {
            self.close(told);
        }
    }

    /// Called when this many seconds have been recognised.
    pub fn heard(&mut self, seconds: f64, told: &mut Vec<Told>) {
        let is_over = |open: &Open| !open.in_line && seconds >= open.end + self.closing_silence;
        if self.open.as_ref().is_some_and(is_over) {
            self.close(told);
        }
    }

    pub fn close(&mut self, told: &mut Vec<Told>) {
        if let Some(open) = self.open.take().filter(|open| !open.told.is_empty()) {
            told.push(Told::Closed(self.text(&open)));
        }
    }

    fn line(&mut self, line: &Line, is_last: bool, told: &mut Vec<Told>) {
        if self.open.as_ref().is_some_and(|open| !open.in_line && self.is_apart(open, line)) {
            self.close(told);
        }
        let words = line.text.trim();
        if self.open.is_none() {
            if words.is_empty() {
                return;
            }
            self.number += 1;
        }
        let mut open = self.open.take().unwrap_or_else(|| Open {
            done: String::new(),
            start: line.start,
            end: line.end,
            told: String::new(),
            in_line: true,
            language: None,
        });
        open.in_line = true;
        // The first words of a phrase decide, as they were translated already.
        open.language = open.language.or_else(|| line.language.clone());
        open.end = line.end.max(open.end);
        let text = joined(&open.done, words);
        if is_last {
            open.done.clone_from(&text);
        }
        if text != open.told {
            open.told = text;
            told.push(Told::Grown(self.text(&open)));
        }
        self.open = Some(open);
    }

    /// Returns whether a line after the last one of a phrase is another phrase: after a silence, or in another language.
    fn is_apart(&self, open: &Open, line: &Line) -> bool {
        let is_other = open.language.is_some() && line.language.is_some() && open.language != line.language;
        is_other || line.start - open.end >= self.closing_silence
    }

    /// The code of the task, with its region, where it is that language.
    fn language_of(&self, open: &Open) -> String {
        match &open.language {
            Some(detected) if base(detected) != base(&self.language) => detected.clone(),
            _ => self.language.clone(),
        }
    }

    fn text(&self, open: &Open) -> Text {
        Text {
            id: self.id(),
            language: self.language_of(open),
            text: open.told.clone(),
            start: self.offset + open.start,
            end: self.offset + open.end,
        }
    }
}

fn joined(before: &str, words: &str) -> String {
    let space = if before.is_empty() || words.is_empty() { "" } else { " " };
    format!("{before}{space}{words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(start: f64, end: f64, text: &str) -> Line {
        Line { start, end, text: text.to_owned(), language: None }
    }

    fn phrases(closing_silence: f64) -> Phrases {
        Phrases { closing_silence, language: "en".to_owned(), ..Phrases::default() }
    }

    /// Texts as reported; those of finished phrases end with a full stop.
    fn texts(told: &[Told]) -> Vec<String> {
        told.iter()
            .map(|told| match told {
                Told::Grown(text) => text.text.clone(),
                Told::Closed(text) => format!("{}.", text.text),
            })
            .collect()
    }

    #[test]
    fn silence_closes_a_phrase() {
        let (mut phrases, mut told) = (phrases(0.7), Vec::new());
        phrases.partial(&line(0.5, 1.0, "good"), &mut told);
        phrases.last(&line(0.5, 1.5, "good morning"), &mut told);
        phrases.heard(2.1, &mut told);
        assert!(phrases.is_open());
        phrases.heard(2.2, &mut told);
        assert_eq!(texts(&told), ["good", "good morning", "good morning."]);
        let Told::Closed(text) = &told[2] else { panic!("{told:?}") };
        assert_eq!((text.start, text.end, phrases.is_open()), (0.5, 1.5, false));
    }

    #[test]
    fn lines_close_together_are_one_phrase() {
        let (mut phrases, mut told) = (phrases(0.7), Vec::new());
        phrases.last(&line(0.0, 1.0, "one"), &mut told);
        phrases.partial(&line(1.5, 2.0, "two"), &mut told);
        phrases.heard(9.0, &mut told);
        phrases.last(&line(1.5, 2.2, "two"), &mut told);
        phrases.partial(&line(3.0, 3.1, "three"), &mut told);
        assert_eq!(texts(&told), ["one", "one two", "one two.", "three"]);
        phrases.close(&mut told);
        assert_eq!(texts(&told)[4], "three.");
    }

    #[test]
    fn a_long_phrase_ends_with_its_line() {
        let (mut phrases, mut told) = (phrases(10.0), Vec::new());
        phrases.last(&line(0.0, 8.0, "a"), &mut told);
        phrases.last(&line(8.1, 15.5, "b"), &mut told);
        assert_eq!(texts(&told), ["a", "a b", "a b."]);
    }

    #[test]
    fn a_phrase_is_in_the_language_that_was_detected() {
        let (mut phrases, mut told) = (phrases(0.7), Vec::new());
        phrases.language = "en-gb".to_owned();
        let heard =
            |text: &str, language: &str| Line { language: Some(language.to_owned()), ..line(0.0, 1.0, text) };
        phrases.last(&heard("good morning", "en"), &mut told);
        phrases.partial(&heard("buenos", "es"), &mut told);
        phrases.last(&heard("bons dias", "pt"), &mut told);
        phrases.close(&mut told);
        let of = |told: &Told| match told {
            Told::Grown(text) | Told::Closed(text) => text.language.clone(),
        };
        assert_eq!(told.iter().map(of).collect::<Vec<_>>(), ["en-gb", "en-gb", "es", "es", "es"]);
    }

    #[test]
    fn noise_is_nothing() {
        let (mut phrases, mut told) = (phrases(0.7), Vec::new());
        phrases.partial(&line(0.0, 1.0, " "), &mut told);
        phrases.last(&line(0.0, 1.0, ""), &mut told);
        phrases.close(&mut told);
        assert!(told.is_empty() && !phrases.is_open());
    }
}
