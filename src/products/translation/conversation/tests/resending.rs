//! What a session says again of one that broke, and when. Time is driven.

use std::ops::Range;

use super::*;
use crate::error::Error;
use crate::event::{Event, EventKind, flag};
use crate::session::input::{Backlog, ResendLimits};

/// Frames of a block, which has a number as the value of its samples, and its length.
const BLOCK: usize = 320;
const BLOCK_TIME: Duration = Duration::from_millis(20);
/// Blocks of silence have this one; others are louder than any pause.
const SILENT: i16 = 0;
const FIRST: i16 = 1000;

fn resending(keep_ms: u32, lag_ms: u32) -> Setup {
    let mut setup = setup(Policy::Silence);
    setup.input.resend = Some(ResendLimits { keep_ms, lag_ms });
    setup
}

struct Line {
    session: Arc<Session>,
    conversation: Conversation,
    /// What was sent, and how long after the opening.
    sent: Vec<(Duration, Vec<i16>)>,
    others: Vec<String>,
    opened: Instant,
}

impl Line {
    async fn open(setup: &Setup, backlog: Option<Backlog>) -> Line {
        let (session, product, mut input) = parts(setup, None).unwrap();
        backlog.into_iter().for_each(|backlog| input.begin_with(backlog));
        let session = Arc::new(session);
        let socket = WebSocket::to_nobody().await;
        let mut conversation = Conversation::new(session.clone(), Box::new(product), Some(input), socket);
        conversation.dialogue().become_ready();
        Line { session, conversation, sent: Vec::new(), others: Vec::new(), opened: Instant::now() }
    }

    /// Says blocks at the pace of speech.
    async fn say(&mut self, blocks: Range<i16>) {
        for number in blocks {
            say(&self.session, FIRST + number);
            self.pass().await;
        }
    }

    async fn be_silent(&mut self, blocks: usize) {
        for _ in 0..blocks {
            say(&self.session, SILENT);
            self.pass().await;
        }
    }

    /// So much time as a block takes.
    async fn pass(&mut self) {
        for _ in 0..4 {
            for message in self.conversation.written(3).await {
                self.note(&serde_json::from_slice(&message).unwrap());
            }
            tokio::time::sleep(BLOCK_TIME / 4).await;
        }
    }

    fn note(&mut self, message: &Value) {
        let kind = message["message_type"].as_str().unwrap();
        if kind != "input_audio_data" {
            return self.others.push(kind.to_owned());
        }
        let bytes = base64_simd::STANDARD.decode_to_vec(message["data"]["data"].as_str().unwrap()).unwrap();
        let samples = bytes.as_chunks().0.iter().map(|&sample| i16::from_le_bytes(sample)).collect();
        self.sent.push((self.opened.elapsed(), samples));
    }

    /// The service has heard a phrase from the beginning of the stream, or from the phrase before, up to there.
    fn hear(&mut self, id: &str, kind: &str, place: Option<(f64, f64)>) {
        let segments = place.map(|(start, end)| format!(r#"{{"text":"x","start":{start},"end":{end}}}"#));
        let message = format!(
            r#"{{"message_type":"{kind}","data":{{"transcription":{{"transcription_id":"{id}","language":"en",
            "text":"x","segments":[{}]}}}}}}"#,
            segments.unwrap_or_default()
        );
        self.conversation.hear(message.as_bytes());
    }

    fn hear_speech(&mut self, id: &str) {
        let message = format!(
            r#"{{"message_type":"output_audio_data","data":{{"transcription_id":"{id}","language":"es","data":"AAAA"}}}}"#
        );
        self.conversation.hear(message.as_bytes());
    }

    /// The stream breaks. Returns what is left.
    fn break_off(self) -> (Arc<Session>, Option<Backlog>) {
        drop(self.conversation.into_socket());
        self.session.life.enter_closed(Some(Error::new(Status::ConnectionLost, "lost")));
        let backlog = self.session.take_backlog();
        (self.session, backlog)
    }

    /// The numbers of the blocks that were sent, each once for as many of its frames as half a block has.
    fn numbers(&self) -> Vec<i16> {
        let samples: Vec<i16> = self.sent.iter().flat_map(|(_, samples)| samples).copied().collect();
        let runs = samples.chunk_by(|one, next| one == next);
        runs.filter(|run| run.len() >= BLOCK / 2 && run[0] >= FIRST).map(|run| run[0] - FIRST).collect()
    }

    /// Nothing was sent faster than it was spoken.
    fn is_paced(&self) -> bool {
        let mut frames = 0;
        self.sent.iter().all(|(at, samples)| {
            let length = gap_of(frames);
            frames += samples.len();
            length <= *at + BLOCK_TIME
        })
    }

    fn losses(&self) -> Vec<Event> {
        let mut losses = Vec::new();
        while let Ok(Polled::Event(numbered)) = self.session.poll_event(Some(Instant::now())) {
            let event = numbered.event;
            losses.extend(
                (event.kind == EventKind::Warning && event.flags & flag::DROPPED != 0).then_some(event),
            );
        }
        losses
    }
}

