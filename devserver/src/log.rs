//! One line to stderr for each thing that happens, only when requested (`-v`); warnings always. Never a token, never audio.

use std::fmt::Display;
use std::io::Write;

#[derive(Clone, Copy, Debug, Default)]
pub struct Log {
    verbose: bool,
}

impl Log {
    pub fn new(verbose: bool) -> Self {
        Self { verbose }
    }

    /// Writes one line. Text from the peer must go through [`shown`] first.
    pub fn line(&self, text: impl Display) {
        if self.verbose {
            // A closed stderr must not stop the server.
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }

    /// Writes one line, also without `-v`.
    pub fn warning(&self, text: impl Display) {
        Log { verbose: true }.line(format_args!("warning: {text}"));
    }

    pub fn message(&self, session: u64, direction: &str, kind: &str, size: usize) {
        if self.verbose {
            self.line(format_args!("s{session} {direction} {} {size}", shown(kind)));
        }
    }
}

/// A peer's text, cut and made safe to print on one line.
pub fn shown(word: &str) -> String {
    if word.is_empty() {
        return "-".to_owned();
    }
    word.chars()
        .take(40)
        .map(|c| if c.is_ascii_alphanumeric() || "_-.:".contains(c) { c } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn peers_words_cannot_break_the_line() {
        assert_eq!(super::shown("set_task"), "set_task");
        assert_eq!(super::shown("a\nb\x1b["), "a?b??");
        assert_eq!(super::shown(&"x".repeat(99)).len(), 40);
    }
}
