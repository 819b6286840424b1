//! One queue for the sessions of a program.

use std::ptr::null_mut;
use std::sync::Arc;

use palabra::ffi::event::palabra_event_release;
use palabra::ffi::queue::{
    palabra_queue_free, palabra_queue_new, palabra_queue_poll_event, palabra_queue_poll_ready,
    palabra_queue_set_wakeup_callback,
};
use palabra::ffi::types::event::{PALABRA_EVENT_CREDENTIALS_NEEDED, palabra_event};
use palabra::ffi::types::queue::{PALABRA_QUEUE_NAMES, PALABRA_READY_SESSION, palabra_queue, palabra_ready};
use tokio::sync::Notify;

use super::conversation::Conversation;
use super::talk::{Bell, prepared, ring};
use crate::scenario::Queue;

pub struct Shared {
    pub queue: *mut palabra_queue,
    kind: Queue,
    pub bell: Arc<Bell>,
}

// SAFETY: a handle may be used on any thread, and a simulation has one.
unsafe impl Send for Shared {}

impl Shared {
    pub fn new(kind: Queue, woken: &Arc<Notify>) -> Shared {
        let mut queue = null_mut();
        let flags = if kind == Queue::Names { PALABRA_QUEUE_NAMES } else { 0 };
        // SAFETY: a place for the handle.
        let status = unsafe { palabra_queue_new(flags, &raw mut queue, null_mut()) };
        assert_eq!(status, 0, "a queue");
        let bell = Bell::new(woken);
        palabra_queue_set_wakeup_callback(queue, Some(ring), bell.data());
        Shared { queue, kind, bell }
    }

    /// Takes all events. Returns whether the queue itself asks for credentials.
    pub fn take(&self, open: &mut [Conversation]) -> bool {
        let mut asks = false;
        while let Some(tag) = self.name() {
            if let Some(conversation) = open.iter_mut().find(|one| one.tag == tag) {
                conversation.take_events();
            }
        }
        while let Some((tag, kind)) = self.event(open) {
            match open.iter_mut().find(|one| one.tag == tag) {
                Some(conversation) => conversation.learn(kind),
                None => asks |= kind == PALABRA_EVENT_CREDENTIALS_NEEDED,
            }
        }
        self.bell.found_nothing();
        asks
    }

    /// The tag of the next session that has something.
    fn name(&self) -> Option<u64> {
        if self.kind != Queue::Names {
            return None;
        }
        loop {
            let mut ready: palabra_ready = prepared();
            // SAFETY: a handle and a prepared struct.
            if unsafe { palabra_queue_poll_ready(self.queue, &raw mut ready, 0) } != 1 {
                return None;
            }
            if ready.kind == PALABRA_READY_SESSION {
                return Some(ready.tag);
            }
        }
    }

    /// The next event of the queue itself, with the tag of its session.
    fn event(&self, open: &[Conversation]) -> Option<(u64, i32)> {
        let mut event: palabra_event = prepared();
        // SAFETY: a handle and a prepared struct.
        if unsafe { palabra_queue_poll_event(self.queue, &raw mut event, 0) } != 1 {
            return None;
        }
        let (tag, kind) = (event.session_tag, event.kind);
        // What belongs to a queue of names is not in the order of a session's events.
        let of = open.iter().find(|one| one.tag == tag && self.kind == Queue::Events);
        if let Some(conversation) = of {
            conversation.talk.take(&event);
        }
        // SAFETY: the event that was just filled.
        unsafe { palabra_event_release(&raw mut event) };
        Some((tag, kind))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        palabra_queue_free(self.queue);
    }
}
