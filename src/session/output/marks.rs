//! What the two sides of a line exchange besides samples.

/// A position in the ring, counted in samples since its creation.
pub(crate) type Place = u64;

/// Where in the ring a phrase begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Border {
    pub at: Place,
    pub edge: Edge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Of the phrase of this number; so is the end.
    Begin(u64),
    End(u64),
}

/// What happened to a phrase, reported by the player.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub kind: MarkKind,
    pub phrase: u64,
    /// How many frames had been taken from the line at that moment, silence included.
    pub frame: u64,
    /// How much of the phrase was played.
    pub heard_us: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MarkKind {
    #[default]
    Started,
    Finished,
    Cut,
}

/// What a reader leaves in a ring when it stops: everything from this position on, and this many boundaries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left {
    pub at: Place,
    pub borders: usize,
}
