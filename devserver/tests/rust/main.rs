//! The devserver as its users see it, in one program, because each program is linked by itself.

mod changes;
mod faults;
mod limits;
mod local;
mod management;
mod mischief;
mod program;
mod rest;
mod script;
mod stream;
mod stt;
mod support;
mod tts;
