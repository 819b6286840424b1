//! The library's threads.

/// Each shard stays on a processor of its own, the first on the first one that the process may use, and so on. For machines
/// that keep processors free for it. Linux and Android only.
pub const PALABRA_RUNTIME_PINNED: u32 = 1;

/// Settings of the library's threads.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_runtime_config {
    /// sizeof(palabra_runtime_config).
    pub struct_size: u32,
    /// PALABRA_RUNTIME_* bits.
    pub flags: u32,
    /// Number of shards, at most one for each processor that the process may use. 0: 1. -1: one for each processor.
    pub shards: i32,
    /// Must be 0.
    pub reserved: u32,
}
