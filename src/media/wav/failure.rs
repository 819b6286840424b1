//! What went wrong with a file.

use std::path::Path;

use crate::error::{Error, Status};

pub(super) fn file_error(path: &Path, error: &hound::Error) -> Error {
    let text = format!("{}: {error}", path.display());
    match error {
        hound::Error::Unsupported => Error::new(Status::Unsupported, text),
        hound::Error::IoError(system) => Error::of_system(Status::Io, system, text),
        _ => Error::new(Status::Io, text),
    }
}
