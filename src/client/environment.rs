//! What the process environment says, unless the caller wants none of it.

/// The variables are read when a client is made and never again: another thread may change them later.
pub struct Environment {
    ignored: bool,
}

impl Environment {
    pub fn new(ignored: bool) -> Environment {
        Environment { ignored }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<String> {
        if self.ignored {
            return None;
        }
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}
