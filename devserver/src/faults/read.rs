//! Reads the names and values of faults.

use super::fields::Faults;
use super::known::{KNOWN, Known};
use crate::product::Product;

/// Prefix of a credential that names faults.
const CREDENTIAL_PREFIX: &str = "dev~";

impl Faults {
    /// Returns the faults that a credential names; none for an ordinary credential.
    pub fn of_credential(credential: &str, common: &Faults) -> Result<Faults, String> {
        let mut faults = common.clone();
        if let Some(list) = credential.strip_prefix(CREDENTIAL_PREFIX) {
            for item in list.split('~').filter(|item| !item.is_empty() && !item.starts_with('.')) {
                faults.add(item)?;
            }
        }
        Ok(faults)
    }

    /// The faults that are set and do not apply to a stream of this product, except those in `common` (set for all
    /// sessions) and those of REST calls.
    pub fn idle_on(&self, product: Product, common: &Faults) -> Vec<&'static str> {
        let elsewhere =
            KNOWN.iter().filter(|group| !group.products.is_empty() && !group.products.contains(&product));
        let asked_for = |known: &&Known| (known.is_set)(self) && !(known.is_set)(common);
        elsewhere.flat_map(|group| group.faults).filter(asked_for).map(|known| known.name).collect()
    }

    /// Adds one `name` or `name=value`.
    pub fn add(&mut self, item: &str) -> Result<(), String> {
        let (name, value) = item.split_once('=').map_or((item, None), |(n, v)| (n, Some(v)));
        let mut every = KNOWN.iter().flat_map(|group| group.faults);
        let known = every
            .find(|known| known.name == name)
            .ok_or_else(|| format!("unknown fault \"{}\"", crate::log::shown(name)))?;
        known.set(self, value)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn parse(credential: &str) -> Result<Faults, String> {
        Faults::of_credential(credential, &Faults::default())
    }

    #[test]
    fn ordinary_credentials_name_no_faults() {
        for credential in ["", "abc", "dev", "dev-1", "dev~", "dev~.7", "x~never_ready"] {
            assert_eq!(parse(credential), Ok(Faults::default()), "{credential}");
        }
    }

    #[test]
    fn names_and_values_are_read() {
        let faults = parse("dev~never_ready~reset_after_ms=500~rest_status=503~close_after_audio=3").unwrap();
        assert!(faults.never_ready);
        assert_eq!(faults.reset_after, Some(Duration::from_millis(500)));
        assert_eq!(faults.rest_status, Some(503));
        assert_eq!(faults.close_after_audio, Some(3));
    }

    #[test]
    fn a_credential_adds_to_what_all_sessions_have() {
        let mut common = Faults::default();
        common.add("garbage").unwrap();
        let faults = Faults::of_credential("dev~double_encode", &common).unwrap();
        assert!(faults.garbage && faults.double_encode);
        assert!(Faults::of_credential("plain", &common).unwrap().garbage);
    }

    #[test]
    fn mistakes_are_named() {
        for (credential, part) in [
            ("dev~nonsense", "unknown fault \"nonsense\""),
            ("dev~rest_status", "needs a value"),
            ("dev~rest_status=9", "from 200 to 599"),
            ("dev~reset_after_ms=soon", "whole number"),
            ("dev~garbage=loud", "takes no value"),
            ("dev~close_code=1006", "a close frame must not carry it"),
            ("dev~retry_after=", "a text of ASCII"),
            ("dev~error_key=text", "one of msg, description, message, details"),
            ("dev~speed=0", "from 1 to 100"),
            ("dev~stream_error=NONE", "one of BAD_REQUEST, VALIDATION_ERROR"),
        ] {
            let error = parse(credential).unwrap_err();
            assert!(error.contains(part), "{credential}: {error}");
        }
    }

    #[test]
    fn a_close_needs_only_one_of_its_two_values() {
        assert_eq!(parse("dev~close_code=1013").unwrap().close(), Some((Duration::ZERO, 1013)));
        assert_eq!(parse("dev~close_after_ms=5").unwrap().close(), Some((Duration::from_millis(5), 1011)));
        assert_eq!(parse("dev").unwrap().close(), None);
    }

    #[test]
    fn faults_of_other_products_are_named() {
        let faults = parse("dev~never_ready~garbage~rest_delay_ms=5~tts_interleave").unwrap();
        let idle = |product| faults.idle_on(product, &Faults::default());
        assert_eq!(idle(Product::TextToSpeech), ["never_ready"]);
        assert_eq!(idle(Product::Translation), ["tts_interleave"]);
        assert_eq!(faults.idle_on(Product::Translation, &faults), [""; 0]);
    }
}
