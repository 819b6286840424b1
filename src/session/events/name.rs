//! The name of a source of events: listed while the source holds something that no poller was told of.

use crate::sync::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;

use tokio::time::Instant;

use super::ready::{ReadyList, Waited};

/// Of which kind a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Session,
    Call,
    /// What the queue of names holds itself.
    Queue,
}

/// What a poll of names gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub kind: Kind,
    pub handle: usize,
    pub tag: u64,
}

pub(super) type NameList = ReadyList<Arc<Name>>;

/// The flags are read and written under the lock of the list.
pub(super) struct Name {
    list: Arc<NameList>,
    kind: Kind,
    tag: u64,
    /// By which the caller knows the source; 0: by none yet.
    handle: AtomicUsize,
    is_listed: AtomicBool,
    /// There was something to list before there was a handle.
    is_owed: AtomicBool,
    /// The handle was closed: it is not listed again.
    is_gone: AtomicBool,
}

impl Name {
    pub(super) fn new(list: Arc<NameList>, kind: Kind, tag: u64) -> Arc<Name> {
        list.join();
        Arc::new(Name {
            list,
            kind,
            tag,
            handle: AtomicUsize::new(0),
            is_listed: AtomicBool::new(false),
            is_owed: AtomicBool::new(false),
            is_gone: AtomicBool::new(false),
        })
    }

    /// The caller knows the source by this handle from now on.
    pub(super) fn introduce(self: &Arc<Self>, handle: usize) {
        self.list.list_if(self.clone(), || {
            self.handle.store(handle, Relaxed);
            self.is_owed.load(Relaxed) && self.admit()
        });
    }

    /// The source holds something. Does nothing while it is listed.
    pub(super) fn tell(self: &Arc<Self>) {
        self.list.list_if(self.clone(), || self.admit());
    }

    /// When this returns, no wait gives the name any more.
    pub(super) fn forget(&self) {
        self.list.change(|names| {
            self.is_gone.store(true, Relaxed);
            if self.is_listed.load(Relaxed) {
                names.retain(|name| !std::ptr::eq(&raw const **name, self));
            }
        });
    }

    /// Under the lock of the list: whether to list it now.
    fn admit(&self) -> bool {
        if self.handle.load(Relaxed) == 0 {
            self.is_owed.store(true, Relaxed);
            return false;
        }
        !self.is_gone.load(Relaxed) && !self.is_listed.swap(true, Relaxed)
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        self.list.leave();
    }
}

/// Takes the name that has waited longest.
pub(super) fn next(list: &NameList, deadline: Option<Instant>) -> Waited<Named> {
    let taken = list.wait(deadline, |names| {
        let name = names.pop_front()?;
        name.is_listed.store(false, Relaxed);
        Some(name)
    });
    match taken {
        Waited::Taken(name) => {
            let handle = name.handle.load(Relaxed);
            Waited::Taken(Named { kind: name.kind, handle, tag: name.tag })
        }
        Waited::Nothing => Waited::Nothing,
        Waited::Closed => Waited::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::Rank;

    /// Room is kept for the sources that there are, and not for all that there have been.
    #[test]
    fn names_that_are_gone_keep_no_room() {
        let list = Arc::new(NameList::new(Rank::Ready));
        for tag in 0..1000 {
            drop(Name::new(list.clone(), Kind::Session, tag));
        }
        assert!(list.room() < 100);
    }
}
