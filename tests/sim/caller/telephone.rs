//! A call of two parties as its program has it.

use std::ptr::null_mut;
use std::sync::Arc;
use std::time::Duration;

use palabra::ffi::call::calls::{
    palabra_call_close, palabra_call_end, palabra_call_open, palabra_call_poll_event,
    palabra_call_set_wakeup_callback,
};
use palabra::ffi::call::legs::{
    palabra_leg_close, palabra_leg_exchange, palabra_leg_get_number, palabra_leg_join,
};
use palabra::ffi::call::verbs::{
    palabra_leg_hold, palabra_leg_interrupt, palabra_leg_resume, palabra_leg_set_muted, palabra_leg_silence,
    palabra_leg_speak,
};
use palabra::ffi::event::palabra_event_release;
use palabra::ffi::types::call::{
    PALABRA_CALL_NO_ORIGINAL, PALABRA_CALL_REOPEN, palabra_call, palabra_call_config, palabra_leg,
    palabra_leg_config,
};
use palabra::ffi::types::event::{PALABRA_EVENT_CLOSED, palabra_event};
use palabra::ffi::types::playout::PALABRA_SOUND_ENDED;
use palabra::ffi::types::translation::palabra_translation_config;
use tokio::time::Instant;

use super::open::{self, Texts};
use super::record::Voice;
use super::sound;
use super::talk::{self, Bell, prepared, ring};
use super::told::{APART, CallRecord, Exchange, Leg};
use crate::scenario::{Party, Sound, Telephone, Verb};
use crate::tone::{Ear, Mouth};
use crate::trace::digest;
use crate::world::World;

/// A device that is later than this has lost the sound.
const LOST: Duration = Duration::from_millis(500);

pub struct Call {
    call: *mut palabra_call,
    world: Arc<World>,
    record: Arc<CallRecord>,
    plan: Telephone,
    bell: Arc<Bell>,
    opened: Instant,
    parties: Vec<OnTheLine>,
    /// CLOSED was taken.
    is_over: bool,
    has_ended: bool,
}

// SAFETY: handles may be used on any thread, and a simulation has one.
unsafe impl Send for Call {}

/// A party of the plan.
struct OnTheLine {
    leg: *mut palabra_leg,
    /// Its place in what is told; it has joined.
    place: Option<usize>,
    mouth: Mouth,
    part: usize,
    done_ms: u64,
    next: Instant,
    verb: usize,
    is_muted: bool,
    is_on_hold: bool,
    has_heard_all: bool,
}

impl Call {
    /// Opens the call of a plan.
    pub fn open(
        plan: &Telephone,
        place: open::Place,
        world: &Arc<World>,
        record: &Arc<CallRecord>,
        bell: Arc<Bell>,
    ) -> Option<Call> {
        let (mut config, mut translation) =
            (prepared::<palabra_call_config>(), prepared::<palabra_translation_config>());
        config.flags = if plan.has_original { 0 } else { PALABRA_CALL_NO_ORIGINAL };
        config.flags |= if plan.reopens { PALABRA_CALL_REOPEN } else { 0 };
        config.call_tag = 1;
        config.resend_ms = plan.resend_ms;
        translation.output.target_ms = plan.target_ms;
        let mut call = null_mut();
        // SAFETY: a handle, prepared structs, and a place for the handle.
        let status = unsafe {
            palabra_call_open(
                place.client,
                &raw const config,
                &raw const translation,
                &raw mut call,
                null_mut(),
            )
        };
        let now = Instant::now();
        record.told().opened_us = world.now_us();
        record.told().refusal = status;
        world.trace.note(world.now_us(), "call", &[status as u64], || format!("opened: {status}"));
        if status != 0 {
            return None;
        }
        palabra_call_set_wakeup_callback(call, Some(ring), bell.data());
        let of = |(number, party): (u64, &Party)| OnTheLine {
            leg: null_mut(),
            place: None,
            mouth: Mouth::new(party.format.rate as u32).beginning_at(number * u64::from(APART)),
            part: 0,
            done_ms: 0,
            next: now + Duration::from_millis(party.answers_at),
            verb: 0,
            is_muted: false,
            is_on_hold: false,
            has_heard_all: false,
        };
        let parties = (0..).zip(&plan.parties).map(of).collect();
        let (world, record, plan) = (world.clone(), record.clone(), plan.clone());
        Some(Call { call, world, record, plan, bell, opened: now, parties, is_over: false, has_ended: false })
    }

