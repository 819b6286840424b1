//! Unpredictable numbers, from the system's generator.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, Result, Status};

pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::new(Status::Internal, "the system has no random numbers"))?;
    Ok(bytes)
}

/// Returns 32 hexadecimal digits that are unique.
pub fn hex() -> Result<String> {
    Ok(format!("{:032x}", u128::from_be_bytes(bytes()?)))
}
