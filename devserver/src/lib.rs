//! A local server that imitates Palabra's hosted service: the REST calls and the three WebSockets.

pub mod audio;
pub mod auth;
pub mod cli;
pub mod conn;
mod encoding;
pub mod engine;
pub mod faults;
pub mod http;
pub mod ids;
mod languages;
pub mod limits;
pub mod log;
pub mod management;
pub mod rest;
pub mod s2s;
pub mod server;
pub mod store;
pub mod streams;
pub mod stt;
pub mod tls;
pub mod tts;
pub mod validation;
mod wav;
