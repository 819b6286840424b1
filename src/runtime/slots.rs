//! Generational slots: find what a handle names, without a lock and without trusting the caller.
//!
//! A handle is an id, never an address. Entering and leaving a slot takes one atomic addition each, so the audio path
//! stays wait-free. Only the thread that closes a slot, or a later insertion, empties it. The thread that leaves last
//! never does: it may be an audio thread, which must not free memory.

use std::collections::VecDeque;
use std::mem::MaybeUninit;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::lock::{Mutex, Rank, lock};
use crate::sync::{AtomicU64, Guarded, Ordering};

const FIRST_SEGMENT: usize = 64;
const SEGMENTS: usize = 14;

const REFS: u64 = (1 << 32) - 1;
const LIVE: u64 = 1 << 32;
const CLOSING: u64 = 1 << 33;
const GENERATION_SHIFT: u32 = 34;

/// Index of a slot, and the generation of its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotId {
    pub index: u32,
    pub generation: u32,
}

struct Slot<T> {
    /// Generation of the tenant, the bits CLOSING and LIVE, and the number of threads inside.
    word: AtomicU64,
    value: Guarded<MaybeUninit<T>>,
}

#[derive(Default)]
struct Spare {
    next_fresh: u32,
    vacant: VecDeque<u32>,
    /// Closed slots that some thread was still inside of when they were last checked.
    retired: Vec<u32>,
}

/// A table of `T` that grows in segments and never moves its elements.
pub struct Slots<T> {
    segments: [OnceLock<Box<[Slot<T>]>>; SEGMENTS],
    spare: Mutex<Spare>,
    /// Frees tenants whose slots were found to be left: a tenant may own much, and the caller's thread has no time.
    free: fn(Vec<T>),
    /// Generations wrap at the number of bits that a handle of this platform has for them.
    generation_mask: u32,
    max_slots: u32,
}

// SAFETY: a value is shared only through `Ref` (`&T`, hence `T: Sync`) and is moved in and out by
// whichever thread inserts or frees it (hence `T: Send`); `word` orders those moves.
unsafe impl<T: Send + Sync> Sync for Slots<T> {}

/// A reference to a tenant, which is not freed while the reference lives.
pub struct Ref<'a, T> {
    slot: &'a Slot<T>,
}

impl<T> Slots<T> {
    pub const fn new(index_bits: u32, generation_bits: u32, free: fn(Vec<T>)) -> Slots<T> {
        Slots {
            segments: [const { OnceLock::new() }; SEGMENTS],
            spare: Mutex::new(
                Rank::Slots,
                Spare { next_fresh: 0, vacant: VecDeque::new(), retired: Vec::new() },
            ),
            free,
            generation_mask: ((1u64 << generation_bits) - 1) as u32,
            max_slots: max_slots(index_bits),
        }
    }

    /// Takes a slot; `None` when the table is full.
    pub fn insert(&self, value: T) -> Option<SlotId> {
        let (index, freed) = {
            let mut spare = lock(&self.spare);
            let freed = self.evict_retired(&mut spare);
            (self.take_vacant(&mut spare)?, freed)
        };
        self.give_back(freed);
        let slot = self.slot_or_grow(index);
        // SAFETY: a vacant slot belongs to the thread that took it from the list: it is not LIVE, so no
        // `Ref` to its value exists, and the list gave it to nobody else.
        slot.value.write(|place| unsafe { (*place).write(value) });
        let before = slot.word.fetch_or(LIVE, Ordering::AcqRel);
        Some(SlotId { index, generation: generation_of(before) })
    }

