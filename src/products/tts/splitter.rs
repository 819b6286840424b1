//! Splits a text into pieces that the service accepts: between sentences where possible, else between words.

/// Ends of sentences in the languages that are spoken.
const ENDS: &[char] = &['.', '!', '?', '…', '。', '！', '？', '।', '\n'];
/// Characters that may follow such an end and still belong to the sentence.
const CLOSERS: &[char] = &['"', '\'', ')', ']', '»', '”', '’', '」', '』', '）'];
/// No space needs to follow these: their scripts have none between sentences.
const FULL_WIDTH: &[char] = &['。', '！', '？', '\n'];

/// Returns the pieces in order, none longer than `limit` code points; together they are the text.
pub fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(limit) {
        let (piece, after) = rest.split_at(cut(rest, end));
        pieces.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Returns where to split so that at most `end` bytes come before it. What follows `end` says whether a word
/// continues there.
fn cut(text: &str, end: usize) -> usize {
    let (mut sentence, mut word) = (0, 0);
    let mut may_end = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let after = at + char.len_utf8();
        if after > end {
            break;
        }
        may_end = ENDS.contains(&char) || (may_end && CLOSERS.contains(&char));
        let next_is_space = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        // Spaces stay with what is before them: a piece begins with a word.
        let is_border = char.is_whitespace() && !next_is_space;
        if is_border {
            word = after;
        }
        if FULL_WIDTH.contains(&char) || (is_border && ends_sentence(&text[..at])) {
            sentence = after;
        }
        // The piece may end here, with the space at the beginning of the next one.
        if after == end && next_is_space {
            word = end;
            sentence = if may_end { end } else { sentence };
        }
    }
    [sentence, word].into_iter().find(|&at| at > 0).unwrap_or(end)
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().trim_end_matches(CLOSERS).ends_with(ENDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_left_as_it_is() {
        assert_eq!(split("a b. c", 6), ["a b. c"]);
        assert!(split("", 6).is_empty());
    }

    #[test]
    fn sentences_are_kept_together_then_words() {
        assert_eq!(split("One two. Three four. Five", 21), ["One two. Three four. ", "Five"]);
        assert_eq!(split("One two. Three four. Five", 20), ["One two. Three four.", " Five"]);
        assert_eq!(split("One two. Three four. Five", 19), ["One two. ", "Three four. Five"]);
        assert_eq!(split("\"Go!\" he said to them", 12), ["\"Go!\" ", "he said to ", "them"]);
        assert_eq!(split("Version 1.2 is here", 12), ["Version 1.2 ", "is here"]);
        assert_eq!(split("one  two", 4), ["one ", " two"]);
        assert_eq!(split("今日は。明日は晴れ", 6), ["今日は。", "明日は晴れ"]);
    }

    #[test]
    fn a_word_that_is_too_long_is_cut() {
        assert_eq!(split("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(split("ééééé", 2), ["éé", "éé", "é"]);
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_too_long() {
        let letters = ['a', 'é', ' ', '.', '。', '\n', '"', '𝄞', '?'];
        let mut state = 1u64;
        for limit in 1..40 {
            let text: String = (0..300)
                .map(|_| {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    letters[(state >> 33) as usize % letters.len()]
                })
                .collect();
            let pieces = split(&text, limit);
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().all(|piece| (1..=limit).contains(&piece.chars().count())));
        }
    }
}
