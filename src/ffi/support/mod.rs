//! What the doors have in common: guards, handles, texts, structs that grow, results that the caller looks into.

pub(super) mod answers;
pub(super) mod audio_slice;
mod bounds;
pub(super) mod error_out;
pub(super) mod event_out;
pub(super) mod field;
pub(super) mod file_out;
mod first_sizes;
pub(super) mod fork;
pub(super) mod guard;
pub(super) mod handles;
pub(super) mod held;
pub(super) mod numbers;
pub(super) mod opening;
pub(super) mod out_handle;
mod payload;
pub(super) mod ready_out;
pub(super) mod samples;
pub(super) mod service;
pub(super) mod sized;
pub(super) mod text;
pub(super) mod waiting;
