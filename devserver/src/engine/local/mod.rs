//! The engine that really translates. Recogniser, translator and speech are programs on this machine, which it talks
//! to over pipes (stages/README.md).

mod command;
mod ear;
mod events;
mod lane;
mod languages;
mod options;
mod phrase;
mod playback;
mod pool;
mod process;
mod recogniser;
mod report;
mod scratch;
mod session;
mod speaker;
mod speech;
mod stages;
mod translator;
mod voices;

pub use options::Options;
pub use session::Session;
pub use speaker::Voices;
pub use stages::Local;