fn gap_of(frames: usize) -> Duration {
    crate::session::input::gap::duration(frames as u64, 16_000)
}

fn say(session: &Session, value: i16) {
    let block: Vec<u8> = std::iter::repeat_n(value.to_le_bytes(), BLOCK).flatten().collect();
    let said = session.send_audio(&block);
    assert!(said == Ok(BLOCK) || said == Err(Status::Closed), "{said:?}");
}

/// A phrase is final at 0.8 s, the next one is not; the stream breaks after two seconds. What is said until the next
/// session is READY, and behind that, follows what was not final.
#[tokio::test(start_paused = true)]
async fn what_was_not_final_is_said_again_and_all_that_follows_it() {
    let setup = resending(2000, 3000);
    let mut line = Line::open(&setup, None).await;
    line.say(0..50).await;
    line.hear("a", "partial_transcription", Some((0.1, 0.5)));
    line.hear("a", "validated_transcription", Some((0.1, 0.8)));
    line.hear("b", "partial_transcription", Some((0.9, 1.0)));
    line.say(50..100).await;
    assert_eq!(line.numbers(), (0..100).collect::<Vec<_>>());
    let (broken, backlog) = line.break_off();
    assert!(broken.take_backlog().is_none(), "there is one that says it");
    (100..120).for_each(|number| say(&broken, FIRST + number));
    let mut line = Line::open(&setup, backlog).await;
    line.say(120..180).await;
    line.be_silent(200).await;
    assert_eq!(line.numbers(), (40..180).collect::<Vec<_>>());
    assert!(line.is_paced());
    assert!(line.losses().is_empty());
}

/// It waits behind what is said again, with a limit of its own: the buffer has room for more.
#[tokio::test(start_paused = true)]
async fn what_is_said_meanwhile_does_not_fill_the_buffer() {
    let setup = resending(5000, 5000);
    let mut line = Line::open(&setup, None).await;
    line.say(0..50).await;
    let mut line = Line::open(&setup, line.break_off().1).await;
    line.say(50..75).await;
    assert_eq!(line.numbers().last(), Some(&24), "a second behind");
    let stats = line.session.stats();
    let said = 25 * BLOCK as u64;
    assert_eq!((stats.input_frames_taken, stats.input_frames_sent, stats.input_queue_ms), (said, said, 0));
}

#[tokio::test(start_paused = true)]
async fn what_was_discarded_is_not_said_again() {
    let setup = resending(5000, 5000);
    let mut line = Line::open(&setup, None).await;
    line.say(0..30).await;
    line.session.interrupt("", false, 1).unwrap();
    line.say(30..60).await;
    assert_eq!(line.others.len(), 1);
    let mut line = Line::open(&setup, line.break_off().1).await;
    line.be_silent(100).await;
    assert_eq!(line.numbers(), (30..60).collect::<Vec<_>>());
}

