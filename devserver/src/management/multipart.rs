//! Forms with files (RFC 7578), read from a body that is already in memory.

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;

/// One part of a form.
#[derive(Debug, PartialEq)]
pub struct Part<'a> {
    pub name: String,
    pub filename: Option<String>,
    pub content_type: Option<String>,
    pub content: &'a [u8],
}

/// Reads the parts in their order.
pub fn parts<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Vec<Part<'a>>, &'static str> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err("the body is not multipart/form-data");
    }
    let boundary = parameter(content_type, "boundary").ok_or("the form has no boundary")?;
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut rest = after(body, delimiter.as_bytes()).ok_or("the form has no first boundary")?;
    let inner = format!("\r\n{delimiter}");
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n").ok_or("a boundary of the form has no end of line")?;
        let end = find(part, inner.as_bytes()).ok_or("the form is cut short")?;
        parts.push(self::part(&part[..end])?);
        rest = &part[end + inner.len()..];
    }
    Ok(parts)
}

fn part(bytes: &[u8]) -> Result<Part<'_>, &'static str> {
    let head_end = find(bytes, b"\r\n\r\n").ok_or("a part of the form has no end of its header")?;
    let head = std::str::from_utf8(&bytes[..head_end]).map_err(|_| "the header of a part is not UTF-8")?;
    let value = |name: &str| {
        let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    };
    let disposition = value("content-disposition").ok_or("a part of the form has no name")?;
    Ok(Part {
        name: parameter(disposition, "name").ok_or("a part of the form has no name")?,
        filename: parameter(disposition, "filename"),
        content_type: value("content-type").map(str::to_owned),
        content: &bytes[head_end + 4..],
    })
}

/// Reads `key=value` or `key="value"` among the parameters of a header.
fn parameter(header: &str, key: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, next)) = rest.split_once(';') {
        rest = next.trim_start();
        let (name, value) = rest.split_once('=')?;
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_at(quoted.find('"')?),
            None => value.split_at(value.find(';').unwrap_or(value.len())),
        };
        if name.trim().eq_ignore_ascii_case(key) {
            return Some(value.trim().to_owned());
        }
        rest = after;
    }
    None
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn after<'a>(bytes: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    find(bytes, wanted).map(|at| &bytes[at + wanted.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &str) -> HeaderMap {
        HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())])
    }

    #[test]
    fn fields_and_files_are_read() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nvalue\r\n\
            --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;b.wav\"\r\nContent-Type: audio/wav\r\n\r\n\
            \x00\r\n--c\xff\r\n--b--\r\n";
        for boundary in ["multipart/form-data; boundary=b", "multipart/form-data; charset=x; boundary=\"b\""]
        {
            let parts = parts(&headers(boundary), body).unwrap();
            assert_eq!((parts[0].name.as_str(), parts[0].content), ("key", &b"value"[..]));
            let file = &parts[1];
            assert_eq!(
                (file.filename.as_deref(), file.content_type.as_deref()),
                (Some("a;b.wav"), Some("audio/wav"))
            );
            assert_eq!(file.content, b"\x00\r\n--c\xff");
        }
    }

    #[test]
    fn broken_forms_are_refused() {
        let form = "multipart/form-data; boundary=b";
        for (content_type, body) in [
            ("text/csv", &b""[..]),
            ("multipart/form-data", b""),
            (form, b""),
            (form, b"--b"),
            (form, b"--b\r\n\r\n\r\nx"),
            (form, b"--b\r\nX: y\r\n\r\nz\r\n--b--"),
            (form, b"--b\r\nContent-Disposition: form-data; name=\"x\r\n\r\nz\r\n--b--"),
        ] {
            assert!(parts(&headers(content_type), body).is_err(), "{body:?}");
        }
    }
}
