//! What the library learns of a line, from what the system acknowledges.

use super::*;

const MS: Duration = Duration::from_millis(1);
const CHUNK: u64 = 13_700;

#[test]
fn what_was_said_is_unheard_until_something_of_it_is_acknowledged() {
    let mut line = Line::new();
    assert!(!line.uplink.is_unheard());
    line.queue();
    assert!(line.uplink.is_unheard());
    line.pass(10, 1000.0, false);
    assert!(!line.uplink.is_unheard());
    line.queue();
    line.pass(10, 1000.0, false);
    assert!(line.uplink.is_unheard(), "the second one");
    line.uplink.all_is_heard();
    assert_eq!((line.uplink.is_unheard(), line.uplink.seen().delivered), (false, 10_240));
    // Silence that was sent in place of audio.
    let mut line = Line::new();
    line.uplink.gauge.pretend_queued(CHUNK);
    line.uplink.queued(Sent::default(), 0.32, line.now);
    assert!(!line.uplink.is_unheard());
}

struct Line {
    uplink: Uplink,
    now: Instant,
    queued: u64,
    acknowledged: f64,
    chunks: u64,
}

impl Line {
    fn new() -> Line {
        let now = Instant::now();
        let uplink = Uplink::new(Gauge::of_nothing(), now);
        Line { uplink, now, queued: 0, acknowledged: 0.0, chunks: 0 }
    }

    /// One chunk of 320 ms at 16 kHz.
    fn queue(&mut self) {
        self.queued += CHUNK;
        self.uplink.gauge.pretend_queued(self.queued);
        let begin = self.chunks * 5120;
        self.chunks += 1;
        let frames = Sent { begin, end: begin + 5120, ..Sent::default() };
        self.uplink.queued(frames, 0.32, self.now);
    }

    /// The ticks of this many ms at this many bytes per second; `unsent` of what waits was not sent.
    fn pass(&mut self, ms: u32, rate: f64, unsent: bool) -> Seen {
        for _ in 0..ms / 10 {
            self.now += 10 * MS;
            self.acknowledged = (self.acknowledged + rate / 100.0).min(self.queued as f64);
            let acknowledged = self.acknowledged as u64;
            let sent = if unsent { acknowledged } else { self.queued };
            self.uplink.note(Level { queued: self.queued, sent, acknowledged }, self.now);
        }
        self.uplink.seen()
    }
}

#[test]
fn a_slow_line_is_measured_and_what_waits_is_seen() {
    let mut line = Line::new();
    line.queue();
    line.queue();
    let seen = line.pass(1000, 8000.0, true);
    assert!((0.17..0.20).contains(&seen.speed), "{seen:?}");
    assert!((2900..3100).contains(&seen.delivered), "{seen:?}");
    assert_eq!(line.pass(3000, 8000.0, true).delivered, 2 * 5120);
}

/// Before the first acknowledgement: by then half a second more would have been taken.
#[test]
fn a_first_chunk_that_is_late_makes_the_line_suspect_until_it_is_measured() {
    let mut line = Line::new();
    line.uplink.round_trip = 40 * MS;
    line.queue();
    assert_eq!(line.pass(100, 0.0, true).speed, f64::INFINITY);
    assert_eq!(line.pass(20, 0.0, true).speed, SUSPECT_SPEED);
    let measured = line.pass(300, 4000.0, true).speed;
    assert!(measured < SUSPECT_SPEED, "{measured}");
}

/// As with the queue of a modem: everything counts as sent.
#[test]
fn a_line_with_a_deep_queue_is_measured_as_well() {
    let mut line = Line::new();
    line.uplink.round_trip = MS;
    line.queue();
    line.queue();
    let seen = line.pass(1000, 8000.0, false);
    assert!((0.17..0.20).contains(&seen.speed), "{seen:?}");
}

/// Data within a round trip is no sign of a slow line.
#[test]
fn a_distant_line_is_not_slow_from_its_first_chunk() {
    let mut line = Line::new();
    line.uplink.round_trip = 600 * MS;
    for arrived in [0, 0, 1, 2, 3] {
        line.queue();
        line.acknowledged = (arrived * CHUNK) as f64;
        let speed = line.pass(320, 0.0, true).speed;
        assert!(speed > 1.0, "{speed} when {arrived} had arrived");
    }
}

/// The system sends only a part of the first chunk before the first acknowledgement.
#[test]
fn a_first_chunk_that_takes_two_round_trips_is_no_reason_to_suspect_the_line() {
    let mut line = Line::new();
    line.uplink.round_trip = 150 * MS;
    line.queue();
    for arrived in [0, 10_000] {
        line.acknowledged = f64::from(arrived);
        assert_eq!(line.pass(150, 0.0, true).speed, f64::INFINITY);
    }
    line.acknowledged = line.queued as f64;
    assert_eq!(line.pass(10, 0.0, true), Seen { delivered: 5120, speed: f64::INFINITY, is_suspected: false });
    line.queue();
    assert_eq!(line.pass(300, 0.0, true).speed, f64::INFINITY, "a later chunk is judged with more patience");
}

#[test]
fn a_line_that_keeps_up_is_not_slow_however_distant() {
    let mut line = Line::new();
    for chunk in 1..=20 {
        line.queue();
        let delivered = chunk * 5120;
        assert_eq!(line.pass(320, 1e6, false), Seen { delivered, speed: f64::INFINITY, is_suspected: false });
    }
    line.uplink.round_trip = 600 * MS;
    for _ in 0..20 {
        line.queue();
        // The acknowledgement of the chunk before the last one.
        line.acknowledged = (line.queued - 2 * CHUNK) as f64;
        assert_eq!(line.pass(320, 0.0, false).speed, f64::INFINITY, "it is only far away");
    }
}

#[test]
fn an_interruption_does_not_make_a_line_slow() {
    let mut line = Line::new();
    for _ in 0..10 {
        line.queue();
        line.pass(320, 80_000.0, true);
    }
    let before = line.pass(10, 80_000.0, true).speed;
    for _ in 0..6 {
        line.queue();
    }
    let after = line.pass(5000, 0.0, true).speed;
    assert!(after > before / 2.0 && after > 1.0, "{before} and {after}");
}

#[test]
fn a_line_that_recovers_is_trusted_again() {
    let mut line = Line::new();
    line.queue();
    line.queue();
    assert!(line.pass(3500, 8000.0, true).speed < 0.3);
    for _ in 0..10 {
        line.queue();
        line.pass(320, 1e6, false);
    }
    assert!(line.pass(10, 1e6, false).speed > 1.0);
}
