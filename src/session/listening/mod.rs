//! What is known of a session, or of a party, from the sound of both directions, on the thread for signal processing; and what
//! is done about it there.

pub(crate) mod cleaner;
mod clock;
mod comparison;
pub(crate) mod detour;
pub(crate) mod echo;
mod pair;
mod side;
#[cfg(test)]
mod tests;
