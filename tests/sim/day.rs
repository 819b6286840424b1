//! A day of one call, in simulated time: two lines that talk in turn, and at each hour what the library has allocated, how
//! late both are heard, and what it counts. Nothing may grow, and no hour may differ from another.

use std::ptr::null_mut;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use palabra::ffi::call::calls::{palabra_call_close, palabra_call_open, palabra_call_poll_event};
use palabra::ffi::call::legs::{palabra_leg_exchange, palabra_leg_join};
use palabra::ffi::call::stats::palabra_leg_get_stats;
use palabra::ffi::client::palabra_client_free;
use palabra::ffi::event::palabra_event_release;
use palabra::ffi::types::call::{
    PALABRA_CALL_REOPEN, palabra_call, palabra_call_config, palabra_leg, palabra_leg_config,
    palabra_leg_stats,
};
use palabra::ffi::types::client::palabra_client;
use palabra::ffi::types::event::{
    PALABRA_EVENT_CLOSED, PALABRA_EVENT_ERROR, PALABRA_EVENT_LINK_DOWN, PALABRA_EVENT_OVERFLOW,
    PALABRA_EVENT_WARNING, palabra_event,
};
use palabra::ffi::types::playout::PALABRA_SOUND_SPEECH;
use palabra_devserver::cli::Args;
use palabra_devserver::server::Embedded;
use tokio::time::Instant;

use crate::caller::{client, prepared};
use crate::draw::Dice;
use crate::fate::Fate;
use crate::meter;
use crate::run::shut_down;
use crate::scenario::Scenario;
use crate::tls;
use crate::trace::Trace;
use crate::world::{Host, ServiceWorld, World};

const TICK: Duration = Duration::from_millis(20);
/// Ticks of a party's turn: it speaks, and listens to its translation.
const TURN: usize = 250;
const SENTENCE: usize = 100;
const TICKS_PER_HOUR: usize = 3600 * 50;
/// 48 kHz: its frames of a day are more than 32 bits hold.
const RATES: [usize; 2] = [8000, 48_000];
/// For the goodbyes of the sessions.
const PATIENCE_MS: i32 = 60_000;
/// The original is heard as late as it may be at most.
const ORIGINAL_MS: i64 = 40;
/// What may come and go within an hour.
const BREATH_BYTES: i64 = 64 << 10;

/// What one hour was like.
#[derive(Default)]
struct Hour {
    /// Allocated by the library at its end, and at most; by the whole program; resident.
    library: i64,
    library_most: i64,
    live: i64,
    resident_kb: u64,
    /// From the end of a sentence to its translation, in ms.
    waits: Vec<u64>,
    /// Of both parties.
    original_ms: i64,
    buffered_ms: i64,
    phrases: i64,
    heard_ms: i64,
    sent_ms: i64,
    lost_ms: i64,
    /// Events that tell of trouble.
    troubles: u64,
}

impl Hour {
    fn line(&self, number: usize) -> String {
        let (least, most) = (self.waits.iter().min(), self.waits.iter().max());
        format!(
            "hour {number:2}: library {} B, at most {}; all {} B, resident {} kB; original {} ms; translation after {} to {} ms, {} phrases, {} ms heard, {} ms wait; {} ms sent, {} ms lost; {} troubles",
            self.library,
            self.library_most,
            self.live,
            self.resident_kb,
            self.original_ms,
            least.unwrap_or(&0),
            most.unwrap_or(&0),
            self.phrases,
            self.heard_ms,
            self.buffered_ms,
            self.sent_ms,
            self.lost_ms,
            self.troubles
        )
    }
}

/// Prints a line for each hour. Returns what grew or changed.
pub fn pass(hours: usize) -> Result<(), String> {
    let live = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_time().start_paused(true).build().expect("a clock");
        runtime.block_on(live(hours))
    });
    let passed = live.join().expect("a day");
    let panics = meter::take_panics();
    if !panics.is_empty() {
        return Err(format!("{panics:?}"));
    }
    judge(&passed)
}

