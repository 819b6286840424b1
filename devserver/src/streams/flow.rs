//! What happens to a stream after an event.

pub enum Flow {
    Go,
    Close(u16, &'static str),
    Reset,
    HangUp,
    Silent,
    /// The connection ended by itself or the client closed it, with this code.
    Gone(Option<u16>),
}
