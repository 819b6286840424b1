//! The rows of a glossary (RFC 4180, with LF or CRLF).

/// Checks that each row has this many filled columns. Returns the number of rows.
pub fn check(text: &str, columns: usize) -> Result<usize, String> {
    let mut count = 0;
    for (n, row) in rows(text)?.iter().enumerate().filter(|(_, row)| !row.iter().all(String::is_empty)) {
        if row.len() != columns {
            return Err(format!("row {}: must have {columns} columns, has {}", n + 1, row.len()));
        }
        if row.iter().any(|cell| cell.trim().is_empty()) {
            return Err(format!("row {}: a column is empty", n + 1));
        }
        count += 1;
    }
    if count == 0 { Err("there are no entries".to_owned()) } else { Ok(count) }
}

fn rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if quoted {
        return Err(format!("row {}: a quote is not closed", rows.len() + 1));
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_line_ends_are_understood() {
        let text = "\u{feff}a,b\r\n\"c, d\",\"e \"\"f\"\"\ng\"\n\nh,i";
        let found = rows(text).unwrap();
        let wanted = [&["a", "b"][..], &["c, d", "e \"f\"\ng"], &[""], &["h", "i"]];
        assert_eq!(found, wanted);
        assert_eq!(check(text, 2), Ok(3));
    }

    #[test]
    fn mistakes_are_named_with_their_row() {
        for (text, columns, part) in [
            ("", 2, "no entries"),
            ("\n\n", 1, "no entries"),
            ("a,b\nc\n", 2, "row 2: must have 2 columns, has 1"),
            ("a,b\n", 1, "row 1: must have 1 columns, has 2"),
            ("a, \n", 2, "row 1: a column is empty"),
            ("a,\"b\n", 2, "row 1: a quote"),
        ] {
            assert!(check(text, columns).unwrap_err().contains(part), "{text:?}");
        }
    }
}
