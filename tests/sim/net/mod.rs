//! The network between the library and the service: names, connections, and the kernel's buffers at both ends.

mod pipe;
mod proxy;
mod socket;
mod switch;

pub use pipe::Line;
pub use proxy::Proxy;
pub use socket::ServiceEnd;
pub use switch::{Door, Names, Network};
