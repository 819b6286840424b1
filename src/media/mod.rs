//! Audio files: opened and waited for, read and written.

pub mod disk;
pub mod sound_file;
pub mod source;
pub mod wav;
