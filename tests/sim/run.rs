//! One scenario from beginning to end.

use std::rc::Rc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Parser;
use palabra::ffi::runtime::palabra_shutdown;
use palabra_devserver::cli::Args;
use palabra_devserver::engine::Source;
use palabra_devserver::server::Embedded;
use tokio::time::Instant;

use crate::border;
use crate::caller::{self, CallRecord, Caller, Did, Lines, Log, Record, Requests};
use crate::draw::{Dice, mix};
use crate::fate::Fate;
use crate::meter;
use crate::oracle::{self, CallEvidence, Evidence, Failure, House};
use crate::scenario::{Fault, Plan, Product, Program, Request, Scenario, Telephone};
use crate::service::{Service, lock};
use crate::tls;
use crate::tone::NUMBERS;
use crate::trace::Trace;
use crate::world::{Condition, Executor, Host, ServiceWorld, World};

/// More than that is looked at again.
const KEPT_BYTES: i64 = 1 << 10;
/// What is left after the callers have gone must end in this time.
const QUIET_WITHIN: Duration = Duration::from_secs(60);

pub struct Outcome {
    pub hash: u64,
    pub notes: u64,
    /// Polls of tasks.
    pub steps: u64,
    pub simulated: Duration,
    pub failures: Vec<Failure>,
    pub lines: Vec<String>,
    /// One for each session, in the order of the programs.
    pub sessions: Vec<Told>,
    /// How long it was judged.
    pub judged: Duration,
    /// Bytes that were not freed.
    leaked: i64,
}

/// What is kept of a session.
pub struct Told {
    /// That of CLOSED, if there was one.
    pub code: Option<i32>,
    /// Rare situations.
    pub met: Vec<&'static str>,
    pub cells: Vec<String>,
}

impl Told {
    fn of(seen: &Evidence) -> Told {
        let met = oracle::rare::ALL.iter().filter(|(_, is_met)| is_met(seen)).map(|(name, _)| *name);
        Told { code: seen.code(), met: met.collect(), cells: oracle::cells::of(seen).collect() }
    }
}

/// Runs a scenario, and judges it.
pub fn run(scenario: &Scenario, with_lines: bool) -> Outcome {
    let mut outcome = once(scenario, with_lines);
    if with_lines {
        // The lines themselves are kept.
        outcome.leaked = 0;
    } else if outcome.leaked > KEPT_BYTES {
        // Caches are filled once: what is left after a second time is left after every one.
        let again = once(scenario, false);
        outcome.leaked = again.leaked;
        if again.hash != outcome.hash {
            outcome.failures.push("a second run has another course".to_owned());
        }
    }
    outcome.failures.extend(oracle::leaked(outcome.leaked));
    outcome
}

/// What is known of each session of a scenario.
pub fn evidence(scenario: &Scenario) -> Vec<Evidence> {
    std::thread::scope(|scope| scope.spawn(|| course(scenario, false).1).join()).expect("a run")
}

fn once(scenario: &Scenario, with_lines: bool) -> Outcome {
    let before = meter::live();
    meter::take_panics();
    // On a new thread: what a thread remembers is of this run.
    let ended = std::thread::scope(|scope| scope.spawn(|| course(scenario, with_lines)).join());
    let (mut outcome, seen) = ended.unwrap_or_else(|panic| {
        eprintln!("in seed {}", scenario.seed);
        std::panic::resume_unwind(panic)
    });
    // What the judgement takes is not what the run has left.
    let unjudged = meter::live();
    let begun = std::time::Instant::now();
    outcome.failures.extend(border::asked().into_iter().map(|way| format!("the system was asked: {way}")));
    outcome.failures.extend(seen.iter().flat_map(oracle::judge));
    outcome.failures.dedup();
    outcome.sessions = seen.iter().map(Told::of).collect();
    outcome.judged = begun.elapsed();
    let judged = meter::live() - unjudged;
    drop(seen);
    outcome.leaked = meter::live() - before - judged;
    outcome
}

