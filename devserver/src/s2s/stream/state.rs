//! The state of a translation stream.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::engine::{Engine, Wake};
use crate::limits;
use crate::s2s::pacing::Pacing;
use crate::s2s::task::Task;
use crate::streams::Link;
use crate::streams::held::Held;
use crate::time;
use crate::validation::refusal::Refusal;
use crate::world::unix_time;

/// State of the task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    NoTask,
    /// Accepted. Starts at this time, or only after polls when there is no time.
    Starting(Option<Instant>),
    Running,
    Paused,
    /// After `end_task`: the marker and the close follow at this time.
    Ending(Instant, Option<&'static str>),
    /// Everything was sent, but a fault keeps the connection open.
    Over,
}

pub struct Stream {
    pub(super) link: Link,
    pub(super) engine: Box<dyn Engine>,
    pub(super) task: Option<Task>,
    pub(super) phase: Phase,
    /// Why the latest task was refused, while there is none.
    pub(super) refused: Option<Refusal>,
    pub(super) pacing: Pacing,
    /// Wall-clock second at which the task started.
    pub(super) started: f64,
    pub(super) first_audio: bool,
    pub(super) last_audio: Instant,
    pub(super) last_speech: Instant,
    /// Number of unsuccessful polls, for `ready_after_polls`.
    pub(super) polls: u32,
    pub(super) held: Held,
    /// Id of the latest spoken phrase, by language.
    pub(super) last_spoken: BTreeMap<String, String>,
    pub(super) commands: limits::Commands,
}

impl Stream {
    pub fn new(link: Link) -> Self {
        let now = time::now();
        let commands = limits::Commands::new(link.shared.config.rate_jitter);
        let engine = link.shared.config.engine.start(Wake::clone(&link.wake));
        Self {
            link,
            engine,
            task: None,
            phase: Phase::NoTask,
            refused: None,
            pacing: Pacing::default(),
            started: unix_time(),
            first_audio: true,
            last_audio: now,
            last_speech: now,
            polls: 0,
            held: Held::default(),
            last_spoken: BTreeMap::new(),
            commands,
        }
    }
}
