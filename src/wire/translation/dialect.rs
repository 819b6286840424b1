//! The two generations of clients that the service knows (protocol.md 2): what is sent differs, what is
//! understood does not.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Client id and secret: readiness is asked for, `flush_task`, `eos_timeout`.
    #[default]
    V1,
    /// API key: readiness is announced, `interrupt_task`, an end without a timeout.
    V2,
}

impl Dialect {
    /// The command that throws the phrase in progress away.
    pub fn interrupt_command(self) -> &'static str {
        match self {
            Dialect::V1 => "flush_task",
            Dialect::V2 => "interrupt_task",
        }
    }

    /// The silence that an end asks the service to wait for; the second generation has no such thing.
    pub fn eos_timeout(self, seconds: u32) -> Option<u32> {
        (self == Dialect::V1).then_some(seconds)
    }
}
