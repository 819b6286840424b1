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

/// The source language of a task that wants it detected.
pub const AUTO: &str = "auto";
/// The languages of the default recogniser: English alone without Whisper, whose codes of the service follow.
pub const WHISPERED: [&str; 54] = [
    "en", AUTO, "ar", "hy", "eu", "be", "bn", "bg", "ca", "zh", "hr", "cs", "da", "nl", "et", "fil", "fi",
    "fr", "gl", "de", "el", "he", "hi", "hu", "id", "it", "ja", "kk", "ko", "lv", "lt", "mk", "ms", "mt",
    "mr", "mn", "no", "fa", "pl", "pt", "ro", "ru", "sr", "sk", "sl", "es", "sw", "sv", "ta", "th", "tr",
    "uk", "ur", "vi",
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

/// A pair that a translator has, in three letters each, and its name there.
#[derive(Clone, Debug, PartialEq)]
pub struct Mode {
    pub from: String,
    pub to: String,
    pub name: String,
}

/// Parses a list of modes, one pair like `eng-spa` or `es-gl` per line.
pub fn pairs(listing: &str) -> Vec<Mode> {
    let mode = |line: &str| {
        let (from, to) = line.trim().split_once('-')?;
        let (from, to) = (letters_of(from)?, letters_of(to)?);
        Some(Mode { from, to, name: line.trim().to_owned() })
    };
    listing.lines().filter_map(mode).collect()
}

/// The older half of Debian's pairs is named by two letters.
fn letters_of(name: &str) -> Option<String> {
    let is_code = name.bytes().all(|byte| byte.is_ascii_lowercase());
    match name.len() {
        3 if is_code => Some(name.to_owned()),
        2 if is_code => Some(letters(name).to_owned()),
        _ => None,
    }
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
        let listing = "  cat-eng\n  cat-eng_US\n  es-gl\n\nsomething else\n";
        let mode = |from: &str, to: &str, name: &str| Mode {
            from: from.to_owned(),
            to: to.to_owned(),
            name: name.to_owned(),
        };
        assert_eq!(pairs(listing), [mode("cat", "eng", "cat-eng"), mode("spa", "glg", "es-gl")]);
        let listing =
            "Pty Language       Age/Gender VoiceName\n 5  es              --/M      Spanish_(Spain)\n";
        assert_eq!(voices(listing), ["es"]);
    }
}
