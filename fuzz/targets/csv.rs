//! Rows of a glossary: any reader of RFC 4180 finds the same cells.

use palabra::wire::management::csv::push_row;

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let rows: Vec<Vec<&str>> = text.split('\u{1}').map(|row| row.split('\u{2}').collect()).collect();
    let mut csv = String::new();
    for row in &rows {
        push_row(&mut csv, row.iter().copied());
    }
    assert_eq!(cells(&csv), rows);
}

/// The reader's side of RFC 4180: a line ends with LF, or with CRLF, outside of quotes.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = csv.chars().peekable();
    let (mut is_quoted, mut is_begun) = (false, false);
    while let Some(char) = chars.next() {
        match char {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' => {
                assert!(!is_begun, "a quote inside of a plain cell");
                (is_quoted, is_begun) = (true, true);
            }
            ',' | '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                is_begun = false;
                if char == '\n' {
                    rows.push(std::mem::take(&mut row));
                }
            }
            '\r' if !is_quoted => panic!("a line end outside of quotes"),
            char => {
                is_begun = true;
                cell.push(char);
            }
        }
    }
    assert!(!is_quoted && row.is_empty() && cell.is_empty(), "the last row has an end");
    rows
}
