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
        libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_OTHER, &normal);
        // 0 is the calling thread here, not the process.
        libc::setpriority(libc::PRIO_PROCESS as _, 0, 0);
        libc::prctl(libc::PR_SET_TIMERSLACK, TIMER_SLACK_NS);
    }
    use_processors_of_the_process();
    let _ = reset_disk_priority();
}

/// On other systems a new thread has the defaults.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn reset() {}

/// The affinity of the main thread: what `taskset` and containers gave to the process.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn use_processors_of_the_process() {
    // The largest set that a kernel can be built for: a smaller one is refused on a larger machine.
    let mut set = [0u64; 8192 / 64];
    let size = size_of_val(&set);
    // SAFETY: the set is `size` bytes of memory that both calls use while they run; any bits are valid.
    unsafe {
        if libc::sched_getaffinity(libc::getpid(), size, set.as_mut_ptr().cast()) == 0 {
            libc::sched_setaffinity(0, size, set.as_ptr().cast());
        }
    }
}

/// Gives a thread that writes recordings a lower priority for files than the host's other threads.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn reset_disk_priority() -> libc::c_long {
    const WHO_THREAD: libc::c_int = 1;
    const BY_NICENESS: libc::c_int = 0;
    // SAFETY: a system call with three numbers; 0 is the calling thread.
    unsafe { libc::syscall(libc::SYS_ioprio_set, WHO_THREAD, 0, BY_NICENESS) }
}
