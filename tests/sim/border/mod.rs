//! What a run may not ask the system for. The program defines the functions of the C library through which every crate
//! asks, so that a question of library, service or simulation itself during a run is seen, with the way to it.

mod allowed;
#[cfg(target_os = "linux")]
mod functions;
mod watch;

pub use watch::{Watched, asked, check, enter};
