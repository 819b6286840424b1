//! A client: credentials, endpoints, TLS and proxy settings. Cheap to share between sessions.

pub mod connects;
pub mod creation;
pub mod credential_store;
pub mod credentials;
pub mod drain;
pub mod endpoints;
pub mod environment;
pub mod glossaries;
mod management;
pub mod metrics;
#[cfg(test)]
pub(crate) mod of_tests;
mod options;
pub mod rest;
pub mod secret;
pub mod stream_url;
pub mod voices;

pub use options::{Client, ClientOptions};
