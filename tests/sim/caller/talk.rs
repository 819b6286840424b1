//! A session as a caller has it. Everything that is done and got goes into its record and into the trace.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use palabra::ffi::base::palabra_struct_init;
use palabra::ffi::event::{palabra_event_release, palabra_session_poll_event};
use palabra::ffi::queue::palabra_session_set_wakeup_callback;
use palabra::ffi::session::{palabra_session_close, palabra_session_end, palabra_session_get_stats};
use palabra::ffi::types::event::palabra_event;
use palabra::ffi::types::session::{palabra_session, palabra_session_stats};
use tokio::sync::Notify;

use super::record::{Did, Record, Seen, Waited};
use crate::scenario::Product;
use crate::trace::digest;
use crate::world::World;

pub fn prepared<T>() -> T {
    let mut value = std::mem::MaybeUninit::<T>::uninit();
    // SAFETY: the function fills the whole struct, whose size is given.
    unsafe {
        assert_eq!(palabra_struct_init(value.as_mut_ptr().cast(), size_of::<T>() as u32), 0);
        value.assume_init()
    }
}

/// What a wake-up callback rings.
pub struct Bell {
    woken: Arc<Notify>,
    pub rings: AtomicU64,
    /// Rings until its queue was empty last.
    rings_before: AtomicU64,
}

impl Bell {
    pub fn new(woken: &Arc<Notify>) -> Arc<Bell> {
        Arc::new(Bell { woken: woken.clone(), rings: AtomicU64::new(0), rings_before: AtomicU64::new(0) })
    }

