//! What is known of a session, or of a party, from the sound of both directions, on the thread for signal processing.

pub(crate) mod echo;
mod pair;
#[cfg(test)]
mod tests;
