//! What a translation does while the caller's input is missing, besides silence. [`gap`](crate::session::input::gap)
//! says when.

use tokio::time::Instant;

use super::Translation;
use crate::error::Result;
use crate::products::translation::command::Command;
use crate::session::handle::stats::Counters;
use crate::session::input::gap::Step;
use crate::session::stream::dialogue::Dialogue;
use crate::session::stream::outgoing::Outgoing;

impl Translation {
    /// Does what the policy for missing input requires; `false` when it requires nothing or must wait.
    pub(super) fn mind_gap(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<bool> {
        match out.mind_gap(dialogue)? {
            Step::None => Ok(false),
            Step::Begin | Step::Fill | Step::CatchUp | Step::Tail => Ok(true),
            Step::Pause => self.write_own_pause(dialogue, out),
            Step::Resume => {
                self.write_own(dialogue, out, Command::Resume, "input is back: the task is resumed")
            }
        }
    }

    /// A command that was just sent may pause or resume the task. `is_own`: the policy's, not the caller's.
    pub(super) fn note_effect(&mut self, dialogue: &Dialogue, is_own: bool) {
        if let Some(effect) = self.messages.commands.take_effect() {
            dialogue.session.with_gap(|gap| gap.sent(effect, is_own, Instant::now()));
        }
    }

    /// After the caller's commands, and after the rest of the input, which would be old after the resume.
    fn write_own_pause(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<bool> {
        if self.desk.outbox.len() > 0 {
            return Ok(false);
        }
        if out.write_chunk(dialogue, true)? {
            return Ok(true);
        }
        if out.is_behind() {
            return Ok(false);
        }
        let is_sent =
            self.write_own(dialogue, out, Command::Pause, "input is missing: the task is paused")?;
        if is_sent {
            Counters::add(&dialogue.session.counters.gap_pauses, 1);
        }
        Ok(is_sent)
    }

    fn write_own(
        &mut self,
        dialogue: &mut Dialogue,
        out: &mut Outgoing,
        command: Command,
        log: &str,
    ) -> Result<bool> {
        let Some(message) = self.messages.commands.own(command, Instant::now()) else { return Ok(false) };
        self.note_effect(dialogue, true);
        dialogue.session.log(|| log.to_owned());
        out.queue(&message)?;
        Ok(true)
    }
}
