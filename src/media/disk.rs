//! The system's files: how they are opened, created and listed. Nothing else in the library asks the system for one.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

#[cfg(not(feature = "sim"))]
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// What happens where the name of a new file is a symbolic link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// The file that it points to is replaced, or created.
    Followed,
    /// That is an error of the system.
    Refused,
}

/// A file that was created.
#[cfg(not(feature = "sim"))]
pub(super) type Created = File;
#[cfg(feature = "sim")]
pub(super) type Created = Box<dyn crate::world::Created>;

/// A file that was opened.
#[cfg(not(feature = "sim"))]
pub(super) type Opened = File;
#[cfg(feature = "sim")]
pub(super) type Opened = Box<dyn crate::world::Opened>;

#[cfg(not(feature = "sim"))]
pub(super) fn open(path: &Path) -> io::Result<Opened> {
    File::open(path)
}

#[cfg(feature = "sim")]
pub(super) fn open(path: &Path) -> io::Result<Opened> {
    crate::world::world().open(path)
}

/// `None`: a pipe or the like, whose end only its writer knows.
#[cfg(not(feature = "sim"))]
pub(super) fn length(file: &Opened) -> io::Result<Option<u64>> {
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some(metadata.len()))
}

#[cfg(feature = "sim")]
pub(super) fn length(file: &Opened) -> io::Result<Option<u64>> {
    Ok(Some(file.length()))
}

/// As [`open`], without waiting for the writer of a pipe.
#[cfg(all(unix, not(feature = "sim")))]
pub(super) fn open_at_once(path: &Path) -> io::Result<Opened> {
    use std::os::unix::fs::OpenOptionsExt;

    // On disk the flag would only do harm: a file that another program holds a lease on must be waited for.
    if std::fs::metadata(path)?.is_file() {
        return open(path);
    }
    File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

#[cfg(any(not(unix), feature = "sim"))]
pub(super) fn open_at_once(path: &Path) -> io::Result<Opened> {
    open(path)
}

#[cfg(feature = "sim")]
pub(super) fn create(path: &Path, _links: Links) -> io::Result<Created> {
    crate::world::world().create(path)
}

/// Replaces an existing file.
#[cfg(not(feature = "sim"))]
pub(super) fn create(path: &Path, links: Links) -> io::Result<Created> {
    if links == Links::Followed {
        return File::create(path);
    }
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    refuse_links(&mut options);
    let file = options.open(path)?;
    // Where the system opens the link itself.
    if file.metadata()?.is_symlink() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is a symbolic link"));
    }
    file.set_len(0)?;
    Ok(file)
}

/// In one step with the opening, so that no link can be put in place between.
#[cfg(not(feature = "sim"))]
fn refuse_links(options: &mut std::fs::OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        options.custom_flags(libc::O_NOFOLLOW);
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt;

        const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
}

/// Returns the whole content of a file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// Returns the files in a folder, in no order.
pub fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

pub fn is_pipe(path: &Path) -> bool {
    #[cfg(all(unix, not(feature = "sim")))]
    {
        use std::os::unix::fs::FileTypeExt;

        std::fs::metadata(path).is_ok_and(|there| there.file_type().is_fifo())
    }
    #[cfg(any(not(unix), feature = "sim"))]
    {
        let _ = path;
        false
    }
}

#[cfg(not(feature = "sim"))]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

#[cfg(feature = "sim")]
pub fn is_folder(path: &Path) -> bool {
    exists(path)
}

#[cfg(not(feature = "sim"))]
pub fn exists(path: &Path) -> bool {
    path.exists()
}

#[cfg(feature = "sim")]
pub fn exists(path: &Path) -> bool {
    crate::world::world().exists(path)
}
