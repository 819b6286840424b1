//! Connections to the server: addresses, TLS, HTTP and WebSocket. Knows nothing of the messages.

mod certificates;
pub mod dial;
pub mod http;
mod kernel;
mod no_proxy;
pub mod proxy;
mod refusal;
mod resolve;
mod retry_after;
pub mod roots;
mod stream;
mod time_limit;
pub mod tls;
mod tls_error;
pub mod url;
pub mod websocket;

pub use stream::Stream;
pub use time_limit::TimeLimit;

/// An error with its causes: the outermost error alone often says only that something failed.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}
