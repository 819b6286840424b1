//! The ticker's table: requests of visits.

use loom::thread;
use std::sync::Arc;

use crate::runtime::Visitor;
use crate::sync::{AtomicU64, Ordering};

/// Whoever changes something and requests a visit is visited after the change.
pub(super) fn no_request_is_lost_while_others_are_taken() {
    let (visitor, seats) = Visitor::with_seats::<2>();
    let changed = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
    let mut of = changed.clone().into_iter();
    let owners = seats.map(|seat| {
        let changed = of.next().unwrap();
        thread::spawn(move || {
            for change in 1..=2 {
                changed.store(change, Ordering::Relaxed);
                seat.request_visit();
            }
        })
    });
    let visit = |seen: &mut [u64; 2]| {
        let requests = visitor.take_requests();
        for (n, changed) in changed.iter().enumerate().filter(|(n, _)| requests & 1 << n != 0) {
            seen[n] = changed.load(Ordering::Relaxed);
        }
    };
    let mut seen = [0; 2];
    visit(&mut seen);
    owners.into_iter().for_each(|owner| owner.join().unwrap());
    // Not what has changed since then, only where it is requested.
    visit(&mut seen);
    assert_eq!(seen, [2; 2]);
}
