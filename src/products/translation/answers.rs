//! Which command an answer belongs to. The service names the command in an acknowledgement and never in an error, and
//! servers of the first generation acknowledge nothing (protocol.md 5.3).

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// An acknowledgement that the service sends later belongs to no remembered command. On a slow line it arrives behind all
/// speech: this time passes as pings are answered, since what was said before a pong has arrived with it.
const REMEMBERED: Duration = Duration::from_secs(30);
/// A refusal arrives at once; an error after this time is about something else. Where the server acknowledges commands,
/// one without an answer still waits for it: the server or the line may have stood still.
const REFUSAL: Duration = Duration::from_secs(5);
/// More than the service accepts in the time that unanswered commands are remembered.
const MAX_PENDING: usize = 64;

struct Pending {
    command: &'static str,
    user_tag: u64,
    /// Sent by the session itself, not by the caller.
    own: bool,
    sent: Instant,
}

/// What an error of the service is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The session's own `get_task` before READY.
    OwnPoll,
    Command {
        command: &'static str,
        user_tag: u64,
    },
    /// Unknown, or no command at all.
    Unknown,
}

#[derive(Default)]
pub(super) struct Answers {
    pending: VecDeque<Pending>,
    /// The server acknowledges commands, so unanswered ones are recent.
    acknowledging: bool,
}

impl Answers {
    /// A command of the caller was sent.
    pub(super) fn expect(&mut self, command: &'static str, user_tag: u64, now: Instant) {
        self.push(Pending { command, user_tag, own: false, sent: now });
    }

    /// A command was sent that the caller did not request.
    pub(super) fn expect_own(&mut self, command: &'static str, now: Instant) {
        self.push(Pending { command, user_tag: 0, own: true, sent: now });
    }

    /// Returns whether a command of this name that the caller did not request has no answer yet.
    pub(super) fn expects_own(&self, command: &str) -> bool {
        self.pending.iter().any(|pending| pending.own && pending.command == command)
    }

    /// The library's thread could not run for this long.
    pub(super) fn put_off(&mut self, late: Duration) {
        self.pending.iter_mut().for_each(|pending| pending.sent += late);
    }

    /// The service acknowledged a command. Returns the tag of the oldest one of that name; 0 if it is not the
    /// caller's. `heard`: when the latest ping that was answered was sent.
    pub(super) fn acknowledged(&mut self, command: &str, heard: Instant) -> u64 {
        self.acknowledging = true;
        self.answered(command, heard)
    }

    /// The service answered a `get_task`, which servers of both generations do.
    pub(super) fn answered(&mut self, command: &str, heard: Instant) -> u64 {
        self.pending.retain(|pending| is_within(REMEMBERED, pending.sent, heard));
        let oldest = self.pending.iter().position(|pending| pending.command == command);
        oldest.and_then(|place| self.pending.remove(place)).map_or(0, |pending| pending.user_tag)
    }

    pub(super) fn acknowledging(&self) -> bool {
        self.acknowledging
    }

    /// The service sent an error. Finds the command that it refuses, if that is possible.
    pub(super) fn refused(&mut self, code: &str, text: &str, heard: Instant, now: Instant) -> Refused {
        let Some(place) = self.find_refused(code, text, heard, now) else {
            return Refused::Unknown;
        };
        match self.pending.remove(place) {
            Some(Pending { own: true, .. }) => Refused::OwnPoll,
            Some(Pending { command, user_tag, .. }) => Refused::Command { command, user_tag },
            None => Refused::Unknown,
        }
    }

