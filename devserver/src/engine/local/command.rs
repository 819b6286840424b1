//! The command line of a stage: words separated by white space, with placeholders for language, voice and speed.

use std::path::Path;

/// The words of a command, before the placeholders are replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Command(Vec<String>);

impl Command {
    /// White space separates the words; there is no quoting.
    pub fn split(line: &str) -> Result<Self, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() { Err("the command is empty".to_owned()) } else { Ok(Self(words)) }
    }

    pub fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|word| (*word).to_owned()).collect())
    }

    pub fn program(&self) -> &str {
        &self.0[0]
    }

    /// The words with `{name}` replaced by its value.
    pub fn filled(&self, places: &[(&str, &str)]) -> Self {
        let fill = |word: &String| {
            places
                .iter()
                .fold(word.clone(), |word, (name, value)| word.replace(&format!("{{{name}}}"), value))
        };
        Self(self.0.iter().map(fill).collect())
    }

    pub fn arguments(&self) -> &[String] {
        &self.0[1..]
    }

    /// Returns whether the program can be found in the way in which it would be started.
    pub fn exists(&self) -> bool {
        let program = Path::new(self.program());
        if program.components().count() > 1 {
            return is_program(program);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| is_program(&folder.join(program)))
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file() || path.with_extension("exe").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_wherever_they_stand() {
        let command = Command::split("  say -l {source}-{target}\t{speed} ").unwrap();
        let filled = command.filled(&[("source", "eng"), ("target", "spa"), ("speed", "175")]);
        assert_eq!(
            (filled.program(), filled.arguments()),
            ("say", &["-l", "eng-spa", "175"].map(String::from)[..])
        );
        assert!(Command::split(" \t").is_err());
    }

    #[test]
    fn programs_are_looked_for_as_a_shell_would() {
        assert!(Command::of(&["/bin/sh"]).exists() && Command::of(&["sh"]).exists());
        for missing in ["no-such-program-at-all", "/bin", "/nonexistent/sh"] {
            assert!(!Command::of(&[missing]).exists(), "{missing}");
        }
    }
}
