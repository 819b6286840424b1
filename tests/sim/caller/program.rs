//! A program: a client, its sessions, and one loop that serves them.

use std::ptr::null_mut;
use std::sync::Arc;
use std::time::Duration;

use palabra::ffi::client::palabra_client_free;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::conversation::Conversation;
use super::open::{self, Place};
use super::record::Record;
use super::talk::{Bell, Talk};
use crate::scenario::Program;
use crate::world::World;

pub struct Caller {
    pub world: Arc<World>,
    /// Its place among the programs.
    pub number: u32,
    pub program: Program,
    /// One for each session.
    pub records: Vec<Arc<Record>>,
}

/// What a program has while it runs.
struct Running {
    caller: Caller,
    place: Place,
    begun: Instant,
    woken: Arc<Notify>,
    /// Sessions that were opened or refused.
    opened: usize,
    open: Vec<Conversation>,
}

// SAFETY: handles may be used on any thread, and a simulation has one.
unsafe impl Send for Running {}

impl Caller {
    pub async fn run(self) {
        let generation = self.program.generation;
        let place = Place { client: open::client(generation), queue: null_mut(), tag: 0, generation };
        let mut running = Running {
            caller: self,
            place,
            begun: Instant::now(),
            woken: Arc::default(),
            opened: 0,
            open: Vec::new(),
        };
        while let Some(until) = running.turn() {
            let woken = running.woken.clone();
            let _ = tokio::time::timeout_at(until, woken.notified()).await;
        }
    }
}

impl Running {
    /// Does what is due. Returns when something is due next; `None`: nothing ever.
    fn turn(&mut self) -> Option<Instant> {
        let now = Instant::now();
        self.open_due(now);
        let mut next = self.next_opening();
        for conversation in &mut self.open {
            conversation.take_events();
            next = [next, conversation.act(now)].into_iter().flatten().min();
        }
        next
    }

    fn next_opening(&self) -> Option<Instant> {
        let plan = self.caller.program.sessions.get(self.opened)?;
        Some(self.begun + Duration::from_millis(plan.opens_at))
    }

    fn open_due(&mut self, now: Instant) {
        while self.next_opening().is_some_and(|at| at <= now) {
            let record = self.caller.records[self.opened].clone();
            self.opened += 1;
            let place = Place { tag: self.opened as u64, ..self.place };
            match open::session(&record.plan, place) {
                Ok(session) => {
                    let name = format!("caller {}.{}", self.caller.number, self.opened);
                    let bell = Some(Bell::new(&self.woken));
                    let talk = Talk::new(session, self.caller.world.clone(), name, record, bell);
                    self.open.push(Conversation::new(talk));
                }
                Err((status, words)) => {
                    let world = &self.caller.world;
                    let at = world.now_us();
                    world.trace.note(at, "caller", &[status as u64], || format!("refused: {words}"));
                    record.log().refusal = status;
                }
            }
        }
        if self.opened == self.caller.program.sessions.len() && !self.place.client.is_null() {
            // Open sessions remain valid.
            assert_eq!(palabra_client_free(self.place.client), 0);
            self.place.client = null_mut();
        }
    }
}