    fn at(&self, ms: u64) -> Instant {
        self.opened + Duration::from_millis(ms)
    }

    fn note(&self, numbers: &[u64], words: impl FnOnce() -> String) {
        self.world.trace.note(self.world.now_us(), "call", numbers, words);
    }

    /// Takes all events.
    pub fn take_events(&mut self) {
        while !self.call.is_null() && !self.is_over {
            let mut event: palabra_event = prepared();
            // SAFETY: a handle and a prepared struct.
            let status = unsafe { palabra_call_poll_event(self.call, &raw mut event, 0) };
            if status != 1 {
                self.bell.found_nothing();
                self.is_over |= status < 0;
                return;
            }
            self.take(&event);
            // SAFETY: the event that was just filled.
            unsafe { palabra_event_release(&raw mut event) };
        }
    }

    fn take(&mut self, event: &palabra_event) {
        let now = self.world.now_us();
        let mut told = self.record.told();
        if self.bell.is_silent() {
            told.unannounced.push((now, now.saturating_sub(self.world.us_of(event.time_ns))));
        }
        let seen = talk::seen(event, now);
        self.is_over |= seen.kind == PALABRA_EVENT_CLOSED;
        let numbers = [&talk::numbers(event, &seen, &[])[..], &[seen.leg as u64]].concat();
        self.world.trace.note(now, "call", &numbers, || {
            format!(
                "event {} seq {} leg {} tag {} code {} {}",
                seen.kind, seen.seq, seen.leg, seen.user_tag, seen.code, seen.text
            )
        });
        told.events.push(seen);
    }

    /// Does what is due. Returns when something is due next; `None`: the call is closed.
    pub fn act(&mut self, now: Instant) -> Option<Instant> {
        if self.call.is_null() {
            return None;
        }
        for place in 0..self.parties.len() {
            self.join_due(place, now);
            self.exchange_due(place, now);
            self.call_due(place, now);
            self.leave_due(place, now);
        }
        if !self.has_ended && self.at(self.plan.ends_at) <= now {
            self.has_ended = true;
            let status = palabra_call_end(self.call);
            self.note(&[status as u64], || format!("ended: {status}"));
            self.record.told().ended_us = Some(self.world.now_us());
        }
        let is_left = self.plan.closes_at.is_some_and(|ms| self.at(ms) <= now);
        let hears = |party: &OnTheLine| !party.leg.is_null() && !party.has_heard_all;
        if is_left
            || self.at(self.plan.ends_at) + PATIENCE <= now
            || self.is_over && !self.parties.iter().any(hears)
        {
            self.close();
            return None;
        }
        Some(self.next())
    }

    fn next(&self) -> Instant {
        let mut next = self.at(self.plan.ends_at) + if self.has_ended { PATIENCE } else { Duration::ZERO };
        next = self.plan.closes_at.map_or(next, |ms| next.min(self.at(ms)));
        for (party, plan) in self.parties.iter().zip(&self.plan.parties) {
            if party.place.is_none() {
                next = next.min(self.at(plan.joins_at));
            } else if !party.leg.is_null() {
                let verb = plan.verbs.get(party.verb).map(|(at, _)| self.at(*at));
                let leaves = plan.leaves_at.map(|at| self.at(at));
                next = [verb, leaves].into_iter().flatten().fold(next.min(party.next), Instant::min);
            }
        }
        next
    }

