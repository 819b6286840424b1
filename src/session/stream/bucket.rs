//! A limit of a number per window of time.

use std::time::Duration;

use tokio::time::Instant;

/// A token bucket. A sixth of what a window allows may be sent at once, and the rest is refilled evenly, so that no
/// window, wherever it begins, exceeds the limit.
pub(crate) struct Bucket {
    capacity: u32,
    refill: Duration,
    tokens: u32,
    /// When the last whole token was added; without meaning while the bucket is full.
    filled: Option<Instant>,
}

impl Bucket {
    pub(crate) fn new(limit: u32, window: Duration) -> Bucket {
        let capacity = (limit / 6).max(1);
        let trickle = limit.saturating_sub(capacity).max(1);
        Bucket { capacity, refill: window / trickle, tokens: capacity, filled: None }
    }

    /// When the next token is added; `None`: there is one.
    pub(crate) fn earliest(&self, now: Instant) -> Option<Instant> {
        match self.filled {
            Some(filled) if self.tokens_at(now) == 0 => Some(filled + self.refill),
            _ => None,
        }
    }

    pub(crate) fn take(&mut self, now: Instant) {
        let tokens = self.tokens_at(now);
        self.filled = match self.filled {
            Some(filled) if tokens < self.capacity => Some(filled + self.refill * (tokens - self.tokens)),
            _ => Some(now),
        };
        self.tokens = tokens.saturating_sub(1);
    }

    fn tokens_at(&self, now: Instant) -> u32 {
        let Some(filled) = self.filled else {
            return self.capacity;
        };
        let since = now.saturating_duration_since(filled).as_nanos();
        let came_in = since / self.refill.as_nanos().max(1);
        let missing = self.capacity - self.tokens;
        self.tokens + u32::try_from(came_in).unwrap_or(u32::MAX).min(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_rested_bucket_is_full_again() {
        let start = Instant::now();
        let mut bucket = Bucket::new(60, Duration::from_secs(60));
        for _ in 0..10 {
            assert_eq!(bucket.earliest(start), None);
            bucket.take(start);
        }
        assert_eq!(bucket.earliest(start), Some(start + 1200 * MS));
        assert_eq!(bucket.tokens_at(start + 3600 * MS), 3);
        assert_eq!(bucket.tokens_at(start + Duration::from_secs(3600)), 10);
    }
}