    /// Enters a slot: wait-free.
    pub fn get(&self, id: SlotId) -> Option<Ref<'_, T>> {
        let slot = self.slot(id.index)?;
        let before = slot.word.fetch_add(1, Ordering::Acquire);
        let entered = Ref { slot };
        let is_tenant = before & (LIVE | CLOSING) == LIVE && generation_of(before) == id.generation;
        // A visit with a stale id was counted too; dropping `entered` undoes that.
        is_tenant.then_some(entered)
    }

    /// Closes a slot. Of several callers exactly one gets the tenant, and no thread can enter afterwards. A later
    /// [`Slots::sweep`] or [`Slots::insert`] frees the tenant.
    pub fn remove(&self, id: SlotId) -> Option<Ref<'_, T>> {
        let closed = self.close(id)?;
        lock(&self.spare).retired.push(id.index);
        Some(closed)
    }

    /// Closes a slot that no thread stays inside of, and frees its tenant.
    pub fn discard(&self, id: SlotId) -> bool {
        let Some(closed) = self.close(id) else { return false };
        drop(closed);
        let freed = {
            let mut spare = lock(&self.spare);
            let freed = self.evict(id.index);
            match freed {
                Some(_) => spare.vacant.push_back(id.index),
                // A thread with a stale id is inside for a moment: a later sweep frees the tenant.
                None => spare.retired.push(id.index),
            }
            freed
        };
        drop(freed);
        true
    }

    /// Frees the closed tenants that no thread is inside of any more.
    pub fn sweep(&self) {
        let freed = self.evict_retired(&mut lock(&self.spare));
        self.give_back(freed);
    }

    /// With no lock held.
    fn give_back(&self, freed: Vec<T>) {
        if !freed.is_empty() {
            (self.free)(freed);
        }
    }

    fn close(&self, id: SlotId) -> Option<Ref<'_, T>> {
        let slot = self.slot(id.index)?;
        let mut before = slot.word.load(Ordering::Relaxed);
        loop {
            if before & (LIVE | CLOSING) != LIVE || generation_of(before) != id.generation {
                return None;
            }
            let closing = (before | CLOSING) + 1;
            match slot.word.compare_exchange_weak(before, closing, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return Some(Ref { slot }),
                Err(now) => before = now,
            }
        }
    }

    fn evict_retired(&self, spare: &mut Spare) -> Vec<T> {
        let mut freed = Vec::new();
        let mut index = 0;
        while let Some(&candidate) = spare.retired.get(index) {
            match self.evict(candidate) {
                Some(value) => {
                    freed.push(value);
                    spare.vacant.push_back(candidate);
                    spare.retired.swap_remove(index);
                }
                None => index += 1,
            }
        }
        freed
    }

    fn evict(&self, index: u32) -> Option<T> {
        let slot = self.slot(index)?;
        let word = slot.word.load(Ordering::Relaxed);
        if word & REFS != 0 {
            return None;
        }
        let next_generation = u64::from((generation_of(word) + 1) & self.generation_mask);
        let vacant = next_generation << GENERATION_SHIFT;
        slot.word.compare_exchange(word, vacant, Ordering::AcqRel, Ordering::Relaxed).ok()?;
        // SAFETY: the slot was LIVE and CLOSING with nobody inside, and the exchange made it vacant, so
        // no `Ref` exists or can be made; the lock on `spare` keeps a second evictor away.
        Some(slot.value.write(|place| unsafe { (*place).assume_init_read() }))
    }

    fn take_vacant(&self, spare: &mut Spare) -> Option<u32> {
        // Oldest first distributes reuse over all slots, so that a generation repeats as late as possible.
        if spare.next_fresh as usize >= FIRST_SEGMENT && !spare.vacant.is_empty() {
            return spare.vacant.pop_front();
        }
        if spare.next_fresh < self.max_slots {
            spare.next_fresh += 1;
            return Some(spare.next_fresh - 1);
        }
        spare.vacant.pop_front()
    }

    fn slot(&self, index: u32) -> Option<&Slot<T>> {
        let (segment, offset) = place(index);
        self.segments.get(segment)?.get()?.get(offset)
    }

    fn slot_or_grow(&self, index: u32) -> &Slot<T> {
        let (segment, offset) = place(index);
        let slots = self.segments[segment].get_or_init(|| {
            let count = FIRST_SEGMENT << segment;
            let begin = index - offset as u32;
            (begin..begin + count as u32)
                .map(|index| Slot {
                    word: AtomicU64::new(u64::from(self.first_generation(index)) << GENERATION_SHIFT),
                    value: Guarded::new(MaybeUninit::uninit()),
                })
                .collect()
        });
        &slots[offset]
    }

    /// Another one for each slot of each table, so that two copies of the library in a process, whose tables have
    /// different addresses, refuse each other's ids. With 28 bits a foreign id is taken for a valid one once in
    /// 268 million.
    fn first_generation(&self, index: u32) -> u32 {
        let table = std::ptr::from_ref(self).addr() as u64;
        (spread(spread(table) ^ u64::from(index)) >> 32) as u32 & self.generation_mask
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: a `Ref` is handed out only for a LIVE slot, and its visit keeps the count above zero,
        // which keeps `evict` away.
        self.slot.value.read(|place| unsafe { (*place).assume_init_ref() })
    }
}

impl<T> Drop for Ref<'_, T> {
    fn drop(&mut self) {
        self.slot.word.fetch_sub(1, Ordering::Release);
    }
}

