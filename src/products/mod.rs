//! What a session can be for: translation, text to speech, speech to text.

mod playout_plan;
pub mod stt;
pub mod translation;
pub mod tts;
