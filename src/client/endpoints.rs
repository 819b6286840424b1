//! Where the streams of each region are (protocol.md 4.1).

use crate::error::{Error, Result};
use crate::net::tls;

/// Stands for a fresh random path part; the service spreads its load by it.
const RANDOM_PART: &str = "{random_hash}";

struct Region {
    name: &'static str,
    translation: Option<&'static str>,
}

const REGIONS: &[Region] = &[
    Region {
        name: "eu",
        translation: Some(
            "wss://streaming.palabra.ai/streaming-api/{random_hash}/v1/speech-to-speech/stream",
        ),
    },
    Region { name: "us", translation: None },
];

/// The address of one translation stream: `own` if the caller has one, else the region's.
pub fn translation(own: Option<&str>, region: &str) -> Result<String> {
    let template = match own {
        Some(own) => own,
        None => find(region)?.translation.ok_or_else(|| {
            Error::invalid(format!(
                "there is no translation in the region {region}; it is in {}",
                names(true)
            ))
        })?,
    };
    fill(template)
}

/// Puts the random part in, if the address has a place for it: 32 hexadecimal digits.
pub fn fill(template: &str) -> Result<String> {
    if !template.contains(RANDOM_PART) {
        return Ok(template.to_owned());
    }
    Ok(template.replace(RANDOM_PART, &tls::random_hex()?))
}

fn find(region: &str) -> Result<&'static Region> {
    REGIONS.iter().find(|known| known.name == region).ok_or_else(|| {
        Error::invalid(format!("unknown region {region}; this version knows {}", names(false)))
    })
}

fn names(with_translation: bool) -> String {
    let fitting = REGIONS.iter().filter(|region| !with_translation || region.translation.is_some());
    fitting.map(|region| region.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_has_a_path_of_its_own() {
        let addresses = [(); 2].map(|()| translation(None, "eu").unwrap());
        assert_ne!(addresses[0], addresses[1]);
        for address in addresses {
            let part = address.split('/').nth(4).unwrap();
            assert!(part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit()), "{address}");
        }
    }

    #[test]
    fn an_address_of_ones_own_is_taken_as_it_is() {
        assert_eq!(translation(Some("ws://h/x"), "nowhere").unwrap(), "ws://h/x");
    }
}
