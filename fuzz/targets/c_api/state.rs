//! What a program has: its bytes, its memory, its handles, and the callbacks that it passes.

use super::super::bytes::Bytes;
use super::api::{Api, Function};
use super::memory::{self, Memory};

/// A kind of handle, with how it is given back.
pub struct Pool {
    pub kind: &'static str,
    pub release: &'static str,
    pub open: Vec<usize>,
    pub closed: Vec<usize>,
}

pub struct Program<'a> {
    pub api: &'static Api,
    pub bytes: Bytes<'a>,
    pub memory: Memory,
    pub pools: [Pool; 5],
    /// Filled structs that were not released: kind and address.
    pub held: Vec<(String, usize)>,
}

impl Program<'_> {
    pub fn function(&self, name: &str) -> &'static Function {
        self.api.functions.iter().find(|function| function.name == name).expect("it is in the list")
    }
}

/// Called by the library when events wait.
pub extern "C" fn woken(_: *mut std::ffi::c_void) {
    let refused = palabra::ffi::session::palabra_session_get_state(std::ptr::null_mut());
    assert_eq!(refused, palabra::error::Status::Reentrant.code());
}

pub extern "C" fn progress(told: *const std::ffi::c_void, _: *mut std::ffi::c_void) -> i32 {
    assert!(!told.is_null());
    i32::from(memory::get::<1>(told.addr(), 0)[0] % 2)
}
