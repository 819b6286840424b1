//! Runs a program: its calls one after the other, and the end of everything it opened.

use std::fs;
use std::sync::OnceLock;

use super::super::bytes::Bytes;
use super::api::{Api, Function};
use super::arguments::Call;
use super::memory::Memory;
use super::state::{Pool, Program};
use super::{results, values};

const MOST_CALLS: usize = 60;
/// So many integers of any size fit the registers and the stack of a call.
const MOST_ARGUMENTS: usize = 8;

pub fn run(data: &[u8]) {
    static API: OnceLock<Api> = OnceLock::new();
    let pool = |kind, release| Pool { kind, release, open: Vec::new(), closed: Vec::new() };
    let mut program = Program {
        api: API.get_or_init(Api::read),
        bytes: Bytes(data),
        memory: Memory::default(),
        pools: [
            pool("palabra_session", "palabra_session_close"),
            pool("palabra_queue", "palabra_queue_free"),
            pool("palabra_client", "palabra_client_free"),
            // Before the calls, with which they are closed.
            pool("palabra_leg", "palabra_leg_close"),
            pool("palabra_call", "palabra_call_close"),
        ],
        held: Vec::new(),
    };
    prepare_files();
    for _ in 0..MOST_CALLS {
        if program.bytes.is_empty() {
            break;
        }
        program.step();
    }
    program.finish();
    let _ = fs::remove_dir_all(values::folder());
}

fn prepare_files() {
    let folder = values::folder();
    fs::create_dir_all(&folder).expect("a folder");
    for name in values::FILES {
        if let Some(contents) = values::contents(name) {
            fs::write(folder.join(name), contents).expect("a file");
        }
    }
}

/// In a process of tests others may be using the library.
fn may_shut_down() -> bool {
    !cfg!(test) || std::env::var_os("NEXTEST").is_some() || std::env::args().any(|word| word == "--exact")
}

impl Program<'_> {
    fn step(&mut self) {
        // Little is possible without a client and a session, so these are often asked for.
        let often = [
            "palabra_client_new",
            "palabra_session_open_translation",
            "palabra_session_open_tts",
            "palabra_session_open_stt",
            "palabra_call_open",
            "palabra_leg_join",
        ];
        let chosen = self.bytes.below(self.api.functions.len() + 24);
        let function = match self.api.functions.get(chosen) {
            Some(function) => function,
            None => self.function(often[(chosen - self.api.functions.len()) % often.len()]),
        };
        let is_rare = function.name == "palabra_shutdown";
        if is_rare && (self.bytes.byte() < 128 || !may_shut_down()) {
            return;
        }
        let call = Call::prepare(self, function);
        let returned = invoke(function, &call.arguments);
        results::check(self, function, &call, returned);
    }

    /// Gives everything back: each handle is valid until then, and not afterwards.
    fn finish(mut self) {
        for (kind, address) in std::mem::take(&mut self.held) {
            let release = self.function(&format!("{kind}_release"));
            assert_eq!(invoke(release, &[address]) as i32, 0, "{kind}");
        }
        let bad_handle = self.api.codes["PALABRA_ERR_BAD_HANDLE"];
        for pool in &self.pools {
            let release = self.function(pool.release);
            for &handle in &pool.open {
                assert_eq!(invoke(release, &[handle, 0]) as i32, 0, "{} of an open handle", pool.release);
                assert_eq!(invoke(release, &[handle, 0]) as i32, bad_handle, "{} again", pool.release);
            }
        }
    }
}

impl Program<'_> {
    /// The legs that were closed with their call.
    pub fn note_closed_legs(&mut self) {
        let (number, bad_handle) =
            (self.function("palabra_leg_get_number"), self.api.codes["PALABRA_ERR_BAD_HANDLE"]);
        let legs = self.pools.iter_mut().find(|pool| pool.kind == "palabra_leg").expect("there are legs");
        let is_gone = |leg: &usize| invoke(number, &[*leg]) as i32 == bad_handle;
        let (gone, left) = std::mem::take(&mut legs.open).into_iter().partition(is_gone);
        legs.open = left;
        legs.closed.extend::<Vec<usize>>(gone);
    }
}

/// Every parameter is an integer or a pointer, so all of them pass as words.
pub fn invoke(function: &Function, arguments: &[usize]) -> usize {
    type Words = unsafe extern "C" fn(usize, usize, usize, usize, usize, usize, usize, usize) -> usize;
    let mut all = [0; MOST_ARGUMENTS];
    all[..arguments.len()].copy_from_slice(arguments);
    let [a, b, c, d, e, f, g, h] = all;
    // SAFETY: the calling conventions of 64-bit Linux pass integers and pointers alike, ignore what the function does
    // not take, and return both in the same register; the arguments keep the promises of the header.
    unsafe {
        let function: Words = std::mem::transmute(function.address);
        function(a, b, c, d, e, f, g, h)
    }
}