/// Where the end of the last phrase is not known, what it says could be heard twice.
#[tokio::test(start_paused = true)]
async fn what_may_have_been_heard_is_not_said_again() {
    type Told = (&'static str, &'static str, Option<(f64, f64)>);
    let speech = "output_audio_data";
    let cases: [(&[Told], i16); 5] = [
        (&[], 0),
        (&[("a", "validated_transcription", None)], 100),
        (&[("a", "partial_transcription", Some((0.0, 1.0))), ("a", speech, None)], 50),
        (&[("a", "validated_transcription", Some((0.0, 0.4))), ("b", speech, None)], 100),
        (&[("a", "validated_transcription", Some((0.0, 9.0)))], 100),
    ];
    for (told, first) in cases {
        let setup = resending(5000, 5000);
        let mut line = Line::open(&setup, None).await;
        line.say(0..100).await;
        for (id, kind, place) in told {
            if *kind == speech {
                line.hear_speech(id);
            } else {
                line.hear(id, kind, *place);
            }
        }
        let mut line = Line::open(&setup, line.break_off().1).await;
        line.say(100..110).await;
        line.be_silent(200).await;
        assert_eq!(line.numbers(), (first..110).collect::<Vec<_>>(), "{told:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_are_left_out_until_it_has_caught_up() {
    let setup = resending(5000, 5000);
    let mut line = Line::open(&setup, None).await;
    line.say(0..20).await;
    line.be_silent(100).await;
    line.say(20..40).await;
    let mut line = Line::open(&setup, line.break_off().1).await;
    line.be_silent(300).await;
    assert_eq!(line.numbers(), (0..40).collect::<Vec<_>>());
    let spoken = line.sent.iter().rposition(|(_, samples)| samples.iter().any(|sample| *sample >= FIRST));
    let (at, _) = line.sent[spoken.unwrap()];
    // 0.8 s of speech, and 0.3 s that remain of each pause.
    assert!((1000..1500).contains(&at.as_millis()), "{at:?}");
    assert!(line.is_paced());
    // From then on silence is sent as ever.
    let silence = line.sent.iter().filter(|(sent, _)| *sent > 2 * at).map(|(_, samples)| samples.len());
    let left = gap_of(silence.sum());
    assert!(left + Duration::from_millis(200) > line.opened.elapsed() - 2 * at, "{left:?}");
}

/// Who speaks on without a pause is never heard later than that; what is dropped is told once.
#[tokio::test(start_paused = true)]
async fn what_would_come_too_late_is_dropped_and_told() {
    let setup = resending(5000, 1000);
    let mut line = Line::open(&setup, None).await;
    line.say(0..200).await;
    let mut line = Line::open(&setup, line.break_off().1).await;
    line.say(200..300).await;
    let numbers = line.numbers();
    let (first, last) = (numbers[0], *numbers.last().unwrap());
    assert!((145..=155).contains(&first), "{first}");
    assert_eq!(numbers, (first..=last).collect::<Vec<_>>());
    assert!((300 - 52..300 - 40).contains(&last), "{last}");
    assert!(line.is_paced());
    line.be_silent(150).await;
    assert_eq!(*line.numbers().last().unwrap(), 299);
    let dropped: Vec<_> = line.losses().into_iter().map(|event| event.dropped).collect();
    assert_eq!(dropped.len(), 1, "{dropped:?}");
    let of_blocks = u64::from(first as u16) * BLOCK as u64;
    assert!(dropped[0].abs_diff(of_blocks) <= BLOCK as u64, "{dropped:?} of {of_blocks}");
}

/// A session that never was READY passes on what it was to say, and what was said to it.
#[tokio::test(start_paused = true)]
async fn what_is_left_goes_from_session_to_session() {
    let setup = resending(5000, 5000);
    let mut line = Line::open(&setup, None).await;
    line.say(0..50).await;
    let (broken, backlog) = line.break_off();
    (50..60).for_each(|number| say(&broken, FIRST + number));
    let (never, product, mut input) = parts(&setup, None).unwrap();
    drop(product);
    input.begin_with(backlog.unwrap());
    (60..70).for_each(|number| say(&never, FIRST + number));
    input.leave_to(&never, None);
    let backlog = never.take_backlog().unwrap();
    never.life.enter_closed(Some(Error::new(Status::ConnectionLost, "refused")));
    (70..75).for_each(|number| say(&never, FIRST + number));
    let mut line = Line::open(&setup, Some(backlog)).await;
    line.say(75..80).await;
    line.be_silent(100).await;
    assert_eq!(line.numbers(), (0..80).collect::<Vec<_>>());
}

/// An end, and a hold, wait until everything was said, and no longer.
#[tokio::test(start_paused = true)]
async fn an_end_overtakes_nothing_that_is_said_again() {
    for is_hold in [false, true] {
        let setup = resending(5000, 5000);
        let mut line = Line::open(&setup, None).await;
        line.say(0..50).await;
        let mut line = Line::open(&setup, line.break_off().1).await;
        line.say(50..52).await;
        if is_hold {
            line.session.hold(true);
        } else {
            line.session.life.request_end(1).unwrap();
        }
        let mut passes = 0;
        while line.others.is_empty() {
            line.pass().await;
            passes += 1;
            assert!(passes < 100);
        }
        assert_eq!(line.others, [if is_hold { "pause_task" } else { "end_task" }]);
        assert_eq!(line.numbers(), (0..52).collect::<Vec<_>>());
        assert!(line.is_paced() && (45..60).contains(&passes), "{passes}");
    }
}
