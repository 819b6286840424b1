//! Waits for the first of two or three things.
//!
//! The arms are asked in no particular order, and a simulation draws with which of them that begins. `in order` asks
//! them as they are written, where the order has a meaning.

use std::convert::Infallible;
use std::future::{Pending, pending, poll_fn};
use std::pin::pin;
use std::task::Poll;

macro_rules! select {
    (in order; $($arms:tt)*) => { $crate::runtime::select::select!(@ 0; $($arms)*) };
    (@ $start:expr;
        $a:pat = $first:expr => $then_a:expr,
        $b:pat = $second:expr => $then_b:expr $(,)?
    ) => {
        match $crate::runtime::select::first_of($start, $first, $second, $crate::runtime::select::never()).await {
            $crate::runtime::select::First::A($a) => $then_a,
            $crate::runtime::select::First::B($b) => $then_b,
        }
    };
    (@ $start:expr;
        $a:pat = $first:expr => $then_a:expr,
        $b:pat = $second:expr => $then_b:expr,
        $c:pat = $third:expr => $then_c:expr $(,)?
    ) => {
        match $crate::runtime::select::first_of($start, $first, $second, $third).await {
            $crate::runtime::select::First::A($a) => $then_a,
            $crate::runtime::select::First::B($b) => $then_b,
            $crate::runtime::select::First::C($c) => $then_c,
        }
    };
    ($($arms:tt)*) => { $crate::runtime::select::select!(@ $crate::runtime::select::start(); $($arms)*) };
}

pub(crate) use select;

/// Which of three came first, with its result.
pub(crate) enum First<A, B, C> {
    A(A),
    B(B),
    C(C),
}

/// Asks `a`, `b` and `c` in turn, beginning with the one of this number, until one is ready.
pub(crate) async fn first_of<A, B, C>(
    start: usize,
    a: impl Future<Output = A>,
    b: impl Future<Output = B>,
    c: impl Future<Output = C>,
) -> First<A, B, C> {
    let (mut a, mut b, mut c) = (pin!(a), pin!(b), pin!(c));
    poll_fn(|cx| {
        for turn in start..start + 3 {
            let polled = match turn % 3 {
                0 => a.as_mut().poll(cx).map(First::A),
                1 => b.as_mut().poll(cx).map(First::B),
                _ => c.as_mut().poll(cx).map(First::C),
            };
            if polled.is_ready() {
                return polled;
            }
        }
        Poll::Pending
    })
    .await
}

pub(crate) fn never() -> Pending<Infallible> {
    pending()
}

/// The number of the arm that is asked first.
#[cfg(not(feature = "sim"))]
pub(crate) fn start() -> usize {
    0
}

#[cfg(feature = "sim")]
pub(crate) fn start() -> usize {
    crate::world::world().first_arm(3)
}

/// Completes when `future` does, if there is one.
pub(crate) async fn if_any<F: Future>(future: Option<F>) -> F::Output {
    match future {
        Some(future) => future.await,
        None => pending().await,
    }
}
