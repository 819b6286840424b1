//! Engines turn a caller's audio into text and speech. An engine knows no socket and no message format.

mod contract;
pub mod local;
pub mod loopback;
mod output;
pub mod phrases;
pub mod script;
mod settings;
mod source;
pub mod speaker;
mod voice;

pub use contract::{Busy, Engine, Failure, Say, Scope, Wake};
pub use output::{Level, Levels, Output, Text};
pub use settings::{Settings, Target, Tempo};
pub use source::{Given, Kind, Source};
