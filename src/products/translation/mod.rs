//! A translation: speech in, texts and speech in other languages out (protocol.md 5).

mod answers;
mod command;
mod commands;
mod conversation;
mod desk;
mod messages;
mod open;
pub mod options;
mod readiness;
mod settled;
mod spacing;
mod task_options;
mod tasks;
mod verbs;

pub(crate) use open::Prepared;
pub(crate) use verbs::{MAX_SPEAK_BYTES, MAX_TASK_BYTES};
