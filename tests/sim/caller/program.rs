//! A program: a client, its sessions, and one loop that serves them.

use std::ptr::null_mut;
use std::sync::Arc;
use std::time::Duration;

use palabra::ffi::client::palabra_client_free;
use palabra::ffi::runtime::palabra_shutdown;
use palabra::ffi::session::palabra_session_wait_ready;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::conversation::Conversation;
use super::lines::Lines;
use super::open::{self, Place};
use super::queue::Shared;
use super::record::{Record, Waited};
use super::recorder;
use super::requests::{self, Client, Requests};
use super::talk::{Bell, Talk};
use super::telephone::Call;
use super::told::CallRecord;
use crate::scenario::{Program, Queue, Wait};
use crate::world::{Host, World};

pub struct Caller {
    pub world: Arc<World>,
    /// Its place among the programs.
    pub number: u32,
    pub has_tls: bool,
    pub has_proxy: bool,
    pub program: Program,
    /// One for each session.
    pub records: Vec<Arc<Record>>,
    pub call: Arc<CallRecord>,
    pub requests: Requests,
    /// Of the whole library; one program gets them.
    pub lines: Option<Arc<Lines>>,
}

/// What a program has while it runs.
struct Running {
    caller: Caller,
    place: Place,
    begun: Instant,
    woken: Arc<Notify>,
    shared: Option<Shared>,
    /// Sessions that were opened or refused.
    opened: usize,
    open: Vec<Conversation>,
    call: Option<Call>,
    /// When the credentials come that were asked for.
    credentials_at: Option<Instant>,
    shuts_down_at: Option<Instant>,
    /// Calls of the account that were begun, and a token of each that has not returned.
    requested: usize,
    waiting: Arc<()>,
    /// The wait in a call that is next.
    waited: usize,
}

// SAFETY: handles may be used on any thread, and a simulation has one.
unsafe impl Send for Running {}

impl Caller {
    pub async fn run(self) {
        let mut running = Running::new(self);
        while let Some(until) = running.turn() {
            if running.record().await {
                continue;
            }
            if running.close_in_a_call().await || running.wait_in_a_call(until).await {
                continue;
            }
            let woken = running.woken.clone();
            let _ = tokio::time::timeout_at(until, woken.notified()).await;
        }
    }
}

impl Running {
    fn new(caller: Caller) -> Running {
        let program = &caller.program;
        let (woken, begun) = (Arc::default(), Instant::now());
        let shared = (program.queue != Queue::Own).then(|| Shared::new(program.queue, &woken));
        let queue = shared.as_ref().map_or(null_mut(), |shared| shared.queue);
        let place = Place {
            client: open::client(program, caller.has_tls, caller.has_proxy),
            queue,
            tag: 0,
            generation: program.generation,
            has_tls: caller.has_tls,
            has_credentials: program.asks_credentials.is_none(),
        };
        let shuts_down_at = program.shuts_down_at.map(|ms| begun + Duration::from_millis(ms));
        let bell = Bell::new(&woken);
        let call = program
            .telephone
            .as_ref()
            .and_then(|plan| Call::open(plan, place, &caller.world, &caller.call, bell));
        Running {
            place,
            begun,
            woken,
            call,
            shared,
            opened: 0,
            open: Vec::new(),
            credentials_at: None,
            shuts_down_at,
            requested: 0,
            waiting: Arc::default(),
            waited: 0,
            caller,
        }
    }

    /// Does what is due. Returns when something is due next; `None`: nothing ever.
    fn turn(&mut self) -> Option<Instant> {
        let now = Instant::now();
        self.open_due(now);
        self.call_due(now);
        self.request_due(now);
        self.take_events(now);
        if let Some(lines) = &self.caller.lines {
            lines.take(&self.caller.world);
        }
        self.give_credentials(now);
        self.shut_down(now);
        let acted = self.open.iter_mut().filter_map(|conversation| conversation.act(now)).min();
        self.open.retain(|conversation| !conversation.talk.is_closed());
        let called = self.call.as_mut().and_then(|call| {
            call.take_events();
            call.act(now)
        });
        let next = [acted, called, self.next_opening(), self.next_request(now)].into_iter().flatten().min();
        if self.open.iter().any(|conversation| conversation.closes_in_a_call) {
            return Some(now);
        }
        if next.is_none() {
            self.free_client();
        }
        let others = [self.credentials_at, self.shuts_down_at].into_iter().flatten().min();
        next.map(|next| others.map_or(next, |other| next.min(other)))
    }

    /// Makes the call about a recording that is due. Returns false where there is none.
    async fn record(&mut self) -> bool {
        let now = Instant::now();
        for place in 0..self.open.len() {
            let Some((number, step)) = self.open[place].take_recording(now) else { continue };
            let name = format!("{}-{}-{number}", self.caller.number, self.open[place].tag);
            let status = recorder::call(&self.open[place].talk, step, &name).await;
            self.note(&[number as u64, status as u64], || {
                format!("recording {name}: {step:?} returns {status}")
            });
            return true;
        }
        false
    }

