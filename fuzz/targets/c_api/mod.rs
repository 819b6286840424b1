//! The C API as a program that the bytes write: any functions in any order, with usual arguments and nonsense. Nothing
//! crashes or hangs, every code is one that the header names for that function, and what is returned can be read.

mod api;
mod arguments;
mod functions;
mod memory;
mod program;
mod results;
mod state;
mod values;

pub use program::run;
