//! Handles: typed pointers whose value is an id that is looked up and never an address that is followed.

use std::sync::Arc;

use super::super::types::call::{palabra_call, palabra_leg};
use super::super::types::client::palabra_client;
use super::super::types::queue::palabra_queue;
use super::super::types::session::palabra_session;
use super::payload::Payload;
use crate::call::{Call, Member};
use crate::client::Client;
use crate::error::Status;
use crate::runtime::drop_later;
use crate::runtime::slots::{Ref, SlotId, Slots};
use crate::session::Session;
use crate::session::events::shared::SharedQueue;

/// On 64-bit: 0x5A5 | kind 4 | generation 28 | index 20. The upper bits make the value no address of any
/// process, so following it by mistake faults at once.
#[cfg(target_pointer_width = "64")]
mod layout {
    pub(in crate::ffi) const INDEX_BITS: u32 = 20;
    pub(in crate::ffi) const GENERATION_BITS: u32 = 28;
    pub(in crate::ffi) const TAG: usize = 0x5A5 << 52;
    pub(in crate::ffi) const KIND_SHIFT: u32 = 48;
    pub(in crate::ffi) const GENERATION_SHIFT: u32 = 20;
    pub(in crate::ffi) const INDEX_SHIFT: u32 = 0;
}

/// On 32-bit: generation 16 | index 12 | kind 3 | 1. Odd, hence no address of a struct.
#[cfg(target_pointer_width = "32")]
mod layout {
    pub(in crate::ffi) const INDEX_BITS: u32 = 12;
    pub(in crate::ffi) const GENERATION_BITS: u32 = 16;
    pub(in crate::ffi) const TAG: usize = 1;
    pub(in crate::ffi) const KIND_SHIFT: u32 = 1;
    pub(in crate::ffi) const GENERATION_SHIFT: u32 = 16;
    pub(in crate::ffi) const INDEX_SHIFT: u32 = 4;
}

use layout::{GENERATION_BITS, GENERATION_SHIFT, INDEX_BITS, INDEX_SHIFT, KIND_SHIFT, TAG};

static CLIENTS: Slots<Arc<Client>> = Slots::new(INDEX_BITS, GENERATION_BITS, drop_later);
static SESSIONS: Slots<Arc<Session>> = Slots::new(INDEX_BITS, GENERATION_BITS, drop_later);
static CALLS: Slots<Arc<Call>> = Slots::new(INDEX_BITS, GENERATION_BITS, drop_later);
static LEGS: Slots<Arc<Member>> = Slots::new(INDEX_BITS, GENERATION_BITS, drop_later);
static QUEUES: Slots<SharedQueue> = Slots::new(INDEX_BITS, GENERATION_BITS, drop_later);
static PAYLOADS: Slots<Payload> = Slots::new(INDEX_BITS, GENERATION_BITS, drop);

#[derive(Clone, Copy)]
#[repr(usize)]
enum Kind {
    Client = 1,
    Session = 2,
    Payload = 3,
    Queue = 4,
    Call = 5,
    Leg = 6,
}

fn to_value(kind: Kind, id: SlotId) -> usize {
    TAG | (kind as usize) << KIND_SHIFT
        | (id.generation as usize) << GENERATION_SHIFT
        | (id.index as usize) << INDEX_SHIFT
}

/// `None` unless the value is exactly one that [`to_value`] makes.
fn to_id(kind: Kind, value: usize) -> Option<SlotId> {
    let field = |shift: u32, bits: u32| ((value >> shift) & ((1 << bits) - 1)) as u32;
    let id = SlotId {
        index: field(INDEX_SHIFT, INDEX_BITS),
        generation: field(GENERATION_SHIFT, GENERATION_BITS),
    };
    (to_value(kind, id) == value).then_some(id)
}

/// One pair of ways in and out for each kind of handle.
macro_rules! handle {
    ($kind:ident, $c_type:ty, $table:ident, $tenant:ty, $add:ident, $find:ident, $remove:ident) => {
        pub(in crate::ffi) fn $add(tenant: $tenant) -> Result<*mut $c_type, Status> {
            let id = $table.insert(tenant).ok_or(Status::Limit)?;
            Ok(std::ptr::without_provenance_mut(to_value(Kind::$kind, id)))
        }

        pub(in crate::ffi) fn $find(handle: *const $c_type) -> Result<Ref<'static, $tenant>, Status> {
            to_id(Kind::$kind, handle.addr()).and_then(|id| $table.get(id)).ok_or(Status::BadHandle)
        }

        /// Of many callers exactly one succeeds; the handle is invalid from then on.
        pub(in crate::ffi) fn $remove(handle: *const $c_type) -> Result<Ref<'static, $tenant>, Status> {
            to_id(Kind::$kind, handle.addr()).and_then(|id| $table.remove(id)).ok_or(Status::BadHandle)
        }
    };
}

handle!(Client, palabra_client, CLIENTS, Arc<Client>, add_client, client, remove_client);
handle!(Session, palabra_session, SESSIONS, Arc<Session>, add_session, session, remove_session);
handle!(Call, palabra_call, CALLS, Arc<Call>, add_call, call, remove_call);
handle!(Leg, palabra_leg, LEGS, Arc<Member>, add_leg, leg, remove_leg);
handle!(Queue, palabra_queue, QUEUES, SharedQueue, add_queue, queue, remove_queue);

pub(in crate::ffi) fn add_payload(payload: Payload) -> Result<*mut std::ffi::c_void, Status> {
    let id = PAYLOADS.insert(payload).ok_or(Status::Limit)?;
    Ok(std::ptr::without_provenance_mut(to_value(Kind::Payload, id)))
}

/// Frees what a struct points into. NULL is a struct that points nowhere.
pub(in crate::ffi) fn release_payload(payload: *mut std::ffi::c_void) -> Result<(), Status> {
    if payload.is_null() {
        return Ok(());
    }
    let id = to_id(Kind::Payload, payload.addr()).ok_or(Status::BadHandle)?;
    if PAYLOADS.discard(id) { Ok(()) } else { Err(Status::BadHandle) }
}

/// Frees what closed handles left behind because a thread was still inside.
pub(in crate::ffi) fn sweep() {
    CLIENTS.sweep();
    SESSIONS.sweep();
    CALLS.sweep();
    LEGS.sweep();
    QUEUES.sweep();
    PAYLOADS.sweep();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_ids_are_one_to_one() {
        for (index, generation) in [(0, 0), (1, 5), ((1 << INDEX_BITS) - 1, (1 << GENERATION_BITS) - 1)] {
            let id = SlotId { index, generation };
            let value = to_value(Kind::Session, id);
            assert_eq!(to_id(Kind::Session, value), Some(id));
            assert_eq!(to_id(Kind::Client, value), None, "a handle of another kind");
            assert_eq!(to_id(Kind::Session, value ^ (1 << (usize::BITS - 1))), None);
        }
        for garbage in [0, 1, 8, 0x1000, usize::MAX, 0x7fff_0000] {
            assert_eq!(to_id(Kind::Session, garbage), None);
        }
    }
}