fn course(scenario: &Scenario, with_lines: bool) -> (Outcome, Vec<Evidence>) {
    border::enter();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a clock");
    runtime.block_on(converse(scenario, with_lines))
}

async fn converse(scenario: &Scenario, with_lines: bool) -> (Outcome, Vec<Evidence>) {
    let least = meter::begin_most();
    let trace = Arc::new(Trace::new(with_lines));
    let world = World::new(scenario, trace.clone());
    palabra::world::set(Some(world.clone()));
    let dice = Dice::new(scenario.seed, "service");
    palabra_devserver::world::set(Some(Rc::new(ServiceWorld { world: world.clone(), dice })));
    tls::draw_from(scenario.seed);
    let line = ["palabra-devserver", "--dialect", "superset"];
    let mut config = Args::try_parse_from(line).expect("known arguments").into_config().expect("a service");
    config.start_delay = Duration::from_millis(scenario.start_delay_ms);
    config.idle_timeout = Duration::from_millis(scenario.idle_ms);
    let heard = Arc::new(Service::new(Instant::now(), scenario.call().is_some()));
    config.engine = Source::Given(heard.clone());
    // It is given connections that are decrypted already: this makes its addresses those of TLS.
    config.tls = scenario.has_tls.then(Default::default);
    let port = if scenario.has_tls { 443 } else { 80 };
    let service = Embedded::open(config, ([10, 0, 0, 1], port).into()).await.expect("a service");
    let service = Arc::new(service);
    world.network.serve(Some(service.clone()), Some(tls::acceptor(&world)));
    world.network.behave(scenario.steps());
    world.network.pass_through(scenario.proxy);
    world.network.set_others(&scenario.others);
    let records = records(scenario);
    let programs: Vec<usize> =
        (0..).zip(&records).flat_map(|(place, records)| records.iter().map(move |_| place)).collect();
    let counts = Arc::<Mutex<Counts>>::default();
    world.executor.spawn(Host::Fate, count(world.clone(), counts.clone()));
    let start = Instant::now();
    let (requests, log, call) = (Requests::default(), Arc::new(Lines::open()), Arc::<CallRecord>::default());
    let all =
        live(world.clone(), scenario.clone(), records.clone(), call.clone(), requests.clone(), log.clone());
    world.executor.run(all).await;
    let simulated = start.elapsed();
    service.end();
    heard.finish();
    let left = end(&world, scenario, &log).await;
    let (lines, lost) = log.finish();
    drop(log);
    let Counts { polls, arrivals } = std::mem::take(&mut *lock(&counts));
    // What is judged by the second stands at its number; the last wake-up may be late.
    assert!(polls.len() as u64 + 2 > world.now_us() / 1_000_000, "{} seconds are noted", polls.len());
    let house = House {
        left: [left, lost].concat(),
        polls,
        arrivals,
        panics: meter::take_panics(),
        secrets: caller::SECRETS.iter().map(|secret| (*secret).to_owned()).collect(),
        lines,
        requests: requests.all(),
        askers: world.askers.most.load(Ordering::Relaxed),
        most: meter::most_of_library() - least,
        said: heard.said_bytes(),
    };
    let told = told(&heard, with_lines);
    let all: Vec<(usize, Arc<Record>)> = programs.into_iter().zip(records.concat()).collect();
    let seen = match scenario.call() {
        Some(plan) => vec![evidence_of_call(scenario, plan, house, &call, &heard)],
        None => evidence_of(scenario, house, &all, &heard),
    };
    palabra_devserver::world::set(None);
    palabra::world::set(None);
    let outcome = Outcome {
        hash: mix(trace.hash(), world.executor.course()),
        notes: trace.notes(),
        steps: world.executor.steps(),
        simulated,
        failures: Vec::new(),
        lines: trace.take_lines().into_iter().chain(told).collect(),
        sessions: Vec::new(),
        judged: Duration::ZERO,
        leaked: 0,
    };
    (outcome, seen)
}

