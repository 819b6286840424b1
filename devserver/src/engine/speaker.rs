//! Speakers turn the texts of a text-to-speech stream into speech.

use std::iter::Peekable;

use tokio::sync::oneshot;

use super::Failure;

/// One text and how it is spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    pub text: String,
    pub language: String,
    pub voice: String,
    /// 1 is normal speed.
    pub speed: f64,
    /// Frames per second.
    pub rate: u32,
}

/// Mono frames, generated as they are taken.
pub type Frames = Peekable<Box<dyn Iterator<Item = i16> + Send>>;

pub enum Speech {
    Ready(Frames),
    /// Comes later; the stream is woken for it.
    Coming(oneshot::Receiver<Result<Vec<i16>, Failure>>),
}

impl Speech {
    pub fn ready(frames: impl Iterator<Item = i16> + Send + 'static) -> Self {
        Speech::Ready(Self::frames(frames))
    }

    pub fn frames(frames: impl Iterator<Item = i16> + Send + 'static) -> Frames {
        let frames: Box<dyn Iterator<Item = i16> + Send> = Box::new(frames);
        frames.peekable()
    }
}

pub trait Speaker: Send {
    fn speak(&mut self, utterance: &Utterance) -> Speech;
}