    fn join_due(&mut self, place: usize, now: Instant) {
        let plan = self.plan.parties[place].clone();
        if self.parties[place].place.is_some() || self.at(plan.joins_at) > now {
            return;
        }
        let (mut config, mut texts) = (prepared::<palabra_leg_config>(), Texts::default());
        config.language = texts.keep(plan.language);
        config.input = open::format(plan.format);
        let mut leg = null_mut();
        // SAFETY: a handle, a prepared struct with texts that outlive the call, and a place for the handle.
        let status = unsafe { palabra_leg_join(self.call, &raw const config, &raw mut leg, null_mut()) };
        let number = if status == 0 { palabra_leg_get_number(leg) } else { -1 };
        self.note(&[place as u64, status as u64, number as u64], || {
            format!("{place} joins as {number}: {status}")
        });
        let ear = Ear::new(plan.format.rate as u32);
        let voice = Voice { language: plan.language.to_owned(), phrase: 0, ear, arrived: Vec::new() };
        let mut told = self.record.told();
        self.parties[place].place = Some(told.legs.len());
        self.parties[place].leg = leg;
        told.legs.push(Leg {
            number,
            status,
            left_us: None,
            exchanges: Vec::new(),
            voice,
            verbs: Vec::new(),
        });
    }

    fn exchange_due(&mut self, place: usize, now: Instant) {
        while !self.parties[place].leg.is_null() && self.parties[place].next <= now {
            let ms = self.plan.parties[place].block_ms;
            if now.duration_since(self.parties[place].next) > LOST {
                self.parties[place].next = now;
            }
            self.exchange(place, ms);
            self.parties[place].next += Duration::from_millis(ms);
        }
    }

    /// One tick of a line.
    fn exchange(&mut self, place: usize, ms: u64) {
        let plan = &self.plan.parties[place];
        let is_on_hold = self.parties.iter().any(|party| party.is_on_hold);
        let party = &mut self.parties[place];
        let (samples, first, blocks) = party.says(plan, ms);
        let said = sound::encoded(plan.format, &samples);
        let mut heard = vec![0; sound::bytes(plan.format, samples.len() as i32)];
        let frames = samples.len() as i32;
        // SAFETY: a handle, so many frames, and room for as many.
        let bits = unsafe {
            palabra_leg_exchange(party.leg, said.as_ptr().cast(), frames, heard.as_mut_ptr().cast(), frames)
        };
        party.has_heard_all |= bits >= 0 && bits as u32 & PALABRA_SOUND_ENDED != 0;
        let exchange = Exchange {
            at_us: self.world.now_us(),
            first,
            blocks,
            is_muted: party.is_muted,
            is_on_hold,
            bits,
        };
        let of = party.place;
        self.note(&[place as u64, frames as u64, bits as u64, digest(&heard)], || {
            format!("{place} says {blocks} from {first}, hears {frames} frames: {bits:#x}")
        });
        let mut told = self.record.told();
        let Some(of) = of else { return };
        let leg = &mut told.legs[of];
        leg.voice.ear.listen(&sound::mono(plan.format, &heard));
        leg.voice.arrived.push((exchange.at_us, leg.voice.ear.samples));
        leg.exchanges.push(exchange);
    }

    fn call_due(&mut self, place: usize, now: Instant) {
        while let Some((at, verb)) = self.plan.parties[place].verbs.get(self.parties[place].verb)
            && self.at(*at) <= now
        {
            let verb = verb.clone();
            self.parties[place].verb += 1;
            let party = &mut self.parties[place];
            if party.leg.is_null() {
                continue;
            }
            let tag = (place * 1000 + party.verb) as u64;
            let status = status(party.leg, &verb, tag);
            match verb {
                Verb::Mute(is_muted) if status == 0 => party.is_muted = is_muted,
                Verb::Hold if status == 0 => party.is_on_hold = true,
                Verb::Resume if status == 0 => party.is_on_hold = false,
                _ => {}
            }
            let (of, name) = (party.place, verb.name());
            self.note(&[place as u64, status as u64, tag], || format!("{name} of {place}: {status}"));
            let at = self.world.now_us();
            if let Some(of) = of {
                self.record.told().legs[of].verbs.push((at, name, tag, status));
            }
        }
    }

