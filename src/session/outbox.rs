//! Commands on their way to the service: few, small and never in the caller's way.

use std::collections::VecDeque;
use std::sync::Mutex;

use crate::error::{Error, Result, Status};
use crate::runtime::lock;

const MAX_COMMANDS: usize = 32;

pub enum Command {
    Speak { text: String, language: String, translate: bool, user_tag: u64 },
}

#[derive(Default)]
pub struct Outbox {
    waiting: Mutex<VecDeque<Command>>,
}

impl Outbox {
    pub fn add(&self, command: Command) -> Result<()> {
        let mut waiting = lock(&self.waiting);
        if waiting.len() >= MAX_COMMANDS {
            return Err(Error::new(Status::Again, "too many commands wait to be sent"));
        }
        waiting.push_back(command);
        Ok(())
    }

    pub fn take(&self) -> Option<Command> {
        lock(&self.waiting).pop_front()
    }
}