    fn find_refused(&self, code: &str, text: &str, heard: Instant, now: Instant) -> Option<usize> {
        if code == "SERVICE_TIMEOUT" {
            return None;
        }
        let candidates = self.pending.iter().enumerate().filter(|(_, pending)| {
            let waits = self.acknowledging && !pending.own;
            let (answers_within, until) = if waits { (REMEMBERED, heard) } else { (REFUSAL, now) };
            let recent = is_within(answers_within, pending.sent, until);
            // The session's own poll fails for a missing task, or because it came too soon after another.
            let is_poll = pending.own && pending.command == "get_task";
            let fits = match code {
                // A `set_task` never fails for a missing task.
                "NOT_FOUND" => is_poll || !pending.own && pending.command != "set_task",
                "RATE_LIMIT_EXCEEDED" => is_poll || !pending.own,
                _ => !pending.own,
            };
            recent && fits
        });
        let named = candidates.clone().find(|(_, pending)| text.contains(pending.command));
        if let Some((place, _)) = named.filter(|_| self.acknowledging) {
            return Some(place);
        }
        if is_about_a_task(text) {
            let mut tasks = candidates.filter(|(_, pending)| pending.command == "set_task");
            // Without acknowledgements the older ones may have been accepted long ago.
            let refused = if self.acknowledging { tasks.next() } else { tasks.next_back() };
            return refused.map(|(place, _)| place);
        }
        // Messages are handled in order, but the acknowledgement of a task takes a while.
        let (tasks, others): (Vec<_>, Vec<_>) =
            candidates.partition(|(_, pending)| pending.command == "set_task");
        let candidates = if others.is_empty() { tasks } else { others };
        let &(oldest, first) = candidates.first()?;
        let certain = self.acknowledging || first.own || candidates.len() == 1;
        certain.then_some(oldest)
    }

    fn push(&mut self, pending: Pending) {
        if self.pending.len() == MAX_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(pending);
    }
}

fn is_within(time: Duration, sent: Instant, until: Instant) -> bool {
    until.saturating_duration_since(sent) <= time
}

