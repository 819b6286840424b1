//! A ring of one producer and one consumer with the functions of the crate `rtrb` that the library uses, and with its
//! orderings: Release when a position moves or a side goes, Acquire when the other side looks.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Arc;

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

pub struct RingBuffer<T> {
    slots: Box<[UnsafeCell<MaybeUninit<T>>]>,
    /// Counted without wrapping.
    head: AtomicUsize,
    tail: AtomicUsize,
    is_abandoned: AtomicBool,
}

// SAFETY: the positions keep the sides apart, as in the original.
unsafe impl<T: Send> Sync for RingBuffer<T> {}
unsafe impl<T: Send> Send for RingBuffer<T> {}

pub struct Producer<T> {
    ring: Arc<RingBuffer<T>>,
    tail: usize,
}

pub struct Consumer<T> {
    ring: Arc<RingBuffer<T>>,
    head: usize,
}

#[derive(Debug)]
pub struct TooFew;

impl<T> RingBuffer<T> {
    #[allow(clippy::new_ret_no_self)]
    pub fn new(capacity: usize) -> (Producer<T>, Consumer<T>) {
        let ring = Arc::new(RingBuffer {
            slots: (0..capacity).map(|_| UnsafeCell::new(MaybeUninit::uninit())).collect(),
            head: AtomicUsize::new(0),
            tail: AtomicUsize::new(0),
            is_abandoned: AtomicBool::new(false),
        });
        (Producer { ring: ring.clone(), tail: 0 }, Consumer { ring, head: 0 })
    }

    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    fn at(&self, position: usize) -> *mut T {
        self.slots[position % self.slots.len()].get().cast()
    }
}

impl<T> Producer<T> {
    pub fn buffer(&self) -> &RingBuffer<T> {
        &self.ring
    }

    pub fn slots(&self) -> usize {
        self.ring.capacity() - (self.tail - self.ring.head.load(Ordering::Acquire))
    }

    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned.load(Ordering::Acquire)
    }

    pub fn push(&mut self, value: T) -> Result<(), TooFew> {
        if self.slots() == 0 {
            return Err(TooFew);
        }
        // SAFETY: free, as the consumer has passed it.
        unsafe { self.ring.at(self.tail).write(value) };
        self.commit(1);
        Ok(())
    }

    fn commit(&mut self, count: usize) {
        if count > 0 {
            self.tail += count;
            self.ring.tail.store(self.tail, Ordering::Release);
        }
    }
}

impl<T: Copy> Producer<T> {
    pub fn push_partial_slice<'a>(&mut self, values: &'a [T]) -> (&'a [T], &'a [T]) {
        let (taken, rest) = values.split_at(values.len().min(self.slots()));
        for (n, value) in taken.iter().enumerate() {
            // SAFETY: free, as the consumer has passed it.
            unsafe { self.ring.at(self.tail + n).write(*value) };
        }
        self.commit(taken.len());
        (taken, rest)
    }

    /// Dropped without a commit: only its pages are touched.
    pub fn write_chunk(&mut self, _count: usize) -> Result<(), TooFew> {
        Ok(())
    }

    pub fn write_chunk_uninit(&mut self, count: usize) -> Result<WriteChunk<'_, T>, TooFew> {
        if self.slots() < count { Err(TooFew) } else { Ok(WriteChunk { producer: self, count }) }
    }
}

impl<T> Drop for Producer<T> {
    fn drop(&mut self) {
        self.ring.is_abandoned.store(true, Ordering::Release);
    }
}

pub struct WriteChunk<'a, T> {
    producer: &'a mut Producer<T>,
    count: usize,
}

impl<T: Copy> WriteChunk<'_, T> {
    pub fn fill_from_iter(self, values: impl Iterator<Item = T>) -> usize {
        let values: Vec<T> = values.take(self.count).collect();
        self.producer.push_partial_slice(&values).0.len()
    }
}

impl<T> Consumer<T> {
    pub fn buffer(&self) -> &RingBuffer<T> {
        &self.ring
    }

    pub fn is_abandoned(&self) -> bool {
        self.ring.is_abandoned.load(Ordering::Acquire)
    }

    pub fn slots(&self) -> usize {
        self.ring.tail.load(Ordering::Acquire) - self.head
    }

    pub fn is_empty(&self) -> bool {
        self.slots() == 0
    }

    pub fn peek(&self) -> Result<&T, TooFew> {
        // SAFETY: written, as the producer has passed it, and not freed while this is borrowed.
        if self.is_empty() { Err(TooFew) } else { Ok(unsafe { &*self.ring.at(self.head) }) }
    }

    pub fn pop(&mut self) -> Result<T, TooFew> {
        if self.is_empty() {
            return Err(TooFew);
        }
        // SAFETY: as in `peek`; it is passed, so nobody else takes it.
        let value = unsafe { self.ring.at(self.head).read() };
        self.commit(1);
        Ok(value)
    }

    fn commit(&mut self, count: usize) {
        if count > 0 {
            self.head += count;
            self.ring.head.store(self.head, Ordering::Release);
        }
    }
}

impl<T: Copy> Consumer<T> {
    pub fn pop_partial_slice<'a>(&mut self, out: &'a mut [T]) -> (&'a mut [T], &'a mut [T]) {
        let count = out.len().min(self.slots());
        let (filled, rest) = out.split_at_mut(count);
        for (n, value) in filled.iter_mut().enumerate() {
            // SAFETY: as in `peek`.
            *value = unsafe { *self.ring.at(self.head + n) };
        }
        self.commit(count);
        (filled, rest)
    }

    pub fn read_chunk(&mut self, count: usize) -> Result<ReadChunk<'_, T>, TooFew> {
        if self.slots() < count {
            return Err(TooFew);
        }
        // SAFETY: as in `peek`.
        let values = (0..count).map(|n| unsafe { *self.ring.at(self.head + n) }).collect();
        Ok(ReadChunk { consumer: self, values })
    }
}

impl<T> Drop for Consumer<T> {
    fn drop(&mut self) {
        self.ring.is_abandoned.store(true, Ordering::Release);
    }
}

pub struct ReadChunk<'a, T> {
    consumer: &'a mut Consumer<T>,
    values: Vec<T>,
}

impl<T: Copy> ReadChunk<'_, T> {
    pub fn as_slices(&self) -> (&[T], &[T]) {
        (&self.values, &[])
    }

    pub fn commit_all(self) {
        self.consumer.commit(self.values.len());
    }
}
