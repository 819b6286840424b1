//! The check of the order, in a build with debug assertions.

use std::cell::Cell;

use super::Rank;

thread_local! {
    /// One bit for each rank that this thread holds. Without a destructor, because a lock may be taken while the
    /// thread ends.
    static HELD: Cell<u64> = const { Cell::new(0) };
    static SERVES: Cell<bool> = const { Cell::new(false) };
}

#[cfg(test)]
thread_local! {
    /// What violates the order panics, for a test that expects it.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
    /// Cells that this thread is inside of, and slow things that it began there or under a mutex.
    static CELLS: Cell<usize> = const { Cell::new(0) };
    static SLOW: Cell<usize> = const { Cell::new(0) };
    static FREES: [Cell<usize>; Rank::ALL.len()] = const { [const { Cell::new(0) }; Rank::ALL.len()] };
}

/// No allocation: the allocator calls it.
#[cfg(test)]
pub(super) fn note_free() {
    let held = HELD.get();
    if held != 0 {
        FREES.with(|frees| {
            let under = frees.iter().enumerate().filter(|(rank, _)| held >> rank & 1 == 1);
            under.for_each(|(_, count)| count.set(count.get() + 1));
        });
    }
}

#[cfg(test)]
pub(super) fn frees_under(ranks: &[Rank]) -> usize {
    FREES.with(|frees| ranks.iter().map(|rank| frees[*rank as usize].get()).sum())
}

#[cfg(test)]
pub(super) struct Inside;

#[cfg(test)]
impl Inside {
    pub(super) fn new() -> Inside {
        CELLS.set(CELLS.get() + 1);
        Inside
    }
}

#[cfg(test)]
impl Drop for Inside {
    fn drop(&mut self) {
        CELLS.set(CELLS.get() - 1);
    }
}

#[cfg(test)]
pub(super) fn slow_while_held() -> usize {
    SLOW.get()
}

pub(super) fn note_slow(deed: &str) {
    let held = HELD.get();
    let awaited = held & (bit(Rank::Roster) | bit(Rank::Resampler));
    check(awaited == 0, || format!("{deed} under {}", names(awaited)));
    #[cfg(test)]
    if held != 0 || CELLS.get() != 0 {
        SLOW.set(SLOW.get() + 1);
    }
}

/// Records that this thread holds a mutex of this rank.
pub(super) struct Held(Rank);

impl Held {
    pub(super) fn take(rank: Rank) -> Held {
        let held = HELD.get();
        check(held >> rank as u32 == 0, || format!("mutex {rank:?} was taken under {}", names(held)));
        HELD.set(held | bit(rank));
        Held(rank)
    }

    /// A thread that waits on a condition variable keeps its other mutexes.
    pub(super) fn check_wait(&self) {
        let others = HELD.get() & !bit(self.0);
        check(others == 0, || format!("a wait on {:?} began under {}", self.0, names(others)));
        check(!SERVES.get(), || format!("a wait on {:?} where sessions are served", self.0));
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.set(HELD.get() & !bit(self.0));
    }
}

pub(super) fn assert_none_held(deed: &str) {
    let held = HELD.get();
    check(held == 0, || format!("{deed} under {}", names(held)));
}

pub(super) fn assert_may_wait(deed: &str) {
    assert_none_held(deed);
    check(!SERVES.get(), || format!("{deed} where sessions are served"));
}

fn check(holds: bool, violation: impl FnOnce() -> String) {
    if !holds {
        violated(&violation());
    }
}

#[cold]
fn violated(what: &str) -> ! {
    #[cfg(test)]
    if EXPECTED.get() {
        panic!("{what}");
    }
    crate::defect::end(what)
}

pub(super) fn never_wait_here() {
    SERVES.set(true);
}

#[cfg(feature = "sim")]
pub(super) fn serve_sessions(for_now: bool) {
    SERVES.set(for_now);
}

/// What violates the order on this thread panics, or ends the process.
#[cfg(test)]
pub(super) fn expect_violations(are_expected: bool) {
    EXPECTED.set(are_expected);
}

fn bit(rank: Rank) -> u64 {
    1 << rank as u32
}

fn names(held: u64) -> String {
    let names = Rank::ALL.iter().filter(|(rank, ..)| held & bit(*rank) != 0);
    names.map(|(rank, ..)| format!("{rank:?}")).collect::<Vec<_>>().join(", ")
}