    /// Waits in a call about one session. Returns false where the program does not.
    async fn wait_in_a_call(&mut self, until: Instant) -> bool {
        let now = Instant::now();
        let next = self.caller.program.waits.get(self.waited).copied();
        let Some((_, wait)) = next.filter(|(at, _)| self.begun + Duration::from_millis(*at) <= now) else {
            return false;
        };
        let ms = until.saturating_duration_since(now).as_millis() as i32;
        if self.shared.is_some() || self.open.is_empty() || self.call.is_some() || ms == 0 {
            return false;
        }
        self.waited += 1;
        let at_us = self.caller.world.now_us();
        match wait {
            Wait::Ready(place) => {
                let place = place % self.open.len();
                let talk = &self.open[place].talk;
                let waiting = talk.call(move |session| palabra_session_wait_ready(session, ms));
                let status = waiting.await;
                let took_us = self.caller.world.now_us() - at_us;
                let waited = Waited { name: "wait_ready", at_us, ms, took_us, status, age_us: 0 };
                self.open[place].talk.record.log().waits.push(waited);
                self.note(&[status as u64], || format!("wait_ready returns {status}"));
            }
            Wait::Event(place) => {
                let place = place % self.open.len();
                let polled = self.open[place].talk.poll_for(ms).await;
                self.open[place].taken(polled, at_us, ms);
            }
        }
        true
    }

    fn next_opening(&self) -> Option<Instant> {
        let plan = self.caller.program.sessions.get(self.opened)?;
        Some(self.begun + Duration::from_millis(plan.opens_at))
    }

    /// When the next call of the account is due, or while one waits, when to look again.
    fn next_request(&self, now: Instant) -> Option<Instant> {
        let next = self.caller.program.requests.get(self.requested);
        let next = next.map(|(at, ..)| self.begun + Duration::from_millis(*at));
        let waits = Arc::strong_count(&self.waiting) > 1;
        next.or(waits.then(|| now + Duration::from_secs(1)))
    }

    /// Begins calls that wait, which go on without the program.
    fn call_due(&mut self, now: Instant) {
        let Caller { world, number, .. } = &self.caller;
        for conversation in &mut self.open {
            while let Some(calling) = conversation.begin_call(now, *number) {
                let token = self.waiting.clone();
                world.executor.spawn(Host::Caller(*number), async move {
                    calling.await;
                    drop(token);
                });
            }
        }
    }

    /// Returns false where no session is to be closed so.
    async fn close_in_a_call(&mut self) -> bool {
        let Some(place) = self.open.iter().position(|conversation| conversation.closes_in_a_call) else {
            return false;
        };
        let mut conversation = self.open.remove(place);
        let ms = conversation.talk.record.plan.close_ms;
        conversation.talk.close_for(ms).await;
        true
    }

    fn request_due(&mut self, now: Instant) {
        while let Some(&(at, request, timeout_ms)) = self.caller.program.requests.get(self.requested)
            && self.begun + Duration::from_millis(at) <= now
        {
            self.requested += 1;
            let Caller { world, requests, number, .. } = &self.caller;
            let (token, client) = (self.waiting.clone(), Client(self.place));
            let asking = requests::ask(world.clone(), client, request, timeout_ms, requests.clone());
            world.executor.spawn(Host::Caller(*number), async move {
                asking.await;
                drop(token);
            });
        }
    }

    fn open_due(&mut self, now: Instant) {
        while self.next_opening().is_some_and(|at| at <= now) {
            let record = self.caller.records[self.opened].clone();
            self.opened += 1;
            let place = Place { tag: self.opened as u64, ..self.place };
            match open::session(&record.plan, place) {
                Ok(session) => {
                    let name = format!("caller {}.{}", self.caller.number, self.opened);
                    let bell = self.shared.as_ref().map(|shared| shared.bell.clone());
                    let is_shared = bell.is_some();
                    let bell = bell.unwrap_or_else(|| Bell::new(&self.woken));
                    let talk = Talk::new(session, self.caller.world.clone(), name, record, bell, is_shared);
                    self.open.push(Conversation::new(talk, place.tag));
                }
                Err((status, words)) => {
                    self.note(&[status as u64], || format!("refused: {status} {words}"));
                    record.log().refusal = status;
                }
            }
        }
        let program = &self.caller.program;
        let is_asked =
            program.keeps_client || program.asks_credentials.is_some() || !program.requests.is_empty();
        if self.next_opening().is_none() && !is_asked {
            self.free_client();
        }
    }

    fn note(&self, numbers: &[u64], words: impl FnOnce() -> String) {
        let world = &self.caller.world;
        world.trace.note(world.now_us(), "caller", numbers, words);
    }

    /// Open sessions remain valid.
    fn free_client(&mut self) {
        if !self.place.client.is_null() {
            assert_eq!(palabra_client_free(self.place.client), 0);
            self.place.client = null_mut();
        }
    }

    fn take_events(&mut self, now: Instant) {
        let mut asked = match &self.shared {
            Some(shared) => shared.take(&mut self.open),
            None => {
                self.open.iter_mut().for_each(Conversation::take_events);
                false
            }
        };
        for conversation in &mut self.open {
            asked |= std::mem::take(&mut conversation.asks_credentials);
        }
        if let Some(ms) = self.caller.program.asks_credentials.filter(|_| asked) {
            self.credentials_at = Some(now + Duration::from_millis(ms));
        }
    }

    fn give_credentials(&mut self, now: Instant) {
        if self.credentials_at.is_some_and(|at| at <= now) {
            self.credentials_at = None;
            let status = open::set_credentials(self.place.client, self.caller.program.generation);
            self.place.has_credentials |= status == 0;
            self.note(&[status as u64], || format!("gave credentials: {status}"));
        }
    }

    fn shut_down(&mut self, now: Instant) {
        if self.shuts_down_at.is_some_and(|at| at <= now) {
            self.shuts_down_at = None;
            let status = palabra_shutdown(0);
            self.note(&[status as u64], || format!("palabra_shutdown: {status}"));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.free_client();
    }
}
