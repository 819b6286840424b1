//! The rows of a glossary: RFC 4180 with LF (protocol.md 10).

/// Appends one row. A cell with a comma, quote or line end is quoted.
pub fn push_row<'a>(csv: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            csv.push('"');
            csv.push_str(&cell.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(cell);
        }
    }
    csv.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> String {
        let mut csv = String::new();
        for row in rows {
            push_row(&mut csv, row.iter().copied());
        }
        csv
    }

    #[test]
    fn plain_cells_stand_as_they_are() {
        assert_eq!(rows(&[&["cat", "gato"], &["año nuevo", "new year"]]), "cat,gato\naño nuevo,new year\n");
        assert_eq!(rows(&[&["Palabra"], &["o'clock; 10 %"]]), "Palabra\no'clock; 10 %\n");
    }

    #[test]
    fn commas_quotes_and_line_ends_are_quoted() {
        assert_eq!(rows(&[&["a, b", "c"]]), "\"a, b\",c\n");
        assert_eq!(rows(&[&["a \"big\" cat", "\""]]), "\"a \"\"big\"\" cat\",\"\"\"\"\n");
        assert_eq!(rows(&[&["two\nlines", "and\r\nmore"]]), "\"two\nlines\",\"and\r\nmore\"\n");
    }
}
