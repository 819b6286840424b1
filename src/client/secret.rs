//! Texts that must never be visible: not in a log, an error, an event or a dump, and not in freed memory.

mod forms;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use memchr::memmem::Finder;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::event::{Event, EventKind, Texts};

#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// For the one place that puts the secret on the wire.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Removes secrets from everything that comes from outside: a server may quote what it received, in any form.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Each is large, and a session has several copies of the list.
    needles: Vec<Arc<Needle>>,
}

struct Needle {
    finder: Finder<'static>,
    /// So short that speech, names and ids may contain it by chance.
    is_short: bool,
    /// A prefix of an encoded secret reveals nothing.
    is_encoded: bool,
}

/// Masking anything shorter would hide ordinary words.
const MIN_SECRET_CHARS: usize = 4;
/// Shorter secrets are masked only in complaints of the server.
const LONG_SECRET_CHARS: usize = 8;
const MASK: &str = "***";

/// Kind of a text, which says how much of it is suspect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suspect {
    /// Speech, names, ids.
    Content,
    /// A complaint about what was sent.
    Complaint,
    /// A complaint that may have been cut to length.
    CutComplaint,
}

impl Redactor {
    pub fn of(secret: Option<&Secret>) -> Redactor {
        let mut redactor = Redactor::default();
        secret.into_iter().for_each(|secret| redactor.add(secret));
        redactor
    }

    pub fn add(&mut self, secret: &Secret) {
        let chars = secret.expose().chars().count();
        if chars < MIN_SECRET_CHARS {
            return;
        }
        let text = secret.expose().as_bytes();
        if self.needles.iter().any(|needle| !needle.is_encoded && needle.finder.needle() == text) {
            return;
        }
        let is_short = chars < LONG_SECRET_CHARS;
        let needle = |bytes: &[u8], is_encoded| {
            let finder = Finder::new(bytes).into_owned();
            Arc::new(Needle { finder, is_short, is_encoded })
        };
        self.needles.push(needle(text, false));
        if !is_short {
            let encoded = forms::base64(text);
            self.needles.extend(encoded.iter().map(|form| needle(form.as_bytes(), true)));
        }
    }

    /// Masks what `other` masks, too, with its memory.
    pub fn join(&mut self, other: &Redactor) {
        for needle in &other.needles {
            if !self.needles.iter().any(|known| known.finder.needle() == needle.finder.needle()) {
                self.needles.push(needle.clone());
            }
        }
    }

    /// Masks a complaint of the server.
    pub fn clean(&self, text: String) -> String {
        self.masked(&text, Suspect::CutComplaint).unwrap_or(text)
    }

    /// Masks all texts of an error.
    pub fn clean_error(&self, error: Error) -> Error {
        Error { text: self.clean(error.text), service_code: self.clean(error.service_code), ..error }
    }

    /// Masks a reply that is data; `None` when it holds no secret.
    pub fn clean_reply(&self, reply: &[u8]) -> Option<String> {
        self.masked(std::str::from_utf8(reply).ok()?, Suspect::Content)
    }

    /// Masks all texts of an event.
    pub fn clean_event(&self, event: &mut Event) {
        let suspect = match event.kind {
            EventKind::Error | EventKind::Warning | EventKind::Closed => Suspect::CutComplaint,
            EventKind::Log | EventKind::Raw | EventKind::TaskInfo => Suspect::Complaint,
            _ => Suspect::Content,
        };
        let texts = &event.texts;
        // The most frequent kinds need one search only.
        if suspect == Suspect::Content && self.masked(texts.all(), suspect).is_none() {
            return;
        }
        let others = if suspect == Suspect::CutComplaint { Suspect::Complaint } else { suspect };
        let clean = |text, suspect| self.masked(text, suspect).map_or(Cow::Borrowed(text), Cow::Owned);
        event.texts = Texts::with_json(
            &clean(texts.text(), suspect),
            &clean(texts.language(), others),
            &clean(texts.id(), others),
            &clean(texts.service_code(), suspect),
            &clean(texts.json(), others),
        );
    }

    /// Returns `None` when there is nothing to mask.
    fn masked(&self, text: &str, suspect: Suspect) -> Option<String> {
        let needles = self.needles.iter().filter(|needle| suspect != Suspect::Content || !needle.is_short);
        let plain = text.as_bytes();
        let decoded = forms::decoded(text);
        let mut found = Vec::new();
        for needle in needles {
            let secret = needle.finder.needle();
            found.extend(needle.finder.find_iter(plain).map(|at| (at, at + secret.len())));
            if let Some(decoded) = &decoded {
                let places = needle.finder.find_iter(decoded.bytes());
                found.extend(places.map(|at| decoded.range(at, at + secret.len())));
            }
            if suspect == Suspect::CutComplaint && !needle.is_encoded {
                found.extend(cut_off(plain, secret).map(|at| (at, plain.len())));
                let cut = decoded.as_ref().and_then(|decoded| {
                    cut_off(decoded.bytes(), secret).map(|at| decoded.range(at, decoded.bytes().len()))
                });
                found.extend(cut);
            }
        }
        (!found.is_empty()).then(|| mask(text, found))
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor of {} forms", self.needles.len())
    }
}

