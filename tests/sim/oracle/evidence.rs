//! What is known of one session after a run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use palabra::ffi::types::base as status;
use palabra::ffi::types::event::{PALABRA_EVENT_CLOSED, PALABRA_EVENT_OVERFLOW, PALABRA_EVENT_READY};

use super::{CallEvidence, bounds};
use crate::caller::{Asked, Did, Log, Seen};
use crate::net::Proxy;
use crate::scenario::{Command, Fault, Generation, Plan, Product, Program, Scenario, Sound};
use crate::service::Stream;
use crate::tone::What;

/// What is known of the whole run.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// Panics, wherever they were caught.
    pub panics: Vec<String>,
    /// Tasks and jobs that did not end.
    pub left: Vec<String>,
    /// What the library logged.
    pub lines: Vec<String>,
    /// Texts that must not be seen.
    pub secrets: Vec<String>,
    /// Polls of the library's tasks until each second.
    pub polls: Vec<u64>,
    /// How often bytes arrived at the library until each second.
    pub arrivals: Vec<u64>,
    /// Calls of the account.
    pub requests: Vec<Asked>,
    /// The most threads that asked for names at a time.
    pub askers: u64,
    /// The most bytes that the library's tasks and helpers had allocated.
    pub most: i64,
    /// Bytes of speech that the service said to all sessions, as samples.
    pub said: i64,
}

#[derive(Clone)]
pub struct Evidence {
    pub scenario: Arc<Scenario>,
    /// The place of its program there.
    pub program: usize,
    pub plan: Plan,
    pub log: Log,
    /// The connection at the service; none was made, or it is not known which.
    pub stream: Option<Stream>,
    pub house: Arc<House>,
    /// In place of a session.
    pub call: Option<CallEvidence>,
}

impl Evidence {
    /// Whose session it is.
    pub fn program(&self) -> &Program {
        &self.scenario.programs[self.program]
    }

    pub fn closed(&self) -> Option<&Seen> {
        self.log.events.iter().find(|event| event.kind == PALABRA_EVENT_CLOSED)
    }

    /// The status of CLOSED.
    pub fn code(&self) -> Option<i32> {
        self.closed().map(|event| event.code)
    }

    pub fn ready(&self) -> Option<&Seen> {
        self.log.events.iter().find(|event| event.kind == PALABRA_EVENT_READY)
    }

    /// READY came, and the session ended as it should.
    pub fn went_well(&self) -> bool {
        self.ready().is_some() && self.code() == Some(0)
    }

    pub fn has_overflow(&self) -> bool {
        self.log.events.iter().any(|event| event.kind == PALABRA_EVENT_OVERFLOW)
    }

    /// When the end was requested.
    pub fn ended_at(&self) -> Option<u64> {
        self.log.deeds.iter().find(|(_, deed)| *deed == Did::Ended(0)).map(|(at, _)| *at)
    }

    /// The last moment at which the caller did something with the session.
    pub fn over_at(&self) -> u64 {
        self.log.deeds.last().map_or(0, |(at, _)| *at)
    }

    /// As [`Evidence::over_at`], but when a close began that waits.
    pub fn left_at(&self) -> u64 {
        self.over_at().saturating_sub(self.plan.close_ms.max(0) as u64 * 1000)
    }

    pub fn opened_at(&self) -> u64 {
        self.log.deeds.first().map_or(0, |(at, _)| *at)
    }

    /// When CLOSED came, or the caller closed the session.
    pub fn closed_at(&self) -> u64 {
        self.closed().map_or(self.over_at(), |event| event.at_us)
    }

    /// The caller has closed the session before it was over.
    pub fn is_left(&self) -> bool {
        let left_at = self.plan.closes_at.map(|ms| self.opened_at() + ms * 1000);
        left_at.is_some_and(|at| self.over_at() >= at)
    }

