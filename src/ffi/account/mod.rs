//! REST sessions, voices and glossaries: calls that ask the service and wait for its answer.

pub mod glossaries;
pub mod rest_sessions;
pub mod voices;
