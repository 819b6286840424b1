//! When the service allows another attempt: its Retry-After arrives in CLOSED and in the last error.

use std::ops::RangeInclusive;

use crate::support::{Devserver, Talk, spanish};
use palabra::error::Status;

/// The Retry-After of a refusal, and the `retry_after_ms` that the caller sees.
const SAID: [(&str, RangeInclusive<i32>); 8] = [
    ("", -1..=-1),
    ("~retry_after=0", 0..=0),
    ("~retry_after=7", 7_000..=7_000),
    // Both dates of the reply have whole seconds, and one may be a second older.
    ("~retry_after_date_s=60", 58_000..=61_000),
    ("~retry_after=Sun, 06 Nov 1994 08:49:37 GMT", 0..=0),
    ("~retry_after=soon", -1..=-1),
    ("~retry_after=+7", -1..=-1),
    ("~retry_after=1.5", -1..=-1),
];

fn check(fault: &str, open: impl Fn(&str) -> Talk) {
    // In parallel.
    let talks = SAID.map(|(said, expected)| (open(&format!("dev~{fault}{said}")), said, expected));
    for (mut talk, said, expected) in talks {
        let closed = talk.until_closed();
        let error = talk.session.last_error().unwrap();
        assert!(expected.contains(&closed.retry_after_ms), "{said}: {} ms", closed.retry_after_ms);
        assert_eq!(
            (closed.code, closed.retry_after_ms),
            (error.status.code(), error.retry_after_ms()),
            "{said}"
        );
    }
}

#[test]
fn a_refused_rest_session_says_when_to_try_again() {
    let server = Devserver::start("superset");
    check("rest_status=429", |id| Talk::open(&server.with_pair(id), spanish()));
}

#[test]
fn a_refused_stream_says_when_to_try_again() {
    let server = Devserver::start("superset");
    check("upgrade_status=503", |key| Talk::open(&server.with_key(key), spanish()));
    check("upgrade_status=429", |key| Talk::open(&server.with_key(key), spanish()));
}

#[test]
fn a_stream_that_is_one_too_many_says_when_to_try_again() {
    let server = Devserver::start("superset");
    check("too_many_connections", |key| {
        let mut talk = Talk::open(&server.with_key(key), spanish());
        let closed = talk.until_closed();
        assert_eq!((closed.code, closed.close_code), (Status::Rate.code(), 1008));
        assert!(talk.session.last_error().unwrap().retriable);
        talk
    });
}

/// The service is not asked again before the time that it names.
#[test]
fn a_service_that_asks_for_a_long_wait_is_asked_once() {
    let server = Devserver::start("superset");
    let mut talk =
        Talk::open(&server.with_pair("dev~rest_status=503~rest_fail_times=1~retry_after=30"), spanish());
    let closed = talk.until_closed();
    assert_eq!((closed.code, closed.http_status), (Status::Session.code(), 503));
    assert_eq!(closed.retry_after_ms, 30_000);
}
