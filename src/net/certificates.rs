//! The caller's certificates: PEM in any usual layout, or one certificate in DER. No error quotes what was read.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::error::{Error, Result};

/// Certificates that can be trusted, and how many of the given ones cannot be read.
#[derive(Debug, Default)]
pub(super) struct Certificates {
    pub good: Vec<CertificateDer<'static>>,
    pub bad: usize,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";
/// The object identifier 1.2.840.113549.1.7.2, signedData.
const SIGNED_DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
/// Where the identifier stands in a PKCS#7 file: after the outermost length.
const PKCS7_HEAD: usize = 24;

/// Returns the certificates that can be used. An error when there is none, with the reason of the first one.
pub(super) fn read(bytes: &[u8]) -> Result<Certificates> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(unusable("they are UTF-16 text; save them as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.first() == Some(&0x30) {
        return read_der(bytes);
    }
    let (mut found, mut reason) = (Certificates::default(), None);
    for block in blocks(bytes) {
        match block.certificate() {
            Ok(certificate) => found.good.push(certificate),
            Err(words) => {
                found.bad += 1;
                reason.get_or_insert(words);
            }
        }
    }
    if found.good.is_empty() {
        return Err(unusable(reason.unwrap_or("no line begins a certificate (-----BEGIN CERTIFICATE-----)")));
    }
    Ok(found)
}

fn unusable(reason: &str) -> Error {
    Error::invalid(format!("the CA certificates cannot be used: {reason}"))
}

fn read_der(bytes: &[u8]) -> Result<Certificates> {
    let head = &bytes[..bytes.len().min(PKCS7_HEAD)];
    if head.windows(SIGNED_DATA.len()).any(|part| part == SIGNED_DATA) {
        return Err(unusable(PKCS7));
    }
    match trusted(bytes.to_vec()) {
        Some(certificate) => Ok(Certificates { good: vec![certificate], bad: 0 }),
        None => Err(unusable("the file is binary and no certificate in DER; give PEM")),
    }
}

const PKCS7: &str = "they are PKCS#7 (.p7b); convert them: openssl pkcs7 -print_certs";

/// The text between a BEGIN line and its END line.
struct Block<'a> {
    label: &'a [u8],
    /// `None`: there is no END.
    body: Option<&'a [u8]>,
}

/// Blocks may stand anywhere: indented, on one line, after other text.
fn blocks(mut text: &[u8]) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    while let Some(begin) = find(text, BEGIN) {
        text = &text[begin + BEGIN.len()..];
        let Some(dashes) = find(text, DASHES) else { break };
        let (label, rest) = (&text[..dashes], &text[dashes + DASHES.len()..]);
        let end = [b"-----END ", label, DASHES].concat();
        // A block without an end must not swallow the next one.
        let next = find(rest, BEGIN).unwrap_or(rest.len());
        let body = find(&rest[..next], &end).map(|at| &rest[..at]);
        found.push(Block { label, body });
        text = &rest[body.map_or(0, |body| body.len() + end.len())..];
    }
    found
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, part)
}

impl Block<'_> {
    /// Returns the certificate, or why it cannot be read.
    fn certificate(&self) -> std::result::Result<CertificateDer<'static>, &'static str> {
        match self.label {
            b"CERTIFICATE" | b"X509 CERTIFICATE" | b"TRUSTED CERTIFICATE" => {}
            b"PKCS7" | b"CMS" => return Err(PKCS7),
            label if label.ends_with(b"PRIVATE KEY") => {
                return Err("a private key is no certificate, and does not belong here");
            }
            _ => return Err("a block is no certificate"),
        }
        let body = self.body.ok_or("a certificate has no END line")?;
        let der = decode(body).ok_or("a certificate is not base64")?;
        trusted(der).ok_or("a certificate is damaged, or of a kind that cannot be trusted")
    }
}

/// Decodes base64 with any white space, also with escapes in place of line ends, as in variables of one line.
fn decode(body: &[u8]) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' => rest = after.strip_prefix(b"n").or_else(|| after.strip_prefix(b"r"))?,
            byte if byte.is_ascii_whitespace() => {}
            byte => digits.push(byte),
        }
    }
    base64_simd::STANDARD.decode_to_vec(&digits).ok()
}

/// Returns a certificate that a root store accepts. What OpenSSL appends to a trusted one is removed.
fn trusted(mut der: Vec<u8>) -> Option<CertificateDer<'static>> {
    der.truncate(der_length(&der)?);
    let certificate = CertificateDer::from(der);
    // Checked now: at the first connection the caller would not see the error.
    RootCertStore::empty().add(certificate.clone()).ok()?;
    Some(certificate)
}

