//! Commands on their way to the service: few, small and never in the caller's way.

use std::collections::VecDeque;

use serde_json::Value;
use tokio::time::Instant;

use super::spacing::Pace;
use crate::error::{Error, Result, Status};
use crate::lock::{Mutex, Rank, lock};

pub(crate) const DEFAULT_COMMANDS: u32 = 32;

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Speak {
        text: String,
        language: String,
        translate: bool,
    },
    /// No languages: all of them.
    Interrupt {
        languages: Vec<String>,
        pause: bool,
    },
    Pause,
    /// Sends the last accepted task again.
    Resume,
    SetTask(Value),
    GetTask,
}

/// What a command does to whether the task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Pauses,
    /// A task that is set runs, paused before or not (protocol.md 5.2).
    Resumes,
}

/// What the outbox needs to know of the commands of a product.
pub trait Waiting {
    /// Whether it goes out ahead of all others, and at once.
    fn overtakes(&self) -> bool;

    /// Takes a later one in, if both can go as one.
    fn join(&mut self, _later: &Self) -> bool {
        false
    }

    /// Whether one that comes later may join one that waits before this.
    fn lets_pass(&self) -> bool {
        false
    }
}

impl Command {
    pub fn effect(&self) -> Option<Effect> {
        match self {
            Command::Pause | Command::Interrupt { pause: true, .. } => Some(Effect::Pauses),
            Command::Resume | Command::SetTask(_) => Some(Effect::Resumes),
            Command::Speak { .. } | Command::Interrupt { .. } | Command::GetTask => None,
        }
    }

    pub fn pace(&self) -> Pace {
        match self {
            Command::Speak { .. } => Pace::Speak,
            Command::Interrupt { .. } => Pace::Free,
            Command::Pause => Pace::Pause,
            Command::Resume | Command::SetTask(_) => Pace::SetTask,
            Command::GetTask => Pace::GetTask,
        }
    }
}

