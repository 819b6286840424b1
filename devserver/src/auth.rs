//! Admission: the credentials of a request, and the rule that they must satisfy.

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

/// The credential of a REST request (protocol.md 3.1).
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    Pair { id: String, secret: String },
    Bearer(String),
}

impl Credential {
    /// Reads `ClientID` + `ClientSecret` (header names are not case-sensitive) or a Bearer key. Empty counts as
    /// missing.
    pub fn from_headers(headers: &HeaderMap) -> Option<Credential> {
        let text = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        if let (Some(id), Some(secret)) = (text("clientid"), text("clientsecret")) {
            return Some(Credential::Pair { id, secret });
        }
        bearer(headers).map(Credential::Bearer)
    }

    /// The part that may name faults.
    pub fn name(&self) -> &str {
        match self {
            Credential::Pair { id, .. } => id,
            Credential::Bearer(key) => key,
        }
    }

    pub fn secret(&self) -> &str {
        match self {
            Credential::Pair { secret, .. } => secret,
            Credential::Bearer(key) => key,
        }
    }
}

pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

/// The credentials that are admitted. Without a restriction every credential that is not empty is.
#[derive(Clone, Default)]
pub struct Rule {
    pub pairs: Vec<(String, String)>,
    pub tokens: Vec<String>,
}

impl Rule {
    fn is_open(&self) -> bool {
        self.pairs.is_empty() && self.tokens.is_empty()
    }

    pub fn admits(&self, credential: &Credential) -> bool {
        self.is_open()
            || match credential {
                Credential::Pair { id, secret } => self.pairs.iter().any(|(i, s)| i == id && s == secret),
                Credential::Bearer(key) => self.tokens.contains(key),
            }
    }

    /// Returns whether a token opens a stream without a REST session.
    pub fn admits_token(&self, token: &str) -> bool {
        self.tokens.iter().any(|known| known == token) || (self.is_open() && token.starts_with("dev"))
    }
}

/// Decodes percent-encoding; a lone `%` stays as it is and `+` is a plus (protocol.md 4).
pub fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .filter(|hex| hex.iter().all(u8::is_ascii_hexdigit))
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Returns one value of a query string, decoded.
pub fn query_value(query: Option<&str>, name: &str) -> Option<String> {
    let pair = query?.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    Some(percent_decode(pair.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect()
    }

    #[test]
    fn both_header_spellings_and_bearer_are_read() {
        for name in ["ClientID", "ClientId"] {
            let found = Credential::from_headers(&headers(&[(name, "a"), ("ClientSecret", "b")]));
            assert!(found == Some(Credential::Pair { id: "a".into(), secret: "b".into() }));
        }
        let found = Credential::from_headers(&headers(&[("Authorization", "bearer k")]));
        assert!(found == Some(Credential::Bearer("k".into())));
        for missing in [&[][..], &[("ClientID", "a")], &[("ClientID", ""), ("ClientSecret", "b")]] {
            assert!(Credential::from_headers(&headers(missing)).is_none());
        }
    }

    #[test]
    fn an_open_rule_admits_all_and_a_restricted_one_only_its_own() {
        let pair = |id: &str, secret: &str| Credential::Pair { id: id.into(), secret: secret.into() };
        let open = Rule::default();
        assert!(open.admits(&pair("x", "y")) && open.admits_token("dev1") && !open.admits_token("abc"));
        let tight = Rule { pairs: vec![("a".into(), "b".into())], tokens: vec!["t".into()] };
        assert!(tight.admits(&pair("a", "b")) && !tight.admits(&pair("a", "c")));
        assert!(tight.admits(&Credential::Bearer("t".into())) && tight.admits_token("t"));
        assert!(!tight.admits_token("dev1"));
    }

    #[test]
    fn queries_are_decoded_without_touching_plus() {
        assert_eq!(query_value(Some("a=1&token=x%2By+z%zz"), "token").as_deref(), Some("x+y+z%zz"));
        assert_eq!(query_value(Some("token="), "token").as_deref(), Some(""));
        assert_eq!(query_value(None, "token"), None);
    }
}
