//! What services do that violate the protocol, and how a translation may end with each. The simulation and the matrix of
//! faults have the same list, over simulated connections and over those of the system.

use palabra::ffi::types::base as status;

use super::frames::{PING, PONG, TEXT, close, frame, head, text};

/// One thing after the other. What comes after the last: the service reads until the connection is gone.
#[derive(Clone, Debug)]
pub enum Step {
    /// The reply to the upgrade, with these lines, in which `{accept}` is the answer to its key.
    Reply(&'static str),
    /// Reads until something has come.
    Hear,
    Say(Vec<u8>),
    /// One byte after the other, with so many ms between two.
    Drip(Vec<u8>, u64),
    /// Reads everything for so many ms.
    Listen(u64),
    /// Again and again, with so many ms between, and reads everything meanwhile.
    Chatter(Vec<u8>, u64),
    /// The same, and reads nothing.
    Flood(Vec<u8>, u64),
    /// Reads nothing for so many ms.
    Ignore(u64),
    /// Sends no more.
    Shut,
    Reset,
    Leave,
}

/// What a service does properly before it violates the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Nothing,
    /// The stream is open.
    Upgrade,
    Ready,
}

pub struct Behaviour {
    pub name: &'static str,
    pub after: After,
    steps: fn() -> Vec<Step>,
    /// The status of the end is one of these.
    pub ends: &'static [i32],
}

impl Behaviour {
    /// What it does to a translation.
    pub fn script(&self) -> Vec<Step> {
        let before = match self.after {
            After::Nothing => Vec::new(),
            After::Upgrade => vec![Step::Reply(UPGRADE)],
            After::Ready => ready(),
        };
        self.behind(before)
    }

    /// The same behind other steps.
    pub fn behind(&self, mut before: Vec<Step>) -> Vec<Step> {
        before.extend((self.steps)());
        before
    }
}