    /// Its queue is empty.
    pub fn found_nothing(&self) {
        self.rings_before.store(self.rings.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Something was found. Returns whether nobody was told of it, since there was nothing.
    pub fn is_silent(&self) -> bool {
        self.rings_before.swap(u64::MAX, Ordering::Relaxed) == self.rings.load(Ordering::Relaxed)
    }

    /// What is found next needs no ring.
    fn was_awaited(&self) {
        self.rings_before.store(u64::MAX, Ordering::Relaxed);
    }

    pub fn data(self: &Arc<Bell>) -> *mut c_void {
        Arc::as_ptr(self).cast_mut().cast()
    }
}

pub unsafe extern "C" fn ring(data: *mut c_void) {
    // SAFETY: the callback is removed before its bell is freed.
    let bell = unsafe { &*data.cast::<Bell>() };
    bell.rings.fetch_add(1, Ordering::Relaxed);
    bell.woken.notify_one();
}

/// A handle with its record. The handle is closed with it.
pub struct Talk {
    pub session: *mut palabra_session,
    world: Arc<World>,
    name: String,
    pub record: Arc<Record>,
    bell: Arc<Bell>,
    /// The bell is that of a queue of several sessions.
    is_shared: bool,
    is_closed: bool,
    /// When statistics are read next, in us.
    next_sample: Cell<u64>,
}

/// How often statistics are read.
const SAMPLE_US: u64 = 250_000;

// SAFETY: a handle may be used on any thread, and a simulation has one.
unsafe impl Send for Talk {}

impl Talk {
    pub fn new(
        session: *mut palabra_session,
        world: Arc<World>,
        name: String,
        record: Arc<Record>,
        bell: Arc<Bell>,
        is_shared: bool,
    ) -> Talk {
        if !is_shared {
            palabra_session_set_wakeup_callback(session, Some(ring), bell.data());
        }
        Talk { session, world, name, record, bell, is_shared, is_closed: false, next_sample: Cell::new(0) }
    }

    pub fn did(&self, deed: Did) {
        let at = self.world.now_us();
        self.world.trace.note(at, &self.name, &deed.numbers(), || format!("{deed:?}"));
        self.record.log().deeds.push((at, deed));
    }

    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    pub fn now_us(&self) -> u64 {
        self.world.now_us()
    }

    /// Adds numbers to the trace.
    pub fn note(&self, numbers: &[u64], words: impl FnOnce() -> String) {
        self.world.trace.note(self.world.now_us(), &self.name, numbers, words);
    }

    /// Takes the next event. Returns its kind; 0: there is none, negative: no more.
    pub fn poll(&self) -> i32 {
        self.taken(Polled::from(self.session, 0))
    }

    /// Waits for the next event in a call, for so many ms. [`Talk::waited`] gets the result.
    pub fn poll_for(&self, ms: i32) -> impl Future<Output = Polled> + Send + use<> {
        self.call(move |session| Polled::from(session, ms))
    }

    /// Makes a call that may wait.
    pub fn call<R: Send + 'static, F: FnOnce(*mut palabra_session) -> R + Send + 'static>(
        &self,
        call: F,
    ) -> impl Future<Output = R> + Send + use<R, F> {
        let (session, world) = (Handle(self.session), self.world.clone());
        async move { world.call(move || session.lend(call)).await }
    }

    /// Records what a call that waited has returned, as [`Talk::poll`] does. It needed nobody to be woken.
    pub fn waited(&self, polled: Polled, at_us: u64, ms: i32) -> i32 {
        self.bell.was_awaited();
        let now = self.world.now_us();
        let since = if polled.status == 1 { self.world.us_of(polled.event.time_ns) } else { now };
        let age_us = now.saturating_sub(since.max(at_us));
        let status = polled.status;
        self.record.log().waits.push(Waited {
            name: "poll",
            at_us,
            ms,
            took_us: now - at_us,
            status,
            age_us,
        });
        self.taken(polled)
    }

    fn taken(&self, mut polled: Polled) -> i32 {
        if polled.status != 1 {
            self.found_nothing();
            return polled.status.min(0);
        }
        let kind = self.take(&polled.event);
        // SAFETY: the event that was filled.
        unsafe { palabra_event_release(&raw mut polled.event) };
        kind
    }

    /// Records an event. Returns its kind.
    pub fn take(&self, event: &palabra_event) -> i32 {
        self.look_for_a_ring(event.time_ns);
        let (seen, samples) = (seen(event, self.world.now_us()), samples(event));
        let kind = seen.kind;
        self.note(&numbers(event, &seen, samples), || {
            format!(
                "event {kind} seq {} {} tag {} code {} {} {} {} frames",
                seen.seq, seen.language, seen.user_tag, seen.code, seen.service_code, seen.text, seen.samples
            )
        });
        let mut log = self.record.log();
        if !samples.is_empty() {
            let is_mixed = self.record.plan.product != Product::Translation;
            let phrase = if is_mixed { seen.phrase } else { 0 };
            log.listen_to_event(seen.at_us, &seen.language, phrase, seen.sample_rate, samples);
        }
        log.events.push(seen);
        kind
    }

    fn found_nothing(&self) {
        if !self.is_shared {
            self.bell.found_nothing();
        }
        let now = self.world.now_us();
        if now >= self.next_sample.get() {
            self.next_sample.set(now + SAMPLE_US);
            let mut stats: palabra_session_stats = prepared();
            // SAFETY: a handle and a prepared struct.
            if unsafe { palabra_session_get_stats(self.session, &raw mut stats) } == 0 {
                self.record.log().samples.push((now, stats));
            }
        }
    }

    /// An event was found. Somebody should have been woken for it since there was none.
    fn look_for_a_ring(&self, time_ns: i64) {
        if self.bell.is_silent() {
            let now = self.world.now_us();
            let age = now.saturating_sub(self.world.us_of(time_ns));
            self.record.log().unannounced.push((now, age));
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
        if self.leave() {
            palabra_session_close(self.session, 0);
            self.left();
        }
    }

    /// Closes in a call that waits.
    pub async fn close_for(&mut self, ms: i32) {
        if self.leave() {
            let at_us = self.now_us();
            let closing = self.call(move |session| {
                // Another thread may have sent since.
                let mut stats: palabra_session_stats = prepared();
                // SAFETY: a handle and a prepared struct.
                let known = unsafe { palabra_session_get_stats(session, &raw mut stats) } == 0;
                (palabra_session_close(session, ms), known.then_some(stats))
            });
            let (status, stats) = closing.await;
            if stats.is_some() {
                self.record.log().stats = stats;
            }
            let took_us = self.now_us() - at_us;
            let waited = Waited { name: "close", at_us, ms, took_us, status, age_us: 0 };
            self.record.log().waits.push(waited);
            self.left();
        }
    }

    /// What is known before the close. Returns false where the session is closed already.
    fn leave(&mut self) -> bool {
        if std::mem::replace(&mut self.is_closed, true) {
            return false;
        }
        self.note_stats();
        if !self.is_shared {
            palabra_session_set_wakeup_callback(self.session, None, std::ptr::null_mut());
            self.record.log().wakeups = self.bell.rings.load(Ordering::Relaxed);
        }
        true
    }

    fn left(&self) {
        self.did(Did::Closed);
        let again = [palabra_session_end(self.session), palabra_session_close(self.session, 0)];
        again.into_iter().for_each(|status| self.did(Did::ClosedAgain(status)));
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.close();
    }
}

/// What a poll has returned.
pub struct Polled {
    status: i32,
    event: palabra_event,
}

// SAFETY: an event may be used on any thread.
unsafe impl Send for Polled {}

impl Polled {
    fn from(session: *mut palabra_session, ms: i32) -> Polled {
        let mut event: palabra_event = prepared();
        // SAFETY: a handle and a prepared struct.
        let status = unsafe { palabra_session_poll_event(session, &raw mut event, ms) };
        Polled { status, event }
    }
}

struct Handle(*mut palabra_session);

// SAFETY: a handle may be used on any thread.
unsafe impl Send for Handle {}

impl Handle {
    fn lend<R>(self, call: impl FnOnce(*mut palabra_session) -> R) -> R {
        call(self.0)
    }
}

pub fn text(start: *const c_char, length: i32) -> String {
    if start.is_null() {
        return String::new();
    }
    // SAFETY: a text of an event that was not released.
    let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length as usize) };
    String::from_utf8_lossy(bytes).into_owned()
}

fn samples(event: &palabra_event) -> &[i16] {
    if event.pcm.is_null() {
        return &[];
    }
    let samples = event.pcm_frames.max(0) as usize * event.channels.max(0) as usize;
    // SAFETY: the samples of an event that was not released.
    unsafe { std::slice::from_raw_parts(event.pcm, samples) }
}

pub fn seen(event: &palabra_event, at_us: u64) -> Seen {
    Seen {
        at_us,
        kind: event.kind,
        seq: event.seq,
        code: event.code,
        flags: event.flags,
        user_tag: event.user_tag,
        leg: event.leg,
        phrase: event.phrase,
        part: event.part,
        start_ms: event.start_ms,
        end_ms: event.end_ms,
        played_frames: event.played_frames,
        heard_ms: event.heard_ms,
        phrase_ms: event.phrase_ms,
        dropped: event.dropped,
        sample_rate: event.sample_rate,
        text: text(event.text, event.text_len),
        language: text(event.language, event.language_len),
        id: text(event.id, event.id_len),
        service_code: text(event.service_code, event.service_code_len),
        json: text(event.json, event.json_len),
        samples: samples(event).len(),
        data_len: event.data_len,
    }
}

/// All that an event says.
pub fn numbers(event: &palabra_event, seen: &Seen, samples: &[i16]) -> [u64; 24] {
    [
        seen.kind as u64,
        seen.seq,
        event.time_ns as u64,
        event.session_tag,
        seen.code as u64,
        seen.flags.into(),
        seen.user_tag,
        seen.phrase,
        seen.part as u64,
        seen.start_ms as u64,
        seen.end_ms as u64,
        seen.played_frames as u64,
        seen.heard_ms as u64,
        seen.phrase_ms as u64,
        seen.dropped as u64,
        seen.sample_rate as u64,
        event.close_code as u64,
        event.http_status as u64,
        event.retry_after_ms as u64,
        digest(seen.text.as_bytes()),
        digest(seen.language.as_bytes()),
        digest(seen.id.as_bytes()),
        mixed([seen.service_code.as_bytes(), seen.json.as_bytes()]),
        mixed([bytemuck::cast_slice(samples), &seen.data_len.to_le_bytes()]),
    ]
}

fn mixed(parts: [&[u8]; 2]) -> u64 {
    crate::draw::mix(digest(parts[0]), digest(parts[1]))
}
