//! The products: translation, text-to-speech, speech-to-text.

mod playout_plan;
pub mod stt;
pub mod translation;
pub mod tts;