/// The service's errors about a task name its model or the place of the mistake (protocol.md 5.6).
fn is_about_a_task(text: &str) -> bool {
    ["SetTask", "pipeline", "input_stream", "output_stream"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_after_a_standstill_has_its_tag() {
        let (mut answers, now) = (Answers::default(), Instant::now());
        answers.expect("get_task", 7, now);
        answers.put_off(40 * S);
        assert_eq!(answers.answered("get_task", now + 50 * S), 7);
    }

    const S: Duration = Duration::from_secs(1);

    fn command(command: &'static str, user_tag: u64) -> Refused {
        Refused::Command { command, user_tag }
    }

    #[test]
    fn answers_find_their_command_by_name_and_order() {
        let now = Instant::now();
        let mut answers = Answers::default();
        answers.expect_own("set_task", now);
        for (name, tag) in [("tts_task", 1), ("pause_task", 2), ("tts_task", 3), ("set_task", 4)] {
            answers.expect(name, tag, now);
        }
        let tags = ["set_task", "tts_task", "tts_task", "set_task", "pause_task", "pause_task"]
            .map(|name| answers.acknowledged(name, now));
        assert_eq!(tags, [0, 1, 3, 4, 2, 0]);
    }

    /// What the service said before a pong has arrived before it.
    #[test]
    fn an_answer_that_waits_behind_speech_for_long_has_its_tag() {
        let (mut answers, now) = (Answers::default(), Instant::now());
        answers.expect("pause_task", 7, now);
        answers.expect("set_task", 8, now);
        let heard = now + 8 * S;
        assert_eq!(answers.acknowledged("pause_task", heard), 7);
        assert_eq!(answers.refused("RATE_LIMIT_EXCEEDED", "", heard, now + 50 * S), command("set_task", 8));
    }

    #[test]
    fn what_was_never_answered_is_forgotten() {
        let now = Instant::now();
        let mut answers = Answers::default();
        answers.expect("pause_task", 1, now);
        answers.expect("pause_task", 2, now + 40 * S);
        assert_eq!(answers.acknowledged("pause_task", now + 41 * S), 2);
        for tag in 0..1000 {
            answers.expect("tts_task", tag, now);
        }
        assert_eq!(answers.pending.len(), MAX_PENDING);
    }

    #[test]
    fn a_refusal_from_a_server_that_stood_still_finds_its_command() {
        let now = Instant::now();
        let mut answers = Answers::default();
        answers.expect("set_task", 3, now);
        answers.expect("set_task", 4, now + 4 * S);
        assert_eq!(answers.acknowledged("set_task", now + 10 * S), 3);
        assert_eq!(
            answers.refused("RATE_LIMIT_EXCEEDED", "", now + 10 * S, now + 10 * S),
            command("set_task", 4)
        );
        answers.expect("set_task", 5, now);
        assert_eq!(
            answers.refused("RATE_LIMIT_EXCEEDED", "", now + 31 * S, now + 31 * S),
            Refused::Unknown,
            "forgotten"
        );
    }

    #[test]
    fn an_error_belongs_to_the_only_command_it_can_belong_to() {
        let now = Instant::now();
        let mut answers = Answers::default();
        assert_eq!(answers.refused("VALIDATION_ERROR", "", now, now), Refused::Unknown);
        answers.expect("tts_task", 1, now);
        assert_eq!(answers.refused("VALIDATION_ERROR", "", now + S, now + S), command("tts_task", 1));
        answers.expect("tts_task", 1, now);
        answers.expect("pause_task", 2, now);
        assert_eq!(answers.refused("VALIDATION_ERROR", "", now, now), Refused::Unknown, "one of two");
        assert_eq!(answers.refused("SERVICE_TIMEOUT", "", now, now), Refused::Unknown);
        for text in ["1 validation error for SetTaskRequestMessage", "data.pipeline.translations: none"] {
            answers.expect("set_task", 3, now);
            assert_eq!(answers.refused("VALIDATION_ERROR", text, now, now), command("set_task", 3));
        }
        assert_eq!(
            answers.refused("VALIDATION_ERROR", "", now + 6 * S, now + 6 * S),
            Refused::Unknown,
            "too late"
        );
    }

    #[test]
    fn where_commands_are_acknowledged_the_oldest_unanswered_is_the_refused_one() {
        let now = Instant::now();
        let mut answers = Answers::default();
        answers.expect_own("set_task", now);
        answers.acknowledged("set_task", now);
        answers.expect("tts_task", 1, now);
        answers.expect("tts_task", 2, now);
        assert_eq!(answers.refused("RATE_LIMIT_EXCEEDED", "", now, now), command("tts_task", 1));
        assert_eq!(answers.acknowledged("tts_task", now), 2);
        answers.expect("set_task", 3, now);
        answers.expect("tts_task", 4, now);
        assert_eq!(answers.refused("VALIDATION_ERROR", "language", now, now), command("tts_task", 4));
        assert_eq!(answers.refused("RATE_LIMIT_EXCEEDED", "", now, now), command("set_task", 3));
        answers.expect("set_task", 5, now);
        answers.expect("tts_task", 6, now);
        let text = "set_task: at most 1 per 2 s";
        assert_eq!(
            answers.refused("RATE_LIMIT_EXCEEDED", text, now, now),
            command("set_task", 5),
            "it says so"
        );
    }

    #[test]
    fn a_poll_of_our_own_is_nobodys_business() {
        let now = Instant::now();
        let mut answers = Answers::default();
        answers.expect_own("set_task", now);
        answers.expect_own("get_task", now);
        answers.expect("get_task", 7, now);
        assert_eq!(answers.refused("NOT_FOUND", "", now, now), Refused::OwnPoll);
        assert_eq!(answers.refused("NOT_FOUND", "", now, now), command("get_task", 7));
        assert_eq!(answers.refused("NOT_FOUND", "", now, now), Refused::Unknown);
        answers.expect_own("get_task", now);
        answers.expect("tts_task", 8, now);
        assert_eq!(answers.refused("RATE_LIMIT_EXCEEDED", "", now, now), Refused::OwnPoll);
        assert_eq!(answers.refused("RATE_LIMIT_EXCEEDED", "", now, now), command("tts_task", 8));
    }
}