/// Distributes what differs in few bits over all of them (the last step of SplitMix64).
fn spread(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn generation_of(word: u64) -> u32 {
    (word >> GENERATION_SHIFT) as u32
}

/// Segment `k` holds `FIRST_SEGMENT << k` slots, so indices fall into powers of two.
fn place(index: u32) -> (usize, usize) {
    let shifted = index as usize + FIRST_SEGMENT;
    let segment = (shifted.ilog2() - FIRST_SEGMENT.ilog2()) as usize;
    (segment, shifted - (FIRST_SEGMENT << segment))
}

const fn max_slots(index_bits: u32) -> u32 {
    let by_bits = 1u64 << index_bits;
    let by_segments = ((FIRST_SEGMENT << SEGMENTS) - FIRST_SEGMENT) as u64;
    if by_bits < by_segments { by_bits as u32 } else { by_segments as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    fn table<T>() -> Slots<T> {
        Slots::new(20, 28, drop)
    }

    #[test]
    fn a_stale_id_finds_nothing() {
        let slots = table();
        let first = slots.insert("a").unwrap();
        assert_eq!(*slots.get(first).unwrap(), "a");
        assert!(slots.remove(first).is_some());
        assert!(slots.get(first).is_none());
        assert!(slots.remove(first).is_none());
        let others: Vec<_> = (0..500).map(|_| slots.insert("b").unwrap()).collect();
        assert!(slots.get(first).is_none());
        assert!(others.iter().all(|&id| slots.get(id).is_some()));
    }

    #[test]
    fn an_id_of_another_table_finds_nothing() {
        let (slots, others) = (Box::new(table()), Box::new(table()));
        let ids: Vec<_> = (0..1000).map(|n| slots.insert(n).unwrap()).collect();
        let foreign: Vec<_> = (0..1000).map(|n| others.insert(n).unwrap()).collect();
        assert!(ids.iter().zip(&foreign).all(|(id, other)| id.index == other.index));
        // One of a thousand pairs is equal by chance once in 268 thousand runs; two are not.
        assert!(foreign.iter().filter(|&&id| slots.get(id).is_some()).count() < 2);
        assert!(foreign.iter().filter(|&&id| slots.discard(id)).count() < 2);
        assert!(ids.iter().filter(|&&id| slots.get(id).is_some()).count() > 997);
    }

    #[test]
    fn generations_begin_within_their_bits_and_wrap_there() {
        let slots = Slots::new(3, 4, drop);
        for _ in 0..100 {
            let id = slots.insert(()).unwrap();
            assert!(id.generation < 16);
            assert!(slots.discard(id));
        }
    }

    #[test]
    fn garbage_finds_nothing() {
        let slots = table();
        slots.insert(1).unwrap();
        for index in [1, 63, 64, 100_000, u32::MAX - 64, u32::MAX] {
            assert!(slots.get(SlotId { index, generation: 0 }).is_none());
            assert!(slots.remove(SlotId { index, generation: 7 }).is_none());
        }
    }

    #[test]
    fn the_tenant_outlives_those_inside() {
        let slots = table();
        let value = Arc::new(());
        let id = slots.insert(value.clone()).unwrap();
        let inside = slots.get(id).unwrap();
        drop(slots.remove(id));
        slots.sweep();
        assert_eq!(Arc::strong_count(&value), 2, "still inside");
        drop(inside);
        slots.sweep();
        assert_eq!(Arc::strong_count(&value), 1);
    }

    #[test]
    fn discarding_frees_at_once_and_once() {
        let slots = table();
        let value = Arc::new(());
        let id = slots.insert(value.clone()).unwrap();
        assert!(slots.discard(id));
        assert_eq!(Arc::strong_count(&value), 1);
        assert!(!slots.discard(id));
    }

    #[test]
    fn a_full_table_says_so() {
        let slots = Slots::new(3, 4, drop);
        let ids: Vec<_> = (0..8).map(|n| slots.insert(n).unwrap()).collect();
        assert!(slots.insert(9).is_none());
        drop(slots.remove(ids[0]));
        assert!(slots.insert(9).is_some());
    }

    #[test]
    fn of_many_closers_one_wins_and_nothing_leaks() {
        let slots = table();
        let drops = Arc::new(AtomicUsize::new(0));
        struct Counted(Arc<AtomicUsize>);
        impl Drop for Counted {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let rounds = 300;
        for _ in 0..rounds {
            let id = slots.insert(Counted(drops.clone())).unwrap();
            let wins = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            drop(slots.get(id));
                        }
                        wins.fetch_add(slots.remove(id).is_some() as usize, Ordering::Relaxed);
                    });
                }
            });
            assert_eq!(wins.into_inner(), 1);
        }
        slots.sweep();
        assert_eq!(drops.load(Ordering::Relaxed), rounds);
    }
}
