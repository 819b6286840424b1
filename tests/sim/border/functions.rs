//! Functions of the C library, defined here in its place: each is seen and then does what it does.

use std::ffi::{CStr, c_char, c_int, c_long, c_uint, c_void};
use std::mem::transmute;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::watch::{ask, is_of_run};

/// The function of this name in the C library.
fn real(known: &AtomicUsize, name: &CStr) -> usize {
    let address = known.load(Ordering::Relaxed);
    if address != 0 {
        return address;
    }
    // SAFETY: a name that ends in a NUL.
    let address = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) } as usize;
    known.store(address, Ordering::Relaxed);
    address
}

/// Defines a function that is seen under a name and then calls the C library's.
macro_rules! seen {
    ($question:literal, $symbol:ident, ($($argument:ident: $kind:ty),*) -> $result:ty) => {
        /// # Safety
        /// As the C library's.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $symbol($($argument: $kind),*) -> $result {
            static REAL: AtomicUsize = AtomicUsize::new(0);
            ask($question);
            let name = concat!(stringify!($symbol), "\0");
            let address = real(&REAL, CStr::from_bytes_with_nul(name.as_bytes()).unwrap_or_default());
            // SAFETY: the function has this type.
            unsafe {
                let real: unsafe extern "C" fn($($kind),*) -> $result = transmute(address);
                real($($argument),*)
            }
        }
    };
}

type Begin = extern "C" fn(*mut c_void) -> *mut c_void;

seen!("clock_gettime", clock_gettime, (clock: libc::clockid_t, time: *mut libc::timespec) -> c_int);
seen!("nanosleep", nanosleep, (time: *const libc::timespec, left: *mut libc::timespec) -> c_int);
seen!("nanosleep", clock_nanosleep,
    (clock: libc::clockid_t, flags: c_int, time: *const libc::timespec, left: *mut libc::timespec) -> c_int);
seen!("pthread_create", pthread_create,
    (thread: *mut libc::pthread_t, attributes: *const libc::pthread_attr_t, begin: Begin, data: *mut c_void) -> c_int);
seen!("connect", connect, (socket: c_int, address: *const libc::sockaddr, size: libc::socklen_t) -> c_int);
seen!("getaddrinfo", getaddrinfo,
    (host: *const c_char, service: *const c_char, hints: *const libc::addrinfo, found: *mut *mut libc::addrinfo) -> c_int);
// The third argument may be missing; reading its register does no harm.
seen!("open", open, (path: *const c_char, flags: c_int, mode: c_uint) -> c_int);
seen!("open", open64, (path: *const c_char, flags: c_int, mode: c_uint) -> c_int);

/// Every buffer of a run gets the same bytes: they decide the order of hash maps and nothing else.
///
/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getrandom(buffer: *mut c_void, size: usize, flags: c_uint) -> isize {
    static REAL: AtomicUsize = AtomicUsize::new(0);
    if is_of_run() {
        ask("getrandom");
        // SAFETY: the caller's buffer has this size.
        unsafe { buffer.cast::<u8>().write_bytes(0x5a, size) };
        return size as isize;
    }
    // SAFETY: the function has this type.
    unsafe {
        let real: unsafe extern "C" fn(*mut c_void, usize, c_uint) -> isize =
            transmute(real(&REAL, c"getrandom"));
        real(buffer, size, flags)
    }
}

/// Locks and the threads of calls that wait use futexes; nothing else may pass.
///
/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    static REAL: AtomicUsize = AtomicUsize::new(0);
    if number == libc::SYS_getrandom {
        // SAFETY: the arguments of this call.
        return unsafe { getrandom(a as *mut c_void, b as usize, c as c_uint) as c_long };
    }
    if number != libc::SYS_futex {
        ask("syscall");
    }
    // SAFETY: it takes up to six arguments; further ones that it reads do no harm.
    unsafe {
        let real: unsafe extern "C" fn(c_long, c_long, c_long, c_long, c_long, c_long, c_long) -> c_long =
            transmute(real(&REAL, c"syscall"));
        real(number, a, b, c, d, e, f)
    }
}