/// Length of the first value, with its tag and length bytes.
fn der_length(der: &[u8]) -> Option<usize> {
    let &[0x30, first, ref rest @ ..] = der else { return None };
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let digits = rest.get(..usize::from(first & 0x7f)).filter(|digits| (1..=4).contains(&digits.len()))?;
    let length = digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit));
    Some(2 + digits.len() + length)
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

    use super::*;

    struct Made {
        pem: String,
        der: Vec<u8>,
        key: String,
    }

    fn made() -> Made {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Made { pem: certificate.pem(), der: certificate.der().to_vec(), key: key.serialize_pem() }
    }

    fn counts(text: impl AsRef<[u8]>) -> (usize, usize) {
        let found = read(text.as_ref()).unwrap_or_else(|error| panic!("{error}"));
        (found.good.len(), found.bad)
    }

    fn refusal(bytes: impl AsRef<[u8]>) -> String {
        read(bytes.as_ref()).unwrap_err().text
    }

    #[test]
    fn certificates_are_read_in_every_form_that_people_have() {
        let Made { pem, der, .. } = made();
        let body = pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
        let indented: String = pem.lines().map(|line| format!("    {line}\n")).collect();
        for text in [
            pem.clone(),
            format!("\u{feff}{pem}"),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', " "),
            pem.trim().replace('\n', "\\n"),
            indented,
            format!("-----BEGIN CERTIFICATE-----{body}-----END CERTIFICATE-----"),
            format!("# my authority\nsubject=CN = x\n{pem}"),
            pem.replace("CERTIFICATE", "X509 CERTIFICATE"),
        ] {
            assert_eq!(counts(&text), (1, 0), "{text}");
        }
        assert_eq!(counts(&der), (1, 0));
        let trusted = base64_simd::STANDARD.encode_to_string([der, b"0\x03aux".to_vec()].concat());
        let trusted =
            format!("-----BEGIN TRUSTED CERTIFICATE-----\n{trusted}\n-----END TRUSTED CERTIFICATE-----\n");
        assert_eq!(counts(trusted), (1, 0));
    }

    #[test]
    fn a_bad_certificate_is_counted_and_the_others_are_trusted() {
        let (Made { pem, key, .. }, other) = (made(), made().pem);
        let cut = &pem[..pem.len() / 2];
        let damaged = pem.replace("MII", "AAA");
        let text = format!("{pem}{cut}\n{damaged}{key}{other}");
        assert_eq!(counts(text), (2, 3));
    }

    #[test]
    fn lengths_are_those_of_der() {
        let mut long = vec![0x30, 0x82, 1, 2];
        for (der, length) in
            [(&[0x30, 0x7f][..], Some(0x81)), (&[0x30, 0x81, 5], Some(8)), (&long, Some(262))]
        {
            assert_eq!(der_length(der), length);
        }
        assert_eq!(der_length(&[0x30, 0x80, 1, 2]), None, "without a length");
        long[0] = 0x31;
        assert_eq!(der_length(&long), None, "no sequence");
    }

    /// Whatever is wrong with them, the error must not contain the bytes of a key.
    #[test]
    fn what_cannot_be_used_is_named_and_never_quoted() {
        let Made { pem, key, .. } = made();
        let one_line = key.replace('\n', "");
        for (bytes, reason) in [
            (one_line.clone().into_bytes(), "private key"),
            (one_line.replace("-----END", "----END").into_bytes(), "private key"),
            (one_line.replace("-----BEGIN ", "-----BEGIN").into_bytes(), "no line begins"),
            (key.into_bytes(), "private key"),
            (pem.as_bytes()[..pem.len() - 30].to_vec(), "no END"),
            (pem.replace("MII", "M*I").into_bytes(), "base64"),
            (pem.replace("CERTIFICATE", "PKCS7").into_bytes(), "PKCS#7"),
            ([b"\x30\x82\x05\x00".as_slice(), SIGNED_DATA, &[0; 50]].concat(), "PKCS#7"),
            (b"\x30\x82\x00\x10PRIVATE*PRIVATE*".to_vec(), "DER"),
            (b"\xff\xfe-\0-\0".to_vec(), "UTF-16"),
            (Vec::new(), "no line begins"),
        ] {
            let text = refusal(&bytes);
            assert!(text.contains(reason), "{text}");
            // Neither as text nor as a list of numbers.
            assert!(text.len() < 160 && !text.contains('['), "{text}");
            assert!(
                !bytes.windows(12).any(|part| text.as_bytes().windows(12).any(|said| said == part)
                    && !part.starts_with(b"-----")),
                "{text}"
            );
        }
    }
}
