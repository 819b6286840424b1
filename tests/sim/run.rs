//! One scenario from beginning to end.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use palabra::ffi::runtime::palabra_shutdown;
use palabra::ffi::types::event::PALABRA_EVENT_CLOSED;
use palabra_devserver::cli::Args;
use palabra_devserver::engine::Source;
use palabra_devserver::server::Embedded;
use tokio::time::Instant;

use crate::caller::{Caller, Record};
use crate::draw::Dice;
use crate::oracle::{self, Expected, Failure};
use crate::scenario::{Fault, Plan, Scenario};
use crate::service::{Service, lock};
use crate::trace::Trace;
use crate::world::{Executor, Host, ServiceWorld, World};

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
    pub records: Vec<Arc<Record>>,
    /// How each session ended; -1: it was closed before.
    pub codes: Vec<i32>,
}

pub fn run(scenario: &Scenario, with_lines: bool) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a clock");
    runtime.block_on(converse(scenario, with_lines))
}

async fn converse(scenario: &Scenario, with_lines: bool) -> Outcome {
    let trace = Arc::new(Trace::new(with_lines));
    let world = World::new(scenario.seed, scenario.order, trace.clone());
    palabra::world::set(Some(world.clone()));
    let dice = Dice::new(scenario.seed, "service");
    palabra_devserver::world::set(Some(Rc::new(ServiceWorld { world: world.clone(), dice })));
    let line = ["palabra-devserver", "--start-delay-ms", "20", "--dialect", "superset"];
    let mut config = Args::try_parse_from(line).expect("known arguments").into_config().expect("a service");
    let heard = Arc::new(Service::new(Instant::now()));
    config.engine = Source::Given(heard.clone());
    let service = Embedded::open(config, ([10, 0, 0, 1], 80).into()).await.expect("a service");
    let service = Arc::new(service);
    world.network.serve(Some(service.clone()));
    world.network.set_line(|line| *line = scenario.line);
    world.network.set_door(scenario.door);
    world.network.set_names(scenario.has_names);
    let records = records(scenario);
    let start = Instant::now();
    world.executor.run(live(world.clone(), scenario.clone(), records.clone())).await;
    let simulated = start.elapsed();
    service.end();
    heard.finish();
    let mut failures = end(&world, scenario).await;
    let records: Vec<Arc<Record>> = records.concat();
    for record in &records {
        failures.extend(oracle::judge(record, &Expected::of(&record.plan)));
    }
    let codes = records.iter().map(|record| code(record)).collect();
    palabra_devserver::world::set(None);
    palabra::world::set(None);
    Outcome {
        hash: trace.hash(),
        notes: trace.notes(),
        steps: world.executor.steps(),
        simulated,
        failures,
        lines: trace.take_lines().into_iter().chain(told(&heard, with_lines)).collect(),
        records,
        codes,
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

/// An empty record for each session of each program.
fn records(scenario: &Scenario) -> Vec<Vec<Arc<Record>>> {
    let of = |plan: &Plan| Arc::new(Record::new(plan.clone()));
    scenario.programs.iter().map(|program| program.sessions.iter().map(of).collect()).collect()
}

fn code(record: &Record) -> i32 {
    let log = record.log();
    log.events.last().filter(|last| last.kind == PALABRA_EVENT_CLOSED).map_or(-1, |last| last.code)
}

async fn live(world: Arc<World>, scenario: Scenario, records: Vec<Vec<Arc<Record>>>) {
    let (done, mut is_done) = tokio::sync::mpsc::channel::<()>(1);
    for (number, (program, records)) in (0..).zip(scenario.programs.into_iter().zip(records)) {
        let caller = Caller { world: world.clone(), number, program, records };
        let done = done.clone();
        world.executor.spawn(Host::Caller(number), async move {
            caller.run().await;
            drop(done);
        });
    }
    drop(done);
    for (at, fault) in scenario.faults {
        let world = world.clone();
        world.executor.clone().spawn(Host::Fate, async move {
            tokio::time::sleep(Duration::from_millis(at)).await;
            happen(&world, fault).await;
        });
    }
    let _ = is_done.recv().await;
}

/// Every fault heals.
async fn happen(world: &World, fault: Fault) {
    world.trace.note(world.now_us(), "fate", &[1], || format!("{fault:?}"));
    match fault {
        Fault::Reset => world.network.reset_all(),
        Fault::Cut(time) => {
            world.network.set_line(|line| line.is_cut = true);
            tokio::time::sleep(time).await;
            world.network.set_line(|line| line.is_cut = false);
        }
        Fault::Freeze(host, time) => world.executor.freeze(host, time),
        Fault::Slow(bytes_per_s, time) => {
            let usual = std::sync::Mutex::new(0);
            world.network.set_line(|line| {
                *usual.lock().unwrap() = line.bytes_per_s;
                line.bytes_per_s = bytes_per_s;
            });
            tokio::time::sleep(time).await;
            let usual = usual.into_inner().unwrap();
            world.network.set_line(|line| line.bytes_per_s = usual);
        }
    }
}

/// The ticker and the task that calls back live as long as the library.
fn is_quiet(executor: &Executor) -> bool {
    executor.tasks(Host::Helpers) + executor.tasks(Host::Service) == 0 && executor.tasks(Host::Library) <= 2
}

/// The library stops, and whatever it began has to end. Nothing of this run may remain for the next one.
async fn end(world: &Arc<World>, scenario: &Scenario) -> Vec<Failure> {
    let mut failures = Vec::new();
    let (executor, quiet) = (world.executor.clone(), world.executor.clone());
    executor
        .run(async move {
            let give_up = Instant::now() + QUIET_WITHIN;
            while !is_quiet(&quiet) && Instant::now() < give_up {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
        .await;
    if !is_quiet(&world.executor) {
        let left = [Host::Helpers, Host::Service, Host::Library].map(|host| world.executor.tasks(host));
        failures.push(format!("tasks of helpers, service and library that do not end: {left:?}"));
    }
    let stopped = palabra_shutdown(0);
    if stopped != 0 {
        failures.push(format!("palabra_shutdown: {stopped}"));
    }
    let hosts = [Host::Library, Host::Helpers, Host::Service, Host::Network, Host::Fate];
    let callers = (0..scenario.programs.len()).map(|number| Host::Caller(number as u32));
    hosts.into_iter().chain(callers).for_each(|host| world.executor.drop_all(host));
    world.network.serve(None);
    failures
}
