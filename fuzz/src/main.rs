//! The fuzzer: one program for all targets. PALABRA_FUZZ_TARGET names the one that is run.

#![no_main]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]

#[path = "../targets/mod.rs"]
mod targets;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

fn target() -> fn(&[u8]) {
    let name = std::env::var("PALABRA_FUZZ_TARGET").unwrap_or_default();
    let known: Vec<&str> = targets::ALL.iter().map(|(name, _)| *name).collect();
    let found = targets::ALL.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("PALABRA_FUZZ_TARGET is none of {}", known.join(", "))).1
}

fuzz_target!(|data: &[u8]| TARGET.get_or_init(target)(data));