/// Where the text ends in the beginning of a secret; a text that was cut to length may.
fn cut_off(text: &[u8], secret: &[u8]) -> Option<usize> {
    let shortest = MIN_SECRET_CHARS.min(secret.len());
    (shortest..secret.len()).rev().find(|&len| text.ends_with(&secret[..len])).map(|len| text.len() - len)
}

fn mask(text: &str, mut found: Vec<(usize, usize)>) -> String {
    found.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end) in found {
        if start >= at {
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(MASK);
        }
        at = at.max(end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "dev-a1b2/c3+d4.e5";

    fn redactor(secret: &str) -> Redactor {
        let mut redactor = Redactor::default();
        redactor.add(&Secret::new(secret));
        redactor
    }

    fn clean(text: &str) -> String {
        redactor(TOKEN).clean(text.to_owned())
    }

    #[test]
    fn one_that_joins_another_masks_what_both_do() {
        let key = Secret::new("one-secret-key");
        let mut redactor = Redactor::of(Some(&key));
        redactor.join(&Redactor::of(Some(&key)));
        let needles = redactor.needles.len();
        assert_eq!(needles, Redactor::of(Some(&key)).needles.len(), "nothing twice");
        redactor.join(&Redactor::of(Some(&Secret::new("another-secret"))));
        assert_eq!(redactor.clean("one-secret-key, another-secret".into()), "***, ***");
    }

    #[test]
    fn a_secret_is_masked_in_every_form() {
        let units: String = TOKEN.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
        let percent: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let base64 = |bytes: &[u8]| base64_simd::STANDARD.encode_to_string(bytes);
        for form in [
            TOKEN.to_owned(),
            crate::text::percent_encode(TOKEN),
            crate::text::percent_encode(&crate::text::percent_encode(TOKEN)),
            TOKEN.replace('/', "\\/"),
            TOKEN.replace('-', "\\u002d"),
            units.replace('\\', "\\\\"),
            units,
            percent,
        ] {
            assert_eq!(clean(&format!("a {form} ü {form}")), "a *** ü ***", "{form}");
        }
        for before in ["", "i", "id", "id:"] {
            let encoded = base64(format!("{before}{TOKEN}:x").as_bytes());
            for encoded in [encoded.clone(), encoded.replace('+', "-").replace('/', "_")] {
                let cleaned = clean(&format!("Basic {encoded}"));
                let left = cleaned.strip_prefix("Basic ").unwrap().replace(MASK, "");
                assert!(left.len() <= before.len() * 2 + 8, "{encoded}: {cleaned}");
            }
        }
        assert_eq!(clean("100% \\ of it \\u12 %zz \\n"), "100% \\ of it \\u12 %zz \\n");
        assert_eq!(format!("{:?}", redactor(TOKEN)).matches("a1b2").count(), 0);
        assert_eq!(format!("{:?}", Secret::new(TOKEN)), MASK);
    }

    #[test]
    fn a_secret_that_looks_escaped_itself_is_found() {
        let redactor = redactor("a%41b\\u0041cd");
        assert_eq!(redactor.clean("x a%41b\\u0041cd y".into()), "x *** y");
    }

    #[test]
    fn a_secret_that_was_cut_off_is_masked_too() {
        let redactor = redactor("hunter22");
        assert_eq!(redactor.clean("no session for hunter2".into()), "no session for ***");
        assert_eq!(redactor.clean("a hunt".into()), "a ***");
        assert_eq!(redactor.clean("the hun".into()), "the hun");
        assert_eq!(redactor.clean("cut %68unt".into()), "cut ***");
    }

    #[test]
    fn a_trivial_secret_does_not_eat_the_text() {
        assert_eq!(redactor("a").clean("banana".into()), "banana");
    }

    fn event(kind: EventKind, text: &str) -> Event {
        Event { texts: Texts::with_json(text, text, text, text, text), ..Event::new(kind) }
    }

    #[test]
    fn no_field_of_any_event_holds_a_secret() {
        for &kind in EventKind::ALL {
            let mut event = event(kind, &format!("see {TOKEN}"));
            redactor(TOKEN).clean_event(&mut event);
            let texts = &event.texts;
            let all = [texts.text(), texts.language(), texts.id(), texts.service_code(), texts.json()];
            assert_eq!(all, ["see ***"; 5], "{kind:?}");
        }
    }

    #[test]
    fn a_short_secret_and_a_beginning_are_masked_in_complaints_only() {
        for (kind, expected) in [(EventKind::Error, "a ***"), (EventKind::Transcript, "a demo")] {
            let mut short = event(kind, "a demo");
            redactor("demo").clean_event(&mut short);
            assert_eq!((short.texts.text(), short.texts.id()), (expected, expected), "{kind:?}");
        }
        let mut speech = event(EventKind::Transcript, "a hunt");
        redactor("hunter22").clean_event(&mut speech);
        assert_eq!(speech.texts.text(), "a hunt");
    }
}
