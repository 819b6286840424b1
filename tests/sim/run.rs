//! One scenario from beginning to end.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use palabra::ffi::runtime::palabra_shutdown;
use palabra_devserver::cli::Args;
use palabra_devserver::engine::Source;
use palabra_devserver::server::Embedded;
use tokio::time::Instant;

use crate::caller::{Record, Translation};
use crate::draw::Dice;
use crate::oracle::{self, Expected, Failure};
use crate::scenario::{Fault, Scenario};
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
    pub record: Arc<Record>,
    /// How the session ended; -1: it was closed before.
    pub code: i32,
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
    let record = Arc::new(Record::default());
    let start = Instant::now();
    world.executor.run(live(world.clone(), scenario.clone(), record.clone())).await;
    let simulated = start.elapsed();
    service.end();
    heard.finish();
    let mut failures = end(&world).await;
    let expected = Expected { may_break_off: scenario.plan.closes_at.is_some() };
    failures.extend(oracle::judge(&record, &expected));
    let code = record.log().events.last().filter(|last| last.kind == 13).map_or(-1, |last| last.code);
    palabra_devserver::world::set(None);
    palabra::world::set(None);
    Outcome {
        hash: trace.hash(),
        notes: trace.notes(),
        steps: world.executor.steps(),
        simulated,
        failures,
        lines: trace.take_lines().into_iter().chain(told(&heard, with_lines)).collect(),
        record,
        code,
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

async fn live(world: Arc<World>, scenario: Scenario, record: Arc<Record>) {
    let url = "ws://palabra.sim/streaming-api/v1/speech-to-speech/stream".to_owned();
    let (done, is_done) = tokio::sync::oneshot::channel();
    let caller = Translation { world: world.clone(), url, plan: scenario.plan.clone(), record };
    world.executor.spawn(Host::Caller(0), async move {
        caller.run().await;
        let _ = done.send(());
    });
    for (at, fault) in scenario.faults {
        let world = world.clone();
        world.executor.clone().spawn(Host::Fate, async move {
            tokio::time::sleep(Duration::from_millis(at)).await;
            happen(&world, fault).await;
        });
    }
    let _ = is_done.await;
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
async fn end(world: &Arc<World>) -> Vec<Failure> {
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
    for host in [Host::Library, Host::Helpers, Host::Service, Host::Network, Host::Fate, Host::Caller(0)] {
        world.executor.drop_all(host);
    }
    world.network.serve(None);
    failures
}
