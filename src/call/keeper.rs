//! The task of a call on the library's thread: it opens the sessions, notices their ends, and delivers the one CLOSED.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::handle::Call;
use super::holds::LEGS;
use super::leg::Voice;
use super::link::Carrier;
use super::roster::{Carried, Missing, Roster};
use super::unsaid::Unsaid;
use crate::client::connects::Turn;
use crate::error::{Error, Result, Status};
use crate::event::Event;
use crate::lock::lock;
use crate::products::translation::Prepared;
use crate::runtime::Runtime;
use crate::runtime::select::select;
use crate::session::handle::link::{CallPlace, Link};
use crate::session::output::playout::NextOriginal;
use crate::session::stream::closed_event;
use crate::session::{Session, State};

/// How often what is said while a session is missing is taken out of the ring of the one before.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn start(call: Arc<Call>, runtime: &Runtime) {
    let number = call.client.connects.numbers(LEGS);
    let keeper = Keeper {
        call,
        runtime: runtime.clone(),
        number,
        turns: [None; LEGS],
        unsaid: Default::default(),
        outcome: None,
    };
    runtime.spawn(|| keeper.run());
}

/// Delivers the terminal event when it is dropped: it has come to an end, was cut off or has panicked.
struct Keeper {
    call: Arc<Call>,
    runtime: Runtime,
    /// Of the first direction, among those of all calls.
    number: usize,
    /// What waits to be opened.
    turns: [Option<Turn>; LEGS],
    /// What the next session in this direction says first.
    unsaid: [Option<Unsaid>; LEGS],
    outcome: Option<Result<()>>,
}

impl Keeper {
    async fn run(mut self) {
        loop {
            if self.call.life.close_requested() || self.is_at_the_end() {
                self.outcome = Some(Ok(()));
                return;
            }
            let next = self.look_at_the_legs();
            let call = self.call.clone();
            select! {
                () = call.wake.notified() => {},
                () = until(next) => {},
                () = self.runtime.stopping() => break,
            }
        }
        let call = self.call.clone();
        outlast_the_links(&call).await;
    }

    /// Ends the sessions when that was requested, and returns whether all of them are over.
    fn is_at_the_end(&mut self) -> bool {
        let call = &self.call;
        if call.life.end_requested().is_none() {
            return false;
        }
        let sessions = {
            let mut roster = lock(&call.roster);
            roster.is_over = true;
            roster.sessions()
        };
        for session in &sessions {
            // One that was ended before, or is over, stays as it is.
            let _ = session.end();
        }
        sessions.iter().all(|session| session.state() == State::Closed)
    }

    /// Opens what two legs need, and forgets what is over. Returns when to do so again.
    fn look_at_the_legs(&mut self) -> Option<Instant> {
        let now = Instant::now();
        let over = lock(&self.call.roster).tidy();
        drop(over);
        self.call.settle_records();
        let mut next = None;
        for number in 0..LEGS {
            if self.call.options.reopens {
                let broken = give_up(&mut lock(&self.call.roster), number, now);
                if let Some((_, unsaid)) = broken {
                    self.unsaid[number] = unsaid;
                }
            }
            if let Err(error) = self.open(number, now, &mut next) {
                let carrier = self.carrier(&lock(&self.call.roster), number);
                lock(&self.call.roster).note_failure(number, &error);
                self.call.delivery.mailbox().push(carrier.relayed(closed_event(Some(error), "")));
            }
        }
        next = [next, self.look_at_the_unsaid(now)].into_iter().flatten().min();
        let roster = lock(&self.call.roster);
        let waiting = roster.places.iter().flatten().filter(|place| matches!(place.carried, Carried::NotYet));
        waiting.filter_map(|place| place.retry.due(now)).chain(next).min()
    }

    /// Returns when to do so again, if anything is left.
    fn look_at_the_unsaid(&mut self, now: Instant) -> Option<Instant> {
        for number in 0..LEGS {
            let unsaid = self.unsaid[number].take();
            let mut unsaid = unsaid.filter(|unsaid| unsaid.is_wanted(&lock(&self.call.roster)));
            unsaid.iter_mut().for_each(Unsaid::absorb);
            self.unsaid[number] = unsaid;
        }
        self.unsaid.iter().any(Option::is_some).then(|| now + LOOK)
    }

    /// Returns whether it may open the session that is missing `since` then. `next` gets when to ask again. Who needs none
    /// waits no longer.
    fn has_turn(
        &mut self,
        number: usize,
        since: Option<Instant>,
        now: Instant,
        next: &mut Option<Instant>,
    ) -> bool {
        let Call { client, options, wake, .. } = &*self.call;
        let turn = since.map(|since| (since, self.number + number));
        let before = std::mem::replace(&mut self.turns[number], turn);
        before.filter(|_| before != turn).into_iter().for_each(|before| client.connects.leave(before));
        let Some(turn) = turn else { return false };
        let later = client.connects.ask(turn, options.connects_per_minute, wake, now).err();
        *next = [*next, later].into_iter().flatten().min();
        later.is_none()
    }

