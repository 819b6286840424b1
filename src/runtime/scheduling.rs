//! Default scheduling for a thread of the library, which must never compete with the host's real-time threads.

/// Resets what the calling thread inherited of its creator's scheduling. What the system refuses stays as it is.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn reset() {
    /// The kernel's default. A thread that idles may have set a long one.
    const TIMER_SLACK_NS: libc::c_ulong = 50_000;

    // SAFETY: system calls about the calling thread. `sched_param` is valid when it is all zeros, and lives longer
    // than its call.
    unsafe {
        let normal: libc::sched_param = std::mem::zeroed();
        // POSIX's SCHED_OTHER, under the only name that libc has for Android too.
        libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_NORMAL, &normal);
        // 0 is the calling thread here, not the process.
        libc::setpriority(libc::PRIO_PROCESS as _, 0, 0);
        libc::prctl(libc::PR_SET_TIMERSLACK, TIMER_SLACK_NS);
    }
    use_processors_of_the_process();
    let _ = reset_disk_priority();
}

/// On other systems a new thread has the defaults.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn reset() {}

#[cfg(any(target_os = "linux", target_os = "android"))]
const WORDS: usize = 8192 / 64;

/// Processors, a bit for each. The largest set that a kernel can be built for: a smaller one is refused on a larger
/// machine.
#[cfg(any(target_os = "linux", target_os = "android"))]
type Processors = [u64; WORDS];

/// The affinity of the main thread: what `taskset` and containers gave to the process.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn of_the_process() -> Option<Processors> {
    let mut set: Processors = [0; WORDS];
    // SAFETY: the set is memory of that size that the call uses while it runs; any bits are valid.
    let outcome =
        unsafe { libc::sched_getaffinity(libc::getpid(), size_of_val(&set), set.as_mut_ptr().cast()) };
    (outcome == 0).then_some(set)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn use_only(set: &Processors) {
    // SAFETY: the set is memory of that size that the call reads while it runs; 0 is the calling thread.
    unsafe { libc::sched_setaffinity(0, size_of_val(set), set.as_ptr().cast()) };
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn use_processors_of_the_process() {
    of_the_process().iter().for_each(use_only);
}

/// How many processors the process may use.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn processors() -> usize {
    of_the_process().map_or(1, |set| set.iter().map(|word| word.count_ones() as usize).sum())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whether a thread can be kept on one processor.
pub(super) const CAN_PIN: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Keeps the calling thread on the processor with that number among those of the process. What the system refuses stays
/// as it is.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn pin(number: usize) {
    let Some(all) = of_the_process() else { return };
    let mut bits = (0..all.len() * 64).filter(|bit| all[bit / 64] >> (bit % 64) & 1 == 1);
    if let Some(bit) = bits.nth(number) {
        let mut one: Processors = [0; WORDS];
        one[bit / 64] = 1 << (bit % 64);
        use_only(&one);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn pin(_number: usize) {}

/// Gives a thread that writes recordings a lower priority for files than the host's other threads.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn reset_disk_priority() -> libc::c_long {
    const WHO_THREAD: libc::c_int = 1;
    const BY_NICENESS: libc::c_int = 0;
    // SAFETY: a system call with three numbers; 0 is the calling thread.
    unsafe { libc::syscall(libc::SYS_ioprio_set, WHO_THREAD, 0, BY_NICENESS) }
}
