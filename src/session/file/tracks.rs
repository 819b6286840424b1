//! The speech of each target, in a WAV file of its own that grows as the speech comes.

use std::path::{Path, PathBuf};

use super::{Outcome, Output};
use crate::audio::format::Format;
use crate::audio::wav::writer::Writer;
use crate::error::{Error, Result, Status};
use crate::event::Event;

const PLACEHOLDER: &str = "{lang}";
/// No task has as many targets.
const MAX_TRACKS: usize = 64;
/// No language code comes near this.
const MAX_NAME: usize = 31;

pub struct Tracks {
    pattern: Option<String>,
    targets: Vec<String>,
    tracks: Vec<Track>,
}

struct Track {
    name: String,
    frames: u64,
    /// `None`: nobody wants a file.
    writer: Option<Writer>,
}

impl Tracks {
    /// Fails now, and not after the conversation, when the folder of the files does not exist.
    pub fn new(pattern: Option<&str>, targets: Vec<String>) -> Result<Tracks> {
        if let Some(folder) = pattern.and_then(|pattern| Path::new(pattern).parent()) {
            let is_fixed = !folder.to_string_lossy().contains(PLACEHOLDER);
            if is_fixed && !folder.as_os_str().is_empty() && !folder.is_dir() {
                return Err(Error::new(Status::Io, format!("{} is no folder", folder.display())));
            }
        }
        Ok(Tracks { pattern: pattern.map(str::to_owned), targets, tracks: Vec::new() })
    }

    pub fn add(&mut self, event: &Event) -> Result<()> {
        let format = Format { sample_rate: event.sample_rate, channels: event.channels };
        let place = self.place_of(event.texts.language(), format)?;
        let track = &mut self.tracks[place];
        track.frames += event.pcm_frames();
        track.writer.as_mut().map_or(Ok(()), |writer| writer.append(&event.pcm))
    }

    /// Completes the files and tells what is in them.
    pub fn finish(self, outcome: &mut Outcome) -> Result<()> {
        let mut written = Ok(());
        for Track { name, frames, writer } in self.tracks {
            outcome.outputs.push(Output { language: name, frames });
            if let Some(writer) = writer {
                written = written.and(writer.finish());
            }
        }
        written
    }

    /// A file begins with the first speech of its language.
    fn place_of(&mut self, language: &str, format: Format) -> Result<usize> {
        let name = self.name_of(language);
        if let Some(place) = self.tracks.iter().position(|track| track.name == name) {
            return Ok(place);
        }
        if self.tracks.len() == MAX_TRACKS {
            return Err(Error::new(Status::Protocol, "speech came in too many languages"));
        }
        let path = self.pattern.as_ref().map(|pattern| path_of(pattern, &name, self.targets.len() > 1));
        let writer = path.map(|path| Writer::create(&path, format)).transpose()?;
        self.tracks.push(Track { name, frames: 0, writer });
        Ok(self.tracks.len() - 1)
    }

    /// With one target everything is its speech, whatever variant of the language the service calls it.
    fn name_of(&self, language: &str) -> String {
        match self.targets.as_slice() {
            [only] => safe(only),
            _ => safe(language),
        }
    }
}

/// It comes from a server and becomes part of a file's name.
fn safe(language: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name: String = language.chars().take(MAX_NAME).map(|c| if is_plain(c) { c } else { '_' }).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}

/// As the official clients name them (protocol.md 13, translate_file).
fn path_of(pattern: &str, name: &str, has_several: bool) -> PathBuf {
    if pattern.contains(PLACEHOLDER) {
        return pattern.replace(PLACEHOLDER, name).into();
    }
    let path = Path::new(pattern);
    if !has_several {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let suffix = path.extension().map(|suffix| format!(".{}", suffix.to_string_lossy()));
    path.with_file_name(format!("{stem}_{name}{}", suffix.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_the_official_clients_do() {
        for (pattern, several, path) in [
            ("out.wav", false, "out.wav"),
            ("out.wav", true, "out_es.wav"),
            ("a.b/out", true, "a.b/out_es"),
            ("{lang}.wav", false, "es.wav"),
            ("a/{lang}/x-{lang}.wav", true, "a/es/x-es.wav"),
        ] {
            assert_eq!(path_of(pattern, "es", several), Path::new(path));
        }
    }

    #[test]
    fn a_language_cannot_lead_elsewhere() {
        for (language, name) in
            [("es-mx", "es-mx"), ("../../etc/x", "______etc_x"), ("", "unknown"), ("é\0", "__")]
        {
            assert_eq!(safe(language), name);
        }
        assert_eq!(safe(&"x".repeat(1000)).len(), MAX_NAME);
    }

    #[test]
    fn a_variant_of_the_only_target_is_that_target() {
        let one = Tracks::new(None, vec!["es".into()]).unwrap();
        assert_eq!(one.name_of("es-mx"), "es");
        let two = Tracks::new(None, vec!["es".into(), "fr".into()]).unwrap();
        assert_eq!(two.name_of("es-mx"), "es-mx");
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_at_once() {
        let nowhere = Tracks::new(Some("no-such-folder/out.wav"), Vec::new());
        assert_eq!(nowhere.err().unwrap().status, Status::Io);
        for fine in ["out.wav", "{lang}/out.wav"] {
            assert!(Tracks::new(Some(fine), Vec::new()).is_ok());
        }
    }
}