    /// Opens the session that carries what a leg says, if both are there, it has none, and it may.
    fn open(&mut self, number: usize, now: Instant, next: &mut Option<Instant>) -> Result<()> {
        let (missing, carrier) = {
            let mut roster = lock(&self.call.roster);
            (roster.missing(number, now), self.carrier(&roster, number))
        };
        if !self.has_turn(number, missing.as_ref().map(|missing| missing.since), now, next) {
            return self.introduce(number);
        }
        let Some(missing) = missing else { return self.introduce(number) };
        // Made before the lock is taken, under which nothing takes long.
        let mut made = self.prepare(&missing, carrier);
        if let Ok((_, session)) = &mut made {
            if let Some(unsaid) = self.unsaid[number].take() {
                unsaid.say(&missing, session);
            }
        }
        let mut roster = lock(&self.call.roster);
        if roster.missing(number, now).as_ref() != Some(&missing) {
            drop(roster);
            self.unsaid[number] = made.ok().and_then(|(_, session)| Unsaid::back(&missing, session));
            self.call.wake.notify_one();
            return Ok(());
        }
        let Some(place) = &mut roster.places[number] else { return Ok(()) };
        place.carried = Carried::Never;
        let (original, session) = made?;
        let heard_by = missing.listener.ear().clone();
        if !heard_by.playout().set_input_format(missing.input, original) {
            place.carried = Carried::NotYet;
            self.call.wake.notify_one();
            return Ok(());
        }
        let session = session.open(self.runtime.clone(), self.call.client.clone());
        if self.call.holds.any() {
            session.hold(true);
        }
        place.carried = Carried::By(session.clone());
        place.heard_by = Some(heard_by.clone());
        missing.speaker.record().carry(&session);
        missing.speaker.speak_to(Voice { session: Some(session), heard_by });
        Ok(())
    }

    /// Has a party heard as it speaks by one that has joined, although the session between them must wait.
    fn introduce(&self, number: usize) -> Result<()> {
        let Some(unheard) = lock(&self.call.roster).unheard(number) else { return Ok(()) };
        let heard_by = unheard.listener.ear().clone();
        let original = heard_by.playout().prepare_input(unheard.input.sample_rate)?;
        let mut roster = lock(&self.call.roster);
        if roster.unheard(number).as_ref() != Some(&unheard) {
            self.call.wake.notify_one();
            return Ok(());
        }
        let Some(place) = &mut roster.places[number] else { return Ok(()) };
        if !heard_by.playout().set_input_format(unheard.input, original) {
            self.call.wake.notify_one();
            return Ok(());
        }
        place.heard_by = Some(heard_by.clone());
        unheard.speaker.speak_to(Voice { session: None, heard_by });
        Ok(())
    }

    /// Makes a session, and what its listener needs to hear the original.
    fn prepare(&self, missing: &Missing, carrier: Carrier) -> Result<(NextOriginal, Prepared)> {
        let Missing { speaker, listener, input, .. } = missing;
        let Call { client, options, delivery, .. } = &*self.call;
        let ear = listener.ear().playout().clone();
        let original = ear.prepare_input(input.sample_rate)?;
        let options = options.direction(speaker.options(), listener.options(), *input);
        let place = CallPlace { delivery: delivery.clone(), link: Arc::new(carrier), ear };
        Ok((original, Prepared::new(client, options, place)?))
    }

    fn carrier(&self, roster: &Roster, number: usize) -> Carrier {
        let Call { client, life, wake, .. } = &*self.call;
        let phrases = roster.phrases[number].clone();
        Carrier { client: client.clone(), number, life: life.clone(), wake: wake.clone(), phrases }
    }
}

/// Forgets a session that broke and may be opened again. What it has not said is left.
fn give_up(roster: &mut Roster, number: usize, now: Instant) -> Option<(Arc<Session>, Option<Unsaid>)> {
    let place = roster.places[number].as_mut()?;
    let Carried::By(session) = &place.carried else { return None };
    let error = session.last_error().filter(|error| error.retriable && session.state() == State::Closed)?;
    place.retry.note(&error, session.was_ready(), now);
    let Carried::By(broken) = std::mem::replace(&mut place.carried, Carried::NotYet) else { return None };
    let unsaid = Unsaid::of(roster, number, &broken);
    Some((broken, unsaid))
}

/// The library stops: the sessions end by themselves, and each is told before CLOSED.
async fn outlast_the_links(call: &Call) {
    let are_over = || lock(&call.roster).sessions().iter().all(|session| session.state() == State::Closed);
    while !are_over() {
        call.wake.notified().await;
    }
}

async fn until(next: Option<Instant>) {
    match next {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or_else(|| {
            Err(if std::thread::panicking() {
                Error::new(Status::Internal, "a defect in the library ended the call")
            } else {
                Error::new(Status::Shutdown, "palabra_shutdown stopped the call")
            })
        });
        let call = &self.call;
        self.turns.into_iter().flatten().for_each(|turn| call.client.connects.leave(turn));
        let legs: Vec<_> = {
            let mut roster = lock(&call.roster);
            roster.is_over = true;
            roster.closed = Some(Instant::now());
            roster.places.iter().flatten().map(|place| place.leg.clone()).collect()
        };
        call.life.enter_closed(outcome.as_ref().err().cloned());
        let status = outcome.as_ref().err().map_or(Status::Ok, |error| error.status);
        call.client.metrics.leave(call, status);
        let closed: Event = closed_event(outcome.err(), "");
        call.delivery.mailbox().push(closed);
        // After CLOSED, as in a session: what is here is still heard.
        legs.iter().for_each(|leg| leg.ear().playout().finish());
    }
}
