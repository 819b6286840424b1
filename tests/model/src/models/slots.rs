//! The table of handles.

use loom::thread;
use std::sync::Arc;

use crate::runtime::slots::{SlotId, Slots};
use crate::sync::Guarded;

/// Reads what its maker wrote: a tenant that is found too early, or freed under a reader, is seen.
struct Tenant {
    number: u32,
    content: Guarded<u32>,
}

impl Tenant {
    fn new(number: u32) -> Tenant {
        let content = Guarded::new(0);
        content.write(|content| unsafe { *content = number });
        Tenant { number, content }
    }

    fn check(&self, number: u32) {
        assert_eq!(self.number, number);
        assert_eq!(self.content.read(|content| unsafe { *content }), number);
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        self.content.write(|content| unsafe { *content = u32::MAX });
    }
}

type Table = Arc<Slots<Tenant>>;

/// One slot, so that each later tenant gets it.
fn table() -> Table {
    Arc::new(Slots::new(0, 28, drop))
}

pub(super) fn a_handle_finds_its_tenant_or_nothing() {
    let slots = table();
    let id = slots.insert(Tenant::new(1)).unwrap();
    let (reader, closer) = (slots.clone(), slots.clone());
    let reader = thread::spawn(move || {
        if let Some(tenant) = reader.get(id) {
            tenant.check(1);
        }
    });
    let closer = thread::spawn(move || {
        drop(closer.remove(id));
        closer.sweep();
        if let Some(later) = closer.insert(Tenant::new(2)) {
            assert_ne!(later, id);
            closer.get(later).unwrap().check(2);
        }
    });
    reader.join().unwrap();
    closer.join().unwrap();
    slots.sweep();
}

pub(super) fn of_two_that_close_one_wins() {
    let slots = table();
    let id = slots.insert(Tenant::new(1)).unwrap();
    let (one, other) = (slots.clone(), slots.clone());
    let one = thread::spawn(move || one.remove(id).is_some());
    let other = thread::spawn(move || other.discard(id));
    if let Some(tenant) = slots.get(id) {
        tenant.check(1);
    }
    assert_ne!(one.join().unwrap(), other.join().unwrap());
    slots.sweep();
    assert!(slots.insert(Tenant::new(2)).is_some(), "the slot is free again");
}

pub(super) fn a_stale_handle_finds_no_later_tenant() {
    let slots = table();
    let id = slots.insert(Tenant::new(1)).unwrap();
    let (reader, closer) = (slots.clone(), slots.clone());
    let reader = thread::spawn(move || {
        for _ in 0..2 {
            if let Some(tenant) = reader.get(id) {
                tenant.check(1);
            }
        }
    });
    let closer = thread::spawn(move || {
        assert!(closer.discard(id));
        if let Some(later) = closer.insert(Tenant::new(2)) {
            assert!(closer.discard(later));
        }
    });
    reader.join().unwrap();
    closer.join().unwrap();
    slots.sweep();
}

/// A handle is guessed, as a caller may that passes on a stale one.
fn guessed(slots: &Table) -> SlotId {
    let mut id = slots.insert(Tenant::new(1)).unwrap();
    slots.discard(id);
    id.generation += 1;
    id
}

pub(super) fn what_is_inserted_is_complete_for_who_finds_it() {
    let slots = table();
    let id = guessed(&slots);
    let maker = slots.clone();
    let maker = thread::spawn(move || maker.insert(Tenant::new(2)).unwrap());
    if let Some(tenant) = slots.get(id) {
        tenant.check(2);
    }
    maker.join().unwrap();
}

pub(super) fn what_is_inserted_is_complete_for_who_closes_it() {
    let slots = table();
    let id = guessed(&slots);
    let maker = slots.clone();
    let maker = thread::spawn(move || maker.insert(Tenant::new(2)).unwrap());
    if let Some(tenant) = slots.remove(id) {
        tenant.check(2);
    }
    slots.sweep();
    maker.join().unwrap();
}
