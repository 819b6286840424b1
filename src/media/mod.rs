//! Files: how they are opened and waited for.

pub mod source;
