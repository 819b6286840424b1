//! The questions that are allowed during a run, each with its reason.

/// The question, a function on the way to it, and why the answer does not show.
pub const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "clock_gettime",
        "hyper::common::date",
        "the service's date for a header that it does not send in a simulation",
    ),
    ("clock_gettime", "Http1Transaction>::update_date", "the same, where that is inlined"),
    (
        "getrandom",
        "hashmap_random_keys",
        "the order of hash maps, from bytes that are always the same (functions.rs)",
    ),
    (
        "open",
        "palabra::net::roots::load",
        "certificates of this machine, read once; the service's is not among them",
    ),
    ("pthread_create", "sim::world::blocking", "the threads of calls that wait, of which one goes at a time"),
];
