//! The library's side of a line, on its thread: what is played next.

mod absence;
pub(crate) mod backlog;
pub(crate) mod feeder;
pub(crate) mod history;
pub(crate) mod ids;
pub(crate) mod outlet;
pub(crate) mod phrase;
