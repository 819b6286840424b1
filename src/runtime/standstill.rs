//! Time in which nobody could run.

use std::time::Duration;

/// A thread that wakes this late was not running: the process was stopped, or the machine slept.
pub(crate) const STANDSTILL: Duration = Duration::from_secs(1);
