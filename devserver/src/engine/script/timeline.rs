//! Sorts the phrases of a script into one sequence of steps, and refuses contradictions.

use std::path::Path;

use super::plan::{Phrase, Script, Step};
use super::{audio, file};
use crate::engine::{Levels, Output, Text};
use crate::ids::transcription_id;

/// Makes the ids of scripted phrases differ from all others.
const SCRIPT_IDS: u64 = 3;

impl Step {
    /// The order of output at the same moment.
    fn rank(&self) -> u8 {
        match self.output {
            Output::Partial(_) => 0,
            Output::PartialTranslation(_) => 1,
            Output::Validated(_) => 2,
            Output::Translation(_) => 3,
            Output::Speech { .. } => 4,
            Output::Timings { .. } | Output::Queue { .. } | Output::Done { .. } => 5,
        }
    }
}

pub fn script(file: file::File, directory: &Path) -> Result<Script, String> {
    let (mut phrases, mut steps) = (Vec::new(), Vec::new());
    let mut earliest = 0;
    for (n, phrase) in file.phrases.into_iter().enumerate() {
        let of = |e: String| format!("phrase {}: {e}", n + 1);
        if phrase.start_ms < earliest {
            return Err(of("start_ms is before that of the phrase before it".to_owned()));
        }
        earliest = phrase.start_ms;
        let builder = Builder::new(n, &phrase, directory).map_err(of)?;
        let (known, mut more) = builder.build(phrase).map_err(of)?;
        phrases.push(known);
        steps.append(&mut more);
    }
    // The sort keeps the order of the file among equals.
    steps.sort_by_key(|step| (step.at_ms, step.phrase, step.rank()));
    Ok(Script { phrases, steps })
}

struct Builder<'a> {
    number: usize,
    id: String,
    start_ms: u64,
    end_ms: u64,
    final_ms: u64,
    directory: &'a Path,
    steps: Vec<Step>,
}

impl<'a> Builder<'a> {
    fn new(number: usize, phrase: &file::Phrase, directory: &'a Path) -> Result<Self, String> {
        if phrase.end_ms <= phrase.start_ms {
            return Err("end_ms must be after start_ms".to_owned());
        }
        let final_ms = phrase.final_ms.unwrap_or(phrase.end_ms);
        if final_ms < phrase.start_ms {
            return Err("final_ms must not be before start_ms".to_owned());
        }
        let made_up = || transcription_id(SCRIPT_IDS, number as u64 + 1);
        Ok(Self {
            number,
            id: phrase.id.clone().unwrap_or_else(made_up),
            start_ms: phrase.start_ms,
            end_ms: phrase.end_ms,
            final_ms,
            directory,
            steps: Vec::new(),
        })
    }

    fn build(mut self, phrase: file::Phrase) -> Result<(Phrase, Vec<Step>), String> {
        for partial in phrase.partials {
            let at = self.partial_time(partial.at_ms)?;
            let text = self.text(at, "", partial.text);
            self.step(at, None, Output::Partial(text));
        }
        let text = self.text(self.end_ms, "", phrase.text);
        self.step(self.final_ms, None, Output::Validated(text));
        for (language, translation) in phrase.translations {
            self.translation(&language, translation).map_err(|e| format!("translation {language}: {e}"))?;
        }
        for report in phrase.reports {
            self.report(report)?;
        }
        let over_ms = self.steps.iter().map(|s| s.at_ms).max().unwrap_or(self.final_ms);
        let known = Phrase { start_ms: self.start_ms, end_ms: self.end_ms, over_ms };
        Ok((known, self.steps))
    }

    fn translation(&mut self, language: &str, translation: file::Translation) -> Result<(), String> {
        for partial in translation.partials {
            let at = self.partial_time(partial.at_ms)?;
            let text = self.text(at, language, partial.text);
            self.step(at, Some(language), Output::PartialTranslation(text));
        }
        let at = not_before(self.final_ms, translation.at_ms, "at_ms")?;
        let text = self.text(self.end_ms, language, translation.text);
        self.step(at, Some(language), Output::Translation(text));
        let at = not_before(at, translation.audio_ms, "audio_ms")?;
        if let Some(described) = &translation.audio {
            let speech = Output::Speech {
                id: self.id.clone(),
                language: language.to_owned(),
                frames: audio::frames(described, self.directory)?,
            };
            self.step(at, Some(language), speech);
        }
        Ok(())
    }

    fn report(&mut self, report: file::Report) -> Result<(), String> {
        let at = not_before(self.start_ms, Some(report.at_ms), "at_ms of a report")?;
        let before = self.steps.len();
        if let Some(timings) = report.pipeline_timings {
            let id = self.id.clone();
            self.step(at, None, Output::Timings { id, timings });
        }
        let queue = |levels: Levels, bare| Output::Queue { levels, bare };
        if let Some(levels) = report.tts_buffer_stats {
            self.step(at, None, queue(levels, false));
        }
        if let Some(levels) = report.queue_levels {
            self.step(at, None, queue(levels, true));
        }
        if self.steps.len() == before {
            return Err("a report needs pipeline_timings, tts_buffer_stats or queue_levels".to_owned());
        }
        Ok(())
    }

    fn partial_time(&self, at_ms: u64) -> Result<u64, String> {
        if (self.start_ms..=self.final_ms).contains(&at_ms) {
            Ok(at_ms)
        } else {
            Err("at_ms of a partial must be from start_ms to final_ms".to_owned())
        }
    }

    /// The player fills in the source language, which only the task knows.
    fn text(&self, until_ms: u64, language: &str, text: String) -> Text {
        let seconds = |ms: u64| ms as f64 / 1000.0;
        Text {
            id: self.id.clone(),
            language: language.to_owned(),
            text,
            start: seconds(self.start_ms),
            end: seconds(until_ms.min(self.end_ms)),
        }
    }

    fn step(&mut self, at_ms: u64, target: Option<&str>, output: Output) {
        self.steps.push(Step { at_ms, phrase: self.number, target: target.map(str::to_owned), output });
    }
}

fn not_before(earliest: u64, at_ms: Option<u64>, name: &str) -> Result<u64, String> {
    match at_ms {
        Some(at) if at < earliest => Err(format!("{name} must not be before {earliest}")),
        Some(at) => Ok(at),
        None => Ok(earliest),
    }
}