/// Takes what the records and the service hold.
fn evidence_of(
    scenario: &Scenario,
    house: House,
    records: &[(usize, Arc<Record>)],
    heard: &Service,
) -> Vec<Evidence> {
    let (scenario, house) = (Arc::new(scenario.clone()), Arc::new(house));
    let translates = |one: &Program| one.requests.iter().any(|(_, what, _)| *what == Request::TranslateFile);
    let is_only = records.len() == 1 && !scenario.programs.iter().any(translates);
    // Numbers begin again where there are more.
    let has_numbers = records.len() as u64 <= u64::from(NUMBERS) / APART;
    let of = |(program, record): &(usize, Arc<Record>)| {
        let mut log = std::mem::take(&mut *record.log());
        log.finish();
        Evidence {
            scenario: scenario.clone(),
            program: *program,
            plan: record.plan.clone(),
            log,
            stream: has_numbers.then(|| heard.take(record.first_block, is_only)).flatten(),
            house: house.clone(),
            call: None,
        }
    };
    records.iter().map(of).collect()
}

/// That of a call has the place of a session's.
fn evidence_of_call(
    scenario: &Scenario,
    plan: &Telephone,
    house: House,
    call: &CallRecord,
    heard: &Service,
) -> Evidence {
    let told = std::mem::take(&mut *call.told());
    let deeds = [
        Some((told.opened_us, Did::Opened)),
        told.ended_us.map(|at| (at, Did::Ended(0))),
        told.closed_us.map(|at| (at, Did::Closed)),
    ];
    let log = Log {
        events: told.events.clone(),
        deeds: deeds.into_iter().flatten().collect(),
        wakeups: told.wakeups,
        refusal: told.refusal,
        unannounced: told.unannounced.clone(),
        ..Log::default()
    };
    let streams = heard.streams().iter().map(|stream| std::mem::take(&mut *lock(stream))).collect();
    Evidence {
        scenario: Arc::new(scenario.clone()),
        program: 0,
        plan: Plan { closes_at: plan.closes_at, ..Plan::new(Product::Translation) },
        log,
        stream: None,
        house: Arc::new(house),
        call: Some(CallEvidence { told, streams }),
    }
}

/// What the service heard and said, for the lines.
fn told(service: &Service, is_asked: bool) -> Vec<String> {
    let streams = if is_asked { service.streams() } else { Vec::new() };
    let told = streams.iter().flat_map(|stream| {
        let stream = lock(stream);
        let heard = stream.ears.iter().map(|ear| format!("the service heard {:?}", ear.heard));
        heard.chain([format!("and said {:?}", stream.said)]).collect::<Vec<_>>()
    });
    told.collect()
}

/// Numbers of two sessions are so far apart.
const APART: u64 = 3001;

/// An empty record for each session of each program.
fn records(scenario: &Scenario) -> Vec<Vec<Arc<Record>>> {
    let mut first = 0..;
    let mut of = |plan: &Plan| Arc::new(Record::new(plan.clone(), first.next().unwrap_or(0) * APART));
    scenario.programs.iter().map(|program| program.sessions.iter().map(&mut of).collect()).collect()
}

/// Of each second.
#[derive(Default)]
struct Counts {
    polls: Vec<u64>,
    arrivals: Vec<u64>,
}

impl Counts {
    /// Until this second: a wake-up may be late.
    fn note(&mut self, world: &World, second: u64) {
        while self.polls.len() as u64 <= second {
            self.polls.push(world.executor.library_polls());
            self.arrivals.push(world.network.arrivals());
        }
    }
}

/// Notes each second how much the library did, and the order of all polls until then: it says where two courses part.
async fn count(world: Arc<World>, counts: Arc<Mutex<Counts>>) {
    loop {
        let now_us = world.now_us();
        lock(&counts).note(&world, now_us / 1_000_000);
        let course = world.executor.course();
        world.trace.note(now_us, "polls", &[course], || format!("{course:016x}"));
        tokio::time::sleep(Duration::from_micros(1_000_000 - now_us % 1_000_000)).await;
    }
}

