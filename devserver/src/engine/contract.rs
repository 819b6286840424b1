//! The interface of every engine, and how an engine fails.

use std::sync::Arc;

use tokio::sync::Notify;

use super::output::Output;
use super::settings::Settings;

/// A text to be spoken (`tts_task`).
#[derive(Clone, Debug)]
pub struct Say {
    pub text: String,
    /// The language of the text.
    pub language: String,
    /// The languages to speak it in.
    pub languages: Vec<String>,
    /// Translate it first.
    pub translate: bool,
}

/// Which part of the phrase in progress is discarded.
#[derive(Clone, Debug)]
pub enum Scope {
    All,
    Languages(Vec<String>),
}

/// Why an engine can no longer serve its stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// One of the service's error codes (protocol.md 8.3).
    pub code: &'static str,
    pub desc: String,
    /// How the stream is closed.
    pub close: u16,
}

impl Failure {
    /// A program that the engine uses has failed.
    pub fn stage(name: &str, why: &str) -> Self {
        Self { code: "SERVER_ERROR", desc: format!("{name}: {why}"), close: 1011 }
    }

    /// Closed as for too many connections (protocol.md 5.6).
    pub fn too_many_sessions(most: usize) -> Self {
        let desc = format!("too many sessions: this server allows {most} at a time (--local-sessions)");
        Self { code: "SERVICE_UNAVAILABLE", desc, close: 1008 }
    }
}

/// Wakes the stream of an engine that has output.
pub type Wake = Arc<Notify>;

/// Output that an engine still has for the audio that it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    Free,
    /// Only translations and speech.
    Speaking,
    /// Texts that `finish` asked for.
    Hearing,
}

pub trait Engine: Send {
    /// The task was created or changed. A change of the audio format ends the phrase in progress.
    fn configure(&mut self, settings: &Settings, out: &mut Vec<Output>);
    /// More of the caller's audio, mono, at the configured rate.
    fn feed(&mut self, frames: &[i16], out: &mut Vec<Output>);
    /// Audio that nobody listens to: before the start, in a pause, and after the end.
    fn pass(&mut self, _frames: &[i16]) {}
    /// Returns whether speech is being received right now.
    fn hears_speech(&self) -> bool;
    /// Speaks a text. Returns the id of the coming output.
    fn say(&mut self, say: &Say, out: &mut Vec<Output>) -> String;
    /// Discards the phrase in progress: it has no further output.
    fn interrupt(&mut self, scope: &Scope);
    /// Completes the phrase in progress; no audio follows for now.
    fn finish(&mut self, out: &mut Vec<Output>);
    /// Returns output that became ready by itself. An engine that works in the background wakes its stream for it.
    fn collect(&mut self, _out: &mut Vec<Output>) -> Result<(), Failure> {
        Ok(())
    }
    /// Returns whether the end must wait. The wait is bounded, or `collect` fails.
    fn busy(&self) -> Busy {
        Busy::Free
    }
}
