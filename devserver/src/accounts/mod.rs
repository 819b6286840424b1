//! What the server stores for each credential: in memory, lost with the process.

mod account;
mod glossary;
mod voice;

pub use account::{Accounts, MOST_ENTRIES};
pub use glossary::{Glossary, Kind};
pub use voice::{Sample, Voice};
