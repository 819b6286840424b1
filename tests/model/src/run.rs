//! Runs one model: every execution that the bounds allow.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

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
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(bounds.preemptions);
    builder.max_duration = Some(bounds.time);
    builder.max_branches = 20_000;
    // So often it looks at the time.
    builder.checkpoint_interval = 500;
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = executions.clone();
    let begin = Instant::now();
    let passed = catch_unwind(AssertUnwindSafe(|| {
        builder.check(move || {
            EXECUTION.fetch_add(1, Ordering::Relaxed);
            counted.fetch_add(1, Ordering::Relaxed);
            model();
        });
    }));
    let time = begin.elapsed();
    let tried =
        Tried { executions: executions.load(Ordering::Relaxed), is_complete: time < bounds.time, time };
    passed.ok().map(|()| tried)
}
