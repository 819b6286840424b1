//! What turns the texts of a text-to-speech stream into speech.

/// One text with how it is to be spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    pub text: String,
    pub language: String,
    pub voice: String,
    /// 1 is the usual speed.
    pub speed: f64,
    /// Frames per second.
    pub rate: u32,
}

/// Mono frames, made as they are taken.
pub type Speech = Box<dyn Iterator<Item = i16> + Send>;

pub trait Speaker: Send {
    fn speak(&mut self, utterance: &Utterance) -> Speech;
}
