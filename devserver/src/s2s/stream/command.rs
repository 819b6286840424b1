//! The effects of a client's commands (protocol.md 5.2).

use serde_json::{Map, Value};

use super::state::{Phase, Stream};
use crate::dialect::Ending;
use crate::engine::Scope;
use crate::s2s::commands::{self, End};
use crate::s2s::incoming::Envelope;
use crate::s2s::messages;
use crate::s2s::task::{self, Task};
use crate::streams::Flow;
use crate::time;
use crate::validation::refusal::{Problem, Refusal, VALUE};
use crate::world::unix_time;

impl Stream {
    pub(super) fn no_task(&mut self) -> Flow {
        match &self.refused {
            Some(refusal) => self.link.refuse(refusal),
            None => {
                self.link.send_error("NOT_FOUND", "No active task found");
                Flow::Go
            }
        }
    }

    /// A command above its rate limit is answered with an error and ignored (protocol.md 14, row 12).
    pub(super) fn on_command(&mut self, command: &str, envelope: &Envelope) -> Flow {
        if self.link.has_limits()
            && let Err(limit) = self.commands.take(command, time::now())
        {
            self.link.send_error("RATE_LIMIT_EXCEEDED", &limit);
            return Flow::Go;
        }
        match self.obey(command, envelope) {
            Ok(flow) => flow,
            Err(refusal) => {
                let flow = self.link.refuse(&refusal);
                if command == "set_task" && self.phase == Phase::NoTask {
                    self.refused = Some(refusal);
                }
                flow
            }
        }
    }

    fn obey(&mut self, command: &str, envelope: &Envelope) -> Result<Flow, Refusal> {
        let data = envelope.object()?;
        if let Phase::Ending(..) | Phase::Over = self.phase {
            // After that only a forced end matters.
            let forced = command == "end_task" && commands::end(&data)? == End::Force;
            return Ok(if forced { Flow::Close(1000, "") } else { Flow::Go });
        }
        match command {
            "set_task" => return self.set_task(&data).map(|()| Flow::Go),
            "get_task" => return Ok(self.get_task()),
            "end_task" => return commands::end(&data).map(|end| self.end(end)),
            _ => {}
        }
        if !matches!(self.phase, Phase::Running | Phase::Paused) {
            return Ok(self.no_task());
        }
        match command {
            "pause_task" => {
                self.pause();
                self.acknowledge(command, "paused", None);
            }
            "tts_task" => self.say(&data)?,
            _ => self.interrupt(command, commands::interrupt(&data)?),
        }
        Ok(Flow::Go)
    }

    pub(super) fn set_task(&mut self, data: &Map<String, Value>) -> Result<(), Refusal> {
        let faults = &self.link.session.faults;
        if faults.reject_task {
            let token =
                if faults.echo_token { format!(" for {}", self.link.session.token) } else { String::new() };
            let problem = Problem::new("", format!("refused on purpose{token}"), VALUE);
            return Err(Refusal::new(task::MODEL, vec![problem]));
        }
        let task = task::parse(data, &self.link.shared.config.engine)?;
        self.refused = None;
        let unchanged = self.task.as_ref().is_some_and(|old| old.raw == task.raw);
        match self.phase {
            Phase::NoTask => {
                let by_time = !faults.never_ready && faults.ready_after_polls.is_none();
                let start = by_time.then(|| time::now() + self.link.shared.config.start_delay);
                self.phase = Phase::Starting(start);
                self.task = Some(task);
            }
            Phase::Running | Phase::Paused => {
                let event = match self.phase {
                    Phase::Paused => "resumed",
                    _ if unchanged => "unchanged",
                    _ => "updated",
                };
                self.apply(task);
                self.run_from_now();
                self.acknowledge("set_task", event, None);
            }
            Phase::Starting(_) | Phase::Ending(..) | Phase::Over => self.task = Some(task),
        }
        Ok(())
    }

    pub(super) fn start(&mut self) {
        let Some(task) = self.task.take() else { return };
        self.started = unix_time();
        self.apply(task);
        self.run_from_now();
        self.last_speech = time::now();
        self.acknowledge("set_task", "started", None);
        self.mischief_at_start();
    }

    pub(super) fn apply(&mut self, task: Task) {
        let mut out = Vec::new();
        self.engine.configure(&task.settings, &mut out);
        self.deliver(out);
        if self.task.as_ref().is_some_and(|old| old.input != task.input) {
            // A new container begins with its own header.
            self.first_audio = true;
        }
        self.task = Some(task);
    }

    /// The timers that watch the audio start over.
    pub(super) fn run_from_now(&mut self) {
        if self.phase != Phase::Running {
            self.last_audio = time::now();
            self.pacing.restart();
        }
        self.phase = Phase::Running;
    }

    pub(super) fn get_task(&mut self) -> Flow {
        if let (Phase::Starting(None), Some(polls)) = (self.phase, self.link.session.faults.ready_after_polls)
            && !self.link.session.faults.never_ready
            && self.polls >= polls
        {
            self.start();
        }
        match (&self.task, self.phase) {
            (Some(task), Phase::Running | Phase::Paused) => {
                let message = messages::current_task(&task.raw, self.phase == Phase::Paused);
                self.send(message);
                Flow::Go
            }
            _ => {
                self.polls += 1;
                self.no_task()
            }
        }
    }

    /// Completes the phrase in progress: what was said before the pause counts.
    pub(super) fn pause(&mut self) {
        let mut out = Vec::new();
        self.engine.finish(&mut out);
        self.deliver(out);
        self.phase = Phase::Paused;
    }

    pub(super) fn interrupt(&mut self, command: &str, interrupt: commands::Interrupt) {
        self.engine.interrupt(&interrupt.scope);
        let concerned = |language: &str| match &interrupt.scope {
            Scope::All => true,
            Scope::Languages(list) => list.iter().any(|l| l == language),
        };
        self.link.socket.withdraw_speech(concerned);
        self.held.withdraw_speech(concerned);
        if interrupt.pause {
            self.pause();
        }
        self.acknowledge(command, "interrupted", None);
        self.late_chunks(&interrupt.scope);
    }

    pub(super) fn say(&mut self, data: &Map<String, Value>) -> Result<(), Refusal> {
        let targets: Vec<String> =
            self.task.iter().flat_map(|t| &t.settings.targets).map(|t| t.language.clone()).collect();
        let say = commands::say(data, &targets, &self.link.shared.config.engine)?;
        let mut out = Vec::new();
        let id = self.engine.say(&say, &mut out);
        self.acknowledge("tts_task", "queued", Some(&id));
        self.deliver(out);
        Ok(())
    }

    pub(super) fn end(&mut self, end: End) -> Flow {
        self.link.session.ended();
        let End::After(eos_timeout) = end else {
            return Flow::Close(1000, "");
        };
        let Ending { silence, tail, marker } = self.link.shared.config.dialect.ending(eos_timeout);
        if tail {
            let mut out = Vec::new();
            self.engine.finish(&mut out);
            self.deliver(out);
        }
        self.phase = Phase::Ending((self.last_speech + silence).max(time::now()), marker);
        Flow::Go
    }
}
