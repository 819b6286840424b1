//! A queue that the caller shares between sessions, of either kind.

use std::io;
use std::sync::Arc;

use super::names::Names;
use super::queue::Queue;
use super::wakeup::Callback;
use crate::runtime::doorbell::Doorbell;

#[derive(Clone)]
pub enum SharedQueue {
    Events(Arc<Queue>),
    Names(Arc<Names>),
}

impl SharedQueue {
    pub fn of_events() -> SharedQueue {
        SharedQueue::Events(Arc::default())
    }

    pub fn of_names() -> SharedQueue {
        SharedQueue::Names(Arc::default())
    }

    pub fn names(&self) -> Option<&Arc<Names>> {
        match self {
            SharedQueue::Events(_) => None,
            SharedQueue::Names(names) => Some(names),
        }
    }

    /// The caller knows the queue by this handle.
    pub fn introduce(&self, handle: usize) {
        if let Some(names) = self.names() {
            names.introduce(handle);
        }
    }

    /// The queue that a poll for events takes from.
    pub fn events(&self) -> &Arc<Queue> {
        match self {
            SharedQueue::Events(queue) => queue,
            SharedQueue::Names(names) => names.own(),
        }
    }

    pub fn wake(&self) {
        match self {
            SharedQueue::Events(queue) => queue.wake(),
            SharedQueue::Names(names) => names.wake(),
        }
    }

    pub fn close(&self) {
        match self {
            SharedQueue::Events(queue) => queue.close(),
            SharedQueue::Names(names) => names.close(),
        }
    }

    pub fn doorbell(&self) -> io::Result<&Doorbell> {
        match self {
            SharedQueue::Events(queue) => queue.doorbell(),
            SharedQueue::Names(names) => names.doorbell(),
        }
    }

    pub fn set_callback(&self, callback: Option<Callback>) {
        match self {
            SharedQueue::Events(queue) => queue.set_callback(callback),
            SharedQueue::Names(names) => names.set_callback(callback),
        }
    }
}
