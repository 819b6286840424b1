//! Services that violate the protocol, each as a list of steps.

mod act;
pub mod frames;
mod list;
mod rewound;

pub use act::{Wire, act, request};
pub use list::{ALL, After, Behaviour, Step, UPGRADE, ready};
pub use rewound::Rewound;

/// A behaviour by its name.
pub fn named(name: &str) -> Option<&'static Behaviour> {
    ALL.iter().find(|behaviour| behaviour.name == name)
}

/// What fills the memory of a library without bounds.
pub fn flood() -> &'static Behaviour {
    named("pings 100,000 times at once and reads nothing").expect("it is in the list")
}
