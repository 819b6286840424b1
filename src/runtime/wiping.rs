//! The allocator of the library. It wipes every block before the system gets it back, except blocks of 16-bit
//! samples.
//!
//! Keys and tokens pass through buffers of other code: HTTP heads, TLS records, JSON trees, texts that grow. Only the
//! allocator sees the end of all of them.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

// A simulation counts instead.
#[cfg_attr(not(feature = "sim"), global_allocator)]
static ALLOCATOR: Wiping<System> = Wiping(System);

/// Only speech is kept in elements of two bytes: texts and keys are bytes, structs have a greater alignment. Most of
/// what is freed is speech, and it is freed on the caller's thread.
const SAMPLE_ALIGN: usize = align_of::<i16>();

struct Wiping<A>(A);

// SAFETY: every block comes from the inner allocator and returns to it with its own layout.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Wiping<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        #[cfg(all(test, debug_assertions))]
        crate::lock::note_free();
        // SAFETY: as the caller promises, the block has this size and is not used any more.
        unsafe {
            if layout.align() != SAMPLE_ALIGN {
                block.write_bytes(0, layout.size());
            }
            // Without the fence the compiler may omit a write that is never read.
            self.0.dealloc(black_box(block), layout);
        }
    }

    /// Does not use the inner `realloc`, which leaves the old block unwiped when it moves the block.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as the caller promises, `new_size` fits the alignment and is not 0. Both blocks hold what is
        // copied.
        unsafe {
            let new = self.0.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(block, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Counts the bytes other than zero in the blocks that it gets back.
    struct Witness<'a>(&'a AtomicUsize);

    // SAFETY: the system's allocator does the work.
    unsafe impl GlobalAlloc for Witness<'_> {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: as the caller promises.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: as the caller promises; the block was written when it was made.
            let left = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            self.0.fetch_add(left.iter().filter(|&&byte| byte != 0).count(), Ordering::Relaxed);
            // SAFETY: as the caller promises.
            unsafe { System.dealloc(block, layout) }
        }
    }

    #[test]
    fn nothing_is_left_in_a_block_that_is_freed_or_moves() {
        let left = AtomicUsize::new(0);
        let wiping = Wiping(Witness(&left));
        let layout = Layout::from_size_align(100, 8).unwrap();
        // SAFETY: each block is written within its size before it is read, and freed once with its layout.
        unsafe {
            let block = wiping.alloc(layout);
            block.write_bytes(0x5a, 100);
            let larger = wiping.realloc(block, layout, 300);
            assert!((0..100).all(|at| *larger.add(at) == 0x5a));
            larger.write_bytes(0x5a, 300);
            let smaller = wiping.realloc(larger, Layout::from_size_align(300, 8).unwrap(), 10);
            assert!((0..10).all(|at| *smaller.add(at) == 0x5a));
            wiping.dealloc(smaller, Layout::from_size_align(10, 8).unwrap());
        }
        assert_eq!(left.into_inner(), 0);
    }
}
