//! The products: translation, text-to-speech, speech-to-text.

pub mod stt;
pub mod translation;
pub mod tts;
