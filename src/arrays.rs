//! Slices as arrays, which Rust has of itself from 1.88 on (`as_chunks`).

use bytemuck::Pod;

/// As many arrays as there are, and the elements that are left.
#[inline(always)]
pub(crate) fn as_arrays<const N: usize, T: Pod>(slice: &[T]) -> (&[[T; N]], &[T]) {
    let (whole, rest) = slice.split_at(slice.len() / N * N);
    (bytemuck::cast_slice(whole), rest)
}

#[inline(always)]
pub(crate) fn as_arrays_mut<const N: usize, T: Pod>(slice: &mut [T]) -> (&mut [[T; N]], &mut [T]) {
    let (whole, rest) = slice.split_at_mut(slice.len() / N * N);
    (bytemuck::cast_slice_mut(whole), rest)
}
