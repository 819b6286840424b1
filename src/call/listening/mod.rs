//! What is known of the parties from their sound: who speaks.

pub(super) mod floor;
pub(super) mod speaker;
#[cfg(test)]
mod tests;