async fn live(
    world: Arc<World>,
    scenario: Scenario,
    records: Vec<Vec<Arc<Record>>>,
    call: Arc<CallRecord>,
    requests: Requests,
    lines: Arc<Lines>,
) {
    // One program reads them while it lives.
    let mut lines = Some(lines);
    let (done, mut is_done) = tokio::sync::mpsc::channel::<()>(1);
    for (number, (program, records)) in (0..).zip(scenario.programs.clone().into_iter().zip(records)) {
        let caller = Caller {
            world: world.clone(),
            number,
            has_tls: scenario.has_tls,
            has_proxy: scenario.proxy.is_some(),
            program,
            records,
            call: call.clone(),
            requests: requests.clone(),
            lines: lines.take(),
        };
        let done = done.clone();
        world.executor.spawn(Host::Caller(number), async move {
            caller.run().await;
            drop(done);
        });
    }
    drop(done);
    Fate::begin(&world, &scenario);
    let _ = is_done.recv().await;
}

/// The ticker and the task that calls back live as long as the library.
fn is_quiet(executor: &Executor) -> bool {
    executor.tasks(Host::Helpers) + executor.tasks(Host::Service) == 0 && executor.tasks(Host::Library) <= 2
}

/// Waits in the call.
pub async fn shut_down(world: &Arc<World>, timeout_ms: i32) -> i32 {
    let (result, caller) = (Arc::new(AtomicI32::new(0)), world.clone());
    let status = result.clone();
    let call = async move {
        status.store(caller.call(move || palabra_shutdown(timeout_ms)).await, Ordering::Relaxed);
    };
    world.executor.run(call).await;
    result.load(Ordering::Relaxed)
}

/// The library stops, and whatever it began has to end. Nothing of this run may remain for the next one.
async fn end(world: &Arc<World>, scenario: &Scenario, lines: &Lines) -> Vec<Failure> {
    let mut failures = Vec::new();
    let (executor, quiet_executor) = (world.executor.clone(), world.executor.clone());
    // Faults last on, and what waits for a slow disk is written one after the other.
    let is_slow = |fault: &Fault| matches!(fault, Fault::Disk(Condition::Slow(_), _));
    let behind = if scenario.faults.iter().any(|(_, fault)| is_slow(fault)) { 10 } else { 1 };
    let lasting: Duration = scenario.faults.iter().map(|(_, fault)| fault.lasts()).sum();
    let quiet = behind * QUIET_WITHIN + lasting;
    executor
        .run(async move {
            let give_up = Instant::now() + quiet;
            while !is_quiet(&quiet_executor) && Instant::now() < give_up {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
        .await;
    if !is_quiet(&world.executor) {
        let left = [Host::Helpers, Host::Service, Host::Library].map(|host| world.executor.tasks(host));
        failures.push(format!("tasks of helpers, service and library that do not end: {left:?}"));
    }
    if world.network.open() > 0 {
        failures.push(format!("{} connections were not closed", world.network.open()));
    }
    // The queue of lines is bounded.
    lines.take(world);
    let stopped = shut_down(world, scenario.shutdown_ms).await;
    lines.take(world);
    if stopped != 0 {
        failures.push(format!("palabra_shutdown: {stopped}"));
    }
    failures.extend(world.disk.unfinished());
    let stuck = world.end_threads();
    if stuck > 0 {
        failures.push(format!("{stuck} calls that wait have not returned"));
    }
    let hosts = [Host::Library, Host::Helpers, Host::Service, Host::Network, Host::Fate];
    let callers = (0..scenario.programs.len()).map(|number| Host::Caller(number as u32));
    hosts.into_iter().chain(callers).for_each(|host| world.executor.drop_all(host));
    world.network.serve(None, None);
    failures
}
