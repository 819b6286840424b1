//! A multipart form with one file (RFC 7578), as uploads require it: all fields first, the file last (protocol.md
//! 10).

use crate::error::Result;
use crate::memory;

pub struct File<'a> {
    /// Name of the form's part that holds the file.
    pub part: &'a str,
    pub name: &'a str,
    pub content_type: &'a str,
    pub content: &'a [u8],
}

pub fn content_type(boundary: &str) -> String {
    format!("multipart/form-data; boundary={boundary}")
}

/// Returns the body. `boundary` must not occur in it.
pub fn body(boundary: &str, fields: &[(String, String)], file: &File<'_>) -> Result<Vec<u8>> {
    let mut head = String::new();
    for (name, value) in fields {
        let name = escaped(name);
        head.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    head.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        escaped(file.part),
        escaped(file.name),
        file.content_type
    ));
    let tail = format!("\r\n--{boundary}--\r\n");
    let mut body = Vec::new();
    memory::reserve(&mut body, head.len() + file.content.len() + tail.len())?;
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file.content);
    body.extend_from_slice(tail.as_bytes());
    Ok(body)
}

/// Escapes the characters that would end the quotes or the line, as browsers do (RFC 7578 section 2).
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_first_and_the_file_is_untouched() {
        let fields = [("key".to_owned(), "voices/1".to_owned()), ("policy".to_owned(), "ü=".to_owned())];
        let file =
            File { part: "file", name: "me.wav", content_type: "audio/wav", content: b"\x00\r\n--x\xff" };
        let expected = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nvoices/1\r\n\
            --b\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\n\xc3\xbc=\r\n\
            --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"me.wav\"\r\n\
            Content-Type: audio/wav\r\n\r\n\x00\r\n--x\xff\r\n--b--\r\n";
        assert_eq!(body("b", &fields, &file).unwrap(), expected);
        assert_eq!(content_type("b"), "multipart/form-data; boundary=b");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let file = File { part: "f", name: "a\"\r\nX: y.csv", content_type: "text/csv", content: b"" };
        let text = String::from_utf8(body("b", &[], &file).unwrap()).unwrap();
        assert!(text.contains("filename=\"a%22%0D%0AX: y.csv\"\r\n"), "{text}");
    }
}
