//! The driver's side of commands: sends them at their intervals and finds which one an answer is for.

use std::time::Duration;

use tokio::time::Instant;

use super::answers::{Answers, Refused};
use super::command::Command;
use super::options::Setup;
use super::spacing::{Class, Spacing};
use super::tasks::{Proposal, Tasks};
use crate::session::input::gap::Effect;
use crate::session::stream::outbox::{Next, Outbox, Request};
use crate::wire::base64::Half;
use crate::wire::translation::dialect::Dialect;
use crate::wire::translation::incoming::{Audio, BadAudio, TaskStatus};
use crate::wire::translation::outgoing;

pub(super) struct Commands {
    dialect: Dialect,
    spacing: Spacing,
    answers: Answers,
    tasks: Tasks,
    /// When the first waiting command may be sent.
    waits_until: Option<Instant>,
    /// Effect of the last command on whether the task runs, until it is read.
    effect: Option<Effect>,
    /// It discards what was said.
    discards: bool,
}

impl Commands {
    pub(super) fn new(setup: &Setup) -> Commands {
        Commands {
            dialect: setup.dialect,
            spacing: Spacing::new(setup.spacing),
            answers: Answers::default(),
            tasks: Tasks::new(Proposal::from(&setup.task)),
            waits_until: None,
            effect: None,
            discards: false,
        }
    }

    /// The message that opens the conversation.
    pub(super) fn first_task(&mut self, now: Instant) -> Vec<u8> {
        self.spacing.note(Class::SetTask, now);
        self.answers.expect_own("set_task", now);
        self.tasks.last_accepted(true).message.to_vec()
    }

    /// Asks whether the task runs yet.
    pub(super) fn poll(&mut self, now: Instant) -> Vec<u8> {
        self.spacing.note(Class::GetTask, now);
        self.answers.expect_own("get_task", now);
        outgoing::get_task()
    }

    /// Returns whether a poll of the session's own has no answer yet.
    pub(super) fn is_polling(&self) -> bool {
        self.answers.expects_own("get_task")
    }

    pub(super) fn put_off(&mut self, late: Duration) {
        self.answers.put_off(late);
    }

    /// The next command that may be sent now.
    pub(super) fn next(&mut self, outbox: &Outbox<Command>, now: Instant) -> Option<Vec<u8>> {
        self.waits_until = None;
        match outbox.next(|command| self.spacing.wait_until(command.class(), now)) {
            Next::Request(request) => Some(self.send(request, now)),
            Next::WaitUntil(at) => {
                self.waits_until = Some(at);
                None
            }
            Next::Empty => None,
        }
    }

    /// A command of the session's own, if it may be sent now. Its answer has tag 0.
    pub(super) fn own(&mut self, command: Command, now: Instant) -> Option<Vec<u8>> {
        let may_go = self.spacing.wait_until(command.class(), now).is_none();
        may_go.then(|| self.send(Request { command, user_tag: 0 }, now))
    }

    /// Effect of the command that was taken last on whether the task runs.
    pub(super) fn take_effect(&mut self) -> Option<Effect> {
        self.effect.take()
    }

    /// The command that was taken last discards what was said so far.
    pub(super) fn take_discards(&mut self) -> bool {
        std::mem::take(&mut self.discards)
    }

    /// When [`Commands::next`] will return a command that must wait now.
    pub(super) fn waits_until(&self) -> Option<Instant> {
        self.waits_until
    }

    fn send(&mut self, request: Request<Command>, now: Instant) -> Vec<u8> {
        let Request { command, user_tag } = request;
        self.spacing.note(command.class(), now);
        self.effect = command.effect();
        self.discards = matches!(command, Command::Interrupt { .. });
        self.answers.expect(self.name(&command), user_tag, now);
        match command {
            Command::Speak { text, language, translate } => outgoing::speak(&text, &language, translate),
            Command::Interrupt { languages, pause } => outgoing::interrupt(self.dialect, &languages, pause),
            Command::Pause => outgoing::pause_task(),
            Command::GetTask => outgoing::get_task(),
            Command::SetTask(task) => self.propose(Proposal::from(&task)),
            Command::Resume => {
                let task = self.tasks.last_accepted(self.answers.acknowledging()).clone();
                self.propose(task)
            }
        }
    }

    fn propose(&mut self, task: Proposal) -> Vec<u8> {
        let message = task.message.to_vec();
        self.tasks.propose(task, self.answers.acknowledging());
        message
    }

    /// The name under which the service answers.
    fn name(&self, command: &Command) -> &'static str {
        match command {
            Command::Speak { .. } => "tts_task",
            Command::Interrupt { .. } => self.dialect.interrupt_command(),
            Command::Pause => "pause_task",
            Command::Resume | Command::SetTask(_) => "set_task",
            Command::GetTask => "get_task",
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The tag of the command that a `task_status` acknowledges.
    pub(super) fn acknowledged(&mut self, status: &TaskStatus, heard: Instant) -> u64 {
        if status.command == "set_task" && status.event != "started" {
            self.tasks.accept();
        }
        match status.command.as_str() {
            "set_task" => self.spacing.answered(Class::SetTask, Instant::now()),
            "pause_task" => self.spacing.answered(Class::Pause, Instant::now()),
            _ => {}
        }
        self.answers.acknowledged(&status.command, heard)
    }

    /// The tag of the `get_task` that a `current_task` answers.
    pub(super) fn told_task(&mut self, heard: Instant) -> u64 {
        self.spacing.answered(Class::GetTask, Instant::now());
        self.answers.answered("get_task", heard)
    }

    /// What an error is about; also updates the state accordingly.
    pub(super) fn refused(&mut self, code: &str, text: &str, heard: Instant) -> Refused {
        let refused = self.answers.refused(code, text, heard, Instant::now());
        if matches!(refused, Refused::Command { command: "set_task", .. }) {
            self.tasks.refuse();
        }
        refused
    }

    pub(super) fn samples(
        &mut self,
        audio: &Audio<'_>,
        half: Half,
        most: usize,
    ) -> Result<(Vec<i16>, Half), BadAudio> {
        self.tasks.samples(audio, half, most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::of_tests::with_pair;
    use crate::products::translation::options::TranslationOptions;

    /// Of a session that has polled, with a poll of the caller that waits.
    fn polled(now: Instant) -> (Commands, Outbox<Command>) {
        let options = TranslationOptions {
            source_language: Some("en".into()),
            target_languages: Some("es".into()),
            ..TranslationOptions::default()
        };
        let mut commands = Commands::new(&options.setup(&with_pair()).unwrap());
        let outbox = Outbox::new(1);
        outbox.add(Request { command: Command::GetTask, user_tag: 1 }).unwrap();
        commands.poll(now);
        (commands, outbox)
    }

    #[test]
    fn a_poll_of_the_sessions_own_and_one_of_the_caller_keep_their_distance() {
        let now = Instant::now();
        let (mut commands, outbox) = polled(now);
        assert!(commands.next(&outbox, now).is_none());
        let at = commands.waits_until().unwrap();
        assert!(at > now && commands.next(&outbox, at).is_some());
    }

    /// On a busy line the service may have heard the first one a second later: it would ignore one too soon after that.
    #[tokio::test(start_paused = true)]
    async fn a_poll_keeps_its_distance_from_one_that_was_answered_late() {
        let (mut commands, outbox) = polled(Instant::now());
        tokio::time::advance(Duration::from_secs(1)).await;
        commands.told_task(Instant::now());
        assert!(commands.next(&outbox, Instant::now()).is_none());
        assert_eq!(commands.waits_until(), Some(Instant::now() + Duration::from_secs(2)));
    }
}
