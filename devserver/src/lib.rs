//! A local server that imitates Palabra's hosted service: session REST and the translation WebSocket.

pub mod audio;
pub mod auth;
pub mod cli;
pub mod conn;
pub mod engine;
pub mod faults;
pub mod http;
pub mod ids;
pub mod log;
pub mod rest;
pub mod s2s;
pub mod server;
pub mod store;
pub mod tls;
