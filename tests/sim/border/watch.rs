//! Whether the calling thread is in a run, and what it has asked.

use std::backtrace::Backtrace;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::{c_int, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::allowed::ALLOWED;
use crate::meter;

thread_local! {
    /// It belongs to a run.
    static IS_OF_RUN: Cell<bool> = const { Cell::new(false) };
    /// It does the work of a host. Between, the runtime below the simulation may look at the clock.
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Questions of all threads, with the way to each.
static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static ALLOWED_WAYS: Mutex<BTreeSet<[usize; DEPTH]>> = Mutex::new(BTreeSet::new());
/// Functions of a way that are compared.
const DEPTH: usize = 12;

/// The calling thread belongs to a run from here on.
pub fn enter() {
    IS_OF_RUN.set(true);
}

/// The calling thread does the work of a host as long as this exists.
pub struct Watched {
    before: bool,
}

impl Watched {
    pub fn begin() -> Watched {
        Watched { before: IS_WATCHED.replace(true) }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        IS_WATCHED.set(self.before);
    }
}

/// Takes what was asked and is not allowed.
pub fn asked() -> Vec<String> {
    std::mem::take(&mut *lock(&ASKED))
}

/// Whether the calling thread belongs to a run.
pub(super) fn is_of_run() -> bool {
    IS_OF_RUN.get()
}

/// A function of the C library is called.
pub(super) fn ask(question: &str) {
    if !IS_WATCHED.replace(false) {
        return;
    }
    let addresses = addresses();
    // To find the names takes long.
    if !lock(&ALLOWED_WAYS).contains(&addresses) {
        let way = meter::as_world(|| Backtrace::force_capture().to_string());
        if ALLOWED.iter().any(|(what, by, _)| *what == question && way.contains(by)) {
            lock(&ALLOWED_WAYS).insert(addresses);
        } else {
            lock(&ASKED).push(format!("{question}\n{way}"));
        }
    }
    IS_WATCHED.set(true);
}

/// Where the functions on the way return to.
fn addresses() -> [usize; DEPTH] {
    unsafe extern "C" {
        fn backtrace(buffer: *mut *mut c_void, size: c_int) -> c_int;
    }
    let mut addresses = [0; DEPTH];
    // SAFETY: so many pointers have room.
    unsafe { backtrace(addresses.as_mut_ptr().cast(), DEPTH as c_int) };
    addresses
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks each question once. Returns those that were not seen.
pub fn check() -> Vec<String> {
    use std::net::ToSocketAddrs;

    type Question = (&'static str, fn());
    let questions: &[Question] = &[
        ("clock_gettime", || drop(std::time::Instant::now().elapsed().as_nanos().to_string())),
        ("clock_gettime", || drop(std::time::SystemTime::now().elapsed())),
        ("open", || drop(std::fs::File::open("/"))),
        ("pthread_create", || drop(std::thread::spawn(|| ()).join())),
        ("nanosleep", || std::thread::sleep(std::time::Duration::from_nanos(1))),
        ("connect", || drop(std::net::TcpStream::connect(("127.0.0.1", 1)))),
        ("getaddrinfo", || drop(("127.0.0.256", 1).to_socket_addrs())),
        // SAFETY: a buffer of this size.
        ("getrandom", || drop(unsafe { libc::getrandom([0_u8; 8].as_mut_ptr().cast(), 8, 0) }.to_string())),
        // SAFETY: it has no arguments.
        ("syscall", || drop(unsafe { libc::syscall(libc::SYS_getpid) }.to_string())),
    ];
    asked();
    let mut unseen = Vec::new();
    for (name, ask) in questions {
        // A new thread, which has no numbers of its own for hash maps.
        let asked = std::thread::scope(|scope| {
            let asking = scope.spawn(|| {
                enter();
                let _watched = Watched::begin();
                ask();
            });
            drop(asking.join());
            asked()
        });
        if cfg!(target_os = "linux") && !asked.iter().any(|asked| asked.starts_with(name)) {
            unseen.push(format!("{name} was not seen"));
        }
    }
    unseen
}