    fn leave_due(&mut self, place: usize, now: Instant) {
        let leaves_at = self.plan.parties[place].leaves_at;
        if self.parties[place].leg.is_null() || leaves_at.is_none_or(|ms| self.at(ms) > now) {
            return;
        }
        let party = &mut self.parties[place];
        let status = palabra_leg_close(std::mem::replace(&mut party.leg, null_mut()));
        party.is_on_hold = false;
        let of = party.place;
        self.note(&[place as u64, status as u64], || format!("{place} hangs up: {status}"));
        if let Some(of) = of {
            self.record.told().legs[of].left_us = Some(self.world.now_us());
        }
    }

    fn close(&mut self) {
        if self.call.is_null() {
            return;
        }
        palabra_call_set_wakeup_callback(self.call, None, null_mut());
        let call = std::mem::replace(&mut self.call, null_mut());
        let status = palabra_call_close(call, 0);
        self.parties.iter_mut().for_each(|party| party.leg = null_mut());
        self.note(&[status as u64], || format!("closed: {status}"));
        let mut told = self.record.told();
        told.closed_us = Some(self.world.now_us());
        told.wakeups = self.bell.rings.load(std::sync::atomic::Ordering::Relaxed);
        told.legs.iter_mut().for_each(|leg| leg.voice.ear.finish());
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.close();
    }
}

/// How long the program waits for CLOSED after the end.
const PATIENCE: Duration = Duration::from_secs(600);

impl OnTheLine {
    /// The next so many ms of what it says: samples, and the number of the first 10 ms of speech with how many there are.
    fn says(&mut self, plan: &Party, ms: u64) -> (Vec<i16>, u32, u32) {
        let rate = plan.format.rate as u64;
        let (mut samples, mut first, mut blocks) = (Vec::new(), 0, 0);
        let mut left = ms;
        while left > 0 {
            let Some(part) = plan.sound.get(self.part).copied() else {
                samples.resize((ms * rate / 1000) as usize, 0);
                break;
            };
            let now = left.min(part.ms() - self.done_ms);
            self.mouth.sound.clear();
            if matches!(part, Sound::Speech(_)) {
                self.mouth.speak(now);
                first = if blocks == 0 { (self.mouth.begin_us() / 10_000) as u32 } else { first };
                blocks += (now / 10) as u32;
                samples.append(&mut self.mouth.sound);
            } else {
                // Pauses have no numbers of their own: those of speech are few.
                samples.resize(samples.len() + (now * rate / 1000) as usize, 0);
            }
            (left, self.done_ms) = (left - now, self.done_ms + now);
            if self.done_ms >= part.ms() {
                (self.part, self.done_ms) = (self.part + 1, 0);
            }
        }
        (samples, first, blocks)
    }
}

fn status(leg: *mut palabra_leg, verb: &Verb, tag: u64) -> i32 {
    let mut texts = Texts::default();
    match verb {
        Verb::Hold => palabra_leg_hold(leg),
        Verb::Resume => palabra_leg_resume(leg),
        Verb::Mute(is_muted) => palabra_leg_set_muted(leg, i32::from(*is_muted)),
        Verb::Silence { all } => palabra_leg_silence(leg, u32::from(*all)),
        Verb::Interrupt => palabra_leg_interrupt(leg, tag),
        // SAFETY: a handle, and a text that outlives the call.
        Verb::Speak { text } => unsafe { palabra_leg_speak(leg, texts.keep(text), tag) },
    }
}
