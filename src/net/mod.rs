//! Connections to the server: addresses, TLS, HTTP and WebSocket. Knows nothing of the messages.

mod causes;
mod certificates;
#[cfg_attr(feature = "sim", path = "simulated/crypto.rs")]
mod crypto;
pub mod dial;
pub mod http;
#[cfg_attr(feature = "sim", path = "simulated/kernel.rs")]
mod kernel;
mod no_proxy;
pub mod proxies;
mod proxy;
mod refusal;
pub mod resolve;
mod retry_after;
pub mod roots;
mod socks;
mod stream;
mod system_proxy;
#[cfg_attr(feature = "sim", path = "simulated/tcp.rs")]
mod tcp;
mod time_limit;
pub mod tls;
mod tls_error;
mod tunnel;
pub mod url;
pub mod way;
pub mod websocket;

pub use stream::Stream;
pub use time_limit::TimeLimit;
