//! Texts that must never be seen: not in a log, an error, an event or a dump, and not in freed memory.

use std::fmt;

use zeroize::Zeroizing;

#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// For the one place that puts it on the wire.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Takes secrets out of texts that come from outside: a server may well quote what it was sent.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
}

/// Anything shorter would blank out innocent words.
const MIN_SECRET_CHARS: usize = 4;

impl Redactor {
    pub fn add(&mut self, secret: &Secret) {
        if secret.expose().chars().count() >= MIN_SECRET_CHARS {
            self.secrets.push(secret.clone());
            let escaped = crate::net::url::percent_encode(secret.expose());
            if escaped != secret.expose() {
                self.secrets.push(Secret::new(escaped));
            }
        }
    }

    pub fn clean(&self, text: String) -> String {
        self.secrets.iter().fold(text, |text, secret| {
            let secret = secret.expose();
            let text = if text.contains(secret) { text.replace(secret, "***") } else { text };
            mask_cut_off(text, secret)
        })
    }
}

/// A text that was cut to length may end in the beginning of a secret.
fn mask_cut_off(text: String, secret: &str) -> String {
    let shortest = secret.char_indices().nth(MIN_SECRET_CHARS).map_or(secret.len(), |(at, _)| at);
    let beginnings = secret.char_indices().rev().map(|(at, _)| at).filter(|&at| at >= shortest);
    match beginnings.into_iter().find_map(|at| text.strip_suffix(&secret[..at])) {
        Some(before) => format!("{before}***"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_as_they_are_and_escaped() {
        let mut redactor = Redactor::default();
        let secret = Secret::new("hunter/22");
        redactor.add(&secret);
        assert_eq!(redactor.clean("a hunter/22 b hunter%2F22".into()), "a *** b ***");
        assert_eq!(format!("{secret:?} {redactor:?}").matches("hunter").count(), 0);
    }

    #[test]
    fn a_secret_that_was_cut_off_is_masked_too() {
        let mut redactor = Redactor::default();
        redactor.add(&Secret::new("hunter22"));
        assert_eq!(redactor.clean("no session for hunter2".into()), "no session for ***");
        assert_eq!(redactor.clean("a hunt".into()), "a ***");
        assert_eq!(redactor.clean("the hun".into()), "the hun");
    }

    #[test]
    fn a_trivial_secret_does_not_eat_the_text() {
        let mut redactor = Redactor::default();
        redactor.add(&Secret::new("a"));
        assert_eq!(redactor.clean("banana".into()), "banana");
    }
}
