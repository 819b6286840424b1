//! Runs one model: every execution that the bounds allow.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// How much longer a model may take by the clock than by the processor.
const BUSY: u32 = 50;

/// Counts executions, of all models.
static EXECUTION: AtomicUsize = AtomicUsize::new(0);

pub(crate) fn execution() -> usize {
    EXECUTION.load(Ordering::Relaxed)
}

/// How much is tried of one model.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// How often an execution leaves a thread that could go on.
    pub preemptions: usize,
    /// Of the processor: on a busy machine as much is tried as on a quiet one.
    pub time: Duration,
}

pub(crate) struct Tried {
    pub executions: usize,
    /// All that the bound of preemptions allows.
    pub is_complete: bool,
    pub time: Duration,
}

/// Returns what was tried, or nothing if the model failed, which loom has explained.
pub(crate) fn run(bounds: Bounds, model: fn()) -> Option<Tried> {
    let mut longest = bounds.time;
    loop {
        let tried = once(bounds, longest, model)?;
        if tried.is_complete || 2 * tried.time > bounds.time || longest >= BUSY * bounds.time {
            return Some(tried);
        }
        // Others had the processor: once more, and as much longer as this took.
        let share = bounds.time.as_secs_f64() / tried.time.as_secs_f64().max(0.001);
        longest = longest.mul_f64(share.max(2.0)).min(BUSY * bounds.time);
    }
}

fn processor() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("a clock").into()
}

/// At most so long by the clock, by which loom measures.
fn once(bounds: Bounds, longest: Duration, model: fn()) -> Option<Tried> {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(bounds.preemptions);
    builder.max_duration = Some(longest);
    builder.max_branches = 20_000;
    // So often it looks at the time.
    builder.checkpoint_interval = 500;
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = executions.clone();
    let (begin, clock) = (processor(), std::time::Instant::now());
    let passed = catch_unwind(AssertUnwindSafe(|| {
        builder.check(move || {
            EXECUTION.fetch_add(1, Ordering::Relaxed);
            counted.fetch_add(1, Ordering::Relaxed);
            model();
        });
    }));
    let tried = Tried {
        executions: executions.load(Ordering::Relaxed),
        is_complete: clock.elapsed() < longest,
        time: processor() - begin,
    };
    passed.ok().map(|()| tried)
}
