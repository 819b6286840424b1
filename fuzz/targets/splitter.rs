//! A text that is spoken in pieces: nothing is lost, no piece is too long or empty, and no word is cut that fits.

use palabra::products::tts::splitter::split;

use super::bytes::Bytes;

pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    let limit = 1 + bytes.below(200);
    let text = String::from_utf8_lossy(bytes.0);
    let pieces = split(&text, limit);
    assert_eq!(pieces.concat(), text);
    for (n, piece) in pieces.iter().enumerate() {
        assert!((1..=limit).contains(&piece.chars().count()), "{piece:?}");
        let Some(next) = pieces.get(n + 1) else { continue };
        let cuts_a_word = !piece.ends_with(is_border) && !next.starts_with(char::is_whitespace);
        assert!(
            !cuts_a_word || !piece.trim_start().contains(char::is_whitespace),
            "{piece:?} before {next:?}"
        );
    }
}

/// Where a piece may end without a space.
fn is_border(char: char) -> bool {
    char.is_whitespace() || ['。', '！', '？'].contains(&char)
}
