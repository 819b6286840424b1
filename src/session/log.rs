//! Log lines of the library, for the queues that asked for them.
//!
//! Each such queue has a mailbox of lines beside those of its sessions; it is as bounded as theirs.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Weak};

use super::mailbox::{Limits, Mailbox};
use super::queue::Queue;
use crate::event::{About, Event, EventKind, Texts};
use crate::lock::{Mutex, Rank, lock};

/// A line is short: this is some hundred kilobytes.
const LIMITS: Limits = Limits { events: 1000, bytes: 1 << 20 };

/// How important a line is. Numbers are part of the ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Level {
    Error = 1,
    Warning = 2,
    Info = 3,
    Debug = 4,
}

impl Level {
    pub const ALL: &[Level] = &[Level::Error, Level::Warning, Level::Info, Level::Debug];
}

struct Listener {
    queue: Weak<Queue>,
    lines: Arc<Mailbox>,
    level: Level,
}

static LISTENERS: Mutex<Vec<Listener>> = Mutex::new(Rank::Log, Vec::new());
/// The most that any listener wants, read before a line is even made.
static WANTED: AtomicI32 = AtomicI32::new(0);

/// Delivers lines up to `level` to a queue from now on; `None`: no more.
pub fn deliver(queue: &Arc<Queue>, level: Option<Level>) {
    let mut listeners = lock(&LISTENERS);
    let gone = |listener: &Listener| std::ptr::eq(listener.queue.as_ptr(), Arc::as_ptr(queue));
    match (listeners.iter_mut().find(|listener| gone(listener)), level) {
        (Some(known), Some(level)) => known.level = level,
        (None, Some(level)) => {
            let lines = Mailbox::of_log(LIMITS, queue.clone());
            listeners.push(Listener { queue: Arc::downgrade(queue), lines, level });
        }
        (_, None) => listeners.retain(|listener| !gone(listener)),
    }
    note_wanted(&listeners);
}

/// Tells what happens, if anybody wants to know. The words must hold no secret.
pub fn line(level: Level, about: impl FnOnce() -> About, words: impl FnOnce() -> String) {
    if WANTED.load(Ordering::Relaxed) < level as i32 {
        return;
    }
    let (about, words) = (about(), words());
    for mailbox in listening(level) {
        let texts = Texts::new(&words, "", "", "");
        let mut event = Event { texts, log_level: level as i32, ..Event::new(EventKind::Log) };
        event.session_tag = about.tag;
        event.session_name = about.name.clone();
        mailbox.push(event);
    }
}

/// A freed queue is forgotten here.
fn listening(level: Level) -> Vec<Arc<Mailbox>> {
    let mut listeners = lock(&LISTENERS);
    let before = listeners.len();
    listeners.retain(|listener| listener.queue.strong_count() > 0 && !listener.lines.queue().is_closed());
    if listeners.len() != before {
        note_wanted(&listeners);
    }
    listeners.iter().filter(|listener| listener.level >= level).map(|listener| listener.lines.clone()).collect()
}

fn note_wanted(listeners: &[Listener]) {
    let most = listeners.iter().map(|listener| listener.level as i32).max().unwrap_or(0);
    WANTED.store(most, Ordering::Relaxed);
}
