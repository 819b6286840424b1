//! Large allocations that the system may refuse. A refusal ends one call or one session, never the process.

use crate::error::{Error, Result, Status};

/// Up to this size memory is allocated without a check: a process that cannot get so little cannot continue.
pub const SMALL: usize = 64 << 10;

/// Silence whose pages are there: memory that is all 0 bits can be fresh from the system, and the first access to a page
/// of it is a page fault, which must not happen on an audio thread.
pub const TOUCHED: f32 = -0.0;

/// Reserves space for exactly this many more elements.
pub fn reserve<T>(values: &mut Vec<T>, more: usize) -> Result<()> {
    values.try_reserve_exact(more).map_err(|_| refused(more.saturating_mul(size_of::<T>())))
}

/// Reserves space for this many more elements, and more, as vectors grow.
pub fn grow<T>(values: &mut Vec<T>, more: usize) -> Result<()> {
    values.try_reserve(more).map_err(|_| refused(more.saturating_mul(size_of::<T>())))
}

/// Copies a value that can be large.
pub fn copy<T: Clone>(values: &[T]) -> Result<Vec<T>> {
    let mut copy = Vec::new();
    reserve(&mut copy, values.len())?;
    copy.extend_from_slice(values);
    Ok(copy)
}

/// Checks that this many bytes are available in one piece, for code that allocates without a check.
pub fn ask(bytes: usize) -> Result<()> {
    if bytes <= SMALL { Ok(()) } else { reserve(&mut Vec::<u8>::new(), bytes) }
}

fn refused(bytes: usize) -> Error {
    Error::new(Status::Limit, format!("the system refused {bytes} bytes of memory"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_system_has_is_refused() {
        for bytes in [isize::MAX as usize, usize::MAX] {
            assert_eq!(ask(bytes).unwrap_err().status, Status::Limit);
        }
        assert_eq!(reserve(&mut Vec::<i16>::new(), usize::MAX).unwrap_err().status, Status::Limit);
        assert_eq!(ask(SMALL + 1), Ok(()));
        assert_eq!(copy(&[1, 2, 3]).unwrap(), [1, 2, 3]);
    }
}
