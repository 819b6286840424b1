//! What work that may block is for.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Resolving a name.
    Name,
    /// Reading the system's certificates.
    Roots,
    /// Writing a recording.
    Recording,
}

impl Work {
    /// The name of its thread, of which systems show at most 15 bytes.
    pub(super) fn name(self) -> &'static str {
        match self {
            Work::Name => "palabra-dns",
            Work::Roots => "palabra-roots",
            Work::Recording => "palabra-wav",
        }
    }
}
