//! Where the events of a session, or of a call with all its sessions, are delivered: a mailbox, its place in a queue, and
//! whoever polls it by itself.

use std::sync::Arc;

use tokio::time::Instant;

use super::mailbox::{Limits, Mailbox};
use super::name::Kind;
use super::names::Member;
use super::queue::{Polled, Queue};
use super::shared::SharedQueue;
use crate::error::Status;
use crate::event::{About, Event, EventKind};
use crate::runtime;
use crate::runtime::try_cell::TryCell;

pub struct Delivery {
    about: About,
    mailbox: Arc<Mailbox>,
    /// The events are polled from a queue that the caller shares with others.
    is_queue_shared: bool,
    /// Its place in a queue of names.
    member: Option<Member>,
    /// One poller at a time, so that events keep their order.
    poller: TryCell<()>,
}

impl Delivery {
    /// Without a queue to share it has its own.
    pub fn new(kind: Kind, about: About, limits: Limits, shared: Option<SharedQueue>) -> Delivery {
        let is_queue_shared = matches!(shared, Some(SharedQueue::Events(_)));
        let (queue, member) = place_of(shared, kind, about.tag);
        let mailbox = Mailbox::new(about.clone(), limits, queue);
        Delivery { about, mailbox, is_queue_shared, member, poller: TryCell::new(()) }
    }

    pub fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// The caller knows the source of the events by this handle.
    pub fn introduce(&self, handle: usize) {
        if let Some(member) = &self.member {
            member.introduce(handle);
        }
    }

    /// Takes the next event, waiting until `deadline` (`None`: without limit).
    pub fn poll(&self, deadline: Option<Instant>) -> Result<Polled, Status> {
        let queue = self.own_queue()?;
        let take = || if self.mailbox.is_finished() { Polled::Closed } else { queue.poll(deadline) };
        let poll = || self.poller.try_with(|()| take());
        match &self.member {
            Some(member) => member.poll(queue, poll),
            None => poll(),
        }
        .ok_or(Status::Busy)
    }

    /// Its own queue, unless the events go to one that the caller shares with others.
    pub fn own_queue(&self) -> Result<&Arc<Queue>, Status> {
        if self.is_queue_shared { Err(Status::Unsupported) } else { Ok(self.mailbox.queue()) }
    }

    /// Requests credentials, where they are looked for.
    pub(crate) fn ask_for_credentials(&self) {
        let request = Event::new(EventKind::CredentialsNeeded);
        match &self.member {
            Some(member) => member.request(&self.about, request),
            None => self.mailbox.push(request),
        }
    }

    /// No poll follows.
    pub fn close(&self) {
        runtime::drop_later(self.mailbox.abandon());
        if !self.is_queue_shared {
            self.mailbox.queue().close();
        }
        if let Some(member) = &self.member {
            member.forget();
        }
    }
}

fn place_of(shared: Option<SharedQueue>, kind: Kind, tag: u64) -> (Arc<Queue>, Option<Member>) {
    match shared {
        None => (Arc::default(), None),
        Some(SharedQueue::Events(queue)) => (queue, None),
        Some(SharedQueue::Names(names)) => {
            let member = Member::new(names, kind, tag);
            (member.queue(), Some(member))
        }
    }
}