fn judge(hours: &[Hour]) -> Result<(), String> {
    // The first one fills what is filled once.
    let Some((usual, later)) = hours.get(1..).and_then(<[Hour]>::split_first) else { return Ok(()) };
    for (number, hour) in (3..).zip(later) {
        let same = |what: &str, is: i64, was: i64, by: i64| {
            if is.abs_diff(was) > by as u64 {
                Err(format!("hour {number}: {what} {is}, not {was}"))
            } else {
                Ok(())
            }
        };
        same("bytes of the library", hour.library, usual.library, BREATH_BYTES)?;
        same("bytes of the library at most", hour.library_most, usual.library_most, BREATH_BYTES)?;
        same("phrases", hour.phrases, usual.phrases, 1)?;
        same("ms that were heard", hour.heard_ms, usual.heard_ms, 4000)?;
        same("ms that were sent", hour.sent_ms, usual.sent_ms, 1000)?;
        same("ms of the original", hour.original_ms, ORIGINAL_MS / 2, ORIGINAL_MS / 2)?;
        let most = |hour: &Hour| hour.waits.iter().max().map_or(0, |most| *most as i64);
        same("ms to the translation", most(hour), most(usual), 50)?;
    }
    let troubles: u64 = hours.iter().map(|hour| hour.troubles).sum();
    let lost: i64 = hours.iter().map(|hour| hour.lost_ms).sum();
    if troubles > 0 || lost > 0 { Err(format!("{troubles} troubles, {lost} ms lost")) } else { Ok(()) }
}

async fn live(hours: usize) -> Vec<Hour> {
    let scenario = Scenario::calm(1);
    let world = World::new(&scenario, Arc::new(Trace::new(false)));
    palabra::world::set(Some(world.clone()));
    let dice = Dice::new(scenario.seed, "service");
    palabra_devserver::world::set(Some(Rc::new(ServiceWorld { world: world.clone(), dice })));
    tls::draw_from(scenario.seed);
    let config =
        Args::try_parse_from(["palabra-devserver"]).expect("arguments").into_config().expect("a service");
    let service = Arc::new(Embedded::open(config, ([10, 0, 0, 1], 80).into()).await.expect("a service"));
    world.network.serve(Some(service.clone()), None);
    Fate::begin(&world, &scenario);
    let (done, passed) = tokio::sync::oneshot::channel();
    let talk = Talk::open(client(&scenario.programs[0], false, false));
    world.executor.spawn(Host::Caller(0), async move {
        let _ = done.send(talk.pass(hours).await);
    });
    let (give, mut take) = tokio::sync::oneshot::channel();
    world.executor.run(async move { give.send(passed.await).map_err(drop).unwrap_or(()) }).await;
    service.end();
    let status = shut_down(&world, PATIENCE_MS).await;
    assert_eq!(status, 0, "palabra_shutdown");
    world.end_threads();
    for host in [Host::Library, Host::Helpers, Host::Service, Host::Network, Host::Fate, Host::Caller(0)] {
        world.executor.drop_all(host);
    }
    world.network.serve(None, None);
    palabra_devserver::world::set(None);
    palabra::world::set(None);
    take.try_recv().expect("the day is over").expect("a talk")
}

/// The call and its program.
struct Talk {
    client: *mut palabra_client,
    call: *mut palabra_call,
    legs: [*mut palabra_leg; 2],
    sentences: [Vec<i16>; 2],
    /// When a sentence was over whose translation the party has not heard yet.
    said: [Option<Instant>; 2],
}

// SAFETY: handles may be used on any thread, and a simulation has one.
unsafe impl Send for Talk {}

impl Talk {
    fn open(client: *mut palabra_client) -> Talk {
        let mut config: palabra_call_config = prepared();
        config.flags = PALABRA_CALL_REOPEN;
        let mut call = null_mut();
        // SAFETY: a handle, a prepared struct, and a place for the handle.
        let status = unsafe {
            palabra_call_open(client, &raw const config, std::ptr::null(), &raw mut call, null_mut())
        };
        assert_eq!(status, 0, "a call");
        let legs = [c"en", c"es"].iter().zip(RATES).map(|(language, rate)| {
            let mut config: palabra_leg_config = prepared();
            config.language = language.as_ptr();
            (config.input.encoding, config.input.sample_rate) = (1, rate as i32);
            let mut leg = null_mut();
            // SAFETY: as above.
            let status = unsafe { palabra_leg_join(call, &raw const config, &raw mut leg, null_mut()) };
            assert_eq!(status, 0, "a leg");
            leg
        });
        let legs: Vec<_> = legs.collect();
        Talk { client, call, legs: [legs[0], legs[1]], sentences: RATES.map(sentence), said: [None; 2] }
    }

