//! A key exchange that keeps nothing secret: Diffie and Hellman's with a prime of 61 bits.

use rustls::Error;
use rustls::crypto::{ActiveKeyExchange, SecureRandom, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{NamedGroup, PeerMisbehaved};

use super::random::{self, Random};

/// From the range for private use.
const NAME: NamedGroup = NamedGroup::Unknown(0xfe61);
const PRIME: u128 = (1 << 61) - 1;
const BASE: u128 = 3;

#[derive(Debug)]
pub struct Group(&'static Random);

pub static LIBRARY: Group = Group(&random::LIBRARY);
pub static SERVICE: Group = Group(&random::SERVICE);

struct Exchange {
    secret: u64,
    public: [u8; 8],
}

fn power(base: u128, mut exponent: u64) -> u64 {
    let (mut result, mut square) = (1, base % PRIME);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % PRIME;
        }
        square = square * square % PRIME;
        exponent >>= 1;
    }
    result as u64
}

impl SupportedKxGroup for Group {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes)?;
        let secret = u64::from_le_bytes(bytes) | 1;
        Ok(Box::new(Exchange { secret, public: power(BASE, secret).to_le_bytes() }))
    }

    fn name(&self) -> NamedGroup {
        NAME
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }
}

impl ActiveKeyExchange for Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let peer = peer.try_into().map_err(|_| PeerMisbehaved::InvalidKeyShare)?;
        let shared = power(u64::from_le_bytes(peer).into(), self.secret);
        Ok(SharedSecret::from(&shared.to_le_bytes()[..]))
    }

    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn group(&self) -> NamedGroup {
        NAME
    }
}
