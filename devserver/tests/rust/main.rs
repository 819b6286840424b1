//! The devserver as a client sees it. All tests are one program, because each program is linked separately.

mod changes;
mod compression;
mod faults;
mod limits;
mod line;
mod local;
mod management;
mod mischief;
mod program;
mod replay;
mod rest;
mod script;
mod stream;
mod stt;
mod support;
mod tts;
