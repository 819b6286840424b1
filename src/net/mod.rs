//! Reaching the server: addresses, TLS, HTTP and WebSocket. Knows nothing of what is said.

pub mod dial;
pub mod http;
mod no_proxy;
pub mod proxy;
mod stream;
pub mod tls;
pub mod url;
pub mod websocket;

pub use stream::Stream;
