//! Maps the codes of the service to those of the stages, and finds which languages are installed.

use super::command::Command;

/// Codes of the service with the three letters that Debian's translators use (ISO 639-3).
const LETTERS: [(&str, &str); 36] = [
    ("ar", "ara"),
    ("be", "bel"),
    ("bg", "bul"),
    ("ca", "cat"),
    ("cs", "ces"),
    ("cy", "cym"),
    ("da", "dan"),
    ("de", "deu"),
    ("el", "ell"),
    ("en", "eng"),
    ("eo", "epo"),
    ("es", "spa"),
    ("et", "est"),
    ("eu", "eus"),
    ("fi", "fin"),
    ("fr", "fra"),
    ("ga", "gle"),
    ("gl", "glg"),
    ("hr", "hrv"),
    ("hu", "hun"),
    ("is", "isl"),
    ("it", "ita"),
    ("lt", "lit"),
    ("lv", "lav"),
    ("mk", "mkd"),
    ("mt", "mlt"),
    ("nl", "nld"),
    ("no", "nob"),
    ("pl", "pol"),
    ("pt", "por"),
    ("ro", "ron"),
    ("ru", "rus"),
    ("sl", "slv"),
    ("sv", "swe"),
    ("tr", "tur"),
    ("uk", "ukr"),
];

/// Returns a code without its region.
pub fn base(code: &str) -> &str {
    code.split('-').next().unwrap_or(code)
}

/// Returns the three letters of a code; an unknown code stays as it is.
pub fn letters(code: &str) -> &str {
    let base = base(code);
    LETTERS.iter().find(|(two, _)| *two == base).map_or(base, |(_, three)| three)
}

/// Parses a list of modes, one pair like `eng-spa` per line.
pub fn pairs(listing: &str) -> Vec<(String, String)> {
    let pair = |line: &str| line.trim().split_once('-').map(|(from, to)| (from.to_owned(), to.to_owned()));
    listing.lines().filter_map(pair).filter(|(from, to)| is_code(from) && is_code(to)).collect()
}

fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Parses the second column of `espeak-ng --voices`.
pub fn voices(listing: &str) -> Vec<String> {
    listing.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1)).map(str::to_owned).collect()
}

/// Returns the output of a program that lists something.
pub fn listing(command: &Command) -> Result<String, String> {
    let output = std::process::Command::new(command.program())
        .args(command.arguments())
        .output()
        .map_err(|e| format!("cannot start {}: {e}", command.program()))?;
    if !output.status.success() {
        return Err(format!(
            "{} {} ended ({})",
            command.program(),
            command.arguments().join(" "),
            output.status
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lose_their_region_and_get_their_letters() {
        assert_eq!((letters("en-us"), letters("es-mx"), letters("xx")), ("eng", "spa", "xx"));
    }

    #[test]
    fn listings_are_read() {
        let listing = "  cat-eng\n  cat-eng_US\n  eng-spa\n\nsomething else\n";
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(pairs(listing), [pair("cat", "eng"), pair("eng", "spa")]);
        let listing =
            "Pty Language       Age/Gender VoiceName\n 5  es              --/M      Spanish_(Spain)\n";
        assert_eq!(voices(listing), ["es"]);
    }
}
