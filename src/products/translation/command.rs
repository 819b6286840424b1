//! The commands of a translation.

use serde_json::Value;

use super::spacing::Class;
use crate::session::input::gap::Effect;
use crate::session::stream::outbox::Waiting;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
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

impl Command {
    pub(super) fn effect(&self) -> Option<Effect> {
        match self {
            Command::Pause | Command::Interrupt { pause: true, .. } => Some(Effect::Pauses),
            Command::Resume | Command::SetTask(_) => Some(Effect::Resumes),
            Command::Speak { .. } | Command::Interrupt { .. } | Command::GetTask => None,
        }
    }

    pub(super) fn class(&self) -> Class {
        match self {
            Command::Speak { .. } => Class::Speak,
            Command::Interrupt { .. } => Class::Free,
            Command::Pause => Class::Pause,
            Command::Resume | Command::SetTask(_) => Class::SetTask,
            Command::GetTask => Class::GetTask,
        }
    }
}

impl Waiting for Command {
    /// A barge-in must not wait for the intervals of other commands. One that also pauses keeps its place, otherwise
    /// it would pause before an earlier resume.
    fn overtakes(&self) -> bool {
        matches!(self, Command::Interrupt { pause: false, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;
    use crate::products::translation::spacing::{Spacing, SpacingLimits};
    use crate::session::stream::outbox::{DEFAULT_COMMANDS, Next, Outbox, Request};
    use std::time::Duration;
    use tokio::time::Instant;

    fn next(outbox: &Outbox<Command>, spacing: &Spacing, now: Instant) -> Next<Command> {
        outbox.next(|command| spacing.wait_until(command.class(), now))
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
    fn nothing_is_accepted_once_the_end_is_written() {
        let outbox = outbox(vec![Command::GetTask]);
        assert!(!outbox.seal(), "what waits comes first");
        outbox.add(request(Command::Pause, 1)).unwrap();
        while outbox.next(|_| None) != Next::Empty {}
        assert!(outbox.seal());
        assert_eq!(outbox.add(request(Command::Pause, 2)).unwrap_err().status, Status::Ended);
    }

    #[test]
    fn order_is_kept_even_if_a_later_one_could_go() {
        let now = Instant::now();
        let mut spacing = Spacing::new(SpacingLimits::default());
        spacing.note(Class::SetTask, now);
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
        spacing.note(Class::SetTask, now);
        let outbox = outbox(vec![Command::Resume, interrupt(true), interrupt(false)]);
        assert_eq!(next(&outbox, &spacing, now), Next::Request(request(interrupt(false), 2)));
        assert!(matches!(next(&outbox, &spacing, now), Next::WaitUntil(_)));
        let later = now + Duration::from_secs(3);
        assert_eq!(next(&outbox, &spacing, later), Next::Request(request(Command::Resume, 0)));
        assert_eq!(next(&outbox, &spacing, later), Next::Request(request(interrupt(true), 1)));
    }
}
