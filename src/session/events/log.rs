//! Log lines of the library, for the queues that requested them.
//!
//! Each such queue has a mailbox of lines beside those of its sessions, with the same limits.

use crate::sync::{AtomicI32, Ordering};
use std::sync::Arc;

use super::mailbox::{Limits, Mailbox};
use super::queue::Queue;
use crate::event::{About, Event, EventKind, Texts};
use crate::lock::{Mutex, Rank, lock};

/// A line is short: this is a few hundred kilobytes.
const LIMITS: Limits = Limits { events: 1000, bytes: 1 << 20 };

/// Level of a line. Numbers are part of the ABI.
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
    lines: Arc<Mailbox>,
    level: Level,
}

impl Listener {
    fn serves(&self, queue: &Arc<Queue>) -> bool {
        Arc::ptr_eq(self.lines.queue(), queue)
    }
}

static LISTENERS: Mutex<Vec<Listener>> = Mutex::new(Rank::Log, Vec::new());
/// The highest level that any listener wants. Read before a line is formatted.
static WANTED: AtomicI32 = AtomicI32::new(0);

/// Delivers lines up to `level` to a queue from now on. `None` stops that.
pub fn deliver(queue: &Arc<Queue>, level: Option<Level>) {
    let Some(level) = level else { return forget(queue) };
    let lines = Mailbox::of_many(LIMITS, queue.clone());
    let mut listeners = lock(&LISTENERS);
    match listeners.iter_mut().find(|listener| listener.serves(queue)) {
        Some(known) => known.level = level,
        None => listeners.push(Listener { lines, level }),
    }
    note_wanted(&listeners);
}

/// Logs a line, if there is a listener. The text must not contain a secret.
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

/// A closed queue is removed here: freeing a queue closes it.
fn listening(level: Level) -> Vec<Arc<Mailbox>> {
    let all: Vec<_> = lock(&LISTENERS).iter().map(|each| (each.lines.clone(), each.level)).collect();
    all.iter().filter(|(lines, _)| lines.queue().is_closed()).for_each(|(lines, _)| forget(lines.queue()));
    all.into_iter().filter(|(_, wants)| *wants >= level).map(|(lines, _)| lines).collect()
}

/// Dropping these takes locks, so none may be held.
fn forget(queue: &Arc<Queue>) {
    let mut listeners = lock(&LISTENERS);
    let gone =
        listeners.iter().position(|listener| listener.serves(queue)).map(|at| listeners.swap_remove(at));
    note_wanted(&listeners);
    drop(listeners);
    drop(gone);
}

fn note_wanted(listeners: &[Listener]) {
    let most = listeners.iter().map(|listener| listener.level as i32).max().unwrap_or(0);
    WANTED.store(most, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::session::events::queue::Polled;

    /// Of these words, those that a queue got.
    fn heard<'a>(queue: &Queue, words: &[&'a str]) -> Vec<&'a str> {
        let mut heard = Vec::new();
        while let Polled::Event(line) = queue.poll(Some(Instant::now())) {
            // Other tests log too.
            heard.extend(words.iter().filter(|words| line.event.texts.text() == **words));
        }
        heard
    }

    #[test]
    fn the_level_of_one_listener_is_not_that_of_another() {
        let [much, little] = [(); 2].map(|()| Arc::new(Queue::new()));
        deliver(&much, Some(Level::Debug));
        deliver(&little, Some(Level::Error));
        let words = ["levels: an error", "levels: a detail"];
        let log = || {
            line(Level::Error, || About { tag: 0, name: None }, || words[0].to_owned());
            line(Level::Debug, || About { tag: 0, name: None }, || words[1].to_owned());
        };
        log();
        assert_eq!((heard(&much, &words), heard(&little, &words)), (words.to_vec(), vec![words[0]]));
        deliver(&much, None);
        log();
        assert_eq!((heard(&much, &words), heard(&little, &words)), (vec![], vec![words[0]]));
        deliver(&little, None);
    }
}
