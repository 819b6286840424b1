//! A session as a caller has it, and what the caller did and got.

use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use palabra::ffi::base::palabra_struct_init;
use palabra::ffi::event::{palabra_event_release, palabra_session_poll_event};
use palabra::ffi::queue::palabra_session_set_wakeup_callback;
use palabra::ffi::session::{palabra_session_close, palabra_session_get_stats};
use palabra::ffi::types::event::palabra_event;
use palabra::ffi::types::session::{palabra_session, palabra_session_stats};
use tokio::sync::Notify;

use crate::trace::digest;
use crate::world::World;

/// An event as it was polled, without addresses.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub at_us: u64,
    pub kind: i32,
    pub seq: u64,
    pub code: i32,
    pub flags: u32,
    pub user_tag: u64,
    pub text: String,
    pub language: String,
    pub pcm: Vec<i16>,
    pub dropped: i64,
}

/// A call of the library that has a meaning for what may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    Opened,
    /// So many frames were offered, and so many taken.
    Sent(i32, i32),
    Ended(i32),
    Closed,
}

/// What one caller did and got, in order.
#[derive(Default)]
pub struct Record(Mutex<Log>);

#[derive(Clone, Default)]
pub struct Log {
    pub events: Vec<Seen>,
    pub deeds: Vec<(u64, Did)>,
    pub stats: Option<palabra_session_stats>,
    pub wakeups: u64,
}

impl Record {
    pub fn of(log: Log) -> Record {
        Record(Mutex::new(log))
    }

    pub fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub fn prepared<T>() -> T {
    let mut value = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: the function fills the whole struct, whose size is given.
    unsafe {
        assert_eq!(palabra_struct_init(value.as_mut_ptr().cast(), size_of::<T>() as u32), 0);
        value.assume_init()
    }
}

/// A handle with its record. The handle is closed with it.
pub struct Talk {
    pub session: *mut palabra_session,
    world: Arc<World>,
    name: String,
    pub record: Arc<Record>,
    pub woken: Arc<Notify>,
    is_closed: bool,
}

// SAFETY: a handle may be used on any thread, and a simulation has one.
unsafe impl Send for Talk {}

unsafe extern "C" fn wake(data: *mut c_void) {
    // SAFETY: the callback is removed with the session, before the notification is freed.
    unsafe { &*data.cast::<Notify>() }.notify_one();
}

impl Talk {
    pub fn new(session: *mut palabra_session, world: Arc<World>, name: &str, record: Arc<Record>) -> Talk {
        let woken = Arc::new(Notify::new());
        let data = Arc::as_ptr(&woken).cast_mut().cast();
        palabra_session_set_wakeup_callback(session, Some(wake), data);
        Talk { session, world, name: name.to_owned(), record, woken, is_closed: false }
    }

    pub fn did(&self, deed: Did) {
        let at = self.world.now_us();
        let number = digest(format!("{deed:?}").as_bytes());
        self.world.trace.note(at, &self.name, &[number], || format!("{deed:?}"));
        self.record.log().deeds.push((at, deed));
    }

    /// Takes the next event. Returns its kind; 0: there is none, negative: no more.
    pub fn poll(&self) -> i32 {
        let mut event: palabra_event = prepared();
        // SAFETY: a handle and a prepared struct.
        let polled = unsafe { palabra_session_poll_event(self.session, &raw mut event, 0) };
        if polled != 1 {
            return polled.min(0);
        }
        let seen = self.seen(&event);
        let kind = seen.kind;
        let numbers = [
            kind as u64,
            seen.seq,
            event.time_ns as u64,
            seen.code as u64,
            seen.flags.into(),
            seen.user_tag,
            event.phrase,
            event.part as u64,
            event.start_ms as u64,
            event.end_ms as u64,
            event.played_frames as u64,
            event.heard_ms as u64,
            seen.dropped as u64,
            event.sample_rate as u64,
            event.close_code as u64,
            event.http_status as u64,
            event.retry_after_ms as u64,
            digest(seen.text.as_bytes()),
            digest(seen.language.as_bytes()),
            digest(bytemuck::cast_slice(&seen.pcm)),
        ];
        self.world.trace.note(seen.at_us, &self.name, &numbers, || {
            format!(
                "event {kind} seq {} code {} {} {} frames",
                seen.seq,
                seen.code,
                seen.text,
                seen.pcm.len()
            )
        });
        self.record.log().events.push(seen);
        // SAFETY: the event that was just filled.
        unsafe { palabra_event_release(&raw mut event) };
        kind
    }

    fn seen(&self, event: &palabra_event) -> Seen {
        let text = |start: *const std::ffi::c_char, length: i32| {
            if start.is_null() {
                return String::new();
            }
            // SAFETY: a text of an event that was not released.
            let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length as usize) };
            String::from_utf8_lossy(bytes).into_owned()
        };
        let samples = event.pcm_frames.max(0) as usize * event.channels.max(0) as usize;
        let pcm = if event.pcm.is_null() {
            Vec::new()
        } else {
            // SAFETY: the samples of an event that was not released.
            unsafe { std::slice::from_raw_parts(event.pcm, samples) }.to_vec()
        };
        Seen {
            at_us: self.world.now_us(),
            kind: event.kind,
            seq: event.seq,
            code: event.code,
            flags: event.flags,
            user_tag: event.user_tag,
            text: text(event.text, event.text_len),
            language: text(event.language, event.language_len),
            pcm,
            dropped: event.dropped,
        }
    }

    pub fn note_stats(&self) {
        let mut stats: palabra_session_stats = prepared();
        // SAFETY: a handle and a prepared struct.
        if unsafe { palabra_session_get_stats(self.session, &raw mut stats) } == 0 {
            self.record.log().stats = Some(stats);
        }
    }

    pub fn close(&mut self) {
        if !std::mem::replace(&mut self.is_closed, true) {
            self.note_stats();
            palabra_session_set_wakeup_callback(self.session, None, std::ptr::null_mut());
            palabra_session_close(self.session, 0);
            self.did(Did::Closed);
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.close();
    }
}