impl PartialEq for Behaviour {
    fn eq(&self, other: &Behaviour) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Behaviour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

pub const UPGRADE: &str = "101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
const RUNNING: &str = r#"{"message_type":"task_status","data":{"command":"set_task","event":"started","task_status":"running"}}"#;
const MYSTERY: &str = r#"{"message_type":"mystery","data":{}}"#;
const EOS: &str = r#"{"message_type":"eos","data":{}}"#;

const AUTH: i32 = status::PALABRA_ERR_AUTH;
const CONNECT: i32 = status::PALABRA_ERR_CONNECT;
const DEAD: i32 = status::PALABRA_ERR_CONNECTION_DEAD;
const LIMIT: i32 = status::PALABRA_ERR_LIMIT;
const LOST: i32 = status::PALABRA_ERR_CONNECTION_LOST;
const NOT_READY: i32 = status::PALABRA_ERR_NOT_READY;
const PROTOCOL: i32 = status::PALABRA_ERR_PROTOCOL;
const RATE: i32 = status::PALABRA_ERR_RATE;
const SERVICE: i32 = status::PALABRA_ERR_SERVICE;
const SESSION: i32 = status::PALABRA_ERR_SESSION;
const TIMEOUT: i32 = status::PALABRA_ERR_TIMEOUT;

/// The steps until a task runs.
pub fn ready() -> Vec<Step> {
    vec![Step::Reply(UPGRADE), Step::Hear, Step::Say(text(RUNNING))]
}

fn says(bytes: Vec<u8>) -> Vec<Step> {
    vec![Step::Listen(500), Step::Say(bytes)]
}

macro_rules! behaviours {
    ($($after:ident { $($name:literal: $steps:expr => $ends:expr;)* })*) => {
        pub const ALL: &[Behaviour] =
            &[$($(Behaviour { name: $name, after: After::$after, steps: || $steps, ends: $ends },)*)*];
    };
}

behaviours! {
    Nothing {
        "speaks something else": vec![Step::Say(b"220 mail.example ESMTP\r\n".to_vec())] => &[PROTOCOL];
        "hangs up before a reply": vec![Step::Hear, Step::Leave] => &[LOST];
        "resets before a reply": vec![Step::Hear, Step::Reset] => &[LOST];
        "gives no reply": vec![] => &[CONNECT];
        "gives half a reply": vec![Step::Hear, Step::Say(b"HTTP/1.1 101 Swi".to_vec())] => &[CONNECT];
        "gives half a reply and leaves":
            vec![Step::Hear, Step::Say(b"HTTP/1.1 101 Swi".to_vec()), Step::Leave] => &[LOST];
        "refuses": vec![Step::Reply("403 Forbidden\r\nContent-Length: 2\r\n\r\nno")] => &[AUTH];
        "refuses, and its reason never ends":
            vec![Step::Reply("401 No\r\n\r\n"), Step::Flood(vec![b'x'; 1024], 1)] => &[AUTH];
        "is busy": vec![Step::Reply("503 Busy\r\nContent-Length: 0\r\n\r\n")] => &[SESSION];
        "has too many": vec![Step::Reply("429 Slow down\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")] => &[RATE];
        "sends elsewhere":
            vec![Step::Reply("307 There\r\nLocation: ws://other.sim/stream\r\nContent-Length: 0\r\n\r\n")] => &[SESSION];
        "accepts another key": vec![Step::Reply(
            "101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
        )] => &[PROTOCOL];
        "replies byte by byte": vec![Step::Hear, Step::Drip(b"HTTP/1.1 101 Switching Protocols\r\n".to_vec(), 700)]
            => &[CONNECT];
    }
    Upgrade {
        "upgrades and is silent": vec![] => &[NOT_READY, DEAD];
        "upgrades and reads nothing": vec![Step::Ignore(600_000)] => &[NOT_READY, DEAD];
        "upgrades and leaves": vec![Step::Leave] => &[LOST];
        "upgrades and sends no more": vec![Step::Shut] => &[LOST];
        "is ready before the task": vec![Step::Say(text(RUNNING))]
            => &[NOT_READY, DEAD, TIMEOUT, LOST, PROTOCOL];
        "ends before it is ready": vec![Step::Hear, Step::Say(text(EOS))]
            => &[NOT_READY, DEAD, LOST, SERVICE, PROTOCOL, 0];
        "ends again and again before it is ready": vec![Step::Hear, Step::Chatter(text(EOS), 500)]
            => &[NOT_READY, DEAD, LOST, SERVICE, PROTOCOL, 0];
        "is ready byte by byte": vec![Step::Hear, Step::Drip(text(RUNNING), 10)] => &[DEAD, TIMEOUT];
        "is ready again and again": vec![Step::Hear, Step::Chatter(text(RUNNING), 50)]
            => &[DEAD, TIMEOUT];
    }
    Ready {
        "is silent after READY": vec![] => &[DEAD, TIMEOUT];
        "reads nothing after READY": vec![Step::Ignore(600_000)] => &[DEAD, TIMEOUT, LOST];
        "pings without end": vec![Step::Chatter(frame(PING, b"x"), 20)] => &[DEAD, TIMEOUT];
        "pings without end and reads nothing": vec![Step::Flood(frame(PING, &[7; 125]), 1)] => &[DEAD, TIMEOUT, LOST];
        "pings 100,000 times at once":
            vec![Step::Say(frame(PING, &[7; 125]).repeat(100_000)), Step::Listen(600_000)]
            => &[DEAD, TIMEOUT, LOST, SERVICE, SESSION];
        "pings 100,000 times at once and reads nothing":
            vec![Step::Say(frame(PING, &[7; 125]).repeat(100_000)), Step::Ignore(600_000)] => &[DEAD, TIMEOUT, LOST];
        "pongs without end": vec![Step::Flood(frame(PONG, b""), 10)] => &[DEAD, TIMEOUT, LOST];
        "talks without end": vec![Step::Chatter(text(MYSTERY), 20)] => &[DEAD, TIMEOUT];
        "ends again and again": vec![Step::Chatter(text(EOS), 500)] => &[DEAD, TIMEOUT, SERVICE, 0];
        "sends fragments without end": vec![Step::Say(vec![TEXT, 0]), Step::Chatter(vec![0, 0], 5)]
            => &[DEAD, TIMEOUT, LIMIT, PROTOCOL];
        "sends an opcode that is reserved": says(frame(3, b"x")) => &[PROTOCOL];
        "sends a masked frame": says(vec![0x81, 0x81, 1, 2, 3, 4, 5]) => &[PROTOCOL];
        "sets reserved bits": says(vec![0xf1, 0]) => &[PROTOCOL];
        "sends a long control frame": says(frame(PING, &[0; 126])) => &[PROTOCOL];
        "sends a fragmented ping": says(vec![PING, 0]) => &[PROTOCOL];
        "sends text that is no text": says(frame(TEXT, b"{\"message_type\":\"\xff\"}")) => &[PROTOCOL];
        "sends ten megabytes": says(frame(TEXT, &vec![b' '; 10 << 20])) => &[LIMIT];
        "promises exabytes": says(head(0x81, i64::MAX as u64)) => &[LIMIT, PROTOCOL];
        "stops in the middle of a frame": vec![Step::Listen(500), Step::Say(head(0x81, 100)), Step::Leave] => &[LOST];
        "sends junk and closes": {
            let junk = ["", "{", "[]", "7", "null", "\"x\"", r#"{"message_type":"eos","data":"{"}"#,
                r#"{"message_type":"output_audio_data","data":{"data":"%%%"}}"#];
            says(junk.iter().flat_map(|junk| text(junk)).chain(close(1000, "")).collect())
        } => &[LOST];
        "leaves": vec![Step::Listen(500), Step::Leave] => &[LOST];
        "resets": vec![Step::Listen(500), Step::Reset] => &[LOST];
        "sends no more": vec![Step::Listen(500), Step::Shut] => &[LOST];
        "closes without a code": says(frame(8, b"")) => &[LOST];
        "closes with half a code": says(frame(8, b"\x03")) => &[PROTOCOL, LOST];
        "closes with a code that is none": says(close(999, "")) => &[PROTOCOL, LOST];
        "closes as if all were well": says(close(1000, "")) => &[LOST];
        "closes with an error": says(close(1011, "overload")) => &[LOST, SERVICE];
        "closes by its policy": says(close(1008, "policy")) => &[SESSION, SERVICE];
        "goes on after its close": says([close(1000, ""), text(MYSTERY), vec![0xff; 100]].concat()) => &[LOST];
        "closes and keeps the connection": vec![Step::Say(close(1001, "")), Step::Ignore(600_000)] => &[LOST, TIMEOUT];
    }
}