    async fn pass(mut self, hours: usize) -> Vec<Hour> {
        let mut next = Instant::now();
        let (mut all, mut before) = (Vec::new(), self.figures());
        for number in 1..=hours {
            let mut hour = Hour { waits: Vec::with_capacity(TICKS_PER_HOUR / TURN), ..Hour::default() };
            meter::begin_most();
            for tick in 0..TICKS_PER_HOUR {
                next += TICK;
                tokio::time::sleep_until(next).await;
                // Of the library is also what its functions allocate here.
                meter::as_library(|| self.tick(tick, &mut hour));
            }
            let figures = self.figures();
            self.sum_up(&mut hour, &figures, &before);
            before = figures;
            println!("{}", hour.line(number));
            all.push(hour);
        }
        palabra_call_close(self.call, 0);
        palabra_client_free(self.client);
        all
    }

    fn tick(&mut self, tick: usize, hour: &mut Hour) {
        for (number, rate) in RATES.into_iter().enumerate() {
            let (frames, at) = (rate / 50, tick % TURN);
            let is_its_turn = tick / TURN % 2 == number;
            let silence = [0; 960];
            let said = if is_its_turn && at < SENTENCE {
                &self.sentences[number][at * frames..][..frames]
            } else {
                &silence[..frames]
            };
            let mut heard = [0_i16; 960];
            // SAFETY: a handle, so many frames, and room for as many.
            let sound = unsafe {
                palabra_leg_exchange(
                    self.legs[number],
                    said.as_ptr().cast(),
                    frames as i32,
                    heard.as_mut_ptr().cast(),
                    frames as i32,
                )
            };
            assert!(sound >= 0, "exchange: {sound}");
            if is_its_turn && at == SENTENCE - 1 {
                self.said[1 - number] = Some(Instant::now());
            }
            if sound as u32 & PALABRA_SOUND_SPEECH != 0
                && let Some(said) = self.said[number].take()
            {
                hour.waits.push(said.elapsed().as_millis() as u64);
            }
        }
        if tick.is_multiple_of(50) {
            self.take_events(hour);
        }
    }

    fn take_events(&self, hour: &mut Hour) {
        loop {
            let mut event: palabra_event = prepared();
            // SAFETY: a handle and a prepared struct.
            if unsafe { palabra_call_poll_event(self.call, &raw mut event, 0) } != 1 {
                return;
            }
            hour.troubles += u64::from(matches!(
                event.kind,
                PALABRA_EVENT_LINK_DOWN
                    | PALABRA_EVENT_CLOSED
                    | PALABRA_EVENT_ERROR
                    | PALABRA_EVENT_WARNING
                    | PALABRA_EVENT_OVERFLOW
            ));
            // SAFETY: the event that was just filled.
            unsafe { palabra_event_release(&raw mut event) };
        }
    }

    fn figures(&self) -> [palabra_leg_stats; 2] {
        self.legs.map(|leg| {
            let mut stats: palabra_leg_stats = prepared();
            // SAFETY: a handle and a prepared struct.
            unsafe { palabra_leg_get_stats(leg, &raw mut stats) };
            stats
        })
    }

    fn sum_up(&self, hour: &mut Hour, now: &[palabra_leg_stats; 2], before: &[palabra_leg_stats; 2]) {
        let sum = |of: fn(&palabra_leg_stats) -> i64| -> i64 {
            now.iter().map(of).sum::<i64>() - before.iter().map(of).sum::<i64>()
        };
        hour.phrases = sum(|stats| stats.phrases_finished);
        hour.heard_ms = sum(|stats| stats.heard_ms);
        hour.sent_ms = sum(|stats| stats.input_sent_ms);
        hour.lost_ms = sum(|stats| stats.input_dropped_ms + stats.skipped_ms + stats.phrases_dropped);
        hour.original_ms = now.iter().map(|stats| stats.original_lag_ms).max().unwrap_or(0);
        hour.buffered_ms = now.iter().map(|stats| stats.buffered_ms).max().unwrap_or(0);
        hour.library_most = meter::most_of_library();
        hour.library = meter::begin_most();
        hour.live = meter::live();
        hour.resident_kb = resident_kb();
    }
}

/// Syllables.
fn sentence(rate: usize) -> Vec<i16> {
    let sample = |n: usize| {
        let time = n as f64 / rate as f64;
        let syllable = (time * 5.0 * std::f64::consts::PI).sin().abs();
        (syllable * (6000.0 * (time * 960.0).sin() + 3000.0 * (time * 4240.0).sin())) as i16
    };
    (0..SENTENCE * rate / 50).map(sample).collect()
}

fn resident_kb() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    4 * statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0)
}
