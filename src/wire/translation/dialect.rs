//! The two generations of clients that the service knows (protocol.md 2). They differ in what is sent; both
//! understand the same.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Client id and secret: the client polls for readiness, sends `flush_task` and `eos_timeout`.
    #[default]
    V1,
    /// API key: the service announces readiness; the client sends `interrupt_task` and ends without a timeout.
    V2,
}

impl Dialect {
    /// The command that discards the phrase in progress.
    pub fn interrupt_command(self) -> &'static str {
        match self {
            Dialect::V1 => "flush_task",
            Dialect::V2 => "interrupt_task",
        }
    }

    /// The silence that `end_task` asks the service to wait for; the second generation has none.
    pub fn eos_timeout(self, seconds: u32) -> Option<u32> {
        (self == Dialect::V1).then_some(seconds)
    }
}
