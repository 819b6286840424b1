//! Speech-to-text sessions: audio in, texts out (protocol.md 9).

mod asked;
mod conversation;
mod desk;
mod messages;
pub mod options;
mod tail;
mod verbs;
