//! What the two sides of a line tell each other besides samples.

/// A place in the ring, counted in samples since it was made.
pub type Place = u64;

/// Where in the ring a phrase begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Border {
    pub at: Place,
    pub edge: Edge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The phrase of this number.
    Begin(u64),
    End,
}

/// What became of a phrase, told by the one who plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub kind: MarkKind,
    pub phrase: u64,
    /// How many frames had been taken from the line at that moment, silence included.
    pub frame: u64,
    /// How much of the phrase was played.
    pub heard_us: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    Started,
    Finished,
    Cut,
}

/// What a reader leaves in a ring when he goes: all from this place on, and so many borders.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    pub at: Place,
    pub borders: usize,
}