impl Waiting for Command {
    /// A barge-in must not wait for the distances of other commands. One that pauses keeps its place,
    /// or it would pause before an earlier resume.
    fn overtakes(&self) -> bool {
        matches!(self, Command::Interrupt { pause: false, .. })
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Request<C> {
    pub command: C,
    pub user_tag: u64,
}

/// What the driver finds.
#[derive(Debug, PartialEq)]
pub enum Next<C> {
    Request(Request<C>),
    /// The first one has to keep its distance until then.
    WaitUntil(Instant),
    Empty,
}

pub struct Outbox<C> {
    limit: usize,
    waiting: Mutex<VecDeque<Request<C>>>,
}

impl<C: Waiting> Outbox<C> {
    pub fn new(limit: u32) -> Outbox<C> {
        Outbox { limit: limit as usize, waiting: Mutex::new(Rank::Outbox, VecDeque::new()) }
    }

    pub fn add(&self, request: Request<C>) -> Result<()> {
        let mut waiting = lock(&self.waiting);
        if waiting.len() >= self.limit {
            return Err(Error::new(Status::Again, "too many commands wait to be sent"));
        }
        waiting.push_back(request);
        Ok(())
    }

    /// As [`Outbox::add`], for what takes back what waits: there is room for it when there is none for more.
    pub fn add_ahead(&self, request: Request<C>) -> Result<()> {
        let mut waiting = lock(&self.waiting);
        if waiting.len() >= 2 * self.limit {
            return Err(Error::new(Status::Again, "too many commands wait to be sent"));
        }
        waiting.push_back(request);
        Ok(())
    }

    /// Adds parts of one whole, all of them or none: there has to be room for the first. In a full outbox parts join
    /// what waits already where they can.
    pub fn add_parts(&self, parts: Vec<Request<C>>) -> Result<()> {
        let mut waiting = lock(&self.waiting);
        for (place, part) in parts.into_iter().enumerate() {
            let is_full = waiting.len() >= self.limit;
            if is_full && joins(&mut waiting, &part.command) {
                continue;
            }
            if is_full && place == 0 {
                return Err(Error::new(Status::Again, "too many texts wait to be sent"));
            }
            waiting.push_back(part);
        }
        Ok(())
    }

    /// Takes back what is not wanted any more.
    pub fn retain(&self, wanted: impl Fn(&C) -> bool) {
        lock(&self.waiting).retain(|request| wanted(&request.command));
    }

    pub fn any(&self, is: impl Fn(&C) -> bool) -> bool {
        lock(&self.waiting).iter().any(|request| is(&request.command))
    }

    pub fn len(&self) -> usize {
        lock(&self.waiting).len()
    }

    /// The next command that may go out now, in the order in which they came. `wait_until` says when one may that has
    /// to keep its distance: until then those that wait with it join where they can.
    pub fn next(&self, wait_until: impl FnOnce(&C) -> Option<Instant>) -> Next<C> {
        let mut waiting = lock(&self.waiting);
        if let Some(place) = waiting.iter().position(|request| request.command.overtakes()) {
            return waiting.remove(place).map_or(Next::Empty, Next::Request);
        }
        let Some(first) = waiting.front() else {
            return Next::Empty;
        };
        match wait_until(&first.command) {
            Some(at) => {
                gather(&mut waiting);
                Next::WaitUntil(at)
            }
            None => waiting.pop_front().map_or(Next::Empty, Next::Request),
        }
    }
}

/// Joins what can go as one.
fn gather<C: Waiting>(waiting: &mut VecDeque<Request<C>>) {
    for request in std::mem::take(waiting) {
        if !joins(waiting, &request.command) {
            waiting.push_back(request);
        }
    }
}

/// From the newest back: it joins the last one that takes it, unless something in between stands in the way.
fn joins<C: Waiting>(waiting: &mut VecDeque<Request<C>>, later: &C) -> bool {
    for earlier in waiting.iter_mut().rev() {
        if earlier.command.join(later) {
            return true;
        }
        if !earlier.command.lets_pass() {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::stream::spacing::{Spacing, SpacingLimits};
    use std::time::Duration;

    fn next(outbox: &Outbox<Command>, spacing: &Spacing, now: Instant) -> Next<Command> {
        outbox.next(|command| spacing.wait_until(command.pace(), now))
    }

    fn request(command: Command, user_tag: u64) -> Request<Command> {
        Request { command, user_tag }
    }

    fn interrupt(pause: bool) -> Command {
        Command::Interrupt { languages: Vec::new(), pause }
    }

    fn outbox(commands: Vec<Command>) -> Outbox<Command> {
        let outbox = Outbox::new(DEFAULT_COMMANDS);
        for (place, command) in commands.into_iter().enumerate() {
            outbox.add(request(command, place as u64)).unwrap();
        }
        outbox
    }

    #[test]
    fn a_full_outbox_says_again() {
        let outbox = Outbox::new(2);
        outbox.add(request(Command::Pause, 1)).unwrap();
        outbox.add(request(Command::Pause, 2)).unwrap();
        assert_eq!(outbox.add(request(Command::Pause, 3)).unwrap_err().status, Status::Again);
    }

    #[test]
    fn order_is_kept_even_if_a_later_one_could_go() {
        let now = Instant::now();
        let mut spacing = Spacing::new(SpacingLimits::default());
        spacing.note(Pace::SetTask, now);
        let outbox = outbox(vec![Command::Resume, Command::Pause]);
        let free = now + SpacingLimits::default().task;
        assert_eq!(next(&outbox, &spacing, now), Next::WaitUntil(free));
        assert_eq!(next(&outbox, &spacing, free), Next::Request(request(Command::Resume, 0)));
        assert_eq!(next(&outbox, &spacing, free), Next::Request(request(Command::Pause, 1)));
        assert_eq!(next(&outbox, &spacing, free), Next::Empty);
    }

    #[test]
    fn only_a_plain_interrupt_overtakes() {
        let now = Instant::now();
        let mut spacing = Spacing::new(SpacingLimits::default());
        spacing.note(Pace::SetTask, now);
        let outbox = outbox(vec![Command::Resume, interrupt(true), interrupt(false)]);
        assert_eq!(next(&outbox, &spacing, now), Next::Request(request(interrupt(false), 2)));
        assert!(matches!(next(&outbox, &spacing, now), Next::WaitUntil(_)));
        let later = now + Duration::from_secs(3);
        assert_eq!(next(&outbox, &spacing, later), Next::Request(request(Command::Resume, 0)));
        assert_eq!(next(&outbox, &spacing, later), Next::Request(request(interrupt(true), 1)));
    }
}
