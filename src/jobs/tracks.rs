//! The speech of each target, in its own WAV file that grows as speech arrives.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::job::{Job, Outcome, Output};
use crate::audio::format::Format;
use crate::error::{Error, Result, Status};
use crate::event::Event;
use crate::media::disk::{Links, is_folder, is_pipe};
use crate::media::wav::writer::Writer;
use crate::memory;

const PLACEHOLDER: &str = "{lang}";
/// More targets than any task has.
const MAX_TRACKS: usize = 64;
/// Samples that are kept in memory, of all targets: 1 GiB, many hours.
const MOST_KEPT: usize = 1 << 29;
/// No language code is nearly as long.
const MAX_NAME: usize = 31;

pub(super) struct Tracks {
    pattern: Option<OsString>,
    links: Links,
    keeps: bool,
    /// Samples in memory, of all tracks.
    kept: usize,
    targets: Vec<String>,
    tracks: Vec<Track>,
}

struct Track {
    name: String,
    frames: u64,
    format: Format,
    pcm: Vec<i16>,
    /// `None`: no file is wanted.
    writer: Option<Writer>,
}

impl Tracks {
    /// Fails now, not after the conversation, if the folder of the files does not exist.
    pub(super) fn new(job: &Job<'_>, targets: Vec<String>) -> Result<Tracks> {
        let pattern = job.output;
        if let Some(folder) = pattern.and_then(|pattern| Path::new(pattern).parent()) {
            let is_fixed = !has_placeholder(folder.as_os_str());
            if is_fixed && !folder.as_os_str().is_empty() && !is_folder(folder) {
                return Err(Error::new(Status::Io, format!("{} is no folder", folder.display())));
            }
        }
        let pattern = pattern.map(OsStr::to_owned);
        let (links, keeps) = (job.links, job.keeps_speech);
        Ok(Tracks { pattern, links, keeps, kept: 0, targets, tracks: Vec::new() })
    }

    pub(super) fn add(&mut self, event: &Event) -> Result<()> {
        let format = Format { sample_rate: event.sample_rate, channels: event.channels };
        let place = self.place_of(event.texts.language(), format)?;
        let track = &mut self.tracks[place];
        if self.keeps {
            self.kept += event.pcm.len();
            if self.kept > MOST_KEPT {
                return Err(Error::new(Status::Limit, "the speech is too long to be kept in memory"));
            }
            memory::grow(&mut track.pcm, event.pcm.len())?;
            track.pcm.extend_from_slice(&event.pcm);
        }
        track.frames += event.pcm_frames();
        track.writer.as_mut().map_or(Ok(()), |writer| writer.append(&event.pcm))
    }

    /// Completes the files and returns their contents.
    pub(super) fn finish(self, outcome: &mut Outcome) -> Result<()> {
        let mut written = Ok(());
        for Track { name, frames, format, pcm, writer } in self.tracks {
            let pcm = self.keeps.then_some(pcm);
            outcome.outputs.push(Output { language: name, frames, format, pcm });
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
        // Opening a pipe without a reader would take longer than any timeout.
        if let Some(pipe) = path.as_deref().filter(|path| is_pipe(path)) {
            let text = format!("{} is a pipe, and the head of a WAV file is written last", pipe.display());
            return Err(Error::new(Status::Io, text));
        }
        let writer = path.map(|path| Writer::create_at(&path, format, self.links)).transpose()?;
        self.tracks.push(Track { name, frames: 0, format, pcm: Vec::new(), writer });
        Ok(self.tracks.len() - 1)
    }

    /// With one target all speech belongs to it, whatever variant of the language the service names.
    fn name_of(&self, language: &str) -> String {
        match self.targets.as_slice() {
            [only] => safe(only),
            _ => safe(language),
        }
    }
}

/// It comes from a server and becomes part of a file name.
fn safe(language: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name: String = language.chars().take(MAX_NAME).map(|c| if is_plain(c) { c } else { '_' }).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}

/// Named as by the official clients (protocol.md 13, translate_file).
fn path_of(pattern: &OsStr, name: &str, has_several: bool) -> PathBuf {
    if has_placeholder(pattern) {
        return with_name(pattern, name).into();
    }
    let path = Path::new(pattern);
    if !has_several {
        return path.to_owned();
    }
    let mut file = path.file_stem().unwrap_or_default().to_owned();
    file.push("_");
    file.push(name);
    if let Some(suffix) = path.extension() {
        file.push(".");
        file.push(suffix);
    }
    path.with_file_name(file)
}

fn has_placeholder(pattern: &OsStr) -> bool {
    let bytes = pattern.as_encoded_bytes();
    bytes.windows(PLACEHOLDER.len()).any(|window| window == PLACEHOLDER.as_bytes())
}

/// File names are bytes here, whatever they mean.
#[cfg(unix)]
fn with_name(pattern: &OsStr, name: &str) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    let mut rest = pattern.as_bytes();
    let mut bytes = Vec::new();
    while let Some((&first, tail)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(PLACEHOLDER.as_bytes()) {
            bytes.extend_from_slice(name.as_bytes());
            rest = behind;
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(not(unix))]
fn with_name(pattern: &OsStr, name: &str) -> OsString {
    pattern.to_string_lossy().replace(PLACEHOLDER, name).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::calls::Call;
    use crate::session::handle::schedule::{Pace, REAL_TIME};
    use std::time::Duration;

    fn tracks(output: Option<&OsStr>, targets: &[&str]) -> Result<Tracks> {
        let job = Job {
            input: Path::new("unused"),
            output,
            pace: Pace { lead: Duration::ZERO, percent: REAL_TIME },
            keeps_speech: false,
            links: Links::Followed,
            call: &Call::default(),
        };
        Tracks::new(&job, targets.iter().map(|&target| target.to_owned()).collect())
    }

    #[test]
    fn files_are_named_as_the_official_clients_do() {
        for (pattern, several, path) in [
            ("out.wav", false, "out.wav"),
            ("out.wav", true, "out_es.wav"),
            ("a.b/out", true, "a.b/out_es"),
            ("{lang}.wav", false, "es.wav"),
            ("a/{lang}/x-{lang}.wav", true, "a/es/x-es.wav"),
        ] {
            assert_eq!(path_of(OsStr::new(pattern), "es", several), Path::new(path));
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
        let one = tracks(None, &["es"]).unwrap();
        assert_eq!(one.name_of("es-mx"), "es");
        let two = tracks(None, &["es", "fr"]).unwrap();
        assert_eq!(two.name_of("es-mx"), "es-mx");
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_at_once() {
        let nowhere = tracks(Some(OsStr::new("no-such-folder/out.wav")), &[]);
        assert_eq!(nowhere.err().unwrap().status, Status::Io);
        for fine in ["out.wav", "{lang}/out.wav"] {
            assert!(tracks(Some(OsStr::new(fine)), &[]).is_ok());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_nobody_reads_is_not_waited_for() {
        let path = std::env::temp_dir().join(format!("palabra-track-{}", std::process::id()));
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        let mut tracks = tracks(Some(path.as_os_str()), &["es"]).unwrap();
        let refused = tracks.place_of("es", Format { sample_rate: 24_000, channels: 1 });
        std::fs::remove_file(&path).unwrap();
        assert_eq!(refused.unwrap_err().status, Status::Io);
    }
}