    /// The time to wait for the next text or speech after the end, without an own number.
    pub fn usual_end(&self) -> Duration {
        if self.plan.product == Product::SpeechToText {
            bounds::end_of_speech_to_text()
        } else {
            bounds::end()
        }
    }

    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.scenario.faults.iter().map(|(_, fault)| fault)
    }

    /// Faults with the moments at which they begin and are healed, in us.
    fn times(&self) -> impl Iterator<Item = (u64, u64, &Fault)> {
        self.scenario.faults.iter().map(|(ms, fault)| {
            let from = ms * 1000;
            (from, from + fault.lasts().as_micros() as u64, fault)
        })
    }

    /// Whether a fault was there between two moments, or so long before that it was still felt, in us.
    pub fn felt(&self, from: u64, to: u64, after: u64, kind: impl Fn(&Fault) -> bool) -> bool {
        self.times().any(|(begins, heals, fault)| kind(fault) && begins <= to && heals + after >= from)
    }

    /// Those that were there between two moments, in us.
    pub fn faults_between(&self, from: u64, to: u64) -> impl Iterator<Item = &Fault> {
        let times = self.times().filter(move |(begins, heals, _)| *begins <= to && *heals >= from);
        times.map(|(_, _, fault)| fault)
    }

    /// For how long faults of a kind were there between two moments, in us.
    pub fn lasted(&self, from: u64, to: u64, kind: impl Fn(&Fault) -> bool) -> u64 {
        let times = self.times().filter(|(_, _, fault)| kind(fault));
        times.map(|(begins, heals, _)| heals.min(to).saturating_sub(begins.max(from))).sum()
    }

    /// For how long something stood still or was slow between two moments, at most, in us.
    pub fn troubled_between(&self, from: u64, to: u64) -> u64 {
        self.lasted(from, to, |_| true)
    }

    /// Nothing happens to the world.
    pub fn is_calm(&self) -> bool {
        let Scenario { faults, door, has_names, .. } = &*self.scenario;
        faults.is_empty() && *door == crate::net::Door::Open && *has_names
    }

    pub fn commands(&self) -> impl Iterator<Item = (u64, &'static str, u64, i32)> {
        self.log.deeds.iter().filter_map(|(at, deed)| match deed {
            Did::Called(name, tag, status) => Some((*at, *name, *tag, *status)),
            _ => None,
        })
    }

    pub fn called(&self, name: &str) -> bool {
        self.commands().any(|(_, known, _, status)| known == name && status == 0)
    }

    /// The line carries less than audio needs.
    pub fn has_slow_line(&self) -> bool {
        let line = self.scenario.line;
        let slowest = [line.bytes_per_s, line.down_bytes_per_s].into_iter().filter(|rate| *rate > 0).min();
        slowest.is_some_and(|rate| rate <= 100_000) || self.window_per_s() < 100_000
    }

    /// What the window of the line lets through, in bytes per second.
    pub fn window_per_s(&self) -> usize {
        let line = self.scenario.line;
        line.window * 1000 / line.round_trip_ms()
    }

    /// The line carries the speech of one language, and not that of all.
    pub fn has_less_than_speech(&self) -> bool {
        let languages = self.plan.targets().split(',').count() as u64;
        self.scenario.line.bytes_per_s.min(self.window_per_s() as u64) <= 100_000 * languages
    }

    /// Nothing ever waits long behind speech.
    pub fn has_fast_line(&self) -> bool {
        let line = self.scenario.line;
        line.bytes_per_s > 5_000_000 && self.window_per_s() > 5_000_000
    }

    /// When the service heard audio last before a moment; 0: never.
    pub fn heard_before(&self, at: u64) -> u64 {
        let mut arrived = self.stream.iter().flat_map(|stream| &stream.arrived).map(|(when, _)| *when);
        arrived.rfind(|when| *when <= at).unwrap_or(0)
    }

    /// Audio has one format throughout.
    pub fn has_one_format(&self) -> bool {
        !self.plan.sound.iter().any(|part| matches!(part, Sound::Format(_)))
    }

    /// No host stands still, and the line carries what is sent.
    pub fn is_steady(&self) -> bool {
        self.is_calm() && !self.has_slow_line() && !self.called("pause")
    }

    /// The service answers every command.
    pub fn has_answers(&self) -> bool {
        self.scenario.programs.iter().all(|program| program.generation == Generation::Second)
    }

    /// The proxy explains a status.
    pub fn is_of_proxy(&self, code: i32) -> bool {
        match self.scenario.proxy {
            None | Some(Proxy::Open) => false,
            Some(Proxy::Refuses(407)) => code == status::PALABRA_ERR_AUTH,
            Some(Proxy::Refuses(_) | Proxy::Silent) => code == status::PALABRA_ERR_CONNECT,
            Some(Proxy::Junk) => code == status::PALABRA_ERR_PROTOCOL,
        }
    }

    /// The numbers of texts that calls have returned as speech.
    pub fn returned_numbers(&self) -> BTreeSet<u64> {
        let runs = self.log.texts.iter().flatten().filter_map(|heard| match heard.what {
            What::Numbers(first) => Some(u64::from(first)..u64::from(first + heard.blocks)),
            What::Silence | What::Unclear => None,
        });
        runs.flatten().collect()
    }

    /// A call that was to return speech did not.
    pub fn has_lost_a_text(&self) -> bool {
        self.log.waits.iter().any(|waited| waited.name == "synthesize" && waited.status != 0)
    }

    /// A text of another generation comes before the end of one. The service ends that one by itself.
    pub fn has_interleaved_texts(&self) -> bool {
        let is_text = |command: &Command| matches!(command, Command::Text { .. });
        let has_texts = self.plan.commands.iter().any(|(_, command)| is_text(command));
        if has_texts && !self.plan.calls.is_empty() {
            return true;
        }
        let mut open = None;
        self.plan.commands.iter().any(|(_, command)| {
            let Command::Text { generation, is_last, .. } = command else { return false };
            let is_other = open.is_some_and(|open| open != *generation);
            open = (!is_last).then_some(*generation);
            is_other
        })
    }

    /// How long something is on its way, and its acknowledgement.
    pub fn way_ms(&self) -> i64 {
        let Scenario { line, order, .. } = &*self.scenario;
        2 * (line.delay.as_millis() as i64 + line.jitter_ms as i64 + order.late_ms as i64)
    }
}
