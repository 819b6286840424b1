//! Figures that are added up over sessions.

/// From the opening of a session, or of several, until now. They only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Audio that was sent to the service, silence included.
    pub sent_us: u64,
    /// Of that, silence in place of input that was missing.
    pub silence_us: u64,
    /// Input that was too old to be sent.
    pub dropped_us: u64,
    /// Speech that was received.
    pub speech_us: u64,
    pub bytes_sent: u64,
    pub bytes_received: u64,
    pub events_dropped: u64,
    pub gap_pauses: u64,
    /// Sessions that became READY, and the time from their opening to that.
    pub readies: u64,
    pub ready_us: u64,
    /// Sessions that received speech, and the time from the first that was sent to the first that was received.
    pub answers: u64,
    pub answer_us: u64,
}

impl Sums {
    pub fn add(&mut self, other: &Sums) {
        self.sent_us += other.sent_us;
        self.silence_us += other.silence_us;
        self.dropped_us += other.dropped_us;
        self.speech_us += other.speech_us;
        self.bytes_sent += other.bytes_sent;
        self.bytes_received += other.bytes_received;
        self.events_dropped += other.events_dropped;
        self.gap_pauses += other.gap_pauses;
        self.readies += other.readies;
        self.ready_us += other.ready_us;
        self.answers += other.answers;
        self.answer_us += other.answer_us;
    }
}
