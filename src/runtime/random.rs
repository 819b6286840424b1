//! Unpredictable numbers, from the system's generator.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

use crate::error::Result;

pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Returns 32 hexadecimal digits that are unique.
pub fn hex() -> Result<String> {
    Ok(format!("{:032x}", u128::from_be_bytes(bytes()?)))
}

#[cfg(not(feature = "sim"))]
fn fill(bytes: &mut [u8]) -> Result<()> {
    use crate::error::{Error, Status};
    use ring::rand::{SecureRandom, SystemRandom};

    let filled = SystemRandom::new().fill(bytes);
    filled.map_err(|_| Error::new(Status::Internal, "the system has no random numbers"))
}

#[cfg(feature = "sim")]
#[expect(clippy::unnecessary_wraps, reason = "as the system's")]
fn fill(bytes: &mut [u8]) -> Result<()> {
    crate::world::world().random(bytes);
    Ok(())
}
