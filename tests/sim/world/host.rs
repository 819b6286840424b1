//! Who a task belongs to. A host can stand still while time and the others go on.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Host {
    /// The library's thread.
    Library,
    /// Its helper threads.
    Helpers,
    Caller(u32),
    Service,
    Network,
    /// What happens to all of them.
    Fate,
}

impl Host {
    pub fn number(self) -> u64 {
        match self {
            Host::Library => 1,
            Host::Helpers => 2,
            Host::Service => 3,
            Host::Network => 4,
            Host::Fate => 5,
            Host::Caller(number) => 16 + u64::from(number),
        }
    }
}
